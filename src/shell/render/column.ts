import { type GridColumn, layGrid } from './grid.ts'
import type { Renderer } from './renderer.ts'
import { pad, shorten } from './text-width.ts'

/** Columns under underlined names, without a frame. */
export const column: Renderer = function* (view, options) {
  const { columns, rows, shown } = layGrid(view, options, { perColumn: 2, around: 0, showsTypes: false })
  const line = (cell: (column: GridColumn, index: number) => string) =>
    `${columns
      .map((c, i) => (c === null ? '~' : cell(c, i)))
      .join('  ')
      .trimEnd()}\n`
  const cellText = (text: string, c: GridColumn) => pad(shorten(text, c.width), c.width, c.right ? 'right' : 'left')
  yield line((c) => options.paint('bold', cellText(c.name, c)))
  yield line((c) => '-'.repeat(c.width))
  for (const row of rows) yield line((c, i) => (row === null ? pad('.', c.width, 'centre') : cellText(row[i]!.text, c)))
  return shown
}
