import { isNumeric } from './column-types.ts'
import { allOf, type Renderer } from './renderer.ts'
import { printable } from './text-width.ts'

/** A table as GitHub's Markdown has it. */
export const markdown: Renderer = function* (view) {
  yield `| ${view.names.map(cell).join(' | ')} |\n`
  yield `| ${view.types.map((t) => (isNumeric(t) ? '---:' : '---')).join(' | ')} |\n`
  for (let row = 0; row < view.rowCount; row++) yield `| ${view.text(row, 'short').map(cell).join(' | ')} |\n`
  return allOf(view)
}

function cell(value: string | null): string {
  return printable((value ?? '').replace(/\r?\n/g, '<br>')).replace(/[\\|`*_[\]<>&$~]/g, (c) => `\\${c}`)
}
