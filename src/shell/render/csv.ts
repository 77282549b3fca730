import { allOf, type Renderer } from './renderer.ts'

/**
 * Comma-separated values as COPY reads them back: a header, NULL as nothing, the empty text as `""`, quotes around whatever holds a comma, a quote,
 * a line end or spaces at its ends.
 */
export const csv: Renderer = function* (view) {
  yield `${view.names.map(cell).join(',')}\n`
  for (let row = 0; row < view.rowCount; row++) yield `${view.text(row, 'full').map(cell).join(',')}\n`
  return allOf(view)
}

const NEEDS_QUOTES = /[",\n\r]|^\s|\s$|^$/

function cell(value: string | null): string {
  if (value === null) return ''
  return NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
