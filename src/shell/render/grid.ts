import { isNumeric } from './column-types.ts'
import type { RenderOptions, Shown } from './renderer.ts'
import type { ResultView } from './result-view.ts'
import { printable, shorten, textWidth } from './text-width.ts'

const NARROWEST = 8
const LONGEST_TYPE = 32
/** The text of NULL in drawings. */
export const NULL_TEXT = 'NULL'

/** One column of a drawing; null stands for the columns that had no room. */
export interface GridColumn {
  readonly name: string
  readonly type: string
  readonly width: number
  readonly right: boolean
}

/** A row of a drawing: its cells, or null for the rows that are left out. */
export type GridRow = readonly GridCell[] | null

/** A cell of a drawing. */
export interface GridCell {
  readonly text: string
  readonly isNull: boolean
}

/** Which part of a result is drawn and how wide each column is. */
export interface Grid {
  readonly columns: readonly (GridColumn | null)[]
  /** Cells in the order of `columns`; the one of a null column is empty. */
  readonly rows: readonly GridRow[]
  readonly shown: Shown
}

/** What a mode needs around cells. */
export interface GridFrame {
  /** Columns of the terminal that each column takes besides its cell, and those of the frame as a whole. */
  readonly perColumn: number
  readonly around: number
  /** Whether types have a line of their own under the names. */
  readonly showsTypes: boolean
}

/** Chooses rows and columns and measures them. Cost: formats the rows that are drawn, no others. */
export function layGrid(view: ResultView, options: RenderOptions, frame: GridFrame): Grid {
  const rows = shownRows(view.rowCount, options.maxRows)
  const cells = rows.map((row) => (row === null ? null : view.text(row, 'short').map(cellOf)))
  const natural = view.names.map((name, c) => {
    const head = Math.max(
      textWidth(printable(name)),
      frame.showsTypes ? Math.min(LONGEST_TYPE, view.types[c]!.length) : 0,
    )
    return cells.reduce(
      (widest, row) => (row === null ? widest : Math.max(widest, textWidth(row[c]!.text))),
      Math.max(1, head),
    )
  })
  const kept = keptColumns(natural, options.maxWidth, frame)
  const room = options.maxWidth - frame.around - kept.length * frame.perColumn
  const gap = kept.includes(null) ? 1 : 0
  const widths = squeeze(
    kept.map((c) => (c === null ? 0 : natural[c]!)),
    options.maxWidth === 0 ? Number.POSITIVE_INFINITY : room - gap,
  )
  const columns = kept.map((c, i) => (c === null ? null : columnOf(view, c, widths[i]!)))
  return {
    columns,
    rows: cells.map((row) => row && kept.map((c) => (c === null ? EMPTY : row[c]!))),
    shown: { rows: rows.filter((r) => r !== null).length, columns: kept.filter((c) => c !== null).length },
  }
}

const EMPTY: GridCell = { text: '', isNull: false }

function cellOf(text: string | null): GridCell {
  return text === null ? { text: NULL_TEXT, isNull: true } : { text: printable(text), isNull: false }
}

function columnOf(view: ResultView, c: number, width: number): GridColumn {
  const type = view.types[c]!
  return { name: printable(view.names[c]!), type: shorten(type, LONGEST_TYPE), width, right: isNumeric(type) }
}

/** Row numbers to draw; null stands for the ones in between. */
function shownRows(count: number, maxRows: number): (number | null)[] {
  const whole = maxRows === 0 || count <= maxRows
  const all = Array.from({ length: whole ? count : maxRows }, (_x, i) => i)
  if (whole) return all
  const head = Math.ceil(maxRows / 2)
  const rows: (number | null)[] = all.map((i) => (i < head ? i : count - maxRows + i))
  return rows.toSpliced(head, 0, null)
}

/** Columns that fit when each is as narrow as it may be, from both ends; null stands for those in the middle. */
function keptColumns(natural: readonly number[], maxWidth: number, frame: GridFrame): (number | null)[] {
  const all = natural.map((_w, i) => i)
  const least = natural.map((w) => Math.min(w, NARROWEST) + frame.perColumn)
  const total = least.reduce((sum, w) => sum + w, frame.around)
  if (maxWidth === 0 || total <= maxWidth || natural.length < 3) return all
  let room = maxWidth - frame.around - 1 - frame.perColumn
  let left = 0
  let right = natural.length
  for (;;) {
    const next = left <= natural.length - right ? left : right - 1
    room -= least[next]!
    if (left > 0 && (room < 0 || left >= right)) break
    if (next === left) left++
    else right--
  }
  return [...all.slice(0, left), null, ...all.slice(right)]
}

/** Takes width from the widest columns until the sum fits; none gets narrower than {@link NARROWEST} by that. */
function squeeze(widths: readonly number[], room: number): number[] {
  const total = widths.reduce((sum, w) => sum + w, 0)
  if (total <= room) return [...widths]
  // the largest limit under which the sum fits; what is left over goes to the columns that it cut, from the left
  let limit = Math.max(NARROWEST, ...widths)
  const under = (l: number) => widths.reduce((sum, w) => sum + Math.min(w, l), 0)
  while (limit > NARROWEST && under(limit) > room) limit--
  let rest = Math.max(0, room - under(limit))
  return widths.map((w) => (w > limit && rest-- > 0 ? limit + 1 : Math.min(w, limit)))
}
