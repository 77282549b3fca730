import { countWork } from '../../util/work.ts'

/** Units that are mapped at once. */
const PART = 1 << 18

/** Letters whose simple mapping differs from what the full mapping of JavaScript begins with. */
const SIMPLE_UPPER: Readonly<Record<string, string>> = { ß: 'ẞ' }
const SIMPLE_LOWER: Readonly<Record<string, string>> = { İ: 'i' }

function isAscii(text: string): boolean {
  countWork(text.length >> 3)
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}

function mapped(text: string, full: (c: string) => string, simple: Readonly<Record<string, string>>): string {
  let result = ''
  if (isAscii(text)) {
    if (text.length <= PART) return full(text)
    for (let start = 0; start < text.length; start += PART) {
      countWork(PART >> 3)
      result += full(text.slice(start, start + PART))
    }
    return result
  }
  for (const character of text) {
    countWork(1)
    const other = simple[character] ?? full(character)
    // one code point stays one code point
    result += other.length > 1 && other.codePointAt(0)! <= 0xffff ? character : other
  }
  return result
}

/** @returns the text in capital letters, code point by code point (so `ß` becomes `ẞ`, not `SS`). */
export function upperCase(text: string): string {
  return mapped(text, (c) => c.toUpperCase(), SIMPLE_UPPER)
}

/** @returns the text in small letters, code point by code point. */
export function lowerCase(text: string): string {
  return mapped(text, (c) => c.toLowerCase(), SIMPLE_LOWER)
}

/** @returns the text in small letters with a capital first one. */
export function initCap(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0)
  return text === '' ? '' : upperCase(first) + lowerCase(text.slice(first.length))
}
