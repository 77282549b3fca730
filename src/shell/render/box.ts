import { type GridCell, type GridColumn, type GridRow, layGrid } from './grid.ts'
import type { Renderer, RenderOptions } from './renderer.ts'
import { type Alignment, pad, shorten } from './text-width.ts'

const FRAME = { perColumn: 3, around: 1, showsTypes: true }
/** What stands for columns and rows that are not drawn. */
const GAP = '…'
const DOT = '·'

/** Names and types in the head, numbers to the right, columns squeezed to the terminal, rows and columns in the middle left out. */
export const box: Renderer = function* (view, options) {
  const { columns, rows, shown } = layGrid(view, options, FRAME)
  const { paint } = options
  const rule = (left: string, middle: string, end: string) =>
    `${paint('grey', left + columns.map((c) => '─'.repeat((c?.width ?? 1) + 2)).join(middle) + end)}\n`
  const line = (cell: (column: GridColumn, index: number) => string, gap = GAP) => {
    const bar = paint('grey', '│')
    return `${bar}${columns.map((c, i) => ` ${c === null ? paint('grey', gap) : cell(c, i)} `).join(bar)}${bar}\n`
  }
  const centre = (text: string, { width }: GridColumn) => pad(shorten(text, width), width, 'centre')
  yield rule('┌', '┬', '┐')
  yield line((c) => paint('bold', centre(c.name, c)))
  yield line((c) => paint('grey', centre(c.type, c)))
  yield rule('├', '┼', '┤')
  for (const row of rows) yield row === null ? line((c) => paint('grey', centre(DOT, c))) : line(cellsOf(row, options))
  yield rule('└', '┴', '┘')
  return shown
}

function cellsOf(row: NonNullable<GridRow>, { paint }: RenderOptions) {
  return (column: GridColumn, index: number): string => {
    const cell = row[index] as GridCell
    const side: Alignment = column.right ? 'right' : 'left'
    const text = pad(shorten(cell.text, column.width), column.width, side)
    return cell.isNull ? paint('grey', text) : text
  }
}
