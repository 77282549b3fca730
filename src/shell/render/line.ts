import { NULL_TEXT } from './grid.ts'
import { allOf, type Renderer } from './renderer.ts'
import { pad, printable, textWidth } from './text-width.ts'

/** `name = value`, one value a line, an empty line between rows. */
export const line: Renderer = function* (view, { paint }) {
  const names = view.names.map(printable)
  const width = Math.max(0, ...names.map(textWidth))
  for (let row = 0; row < view.rowCount; row++) {
    const values = view.text(row, 'short')
    const lines = names.map((name, c) => {
      const value = values[c]
      const text = value === null || value === undefined ? paint('grey', NULL_TEXT) : printable(value)
      return `${paint('bold', pad(name, width, 'right'))} = ${text}\n`
    })
    yield (row > 0 ? '\n' : '') + lines.join('')
  }
  return allOf(view)
}
