import { countWork } from '../../util/work.ts'

/** What a step of the segmenter costs, in units of work. */
const SEGMENT_WORK = 8
/** Units that are reversed at once. */
const PART = 1 << 12
/** Units that the segmenter gets at once: each of its steps takes time in proportion to its whole text. */
const WINDOW = 256

/** The characters as a reader sees them (grapheme clusters): 'é' of two code points, flags and joined emoji count as one. */
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** @returns whether every UTF-16 unit is one character: ASCII without line ends, whose pair CR LF would count as one. */
function isSimple(text: string): boolean {
  countWork(text.length >> 3)
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
  eachCharacter(text, () => {
    count++
    return true
  })
  return count
}

/** @returns characters `start..end` (0-based, half-open, both clamped) of a text. */
export function sliceText(text: string, start: number, end: number): string {
  const from = Math.max(start, 0)
  if (end <= from) return ''
  if (isSimple(text)) return text.slice(from, end)
  let position = 0
  let first = text.length
  let last = text.length
  eachCharacter(text, (at) => {
    if (position === from) first = at
    if (position === end) last = at
    return position++ < end
  })
  return text.slice(first, last)
}

/**
 * Calls `visit` with the place of each character until it gives false. A character that ends inside of a window is whole; the last one goes to the next
 * window, which grows while it holds no other.
 */
function eachCharacter(text: string, visit: (at: number, end: number) => boolean): void {
  let start = 0
  let width = WINDOW
  while (start < text.length) {
    const end = start + width + (isHighSurrogate(text.charCodeAt(start + width - 1)) ? 1 : 0)
    const isLast = end >= text.length
    const part = text.slice(start, end)
    let from = 0
    for (const { index } of segmenter.segment(part)) {
      countWork(SEGMENT_WORK)
      if (index > from && !visit(start + from, start + index)) return
      from = index
    }
    if (isLast) {
      visit(start + from, text.length)
      return
    }
    width = from === 0 ? width * 2 : WINDOW
    start += from
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

/** @returns the characters of a text in opposite order. */
export function reverseText(text: string): string {
  let reversed = ''
  if (isSimple(text)) {
    for (let end = text.length; end > 0; end -= PART) {
      countWork(PART)
      reversed += text
        .slice(Math.max(0, end - PART), end)
        .split('')
        .reverse()
        .join('')
    }
    return reversed
  }
  eachCharacter(text, (at, end) => {
    reversed = text.slice(at, end) + reversed
    return true
  })
  return reversed
}
