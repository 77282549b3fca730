import { type GridColumn, layGrid } from './grid.ts'
import type { Renderer } from './renderer.ts'
import { pad, shorten } from './text-width.ts'

/** A frame of plain ASCII. */
export const table: Renderer = function* (view, options) {
  const { columns, rows, shown } = layGrid(view, options, { perColumn: 3, around: 1, showsTypes: false })
  const { paint } = options
  const rule = `+${columns.map((c) => '-'.repeat((c?.width ?? 1) + 2)).join('+')}+\n`
  const line = (cell: (column: GridColumn, index: number) => string) =>
    `|${columns.map((c, i) => ` ${c === null ? '~' : cell(c, i)} `).join('|')}|\n`
  const cellText = (text: string, c: GridColumn) => pad(shorten(text, c.width), c.width, c.right ? 'right' : 'left')
  yield rule
  yield line((c) => paint('bold', cellText(c.name, c)))
  yield rule
  for (const row of rows) yield line((c, i) => (row === null ? pad('.', c.width, 'centre') : cellText(row[i]!.text, c)))
  yield rule
  return shown
}
