import type { IToken } from 'chevrotain'
import { KEYWORDS, LITERAL } from './tokens.ts'

const MAX_DISTANCE = 2
const MAX_CANDIDATES = 6

/**
 * Finds the keyword that was probably meant where a text stopped making sense.
 *
 * Candidates are keywords close to the offending word or the one before it; one is taken only if the text parses further
 * with it in place, so a hint is never a guess that would fail at the same spot.
 * @param at index of the offending token; -1 or the length of `tokens` at the end of the text.
 * @param reach how many leading tokens of a changed text are accepted.
 * @returns the keyword, or undefined. Cost: a few parses.
 */
export function suggestKeyword(
  tokens: readonly IToken[],
  at: number,
  reach: (tokens: IToken[]) => number,
): string | undefined {
  const end = at === -1 ? tokens.length : at
  let best: string | undefined
  let bestReach = end
  for (const position of [end, end - 1]) {
    const token = tokens[position]
    if (token === undefined || token.tokenType !== LITERAL.identifier || token.image.startsWith('`')) continue
    for (const keyword of nearKeywords(token.image)) {
      const type = KEYWORDS.get(keyword)
      if (type === undefined) continue
      const changed = { ...token, image: keyword, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 }
      const reached = reach(tokens.with(position, changed))
      if (reached > bestReach) {
        bestReach = reached
        best = keyword
      }
    }
    if (best !== undefined) return best
  }
  return undefined
}

/** @returns keywords within two edits (and less than half of the word), nearest first. */
function nearKeywords(word: string): string[] {
  const upper = word.toUpperCase()
  const limit = Math.min(MAX_DISTANCE, Math.floor(upper.length / 2))
  return [...KEYWORDS.keys()]
    .filter((keyword) => Math.abs(keyword.length - upper.length) <= limit)
    .map((keyword) => ({ keyword, distance: editDistance(upper, keyword) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_CANDIDATES)
    .map(({ keyword }) => keyword)
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let value = Math.min(at(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1, at(rows, i - 1, j - 1) + cost)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) value = Math.min(value, at(rows, i - 2, j - 2) + 1)
      row.push(value)
    }
    rows.push(row)
  }
  return at(rows, a.length, b.length)
}

function at(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0
}
