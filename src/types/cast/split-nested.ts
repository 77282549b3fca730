/** Half-open range of positions in a text. */
export interface Range {
  start: number
  end: number
}

const OPENING = '[{'
const CLOSING = ']}'

/**
 * Cuts the inside of a bracketed text at the commas that stand outside inner brackets and quotes. Quotes stay part of what they surround; one that is not closed, and in a list one within an element, counts as a character.
 * @returns the trimmed parts; one empty part for an empty inside; null if the text is not one bracketed whole.
 */
export function splitBracketed(text: string, open: '[' | '{'): Range[] | null {
  const whole = trim(text, 0, text.length)
  if (whole.end - whole.start < 2 || text[whole.start] !== open) return null
  const parts: Range[] = []
  const closers: string[] = []
  let partStart = whole.start + 1
  for (let i = whole.start; i < whole.end; i++) {
    const character = text[i]!
    if (character === '"' || character === "'") {
      const close = open === '{' || startsPart(text, i) ? text.indexOf(character, i + 1) : -1
      if (close > 0 && close < whole.end) i = close
    } else if (OPENING.includes(character)) {
      closers.push(CLOSING[OPENING.indexOf(character)]!)
    } else if (CLOSING.includes(character)) {
      if (closers.pop() !== character) return null
      if (closers.length === 0) {
        if (i !== whole.end - 1) return null
        parts.push(trim(text, partStart, i))
        return parts
      }
    } else if (character === ',' && closers.length === 1) {
      parts.push(trim(text, partStart, i))
      partStart = i + 1
    }
  }
  return null
}

/** Whether nothing but white space stands between a position and the start of an element, name or value. */
function startsPart(text: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && /\s/.test(text[before]!)) before--
  return before < 0 || '[{,:='.includes(text[before]!)
}

/** @returns the range without the white space at its ends. */
export function trim(text: string, start: number, end: number): Range {
  while (start < end && /\s/.test(text[start]!)) start++
  while (end > start && /\s/.test(text[end - 1]!)) end--
  return { start, end }
}

/** @returns a text without the pair of quotes around it, if it has one. */
export function unquote(text: string): string {
  const first = text[0]
  const quoted = text.length >= 2 && (first === '"' || first === "'") && text.endsWith(first)
  return quoted ? text.slice(1, -1) : text
}

/** @returns where the separator stands in a part, outside quotes; -1 if it does not. */
export function findSeparator(text: string, part: Range, separator: ':' | '='): number {
  for (let i = part.start; i < part.end; i++) {
    const character = text[i]!
    if (character === separator) return i
    if (character === '"' || character === "'") {
      const close = text.indexOf(character, i + 1)
      if (close > 0 && close < part.end) i = close
    }
  }
  return -1
}
