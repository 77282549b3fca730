import { deepEqual, equal, ok } from 'node:assert/strict'
import { createTokenInstance, type IToken, LLkLookaheadStrategy, type TokenType } from 'chevrotain'
import { CypherGrammar } from '../../../src/parser/grammar/statement-grammar.ts'
import {
  beginnings,
  type ChoiceProduction,
  choices,
  type GroupProduction,
  type Production,
} from '../../../src/parser/production.ts'
import { Recognizer } from '../../../src/parser/recognizer.ts'
import { tokenType } from '../../../src/parser/token.ts'
import { toChevrotain } from '../../support/chevrotain-grammar.ts'

const KINDS = {
  option: 'Option',
  many: 'Repetition',
  some: 'RepetitionMandatory',
  'many separated': 'RepetitionWithSeparator',
  'some separated': 'RepetitionMandatoryWithSeparator',
} as const

const grammar = new CypherGrammar()
const reference = toChevrotain(grammar)
const strategy = new LLkLookaheadStrategy({ maxLookahead: 1 })

/** Every choice and group of a rule, those within others too. */
function decisions(parts: readonly Production[]): (GroupProduction | ChoiceProduction)[] {
  return parts.flatMap((part) => {
    if (part.kind === 'group') return [part, ...decisions(part.parts)]
    if (part.kind === 'choice') return [part, ...part.alternatives.flatMap(({ parts }) => decisions(parts))]
    return []
  })
}

/** What a decision of Chevrotain's says to a single token. */
function ask(decide: (...parameters: never[]) => unknown, type: TokenType): unknown {
  const token = createTokenInstance(type, '', 0, 0, 0, 0, 0, 0)
  return (decide as unknown as () => unknown).call({ LA: () => token, LA_FAST: () => token } as {
    LA(): IToken
  } as never)
}

describe('grammar', () => {
  it('has no ambiguity, left recursion or unreachable alternative', () => {
    const errors = strategy.validate({
      rules: [...reference.rules.values()],
      tokenTypes: [...reference.types.values()],
      grammarName: 'Cypher',
    })
    deepEqual(
      errors.map(({ message }) => message),
      [],
    )
  }).timeout(20_000)

  it('names every decision of a rule once: the number tells them apart', () => {
    for (const { name, productions } of grammar.rules) {
      const names = decisions(productions()).map((d) => `${d.kind === 'group' ? d.group : d.kind} ${d.number}`)
      deepEqual(names, [...new Set(names)], `rule ${name}`)
    }
  })

  it('decides as Chevrotain’s own lookahead does, for every decision and every token', () => {
    let compared = 0
    for (const rule of grammar.rules) {
      const theirs = { rule: reference.rules.get(rule.name)!, maxLookahead: 1, dynamicTokensEnabled: false }
      for (const decision of decisions(rule.productions())) {
        const isGroup = decision.kind === 'group'
        const own = isGroup ? beginnings(decision.parts) : choices(decision.alternatives)
        const decide = isGroup
          ? strategy.buildLookaheadForOptional({
              ...theirs,
              prodOccurrence: decision.number,
              prodType: KINDS[decision.group],
            })
          : strategy.buildLookaheadForAlternation({
              ...theirs,
              prodOccurrence: decision.number,
              hasPredicates: false,
            })
        for (const [type, theirType] of reference.types) {
          const mine = own[type.index]
          const expected = ask(decide, theirType)
          const where = `rule ${rule.name}, ${isGroup ? decision.group : 'choice'} ${decision.number}, ${type.name}`
          equal(Array.isArray(mine) ? mine[0] : mine, isGroup && expected === false ? undefined : expected, where)
          compared++
        }
      }
    }
    ok(compared > 10_000, `${compared} comparisons`)
  }).timeout(60_000)
})

const A = tokenType('A')
const B = tokenType('B')

/** Two rules, of which statements that begin with A need one. */
class Small extends Recognizer {
  recorded: string[] = []

  readonly start = this.rule('start', () => {
    this.#note('start')
    return this.OR([{ ALT: () => this.SUBRULE(this.first) }, { ALT: () => this.CONSUME(B).image }])
  })

  readonly first = this.rule('first', (): string => {
    this.#note('first')
    const { image } = this.CONSUME(A)
    this.OPTION(() => this.SUBRULE(this.second))
    return image
  })

  readonly second = this.rule('second', () => {
    this.#note('second')
    return this.CONSUME(B).image
  })

  #note(name: string): void {
    if (this.isRecording) this.recorded.push(name)
  }
}

describe('recognizer', () => {
  const tokenOf = (type: typeof A, image: string) =>
    ({ image, startOffset: 0, endOffset: 0, startLine: 1, startColumn: 1, type }) as const

  it('learns a rule when a decision first needs it, and never again', () => {
    const small = new Small()
    deepEqual(small.recorded, [])
    equal(small.run(small.start, [tokenOf(B, 'b')]), 'b')
    deepEqual(small.recorded, ['start', 'first'])
    equal(small.run(small.start, [tokenOf(A, 'a'), tokenOf(B, 'b')]), 'a')
    equal(small.run(small.start, [tokenOf(A, 'a')]), 'a')
    deepEqual(small.recorded, ['start', 'first', 'second'])
  })
})
