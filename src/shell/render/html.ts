import { isNumeric } from './column-types.ts'
import { allOf, type Renderer } from './renderer.ts'

/** A `<table>`; a NULL is an empty cell of class `null`. */
export const html: Renderer = function* (view) {
  const heads = view.names.map((name, c) => `<th title="${escapeHtml(view.types[c]!)}">${escapeHtml(name)}</th>`)
  yield `<table>\n<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n`
  const numeric = view.types.map(isNumeric)
  for (let row = 0; row < view.rowCount; row++) {
    const cells = view.text(row, 'short').map((value, c) => {
      if (value === null) return '<td class="null"></td>'
      return `<td${numeric[c] ? ' align="right"' : ''}>${escapeHtml(value)}</td>`
    })
    yield `<tr>${cells.join('')}</tr>\n`
  }
  yield '</tbody>\n</table>\n'
  return allOf(view)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** @returns a text that HTML and SVG show as it is; characters that neither may hold are replaced. */
export function escapeHtml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!).replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\uFFFD')
}
