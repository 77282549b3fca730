const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' }

/**
 * Splits the inside of a nested cell at a separator, leaving alone what stands inside brackets or quotes.
 * @param limit most parts to make; the last one keeps the separators that are left.
 * @returns the parts as they stand, spaces included; an empty text gives no part.
 */
export function splitNested(text: string, separator: string, limit = Number.POSITIVE_INFINITY): string[] {
  if (text === '') return []
  const parts: string[] = []
  const open: string[] = []
  let start = 0
  for (let i = 0; i < text.length && parts.length < limit - 1; i++) {
    const unit = text[i]!
    if ((unit === '"' || unit === "'") && opensQuote(text, i, start)) {
      const end = text.indexOf(unit, i + 1)
      if (end > 0) i = end
    } else if (CLOSING[unit] !== undefined) open.push(CLOSING[unit])
    else if (unit === open.at(-1)) open.pop()
    else if (unit === separator && open.length === 0) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** A quote in the middle of a word is an apostrophe. */
function opensQuote(text: string, at: number, partStart: number): boolean {
  const before = text[at - 1]
  return (
    at === partStart ||
    before === ' ' ||
    before === ',' ||
    before === '[' ||
    before === '{' ||
    before === ':' ||
    before === '='
  )
}
