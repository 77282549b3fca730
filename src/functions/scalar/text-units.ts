/** The characters as a reader sees them (grapheme clusters): 'é' of two code points, flags and joined emoji count as one. */
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** @returns whether every UTF-16 unit is one character: ASCII without line ends, whose pair CR LF would count as one. */
function isSimple(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80 || unit === 13) return false
  }
  return true
}

/** @returns the number of characters. Cost: one pass; a segmenter's for text that is not ASCII. */
export function textLength(text: string): number {
  if (isSimple(text)) return text.length
  let count = 0
  for (const _ of segmenter.segment(text)) count++
  return count
}

/** @returns characters `start..end` (0-based, half-open, both clamped) of a text. */
export function sliceText(text: string, start: number, end: number): string {
  const from = Math.max(start, 0)
  if (end <= from) return ''
  if (isSimple(text)) return text.slice(from, end)
  let position = 0
  let unitStart = -1
  for (const { index } of segmenter.segment(text)) {
    if (position === from) unitStart = index
    if (position === end) return unitStart < 0 ? '' : text.slice(unitStart, index)
    position++
  }
  return unitStart < 0 ? '' : text.slice(unitStart)
}

/** @returns the characters of a text, one by one. */
export function textCharacters(text: string): string[] {
  return isSimple(text) ? text.split('') : Array.from(segmenter.segment(text), (s) => s.segment)
}
