import stringWidth from 'string-width'

const DOTS = '…'
/** Longer texts are cut before they are measured: no terminal is that wide. */
const LONGEST_MEASURED = 4096
const PLAIN = /^[\x20-\x7e]*$/

let segmenter: Intl.Segmenter | null = null

/** @returns the columns that a text takes in a terminal: 2 for wide characters and emoji, 0 for combining marks. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text)
}

/** @returns the text, or its beginning and dots if it takes more than `width` columns. No character is cut in two. */
export function shorten(text: string, width: number): string {
  if (width <= 0) return ''
  const measured = text.length > LONGEST_MEASURED + width ? text.slice(0, LONGEST_MEASURED + width) : text
  if (measured === text && textWidth(text) <= width) return text
  if (PLAIN.test(measured)) return measured.slice(0, width - 1) + DOTS
  segmenter ??= new Intl.Segmenter()
  let out = ''
  let used = 0
  for (const { segment } of segmenter.segment(measured)) {
    used += stringWidth(segment)
    if (used > width - 1) break
    out += segment
  }
  return out + DOTS
}

/** Where a text stands in its cell. */
export type Alignment = 'left' | 'right' | 'centre'

/** @returns the text with spaces around it, `width` columns wide if it takes no more. */
export function pad(text: string, width: number, side: Alignment): string {
  const room = Math.max(0, width - textWidth(text))
  if (side === 'left') return text + ' '.repeat(room)
  if (side === 'right') return ' '.repeat(room) + text
  return ' '.repeat(room >> 1) + text + ' '.repeat(room - (room >> 1))
}

const CONTROL = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }

/** @returns a text for one line of a terminal: what would move the cursor, colour the screen or turn the direction round is replaced. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(CONTROL, (c) => NAMED[c] ?? '\uFFFD')
}
