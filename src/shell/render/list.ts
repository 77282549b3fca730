import { allOf, type Renderer } from './renderer.ts'
import { printable } from './text-width.ts'

/** Values between bars, NULL empty, names in the first line. */
export const list: Renderer = function* (view) {
  yield `${view.names.map(printable).join('|')}\n`
  for (let row = 0; row < view.rowCount; row++) {
    yield `${view
      .text(row, 'full')
      .map((v) => printable(v ?? ''))
      .join('|')}\n`
  }
  return allOf(view)
}
