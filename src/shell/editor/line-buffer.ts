import { nextBoundary, previousBoundary, wordEnd, wordStart } from './graphemes.ts'
import { KillRing } from './kill-ring.ts'

interface Snapshot {
  readonly text: string
  readonly cursor: number
}

/** What the last action was, where the next one depends on it. */
type LastAction = 'typing' | 'kill' | 'yank' | 'vertical' | 'other'

const KEPT_UNDO = 500

/**
 * A text of several lines with a cursor, as Emacs keys change it. Offsets are UTF-16 units and always lie between two graphemes.
 *
 * Typing undoes by the word, every other change by itself; kills in a row are one kill. Knows nothing of keys and of the screen.
 */
export class LineBuffer {
  #text = ''
  #cursor = 0
  #undo: Snapshot[] = []
  #redo: Snapshot[] = []
  #last: LastAction = 'other'
  #goalColumn = 0
  #yanked = 0
  readonly #kills = new KillRing()

  get text(): string {
    return this.#text
  }

  get cursor(): number {
    return this.#cursor
  }

  /** Starts anew with a text; nothing can be undone. The kill ring stays. */
  reset(text = '', cursor = text.length): void {
    this.#text = text
    this.#cursor = cursor
    this.#undo = []
    this.#redo = []
    this.#last = 'other'
  }

  /** Replaces a range and puts the cursor behind what came in. */
  replace(start: number, end: number, text: string): void {
    this.#change(this.#text.slice(0, start) + text + this.#text.slice(end), start + text.length)
  }

  /** Replaces everything, as one change that can be undone. */
  set(text: string, cursor = text.length): void {
    this.#change(text, cursor)
  }

  insert(text: string): void {
    const joins = this.#last === 'typing' && !/^\s/.test(text)
    const at = this.#cursor
    this.#change(this.#text.slice(0, at) + text + this.#text.slice(at), at + text.length, !joins)
    this.#last = 'typing'
  }

  /** @returns whether there was something to delete. */
  deleteBackward(): boolean {
    return this.#delete(previousBoundary(this.#text, this.#cursor), this.#cursor)
  }

  deleteForward(): boolean {
    return this.#delete(this.#cursor, nextBoundary(this.#text, this.#cursor))
  }

  killToLineEnd(): boolean {
    const end = this.#lineEnd()
    // at the end of a line the line break itself goes
    return this.#kill(this.#cursor, end === this.#cursor ? Math.min(end + 1, this.#text.length) : end, 'forward')
  }

  killToLineStart(): boolean {
    const start = this.#lineStart()
    return this.#kill(start === this.#cursor ? Math.max(0, start - 1) : start, this.#cursor, 'backward')
  }

  killWordForward(): boolean {
    return this.#kill(this.#cursor, wordEnd(this.#text, this.#cursor), 'forward')
  }

  killWordBackward(): boolean {
    return this.#kill(wordStart(this.#text, this.#cursor), this.#cursor, 'backward')
  }

  /** Kills back to the white space before the cursor, as Ctrl-W does in a shell. */
  killBlankWordBackward(): boolean {
    const before = this.#text.slice(0, this.#cursor)
    return this.#kill(/\S*\s*$/.exec(before)!.index, this.#cursor, 'backward')
  }

  /** Brings the newest kill back. @returns whether there is one. */
  yank(): boolean {
    const text = this.#kills.newest()
    if (text === null) return false
    this.replace(this.#cursor, this.#cursor, text)
    this.#yanked = text.length
    this.#last = 'yank'
    return true
  }

  /** Right after {@link yank}: puts the kill before it in its place. */
  yankPop(): boolean {
    const text = this.#last === 'yank' ? this.#kills.older() : null
    if (text === null) return false
    this.replace(this.#cursor - this.#yanked, this.#cursor, text)
    this.#yanked = text.length
    this.#last = 'yank'
    return true
  }

  /** Swaps the graphemes around the cursor; at the end of a line the two before it. */
  transpose(): boolean {
    const start = this.#lineStart()
    const middle = this.#cursor === this.#lineEnd() ? previousBoundary(this.#text, this.#cursor) : this.#cursor
    if (middle <= start) return false
    const first = previousBoundary(this.#text, middle)
    const end = nextBoundary(this.#text, middle)
    const text = this.#text
    this.replace(first, end, text.slice(middle, end) + text.slice(first, middle))
    return true
  }

  /** Changes the letters up to the end of the word. */
  changeCase(change: (word: string) => string): boolean {
    const end = wordEnd(this.#text, this.#cursor)
    if (end === this.#cursor) return false
    this.replace(this.#cursor, end, change(this.#text.slice(this.#cursor, end)))
    return true
  }

  undo(): boolean {
    return this.#step(this.#undo, this.#redo)
  }

  redo(): boolean {
    return this.#step(this.#redo, this.#undo)
  }

  moveTo(cursor: number): boolean {
    const moved = cursor !== this.#cursor
    this.#cursor = cursor
    this.#last = 'other'
    return moved
  }

  moveLeft(): boolean {
    return this.moveTo(previousBoundary(this.#text, this.#cursor))
  }

  moveRight(): boolean {
    return this.moveTo(nextBoundary(this.#text, this.#cursor))
  }

  moveWordLeft(): boolean {
    return this.moveTo(wordStart(this.#text, this.#cursor))
  }

  moveWordRight(): boolean {
    return this.moveTo(wordEnd(this.#text, this.#cursor))
  }

  moveToLineStart(): boolean {
    return this.moveTo(this.#lineStart())
  }

  moveToLineEnd(): boolean {
    return this.moveTo(this.#lineEnd())
  }

  /** @returns false on the first line. */
  moveUp(): boolean {
    const start = this.#lineStart()
    if (start === 0) return false
    this.#moveToColumn(this.#text.lastIndexOf('\n', start - 2) + 1, start - 1)
    return true
  }

  /** @returns false on the last line. */
  moveDown(): boolean {
    const end = this.#lineEnd()
    if (end === this.#text.length) return false
    const next = this.#text.indexOf('\n', end + 1)
    this.#moveToColumn(end + 1, next < 0 ? this.#text.length : next)
    return true
  }

  /** Several moves up or down keep the column of the first. */
  #moveToColumn(start: number, end: number): void {
    const column = this.#last === 'vertical' ? this.#goalColumn : this.#cursor - this.#lineStart()
    let at = start
    while (at < end && at - start < column) at = nextBoundary(this.#text, at)
    this.#goalColumn = column
    this.#cursor = at
    this.#last = 'vertical'
  }

  #lineStart(): number {
    return this.#cursor === 0 ? 0 : this.#text.lastIndexOf('\n', this.#cursor - 1) + 1
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#cursor)
    return end < 0 ? this.#text.length : end
  }

  #delete(start: number, end: number): boolean {
    if (start === end) return false
    this.replace(start, end, '')
    return true
  }

  #kill(start: number, end: number, direction: 'forward' | 'backward'): boolean {
    if (start === end) return false
    const text = this.#text.slice(start, end)
    if (this.#last === 'kill') this.#kills.extend(text, direction)
    else this.#kills.add(text)
    this.replace(start, end, '')
    this.#last = 'kill'
    return true
  }

  #change(text: string, cursor: number, undoable = true): void {
    if (undoable) {
      this.#undo.push({ text: this.#text, cursor: this.#cursor })
      if (this.#undo.length > KEPT_UNDO) this.#undo.shift()
    }
    this.#redo = []
    this.#text = text
    this.#cursor = cursor
    this.#last = 'other'
  }

  #step(from: Snapshot[], to: Snapshot[]): boolean {
    const snapshot = from.pop()
    if (snapshot === undefined) return false
    to.push({ text: this.#text, cursor: this.#cursor })
    this.#text = snapshot.text
    this.#cursor = snapshot.cursor
    this.#last = 'other'
    return true
  }
}
