import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'
import { countWork } from '../../util/work.ts'
import { type SimplePattern, simplePattern } from './simple-pattern.ts'

/** A match as RegExp gives it: the whole, and the groups if they were asked for, undefined for those that took no part. */
export type Match = ArrayLike<string | undefined> & { readonly 0: string; readonly index: number }

/** A compiled pattern. Whatever the pattern, a match takes time in proportion to the text, and long ones can be stopped. */
export interface Pattern {
  readonly groupCount: number
  /** @returns whether the pattern matches somewhere. */
  test(text: string): boolean
  /** @returns whether the pattern matches the whole text. */
  testWhole(text: string): boolean
  /**
   * @param withGroups whether the groups of each match are wanted: RE2 searches twice for them.
   * @returns the matches that do not overlap, from the left; behind one that is empty the search goes on with the next character.
   */
  matchAll(text: string, withGroups: boolean): Iterable<Match>
}

/** Texts longer than this are left to RE2, which can be stopped and needs no stack. */
const MAX_NATIVE_LENGTH = 1 << 14
/** Characters times instructions above which a match counts its work while it runs. */
const UNCOUNTED_STEPS = 1 << 18
/** As in RE2, whose limit is 8 MiB for a program. */
const MAX_INSTRUCTIONS = 350_000
const MAX_PATTERN_COST = 500_000
const CLASS_COST = 300
/** What the compilation of a pattern counts as, beside its length: some ten microseconds, a hundred with the first use. */
const COMPILATION_UNITS = 1000

let re2: typeof RE2JS | undefined

/** Loaded when the first pattern needs it: that takes longer than many a query. */
function loadRe2(): typeof RE2JS {
  re2 ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS
  return re2
}

/**
 * Compiles a pattern in the syntax of RE2: simple ones for RegExp, which is several times faster, all others for RE2JS.
 * @returns the pattern, or why it is none. Cost: some microseconds for a simple one; otherwise some ten, and once per thread as many milliseconds.
 */
export function compilePattern(pattern: string): Pattern | string {
  const simple = simplePattern(pattern)
  return simple === null ? compileRe2(pattern) : new MixedPattern(pattern, simple)
}

/** @returns the pattern as RE2 has it, or why it is none. */
export function compileRe2(pattern: string): Pattern | string {
  countWork(COMPILATION_UNITS + pattern.length)
  // the names of classes of Unicode stand for hundreds of ranges
  const cost = pattern.length + CLASS_COST * (pattern.match(/\\[pP]/g)?.length ?? 0)
  if (cost > MAX_PATTERN_COST) return 'pattern too large'
  try {
    const compiled = loadRe2().compile(pattern)
    return compiled.programSize() > MAX_INSTRUCTIONS ? 'pattern too large' : new Re2Pattern(compiled)
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('RE2JS')) return error.message
    throw error
  }
}

class Re2Pattern implements Pattern {
  readonly #compiled: RE2JS
  readonly #size: number
  readonly groupCount: number

  constructor(compiled: RE2JS) {
    this.#compiled = compiled
    this.#size = compiled.programSize()
    this.groupCount = compiled.groupCount()
  }

  test(text: string): boolean {
    return this.#compiled.test(this.#counted(text))
  }

  testWhole(text: string): boolean {
    return this.#compiled.testExact(this.#counted(text))
  }

  *matchAll(text: string, withGroups: boolean): Iterable<Match> {
    const matcher = this.#compiled.matcher(this.#counted(text))
    const lastGroup = withGroups ? this.groupCount : 0
    while (matcher.find()) {
      const match: [string, ...(string | undefined)[]] = [text.slice(matcher.start(), matcher.end())]
      for (let group = 1; group <= lastGroup; group++) match.push(matcher.group(group) ?? undefined)
      yield Object.assign(match, { index: matcher.start() })
    }
  }

  /** The text, as one that counts what is read of it if that may be much. */
  #counted(text: string): string {
    countWork(text.length)
    if (text.length * this.#size <= UNCOUNTED_STEPS) return text
    return new CountedText(text, this.#size) as unknown as string
  }
}

/** A text that counts the work of a matcher at every character that it reads, as that may try all of its instructions there. */
class CountedText extends String {
  readonly #text: string
  readonly #units: number

  constructor(text: string, size: number) {
    super(text)
    this.#text = text
    this.#units = 1 + (size >> 3)
  }

  override charCodeAt(at: number): number {
    countWork(this.#units)
    return this.#text.charCodeAt(at)
  }
}

class MixedPattern implements Pattern {
  readonly #pattern: string
  readonly #simple: SimplePattern
  readonly groupCount: number
  #anywhere: RegExp | undefined
  #whole: RegExp | undefined
  #re2: Pattern | undefined

  constructor(pattern: string, simple: SimplePattern) {
    this.#pattern = pattern
    this.#simple = simple
    this.groupCount = simple.groupCount
  }

  test(text: string): boolean {
    const regExp = this.#forSearch(text)
    return regExp === undefined ? this.#inRe2().test(text) : regExp.test(text)
  }

  testWhole(text: string): boolean {
    const { whole, wholeLine, flags } = this.#simple
    const source = whole ?? (text.includes('\n') ? null : wholeLine)
    if (source === null || text.length > MAX_NATIVE_LENGTH) return this.#inRe2().testWhole(text)
    countWork(text.length >> 4)
    this.#whole ??= new RegExp(source, flags)
    return this.#whole.test(text)
  }

  matchAll(text: string, withGroups: boolean): Iterable<Match> {
    const regExp = this.#forSearch(text)
    return regExp === undefined ? this.#inRe2().matchAll(text, withGroups) : matchesOf(regExp, text)
  }

  /** @returns undefined where RE2 has to search. */
  #forSearch(text: string): RegExp | undefined {
    const { anywhere, flags } = this.#simple
    if (anywhere === null || text.length > MAX_NATIVE_LENGTH) return undefined
    countWork(text.length >> 4)
    this.#anywhere ??= new RegExp(anywhere, `g${flags}`)
    this.#anywhere.lastIndex = 0
    return this.#anywhere
  }

  #inRe2(): Pattern {
    if (this.#re2 === undefined) {
      const compiled = compileRe2(this.#pattern)
      if (typeof compiled === 'string') throw new TypeError(`a simple pattern that RE2 refuses: ${compiled}`)
      this.#re2 = compiled
    }
    return this.#re2
  }
}

/** As `text.matchAll(regExp)`, which would make another RegExp for every text. */
function* matchesOf(regExp: RegExp, text: string): Iterable<Match> {
  let at = 0
  for (;;) {
    regExp.lastIndex = at
    const match = regExp.exec(text)
    if (match === null) return
    at = regExp.lastIndex
    if (match[0] === '') at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
    yield match as ArrayLike<string | undefined> as Match
  }
}
