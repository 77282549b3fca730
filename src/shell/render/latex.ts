import { isNumeric } from './column-types.ts'
import { allOf, type Renderer } from './renderer.ts'
import { printable } from './text-width.ts'

/** A `tabular`. */
export const latex: Renderer = function* (view) {
  const columns = view.types.map((t) => (isNumeric(t) ? 'r' : 'l')).join('')
  yield `\\begin{tabular}{${columns}}\n\\hline\n${view.names.map(cell).join(' & ')} \\\\\n\\hline\n`
  for (let row = 0; row < view.rowCount; row++) yield `${view.text(row, 'short').map(cell).join(' & ')} \\\\\n`
  yield '\\hline\n\\end{tabular}\n'
  return allOf(view)
}

const COMMANDS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
}

function cell(value: string | null): string {
  return printable(value ?? '').replace(/[\\~^<>|&%$#_{}]/g, (c) => COMMANDS[c] ?? `\\${c}`)
}
