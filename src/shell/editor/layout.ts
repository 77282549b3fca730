import stringWidth from 'string-width'
import { graphemesOf } from './graphemes.ts'
import type { HighlightSpan } from './highlight.ts'
import { type Paint, paint } from './paint.ts'

/** One row of the terminal: what is written, colours included, and how many columns it takes. */
export interface ScreenRow {
  readonly text: string
  readonly width: number
}

/** A text cut into rows of the terminal, and where its cursor is. */
export interface Layout {
  readonly rows: readonly ScreenRow[]
  readonly cursor: { readonly row: number; readonly column: number }
}

/** A text with its cursor and colours, and what stands before its first line and before the others. */
export interface LayoutInput {
  readonly text: string
  readonly cursor: number
  readonly spans: readonly HighlightSpan[]
  readonly prompt: string
  readonly continuation: string
}

const TAB = '    '

/**
 * Cuts a text into rows of the terminal. A wide character that does not fit at the end of a row goes to the next; a cursor behind a full row
 * stands at the start of the next. Cost: one pass over the text.
 */
export function layout(input: LayoutInput, columns: number, colour: boolean): Layout {
  return new Rows(input, Math.max(2, columns), colour).run()
}

class Rows {
  readonly #input: LayoutInput
  readonly #columns: number
  readonly #colour: boolean
  readonly #rows: ScreenRow[] = []
  #text = ''
  #width = 0
  #span = 0
  #style: Paint | null = null
  #cursor = { row: 0, column: 0 }

  constructor(input: LayoutInput, columns: number, colour: boolean) {
    this.#input = input
    this.#columns = columns
    this.#colour = colour
  }

  run(): Layout {
    const { text, cursor, prompt, continuation } = this.#input
    this.#words(prompt, 'prompt')
    let at = 0
    for (const [i, line] of text.split('\n').entries()) {
      if (i > 0) {
        this.#endRow()
        this.#words(continuation, 'prompt')
        at++
      }
      for (const grapheme of graphemesOf(line)) {
        if (at === cursor) this.#markCursor()
        this.#put(shown(grapheme), this.#styleAt(at))
        at += grapheme.length
      }
      // the place behind the last character of the line; the next line has its own
      if (at === cursor) this.#markCursor()
    }
    this.#endRow()
    return { rows: this.#rows, cursor: this.#cursor }
  }

  #markCursor(): void {
    if (this.#width >= this.#columns) this.#endRow()
    this.#cursor = { row: this.#rows.length, column: this.#width }
  }

  #words(text: string, style: Paint): void {
    for (const grapheme of graphemesOf(text)) this.#put(grapheme, style)
  }

  #put(grapheme: string, style: Paint | null): void {
    const width = stringWidth(grapheme)
    if (this.#width + width > this.#columns) this.#endRow()
    if (style !== this.#style) this.#switchTo(style)
    this.#text += grapheme
    this.#width += width
  }

  #switchTo(style: Paint | null): void {
    if (this.#colour) this.#text += (this.#style === null ? '' : paint('off')) + (style === null ? '' : paint(style))
    this.#style = style
  }

  #endRow(): void {
    this.#switchTo(null)
    this.#rows.push({ text: this.#text, width: this.#width })
    this.#text = ''
    this.#width = 0
  }

  /** Offsets only grow, and so does the index of the span. */
  #styleAt(at: number): Paint | null {
    const { spans } = this.#input
    while (this.#span < spans.length && spans[this.#span]!.end <= at) this.#span++
    const span = spans[this.#span]
    return span !== undefined && span.start <= at ? span.style : null
  }
}

/** Control characters would move the cursor of the terminal. */
function shown(grapheme: string): string {
  if (grapheme === '\t') return TAB
  return /^\p{Cc}/u.test(grapheme) ? '\uFFFD' : grapheme
}
