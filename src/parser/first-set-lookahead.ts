import {
  Alternation,
  type ILookaheadStrategy,
  type IOrAlt,
  type IProduction,
  type IToken,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  type Rule,
  Terminal,
  type TokenType,
} from 'chevrotain'

type AlternationOptions = Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0]
type OptionalOptions = Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0]
type AlternationLookahead = ReturnType<ILookaheadStrategy['buildLookaheadForAlternation']>
type OptionalLookahead = ReturnType<ILookaheadStrategy['buildLookaheadForOptional']>

/** Indexes of the token types that a production can begin with, and whether it can also be empty. */
interface FirstSet {
  readonly tokens: ReadonlySet<number>
  readonly nullable: boolean
}

/** The parser, as far as a decision looks at it. */
interface TokenSource {
  LA(distance: number): IToken
}

type WithDefinition = IProduction & { readonly definition: readonly IProduction[] }

const KINDS = {
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
} as const

/**
 * Decides by the next token, as Chevrotain's own strategy does for one token of lookahead, but computes a decision when it is first taken: a
 * statement needs some dozens of the grammar's 700, and enumerating the paths of all took half of the time to construct the parser.
 *
 * FIRST sets are those of Aho, Sethi and Ullman (Compilers, 4.4), without FOLLOW: like Chevrotain, an optional part is entered whenever the
 * next token can begin it, and of several alternatives the first that can begin with the token (and whose GATE holds) is taken.
 */
export class FirstSetLookahead implements ILookaheadStrategy {
  readonly #firstOfRule = new Map<Rule, FirstSet>()

  /** Ambiguities are found by Chevrotain's strategy, in the test that validates the grammar. */
  validate(): [] {
    return []
  }

  buildLookaheadForAlternation({ rule, prodOccurrence, hasPredicates }: AlternationOptions): AlternationLookahead {
    let choices: readonly (readonly number[])[] | null = null
    const choicesOf = (): readonly (readonly number[])[] =>
      this.#choices(find(rule.definition, Alternation, prodOccurrence).definition)
    if (!hasPredicates) {
      return function (this: TokenSource) {
        choices ??= choicesOf()
        return choices[this.LA(1).tokenTypeIdx]?.[0]
      }
    }
    return function (this: TokenSource, alternatives?: IOrAlt<unknown>[]) {
      choices ??= choicesOf()
      const possible = choices[this.LA(1).tokenTypeIdx]
      return possible?.find((i) => alternatives?.[i]?.GATE?.call(this) !== false)
    }
  }

  buildLookaheadForOptional({ rule, prodOccurrence, prodType }: OptionalOptions): OptionalLookahead {
    let first: FirstSet | null = null
    const firstOf = (): FirstSet =>
      this.#firstOfSequence(find(rule.definition, KINDS[prodType], prodOccurrence).definition)
    return function (this: TokenSource) {
      first ??= firstOf()
      return first.tokens.has(this.LA(1).tokenTypeIdx)
    }
  }

  /** @returns the alternatives, in order, that can begin with each token type. */
  #choices(alternatives: readonly IProduction[]): number[][] {
    const choices: number[][] = []
    alternatives.forEach((alternative, i) => {
      for (const token of this.#first(alternative).tokens) {
        choices[token] ??= []
        choices[token].push(i)
      }
    })
    return choices
  }

  #firstOfSequence(productions: readonly IProduction[]): FirstSet {
    const tokens = new Set<number>()
    for (const production of productions) {
      const first = this.#first(production)
      for (const token of first.tokens) tokens.add(token)
      if (!first.nullable) return { tokens, nullable: false }
    }
    return { tokens, nullable: true }
  }

  #first(production: IProduction): FirstSet {
    if (production instanceof Terminal) return { tokens: new Set(indexesOf(production.terminalType)), nullable: false }
    if (production instanceof NonTerminal) return this.#firstOf(production.referencedRule)
    const { definition } = production as WithDefinition
    if (production instanceof Alternation) {
      const parts = definition.map((alternative) => this.#first(alternative))
      return {
        tokens: new Set(parts.flatMap(({ tokens }) => [...tokens])),
        nullable: parts.some(({ nullable }) => nullable),
      }
    }
    const first = this.#firstOfSequence(definition)
    const skippable =
      production instanceof Option || production instanceof Repetition || production instanceof RepetitionWithSeparator
    return skippable ? { ...first, nullable: true } : first
  }

  #firstOf(rule: Rule): FirstSet {
    let first = this.#firstOfRule.get(rule)
    if (first === undefined) {
      first = this.#firstOfSequence(rule.definition)
      this.#firstOfRule.set(rule, first)
    }
    return first
  }
}

/** A type and all types of its category. */
function indexesOf({ tokenTypeIdx, categoryMatches }: TokenType): number[] {
  return [tokenTypeIdx!, ...(categoryMatches ?? [])]
}

/** @returns the production of this kind and number inside of a rule. */
function find<T extends WithDefinition & { readonly idx: number }>(
  productions: readonly IProduction[],
  kind: abstract new (...parameters: never[]) => T,
  occurrence: number,
): T {
  const found = search(productions, kind, occurrence)
  if (found === undefined) throw new Error(`the grammar has no ${kind.name} ${occurrence} in this rule`)
  return found
}

function search<T extends WithDefinition & { readonly idx: number }>(
  productions: readonly IProduction[],
  kind: abstract new (...parameters: never[]) => T,
  occurrence: number,
): T | undefined {
  for (const production of productions) {
    if (production instanceof kind && production.idx === occurrence) return production
    if (production instanceof Terminal || production instanceof NonTerminal) continue
    const found = search((production as WithDefinition).definition, kind, occurrence)
    if (found !== undefined) return found
  }
  return undefined
}
