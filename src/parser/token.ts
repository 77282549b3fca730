/** A kind of token, or a category of kinds. Types are made once, at import, and compared by identity. */
export interface TokenType {
  /** What messages call it: `'('`, `an integer`, `MATCH`. */
  readonly name: string
  /** Number of the type, counted from 1 in the order in which types are made. */
  readonly index: number
  /** The categories that it is in. */
  readonly categories: readonly TokenType[]
  /** By index of a type: whether a token of that type is one of this type. */
  readonly matches: readonly boolean[]
}

/** One token of a text. */
export interface Token {
  readonly image: string
  /** Offset in the text, in UTF-16 units. */
  readonly startOffset: number
  /** Offset of the last unit, as against the one after it. */
  readonly endOffset: number
  /** Line and column of the start, counted from 1. */
  readonly startLine: number
  readonly startColumn: number
  readonly type: TokenType
  /** What the token stands for, where that is not its image; see lexer.ts. */
  readonly payload?: string | undefined
}

let types = 0

/** Makes a type of tokens. @param categories types that shall match its tokens, too. */
export function tokenType(name: string, ...categories: TokenType[]): TokenType {
  const index = ++types
  const matches: boolean[] = []
  matches[index] = true
  for (const category of categories) (category.matches as boolean[])[index] = true
  return { name, index, categories, matches }
}

/** Type of the token after the last one. */
export const END_TYPE = tokenType('the end of the text')

/** The token after the last one, and before the first one; it has no place. */
export const END: Token = Object.freeze({
  image: '',
  startOffset: Number.NaN,
  endOffset: Number.NaN,
  startLine: Number.NaN,
  startColumn: Number.NaN,
  type: END_TYPE,
})
