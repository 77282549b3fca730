import type { EditorView } from './editor.ts'
import { type Layout, layout, type ScreenRow } from './layout.ts'
import type { FooterPiece } from './menu.ts'
import { paint } from './paint.ts'

/** Where a screen is drawn. */
export interface ScreenTarget {
  write(text: string): void
  /** Size of the terminal now. */
  size(): { readonly columns: number; readonly rows: number }
}

/** What a screen draws around the typed text. */
export interface ScreenStyle {
  readonly prompt: string
  readonly continuation: string
  readonly colour: () => boolean
}

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'
const CLEAR_ALL = '\u001b[H\u001b[2J'

/**
 * Draws the edited text over the last drawing of it, in one write, so that nothing flickers. The region begins at the prompt and
 * grows downwards; a text with more rows than the terminal is shown as a window around the cursor.
 */
export class Screen {
  readonly #target: ScreenTarget
  readonly #style: ScreenStyle
  /** What is on the terminal: widths of the rows, and the cursor among them. */
  #drawn: { readonly widths: readonly number[]; readonly cursor: Layout['cursor']; readonly columns: number } | null =
    null
  #top = 0

  constructor(target: ScreenTarget, style: ScreenStyle) {
    this.#target = target
    this.#style = style
  }

  /** Draws a view in the place of the last one. */
  draw(view: EditorView): void {
    this.#paint(view, view.footer)
  }

  /** Draws a view for good, without what is below the text, and leaves the cursor at the start of the next line. */
  finish(view: EditorView, ending = ''): void {
    this.#paint({ ...view, cursor: view.text.length, ghost: '' }, [])
    this.#target.write(`${ending}\r\n`)
    this.forget()
  }

  /** Empties the terminal and draws at its top. */
  clear(view: EditorView): void {
    this.#target.write(CLEAR_ALL)
    this.forget()
    this.draw(view)
  }

  /** The next drawing begins where the cursor is; what was drawn stays. */
  forget(): void {
    this.#drawn = null
    this.#top = 0
  }

  #paint(view: EditorView, footer: readonly (readonly FooterPiece[])[]): void {
    const { columns, rows: height } = this.#target.size()
    const colour = this.#style.colour()
    const { prompt, continuation } = this.#style
    const whole = layout({ ...withGhost(view), prompt, continuation }, columns, colour)
    const below = footer.map((pieces) => footerRow(pieces, colour)).slice(0, Math.max(0, height - 1))
    const shown = this.#window(whole, Math.max(1, height - below.length))
    const rows = [...shown.rows, ...below]
    const cursorRow = shown.cursor.row
    const moved = rows.length - 1 - cursorRow
    this.#target.write(
      HIDE_CURSOR +
        this.#toTop(columns) +
        rows.map((row) => row.text + (row.width < columns ? CLEAR_LINE : '')).join('\r\n') +
        // behind a full row the cursor hangs over its last column, which must stay
        (rows.at(-1)!.width < columns ? CLEAR_BELOW : '') +
        (moved > 0 ? `\u001b[${moved}A` : '') +
        `\r${shown.cursor.column > 0 ? `\u001b[${shown.cursor.column}C` : ''}` +
        SHOW_CURSOR,
    )
    this.#drawn = { widths: rows.map((r) => r.width), cursor: shown.cursor, columns }
  }

  /** Moves from the cursor to the first row of the last drawing; a terminal that became narrower has broken its rows anew. */
  #toTop(columns: number): string {
    if (this.#drawn === null) return '\r'
    const { widths, cursor } = this.#drawn
    const before = widths.slice(0, cursor.row).reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0)
    const above = before + Math.floor(cursor.column / columns)
    const clear = columns === this.#drawn.columns ? '' : CLEAR_BELOW
    return `\r${above > 0 ? `\u001b[${above}A` : ''}${clear}`
  }

  /** The rows around the cursor that fit. */
  #window(whole: Layout, height: number): { rows: readonly ScreenRow[]; cursor: Layout['cursor'] } {
    const { rows, cursor } = whole
    const highest = Math.max(0, rows.length - height)
    this.#top = Math.min(highest, Math.max(cursor.row - height + 1, Math.min(this.#top, cursor.row)))
    return {
      rows: rows.slice(this.#top, this.#top + height),
      cursor: { row: cursor.row - this.#top, column: cursor.column },
    }
  }
}

/** The continuation that is offered stands behind the text, in its own colour. */
function withGhost({ text, ghost, spans, cursor }: EditorView): Pick<EditorView, 'text' | 'spans' | 'cursor'> {
  if (ghost === '') return { text, spans, cursor }
  const end = text.length + ghost.length
  return { text: text + ghost, spans: [...spans, { start: text.length, end, style: 'ghost' }], cursor }
}

function footerRow(pieces: readonly FooterPiece[], colour: boolean): ScreenRow {
  // only its presence matters for the width: lines below the text are made narrower than the terminal
  const text = pieces.map((p) => styled(p, colour)).join('')
  return { text, width: 0 }
}

function styled(piece: FooterPiece, colour: boolean): string {
  if (piece.style === 'plain') return piece.text
  // without colours the selected one must be seen all the same
  if (!colour && piece.style !== 'selected') return piece.text
  return `${paint(piece.style)}${piece.text}${paint('off')}`
}
