import type { TokenType } from './token.ts'

/** What a rule is made of, as recorded when a decision first needs to know. */
export type Production =
  | { readonly kind: 'token'; readonly type: TokenType }
  | { readonly kind: 'rule'; readonly rule: RecordedRule }
  | GroupProduction
  | ChoiceProduction

/** A part that is optional or repeated. */
export interface GroupProduction {
  readonly kind: 'group'
  readonly group: Group
  /** Tells groups of one kind in one rule apart. */
  readonly number: number
  readonly separator: TokenType | null
  readonly parts: readonly Production[]
}

/** Alternatives, of which the first that can begin with the next token is taken. */
export interface ChoiceProduction {
  readonly kind: 'choice'
  readonly number: number
  readonly alternatives: readonly Alternative[]
  /** Whether alternatives may begin alike, their order being meant. */
  readonly isOrdered: boolean
}

/** One alternative; one with a gate may begin like a later one. */
export interface Alternative {
  readonly parts: readonly Production[]
  readonly hasGate: boolean
}

/** Kinds of groups: `?`, `*`, `+`, and the last two with separators. */
export type Group = 'option' | 'many' | 'some' | 'many separated' | 'some separated'

/** A rule as far as its productions are concerned. */
export interface RecordedRule {
  readonly name: string
  /** Its productions, in order; recorded at the first call. */
  productions(): readonly Production[]
}

/** What a production can begin with, and whether it can also be empty. */
interface First {
  /** In the order in which the grammar names them. */
  readonly types: ReadonlySet<TokenType>
  readonly isNullable: boolean
}

const firstOfRule = new WeakMap<RecordedRule, First>()

/**
 * @returns the token types that a sequence can begin with, in the order of the grammar. FIRST sets are those of Aho, Sethi and Ullman (Compilers, 4.4), without FOLLOW: an
 *   optional part is entered whenever the next token can begin it.
 */
export function firstTypes(parts: readonly Production[]): ReadonlySet<TokenType> {
  return firstOfSequence(parts).types
}

/** @returns by index of a token's type: whether the token can begin the sequence. */
export function beginnings(parts: readonly Production[]): readonly boolean[] {
  const table: boolean[] = []
  for (const type of firstTypes(parts)) for (const index of indexesOf(type)) table[index] = true
  return table
}

/** @returns by index of a token's type: the alternatives, in order, that can begin with the token. */
export function choices(alternatives: readonly Alternative[]): readonly (readonly number[])[] {
  const table: number[][] = []
  alternatives.forEach(({ parts }, i) => {
    beginnings(parts).forEach((_, index) => {
      table[index] ??= []
      table[index].push(i)
    })
  })
  return table
}

function indexesOf({ matches }: TokenType): number[] {
  return matches.flatMap((isMatch, index) => (isMatch ? [index] : []))
}

function firstOfSequence(parts: readonly Production[]): First {
  const types = new Set<TokenType>()
  for (const part of parts) {
    const first = firstOf(part)
    for (const type of first.types) types.add(type)
    if (!first.isNullable) return { types, isNullable: false }
  }
  return { types, isNullable: true }
}

function firstOf(part: Production): First {
  switch (part.kind) {
    case 'token':
      return { types: new Set([part.type]), isNullable: false }
    case 'rule':
      return firstOfReferenced(part.rule)
    case 'choice': {
      const firsts = part.alternatives.map(({ parts }) => firstOfSequence(parts))
      return {
        types: new Set(firsts.flatMap(({ types }) => [...types])),
        isNullable: firsts.some(({ isNullable }) => isNullable),
      }
    }
    case 'group': {
      const first = firstOfSequence(part.parts)
      return part.group.startsWith('some') ? first : { types: first.types, isNullable: true }
    }
  }
}

function firstOfReferenced(rule: RecordedRule): First {
  let first = firstOfRule.get(rule)
  if (first === undefined) {
    first = firstOfSequence(rule.productions())
    firstOfRule.set(rule, first)
  }
  return first
}
