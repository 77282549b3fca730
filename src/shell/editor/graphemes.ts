const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** No grapheme that a person types is longer; what is, is cut. */
const LONGEST = 64

const WORD = /[\p{L}\p{N}\p{M}_]/u

/** @returns the graphemes (what a reader takes for one character) of a text, in order. */
export function graphemesOf(text: string): string[] {
  // fast path: no ASCII character but CR LF joins another
  if (/^[\x20-\x7e\n]*$/.test(text)) return text.split('')
  return Array.from(SEGMENTER.segment(text), (s) => s.segment)
}

/** @returns the offset behind the grapheme that starts at `at`. */
export function nextBoundary(text: string, at: number): number {
  if (at >= text.length) return text.length
  const first = graphemesOf(text.slice(at, at + LONGEST))[0]!
  return at + first.length
}

/** @returns the offset of the grapheme that ends at `at`. */
export function previousBoundary(text: string, at: number): number {
  if (at <= 0) return 0
  const from = Math.max(0, text.lastIndexOf('\n', at - 2) + 1, at - LONGEST)
  const last = graphemesOf(text.slice(from, at)).at(-1)!
  return at - last.length
}

/** @returns the offset behind the word that ends at or after `at`. */
export function wordEnd(text: string, at: number): number {
  let i = at
  while (i < text.length && !WORD.test(characterAt(text, i))) i += characterAt(text, i).length
  while (i < text.length && WORD.test(characterAt(text, i))) i += characterAt(text, i).length
  return i
}

/** @returns the offset of the word that starts before `at`. */
export function wordStart(text: string, at: number): number {
  let i = at
  while (i > 0 && !WORD.test(characterBefore(text, i))) i -= characterBefore(text, i).length
  while (i > 0 && WORD.test(characterBefore(text, i))) i -= characterBefore(text, i).length
  return i
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at)!)
}

function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1)
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text[at - 1]!
}
