import stringWidth from 'string-width'
import type { QueryResult } from '../index.ts'

/** How much of a result is drawn. */
export interface TableLimits {
  /** Most rows; of longer results the first and last are drawn, and a row of dots. 0: all. */
  readonly maxRows: number
  /** Columns of the terminal that the table may take. 0: no limit. */
  readonly maxWidth: number
}

const NUMERIC = /^(U?INT\d+|SERIAL|FLOAT|DOUBLE|DECIMAL\(.*\))$/
const NARROWEST = 8
const DOTS = '…'

/**
 * Draws a result as a box: names and types in the head, numbers to the right, wide columns squeezed to the terminal.
 * Only the rows that are shown are formatted.
 */
export function renderTable(result: QueryResult, limits: TableLimits): string {
  const names = result.getColumnNamesSync()
  const types = result.getColumnDataTypesSync()
  const shown = shownRows(result.getNumTuples(), limits.maxRows)
  const cells = shown.map((row) =>
    row === null ? names.map(() => '·') : result.getRowText(row).map((v) => clean(v ?? '')),
  )
  const heads = [names.map(clean), types.map((t) => shorten(t, 32))]
  const widths = fitWidths(
    names.map((_n, i) => Math.max(...[...heads, ...cells].map((line) => stringWidth(line[i]!)))),
    limits.maxWidth,
  )
  const right = types.map((t) => NUMERIC.test(t))
  const line = (values: readonly string[], centre: boolean) =>
    `│${values.map((v, i) => ` ${pad(shorten(v, widths[i]!), widths[i]!, centre ? 'centre' : right[i] ? 'right' : 'left')} `).join('│')}│`
  const rule = (left: string, middle: string, end: string) =>
    left + widths.map((w) => '─'.repeat(w + 2)).join(middle) + end
  return [
    rule('┌', '┬', '┐'),
    ...heads.map((h) => line(h, true)),
    rule('├', '┼', '┤'),
    ...cells.map((c, i) => line(c, shown[i] === null)),
    rule('└', '┴', '┘'),
  ].join('\n')
}

/** Row numbers to draw; null stands for the ones in between. */
function shownRows(count: number, maxRows: number): (number | null)[] {
  const all = Array.from({ length: maxRows > 0 ? Math.min(count, maxRows) : count }, (_x, i) => i)
  if (maxRows === 0 || count <= maxRows) return all
  const head = Math.ceil(maxRows / 2)
  const rows: (number | null)[] = all.map((i) => (i < head ? i : count - maxRows + i))
  return rows.toSpliced(head, 0, null)
}

/** Control characters would move the cursor. */
function clean(text: string): string {
  return text
    .replace(/\n/g, '\\n')
    .replace(/\t/g, '\\t')
    .replace(/\p{Cc}/gu, '\uFFFD')
}

/** Takes width from the widest columns until the table fits. */
function fitWidths(widths: number[], maxWidth: number): number[] {
  const out = [...widths]
  if (maxWidth === 0) return out
  const total = () => out.reduce((sum, w) => sum + w + 3, 1)
  while (total() > maxWidth && Math.max(...out) > NARROWEST) {
    const widest = out.indexOf(Math.max(...out))
    out[widest] = Math.max(NARROWEST, out[widest]! - Math.max(1, total() - maxWidth > 20 ? 8 : 1))
  }
  return out
}

function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let out = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(out + segment) > width - 1) break
    out += segment
  }
  return out + DOTS
}

function pad(text: string, width: number, side: 'left' | 'right' | 'centre'): string {
  const room = Math.max(0, width - stringWidth(text))
  if (side === 'left') return text + ' '.repeat(room)
  if (side === 'right') return ' '.repeat(room) + text
  return ' '.repeat(room >> 1) + text + ' '.repeat(room - (room >> 1))
}
