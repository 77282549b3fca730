import stringWidth from 'string-width'
import type { ScreenTarget } from '../../../../src/shell/editor/screen.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what a terminal listens to
const SEQUENCE = /\u001b\[(\??)([\d;]*)([A-Za-z])/y

/** A terminal in memory that knows the sequences that the editor writes; throws for any other. Breaks long rows as terminals do. */
export class VirtualTerminal implements ScreenTarget {
  columns: number
  rows: number
  row = 0
  column = 0
  /** Rows that went out at the top. */
  readonly scrolled: string[] = []
  /** Number of writes. */
  writes = 0
  #cells: string[][]
  #hangs = false

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
    this.#cells = Array.from({ length: rows }, () => [])
  }

  size(): { columns: number; rows: number } {
    return { columns: this.columns, rows: this.rows }
  }

  write(text: string): void {
    this.writes++
    for (let at = 0; at < text.length; ) {
      SEQUENCE.lastIndex = at
      const found = SEQUENCE.exec(text)
      if (found !== null) {
        this.#control(found[1] === '?', found[2]!, found[3]!)
        at += found[0].length
        continue
      }
      const [first] = new Intl.Segmenter().segment(text.slice(at, at + 32))
      this.#put(first!.segment)
      at += first!.segment.length
    }
  }

  /** What can be read, without blanks at the ends. */
  text(): string {
    return this.#cells
      .map((r) =>
        Array.from(r, (c) => c ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .trimEnd()
  }

  /** Breaks all rows anew, as terminals do that were made narrower. */
  resize(columns: number): void {
    const texts = this.#cells.map((r) =>
      Array.from(r, (c) => c ?? ' ')
        .join('')
        .trimEnd(),
    )
    const rows = texts.flatMap((t) => (t === '' ? [''] : (t.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [])))
    const before = texts.slice(0, this.row).reduce((sum, t) => sum + Math.max(1, Math.ceil(t.length / columns)), 0)
    this.columns = columns
    this.row = before + Math.floor(this.column / columns)
    this.column %= columns
    this.#cells = Array.from({ length: this.rows }, (_x, i) => [...(rows[i] ?? '')])
  }

  #put(segment: string): void {
    if (segment === '\r\n' || segment === '\n') {
      if (segment === '\r\n') this.column = 0
      this.#hangs = false
      this.#lineFeed()
    } else if (segment === '\r') {
      this.column = 0
      this.#hangs = false
    } else if (segment !== '\u0007') this.#print(segment)
  }

  #print(segment: string): void {
    const width = stringWidth(segment)
    if (this.#hangs || this.column + width > this.columns) {
      this.column = 0
      this.#lineFeed()
    }
    this.#hangs = false
    const row = this.#cells[this.row]!
    row[this.column] = segment
    for (let i = 1; i < width; i++) row[this.column + i] = ''
    this.column += width
    if (this.column >= this.columns) {
      this.column = this.columns - 1
      this.#hangs = true
    }
  }

  #lineFeed(): void {
    if (this.row + 1 < this.rows) {
      this.row++
      return
    }
    this.scrolled.push(this.#cells.shift()!.join(''))
    this.#cells.push([])
  }

  #control(isPrivate: boolean, parameters: string, command: string): void {
    if (isPrivate || command === 'm') return
    const count = parameters === '' ? 1 : Number(parameters)
    this.#hangs = false
    const row = this.#cells[this.row]!
    if (command === 'A') this.row = Math.max(0, this.row - count)
    else if (command === 'C') this.column = Math.min(this.columns - 1, this.column + count)
    else if (command === 'K') row.length = Math.min(row.length, this.column)
    else if (command === 'J' && parameters === '') {
      row.length = Math.min(row.length, this.column)
      for (let i = this.row + 1; i < this.rows; i++) this.#cells[i] = []
    } else if (command === 'J' && parameters === '2') this.#cells = Array.from({ length: this.rows }, () => [])
    else if (command === 'H' && parameters === '') {
      this.row = 0
      this.column = 0
    } else throw new Error(`the terminal does not know ${parameters}${command}`)
  }
}
