import { allOf, type Renderer } from './renderer.ts'

/** Tab-separated values: a header, NULL as nothing, `\t`, `\n`, `\r` and `\\` in place of tabs, line ends and backslashes. */
export const tsv: Renderer = function* (view) {
  yield `${view.names.map(cell).join('\t')}\n`
  for (let row = 0; row < view.rowCount; row++) yield `${view.text(row, 'full').map(cell).join('\t')}\n`
  return allOf(view)
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' }

function cell(value: string | null): string {
  return value === null ? '' : value.replace(/[\t\n\r\\]/g, (c) => ESCAPES[c]!)
}
