import type { IToken, TokenType } from 'chevrotain'
import { editDistance } from '../util/edit-distance.ts'
import { KEYWORDS, LITERAL, NameToken } from './tokens.ts'

const MAX_DISTANCE = 2
const MAX_CANDIDATES = 6

/** How many leading tokens of a text are accepted: all of them when it parses. */
export type Reach = (tokens: IToken[]) => number

/**
 * Finds a sentence that helps where a text stopped making sense: the keyword that was probably meant, or that a reserved
 * word stands where a name is wanted. Every guess is checked: it is given only if the text parses further with it.
 * @param at index of the offending token; -1 at the end of the text.
 * @returns the sentence, or undefined. Cost: up to a dozen parses.
 */
export function findHint(tokens: readonly IToken[], at: number, reach: Reach): string | undefined {
  const end = at === -1 ? tokens.length : at
  return (
    reservedWordHint(tokens, end, reach) ?? keywordHint(tokens, end, reach) ?? keywordHint(tokens, end - 1, reach, end)
  )
}

function reservedWordHint(tokens: readonly IToken[], at: number, reach: Reach): string | undefined {
  const token = tokens[at]
  if (token === undefined || KEYWORDS.get(token.image.toUpperCase()) !== token.tokenType) return undefined
  if (token.tokenType.CATEGORIES?.includes(NameToken)) return undefined
  // One token further is no sign: nearly every place takes a name, and then the next token is wrong.
  const needed = Math.min(at + 2, tokens.length)
  if (reach(tokens.with(at, retyped(token, LITERAL.identifier))) < needed) return undefined
  return `${token.image} is a reserved word; to use it as a name, write \`${token.image}\`.`
}

function keywordHint(tokens: readonly IToken[], at: number, reach: Reach, known = at): string | undefined {
  const token = tokens[at]
  if (token?.tokenType !== LITERAL.identifier || token.image.startsWith('`')) return undefined
  let best: string | undefined
  let bestReach = known
  for (const [keyword, type] of nearKeywords(token.image)) {
    const reached = reach(tokens.with(at, retyped({ ...token, image: keyword }, type)))
    if (reached <= bestReach) continue
    bestReach = reached
    best = keyword
  }
  return best === undefined ? undefined : `Did you mean ${best}?`
}

function retyped(token: IToken, tokenType: TokenType): IToken {
  return { ...token, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0 }
}

/** @returns keywords within two edits (and less than half of the word), nearest first. */
function nearKeywords(word: string): [string, TokenType][] {
  const upper = word.toUpperCase()
  const limit = Math.min(MAX_DISTANCE, Math.floor(upper.length / 2))
  return [...KEYWORDS]
    .filter(([keyword]) => Math.abs(keyword.length - upper.length) <= limit)
    .map((entry) => ({ entry, distance: editDistance(upper, entry[0]) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_CANDIDATES)
    .map(({ entry }) => entry)
}
