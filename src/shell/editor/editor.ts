import type { Completion } from './complete.ts'
import { CompletionMenu } from './completion-menu.ts'
import { type HighlightSpan, highlight } from './highlight.ts'
import { HistorySearch } from './history-search.ts'
import type { Key } from './key.ts'
import { BUFFER_KEYS, EDITOR_KEYS, type EditorCommand } from './key-bindings.ts'
import { LineBuffer } from './line-buffer.ts'
import { type Footer, menuLines } from './menu.ts'
import { statementState } from './statement-state.ts'

/** What a key led to, beyond a changed view. */
export type EditorEvent =
  | { readonly kind: 'none' }
  | { readonly kind: 'bell' }
  /** The user has ended a text; it is in the buffer until {@link Editor.reset}. */
  | { readonly kind: 'submit'; readonly text: string }
  /** Ctrl-C: what was typed is given up. */
  | { readonly kind: 'interrupt'; readonly wasEmpty: boolean }
  | { readonly kind: 'leave' }
  | { readonly kind: 'clear-screen' }
  | { readonly kind: 'suspend' }

/** What the editor needs from the session. Asked anew each time, so that `:singleline` and the like work at once. */
export interface EditorOptions {
  /** Earlier statements, oldest first. */
  readonly history: () => readonly string[]
  readonly multiline: () => boolean
  readonly highlight: () => boolean
  readonly complete: (text: string, cursor: number) => Completion
}

/** What a screen shall show. */
export interface EditorView {
  readonly text: string
  readonly cursor: number
  readonly spans: readonly HighlightSpan[]
  /** Continuation that is offered behind the text; empty without one. */
  readonly ghost: string
  readonly footer: Footer
}

const NONE: EditorEvent = { kind: 'none' }
const BELL: EditorEvent = { kind: 'bell' }

/** Keys that take the offered continuation, at the end of the text. */
const TAKES_GHOST: ReadonlySet<string> = new Set(['right', 'ctrl-f', 'end', 'ctrl-e'])

/**
 * The editor of one prompt as a state machine: keys in, events and a view out. Draws nothing and waits for nothing.
 *
 *     typing ──(1) Tab, several candidates──► choosing ──(2) any other key──► typing
 *     typing ──(3) Ctrl-R──► searching ──(4) Enter: submit; Ctrl-G: as before; another key: the match stays──► typing
 */
export class Editor {
  readonly #options: EditorOptions
  readonly #buffer = new LineBuffer()
  #menu: CompletionMenu | null = null
  #search: HistorySearch | null = null
  #beforeSearch: { text: string; cursor: number } = { text: '', cursor: 0 }
  /** Place in the history; its length: what is being typed. */
  #place = 0
  #draft = ''

  constructor(options: EditorOptions) {
    this.#options = options
    this.reset()
  }

  /** Starts with an empty text. Kills stay. */
  reset(): void {
    this.#buffer.reset()
    this.#menu = null
    this.#search = null
    this.#place = this.#options.history().length
    this.#draft = ''
  }

  /** @param columns width for the list of candidates. */
  view(columns: number): EditorView {
    const { text, cursor } = this.#buffer
    const spans = this.#options.highlight() ? highlight(text, cursor) : []
    if (this.#search !== null) {
      return { text, cursor, spans: this.#withMatch(spans), ghost: '', footer: searchLines(this.#search) }
    }
    const footer = this.#menu === null ? [] : menuLines(this.#menu.candidates, this.#menu.selected, columns)
    return { text, cursor, spans, ghost: this.#ghost(), footer }
  }

  /** Takes a text as it is, with its line breaks: what was pasted runs only when Enter is typed. */
  paste(text: string): void {
    this.#menu = null
    this.#endSearch()
    this.#buffer.replace(this.#buffer.cursor, this.#buffer.cursor, text.replace(/\r\n?/g, '\n'))
  }

  press(key: Key): EditorEvent {
    if (this.#search !== null) {
      const event = this.#pressInSearch(this.#search, key)
      if (event !== null) return event
    }
    if (this.#menu !== null) {
      const event = this.#pressInMenu(this.#menu, key)
      if (event !== null) return event
    }
    if (key.kind === 'text') {
      this.#buffer.insert(key.text)
      return NONE
    }
    if (TAKES_GHOST.has(key.name)) {
      const ghost = this.#ghost()
      if (ghost !== '') {
        this.#buffer.replace(this.#buffer.cursor, this.#buffer.cursor, ghost)
        return NONE
      }
    }
    const change = BUFFER_KEYS.get(key.name)
    if (change !== undefined) return change(this.#buffer) ? NONE : BELL
    const command = EDITOR_KEYS.get(key.name)
    return command === undefined ? BELL : this.#run(command)
  }

  /**
   * The rest of the newest statement that begins like the text, or else of the word, if only one fits. Only where colours tell it from what was
   * typed, and only behind the end of the text.
   */
  #ghost(): string {
    const { text, cursor } = this.#buffer
    const isOffered = this.#menu === null && this.#search === null && this.#options.highlight()
    if (!isOffered || cursor !== text.length || text.trim() === '') return ''
    const earlier = this.#options.history().findLast((entry) => entry.length > text.length && entry.startsWith(text))
    if (earlier !== undefined) return earlier.slice(text.length)
    const { start, candidates } = this.#options.complete(text, cursor)
    const typed = text.slice(start)
    const only = candidates.length === 1 && typed.length >= 2 ? candidates[0]!.text : ''
    return only.startsWith(typed) ? only.slice(typed.length) : ''
  }

  #run(command: EditorCommand): EditorEvent {
    const buffer = this.#buffer
    switch (command) {
      case 'accept':
        return this.#accept()
      case 'newline':
        buffer.insert('\n')
        return NONE
      case 'up':
        return buffer.moveUp() ? NONE : this.#recall(-1)
      case 'down':
        return buffer.moveDown() ? NONE : this.#recall(1)
      case 'page-up':
        return this.#page(-1)
      case 'page-down':
        return this.#page(1)
      case 'history-previous':
        return this.#recall(-1)
      case 'history-next':
        return this.#recall(1)
      case 'search-back':
      case 'search-forward':
        this.#beforeSearch = { text: buffer.text, cursor: buffer.cursor }
        this.#search = new HistorySearch(this.#options.history())
        return NONE
      case 'complete':
        return this.#complete()
      case 'complete-back':
        return BELL
      case 'interrupt':
        return { kind: 'interrupt', wasEmpty: buffer.text === '' }
      case 'delete-or-leave':
        if (buffer.text === '') return { kind: 'leave' }
        return buffer.deleteForward() ? NONE : BELL
      case 'clear-screen':
        return { kind: 'clear-screen' }
      case 'suspend':
        return { kind: 'suspend' }
      case 'abort':
        return NONE
    }
  }

  /** Enter: runs what is whole, breaks the line of what is not. */
  #accept(): EditorEvent {
    const { text } = this.#buffer
    const trimmed = text.trim()
    const whole =
      trimmed === '' || trimmed.startsWith(':') || !this.#options.multiline() || statementState(text) === 'complete'
    // Enter on a blank line after `;` runs the text whatever is open
    if (!whole && statementState(`${text}\n`) !== 'complete') {
      this.#buffer.insert('\n')
      return NONE
    }
    this.#buffer.moveTo(text.length)
    return { kind: 'submit', text: trimmed }
  }

  #complete(): EditorEvent {
    const { text, cursor } = this.#buffer
    const completion = this.#options.complete(text, cursor)
    const opened = CompletionMenu.open(this.#buffer, completion)
    if (opened === null) return BELL
    this.#menu = opened === 'done' ? null : opened
    return NONE
  }

  /** @returns null for keys that close the menu and then do what they always do. */
  #pressInMenu(menu: CompletionMenu, key: Key): EditorEvent | null {
    const command = key.kind === 'text' ? undefined : EDITOR_KEYS.get(key.name)
    if (command === 'complete' || command === 'complete-back') {
      menu.select(this.#buffer, command === 'complete' ? 1 : -1)
      return NONE
    }
    this.#menu = null
    if (command === 'abort') {
      menu.restore(this.#buffer)
      return NONE
    }
    // Enter takes the candidate that is written; it must not run the statement by surprise
    return command === 'accept' && menu.selected >= 0 ? NONE : null
  }

  #page(step: -1 | 1): EditorEvent {
    const edge = step < 0 ? 0 : this.#buffer.text.length
    const onEdge =
      step < 0
        ? !this.#buffer.text.slice(0, this.#buffer.cursor).includes('\n')
        : !this.#buffer.text.includes('\n', this.#buffer.cursor)
    if (!onEdge) {
      this.#buffer.moveTo(edge)
      return NONE
    }
    return this.#recall(step)
  }

  /** Shows the statement before (-1) or after (1) in the history; the one behind the last is what was being typed. */
  #recall(step: -1 | 1): EditorEvent {
    const entries = this.#options.history()
    const next = this.#place + step
    if (next < 0 || next > entries.length) return BELL
    if (this.#place === entries.length) this.#draft = this.#buffer.text
    this.#place = next
    this.#buffer.reset(next === entries.length ? this.#draft : entries[next]!)
    return NONE
  }

  /** @returns null for keys that end the search and then do what they always do. */
  #pressInSearch(search: HistorySearch, key: Key): EditorEvent | null {
    if (key.kind === 'text') return this.#searchFor(search, search.query + key.text)
    switch (key.name) {
      case 'ctrl-r':
        return this.#searchNext(search, -1)
      case 'ctrl-s':
        return this.#searchNext(search, 1)
      case 'backspace':
      case 'ctrl-h':
        return this.#searchFor(search, [...search.query].slice(0, -1).join(''))
      case 'ctrl-g':
      case 'ctrl-c':
        this.#search = null
        this.#buffer.reset(this.#beforeSearch.text, this.#beforeSearch.cursor)
        return NONE
      case 'escape':
        this.#endSearch()
        return NONE
      default:
        this.#endSearch()
        return null
    }
  }

  #searchFor(search: HistorySearch, query: string): EditorEvent {
    search.search(query)
    return this.#showMatch(search)
  }

  #searchNext(search: HistorySearch, step: -1 | 1): EditorEvent {
    search.next(step)
    return this.#showMatch(search)
  }

  #showMatch(search: HistorySearch): EditorEvent {
    const { match } = search
    if (match === null) this.#buffer.reset(this.#beforeSearch.text, this.#beforeSearch.cursor)
    else this.#buffer.reset(this.#options.history()[match.index]!, match.at)
    return search.failing ? BELL : NONE
  }

  /** The match stays in the buffer, and Up goes on from it. */
  #endSearch(): void {
    const match = this.#search?.match
    this.#search = null
    if (match === null || match === undefined) return
    if (this.#place === this.#options.history().length) this.#draft = this.#beforeSearch.text
    this.#place = match.index
  }

  #withMatch(spans: readonly HighlightSpan[]): HighlightSpan[] {
    const match = this.#search?.match
    if (match === null || match === undefined) return [...spans]
    const start = match.at
    const end = start + this.#search!.query.length
    const outside = spans.flatMap((s) => [
      { ...s, end: Math.min(s.end, start) },
      { ...s, start: Math.max(s.start, end) },
    ])
    const kept = outside.filter((s) => s.start < s.end)
    return [...kept, { start, end, style: 'found' as const }].sort((a, b) => a.start - b.start)
  }
}

function searchLines(search: HistorySearch): Footer {
  const state = search.failing ? 'history (nothing found): ' : 'history: '
  return [
    [
      { text: state, style: search.failing ? 'error' : 'dim' },
      { text: search.query, style: 'plain' },
    ],
  ]
}
