import { listOfTypes } from './expectation.ts'
import { Mismatch } from './mismatch.ts'
import {
  type Alternative,
  beginnings,
  choices,
  firstTypes,
  type Group,
  type GroupProduction,
  type Production,
  type RecordedRule,
} from './production.ts'
import { END, END_TYPE, type Token, type TokenType } from './token.ts'

/** A grammar rule that gives a `T`; made by {@link Recognizer.rule}. */
export interface Rule<T> extends RecordedRule {
  readonly body: () => T
  /** Decisions that were taken before: of its groups, by kind and number, and of its choices, by number. */
  readonly begins: (readonly boolean[] | undefined)[]
  readonly choices: (readonly (readonly number[])[] | undefined)[]
}

/** What is optional or repeated; `GATE` says whether it may be entered at all. */
export type Part<T> = (() => T) | { readonly GATE?: () => boolean; readonly DEF: () => T }

/** What is repeated at least once. */
export type Some<T> = (() => T) | { readonly DEF: () => T; readonly ERR_MSG?: string }

/** What is repeated with a token in between. */
export interface Separated<T> {
  readonly SEP: TokenType
  readonly DEF: () => T
}

/** One of several alternatives. */
export interface Choice<T> {
  readonly GATE?: () => boolean
  readonly ALT: () => T
}

/** Alternatives with what messages call them; IGNORE_AMBIGUITIES says that several may begin alike and their order is meant. */
export interface Choices<T> {
  readonly DEF: readonly Choice<T>[]
  readonly ERR_MSG?: string
  readonly IGNORE_AMBIGUITIES?: boolean
}

const GROUPS: readonly Group[] = ['option', 'many', 'some', 'many separated', 'some separated']
const OPTION = 0
const MANY = 1
const SOME = 2
const MANY_SEPARATED = 3
const SOME_SEPARATED = 4
/** Groups of one kind that a rule can number. */
const NUMBERS = 10

/** What rules get in place of trees while they are recorded; actions that look into one stand in ACTION. */
const DUMMY = Object.freeze({}) as unknown

/**
 * Runs a grammar that is written as methods: a predictive parser with one token of lookahead.
 *
 * What a decision needs to know of the grammar, the tokens that each part can begin with, it learns by running the rules in question once
 * with recording methods and dummies, when the decision is first taken. So constructing costs next to nothing, and a
 * statement pays for the rules near its own. The upper-case methods are named after those of parser toolkits that work the same way; numbered forms
 * tell groups of one kind in one rule apart. Not re-entrant.
 */
export abstract class Recognizer {
  /** All rules, in the order of their definition. */
  readonly rules: Rule<unknown>[] = []
  #tokens: readonly Token[] = []
  #at = 0
  #rule: Rule<unknown> | null = null
  /** Where productions go while a rule is recorded. */
  #record: Production[] | null = null

  /**
   * Parses tokens by a rule, all of them.
   * @throws {Mismatch} when the text is none of the rule's; errors of actions as they are.
   */
  run<T>(rule: Rule<T>, tokens: readonly Token[]): T {
    this.#tokens = tokens
    this.#at = 0
    this.#record = null
    const result = this.SUBRULE(rule)
    const next = this.LA(1)
    if (next.type !== END_TYPE) throw new Mismatch(END_TYPE.name, next)
    return result
  }

  /** Forgets the tokens, which may be those of a long text. */
  reset(): void {
    this.#tokens = []
  }

  /** Defines a rule; its name is for those who look at the grammar. */
  protected rule<T>(name: string, body: () => T): Rule<T> {
    let productions: readonly Production[] | null = null
    const rule: Rule<T> = {
      name,
      body,
      begins: [],
      choices: [],
      productions: () => {
        productions ??= this.#recording(body)
        return productions
      },
    }
    this.rules.push(rule)
    return rule
  }

  /** Whether a rule is being recorded, and all of its branches are to be visited. */
  protected get isRecording(): boolean {
    return this.#record !== null
  }

  /** The token `distance` positions ahead, 1 being the next one and 0 the one consumed last. */
  protected LA(distance: number): Token {
    return (this.#record === null ? this.#tokens[this.#at + distance - 1] : undefined) ?? END
  }

  /** Consumes the next token. @throws {Mismatch} when it has another type. */
  protected CONSUME(type: TokenType): Token {
    if (this.#record !== null) {
      this.#record.push({ kind: 'token', type })
      return END
    }
    const token = this.#tokens[this.#at] ?? END
    if (type.matches[token.type.index] !== true) throw new Mismatch(type.name, token)
    this.#at++
    return token
  }

  /** Parses by another rule. */
  protected SUBRULE<T>(rule: Rule<T>): T {
    if (this.#record !== null) {
      this.#record.push({ kind: 'rule', rule })
      return DUMMY as T
    }
    const outer = this.#rule
    this.#rule = rule
    const result = rule.body()
    this.#rule = outer
    return result
  }

  /** Does something that needs real trees, so not while a rule is recorded. */
  protected ACTION<T>(action: () => T): T {
    return this.#record === null ? action() : (undefined as T)
  }

  /** Whether the next tokens are of this rule. Consumes nothing. */
  protected accepts(rule: Rule<unknown>): boolean {
    const at = this.#at
    const outer = this.#rule
    try {
      this.SUBRULE(rule)
      return true
    } catch (error) {
      if (error instanceof Mismatch) return false
      throw error
    } finally {
      this.#at = at
      this.#rule = outer
    }
  }

  protected OPTION<T>(part: Part<T>): T | undefined {
    return this.#option(0, part)
  }

  protected OPTION2<T>(part: Part<T>): T | undefined {
    return this.#option(2, part)
  }

  protected OPTION3<T>(part: Part<T>): T | undefined {
    return this.#option(3, part)
  }

  protected OPTION4<T>(part: Part<T>): T | undefined {
    return this.#option(4, part)
  }

  /** None, one or several times. */
  protected MANY(part: Part<unknown>): void {
    const body = typeof part === 'function' ? part : part.DEF
    if (this.#record !== null) {
      this.#recordGroup(MANY, 0, body)
      return
    }
    for (let last = -1; last < this.#at && this.#enters(MANY, 0, part); ) {
      last = this.#at
      body()
    }
  }

  protected AT_LEAST_ONE(part: Some<unknown>): void {
    this.#some(0, part)
  }

  protected AT_LEAST_ONE2(part: Some<unknown>): void {
    this.#some(2, part)
  }

  protected MANY_SEP(part: Separated<unknown>): void {
    this.#manySeparated(0, part)
  }

  protected MANY_SEP2(part: Separated<unknown>): void {
    this.#manySeparated(2, part)
  }

  protected AT_LEAST_ONE_SEP(part: Separated<unknown>): void {
    this.#someSeparated(0, part)
  }

  protected AT_LEAST_ONE_SEP2(part: Separated<unknown>): void {
    this.#someSeparated(2, part)
  }

  protected OR<T>(alternatives: readonly Choice<T>[] | Choices<T>): T {
    return this.#choose(0, alternatives)
  }

  protected OR2<T>(alternatives: readonly Choice<T>[] | Choices<T>): T {
    return this.#choose(2, alternatives)
  }

  protected OR3<T>(alternatives: readonly Choice<T>[] | Choices<T>): T {
    return this.#choose(3, alternatives)
  }

  protected OR9<T>(alternatives: readonly Choice<T>[] | Choices<T>): T {
    return this.#choose(9, alternatives)
  }

  #option<T>(number: number, part: Part<T>): T | undefined {
    const body = typeof part === 'function' ? part : part.DEF
    if (this.#record !== null) {
      this.#recordGroup(OPTION, number, body)
      return DUMMY as T
    }
    return this.#enters(OPTION, number, part) ? body() : undefined
  }

  #some(number: number, part: Some<unknown>): void {
    const body = typeof part === 'function' ? part : part.DEF
    if (this.#record !== null) {
      this.#recordGroup(SOME, number, body)
      return
    }
    if (!this.#begins(SOME, number))
      this.#refuseGroup(SOME, number, typeof part === 'function' ? undefined : part.ERR_MSG)
    for (let last = -1; last < this.#at && this.#begins(SOME, number); ) {
      last = this.#at
      body()
    }
  }

  #manySeparated(number: number, { SEP, DEF }: Separated<unknown>): void {
    if (this.#record !== null) {
      this.#recordGroup(MANY_SEPARATED, number, DEF, SEP)
      return
    }
    if (this.#begins(MANY_SEPARATED, number)) this.#separated(SEP, DEF)
  }

  #someSeparated(number: number, { SEP, DEF }: Separated<unknown>): void {
    if (this.#record !== null) {
      this.#recordGroup(SOME_SEPARATED, number, DEF, SEP)
      return
    }
    if (!this.#begins(SOME_SEPARATED, number)) this.#refuseGroup(SOME_SEPARATED, number, undefined)
    this.#separated(SEP, DEF)
  }

  #separated(separator: TokenType, body: () => unknown): void {
    body()
    while (separator.matches[this.LA(1).type.index] === true) {
      this.#at++
      body()
    }
  }

  #choose<T>(number: number, alternatives: readonly Choice<T>[] | Choices<T>): T {
    const list = 'DEF' in alternatives ? alternatives.DEF : alternatives
    if (this.#record !== null) return this.#recordChoice(number, list, alternatives)
    const rule = this.#rule!
    const table = rule.choices[number] ?? this.#choices(rule, number)
    const token = this.LA(1)
    for (const i of table[token.type.index] ?? []) {
      const { GATE, ALT } = list[i]!
      if (GATE === undefined || GATE()) return ALT()
    }
    const expected = 'DEF' in alternatives ? alternatives.ERR_MSG : undefined
    throw new Mismatch(expected ?? this.#namesOfChoice(rule, number), token)
  }

  #enters(kind: number, number: number, part: Part<unknown>): boolean {
    return (typeof part === 'function' || part.GATE === undefined || part.GATE()) && this.#begins(kind, number)
  }

  /** Whether the next token can begin a group of the current rule. */
  #begins(kind: number, number: number): boolean {
    const rule = this.#rule!
    const slot = kind * NUMBERS + number
    let table = rule.begins[slot]
    if (table === undefined) {
      table = beginnings(findGroup(rule, kind, number).parts)
      rule.begins[slot] = table
    }
    return table[this.LA(1).type.index] === true
  }

  #choices(rule: Rule<unknown>, number: number): readonly (readonly number[])[] {
    const table = choices(findChoice(rule, number))
    rule.choices[number] = table
    return table
  }

  #namesOfChoice(rule: Rule<unknown>, number: number): string {
    return listOfTypes(findChoice(rule, number).flatMap(({ parts }) => [...firstTypes(parts)]))
  }

  #refuseGroup(kind: number, number: number, expected: string | undefined): never {
    const names = (): string => listOfTypes([...firstTypes(findGroup(this.#rule!, kind, number).parts)])
    throw new Mismatch(expected ?? names(), this.LA(1))
  }

  /** Runs something that calls the methods above, and gives what it is made of. */
  #recording(body: () => unknown): Production[] {
    const outer = this.#record
    const productions: Production[] = []
    this.#record = productions
    try {
      body()
    } finally {
      this.#record = outer
    }
    return productions
  }

  #recordGroup(kind: number, number: number, body: () => unknown, separator: TokenType | null = null): void {
    const parts = this.#recording(body)
    this.#record!.push({ kind: 'group', group: GROUPS[kind]!, number, separator, parts })
  }

  #recordChoice<T>(number: number, list: readonly Choice<T>[], given: readonly Choice<T>[] | Choices<T>): T {
    const alternatives = list.map(({ ALT, GATE }) => ({ parts: this.#recording(ALT), hasGate: GATE !== undefined }))
    const isOrdered = 'DEF' in given && given.IGNORE_AMBIGUITIES === true
    this.#record!.push({ kind: 'choice', number, alternatives, isOrdered })
    return DUMMY as T
  }
}

function findGroup(rule: RecordedRule, kind: number, number: number): GroupProduction {
  const group = GROUPS[kind]!
  const found = find(rule.productions(), (p) => p.kind === 'group' && p.group === group && p.number === number)
  if (found?.kind !== 'group') throw new Error(`rule ${rule.name} has no ${group} ${number}`)
  return found
}

function findChoice(rule: RecordedRule, number: number): readonly Alternative[] {
  const found = find(rule.productions(), (p) => p.kind === 'choice' && p.number === number)
  if (found?.kind !== 'choice') throw new Error(`rule ${rule.name} has no choice ${number}`)
  return found.alternatives
}

/** The first production, in depth, that satisfies `isWanted`; referenced rules are not entered. */
function find(parts: readonly Production[], isWanted: (part: Production) => boolean): Production | undefined {
  for (const part of parts) {
    if (isWanted(part)) return part
    const inner =
      part.kind === 'group' ? [part.parts] : part.kind === 'choice' ? part.alternatives.map((a) => a.parts) : []
    for (const list of inner) {
      const found = find(list, isWanted)
      if (found !== undefined) return found
    }
  }
  return undefined
}
