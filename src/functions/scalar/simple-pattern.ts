/** A pattern of RE2 that the RegExp of JavaScript matches the same way, without ever going back far. Null sources: not by RegExp in this way. */
export interface SimplePattern {
  readonly groupCount: number
  readonly flags: string
  /** To find the pattern somewhere in a text. */
  readonly anywhere: string | null
  /** To match a whole text. */
  readonly whole: string | null
  /** To match a whole text in which there is no newline. */
  readonly wholeLine: string | null
}

/** Characters that one item of a pattern takes: bit 0 to 127 the ASCII ones, bit 128 all others together. */
type CharacterSet = bigint

interface Item {
  readonly set: CharacterSet
  readonly min: number
  readonly max: number
}

const OTHERS = 1n << 128n
const ALL = (1n << 129n) - 1n
const NEWLINE = bit(10)
const DIGITS = range(48, 57)
const WORD = DIGITS | range(65, 90) | range(97, 122) | bit(95)
/** What `\s` means to RE2: no vertical tab, nothing beyond ASCII. */
const SPACE = bit(9) | bit(10) | bit(12) | bit(13) | bit(32)
const CLASS_ESCAPES: Readonly<Record<string, readonly [inside: string, set: CharacterSet]>> = {
  d: ['0-9', DIGITS],
  w: ['0-9A-Za-z_', WORD],
  s: ['\\t\\n\\f\\r ', SPACE],
}
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { t: 9, n: 10, f: 12, r: 13 }

/** How many ways of matching may be tried from one place, and how many characters read for them. */
const MAX_CHOICES = 16
const MAX_CHARACTERS = 1000
const MAX_LENGTH = 200
const MAX_ALTERNATIVES = 16

class NotSimple extends Error {}

/**
 * Looks whether a pattern is of the kind that RegExp handles in linear time with the same result as RE2: items in a row, each a character or a class with a
 * quantifier, groups around some of them, `^` first and `$` last; or some alternatives of such. No alternatives within groups, no quantified groups. Of two
 * items of which the first varies in length the second must begin with other characters, or there must be few ways to divide a text between them; and in a
 * search, which starts at any place, only the last item may be of any length, as otherwise every start reads the same characters again.
 * @returns null for any other pattern, be it good or bad. Cost: one pass over the pattern.
 */
export function simplePattern(pattern: string): SimplePattern | null {
  const flags = /^\(\?(?:i|s|is|si)\)/.exec(pattern)?.[0] ?? ''
  const rest = pattern.slice(flags.length)
  // most patterns that are refused are refused here, for the price of a glance
  if (rest.length > MAX_LENGTH || /[\uD800-\uDFFF]|\(\?|\)[*+?{]/.test(rest)) return null
  try {
    return readPattern(rest, flags.includes('i'), flags.includes('s'))
  } catch (error) {
    if (error instanceof NotSimple) return null
    throw error
  }
}

function readPattern(pattern: string, ignoreCase: boolean, dotAll: boolean): SimplePattern {
  const read = (source: string): Reader => new Reader(source, ignoreCase, dotAll)
  const readers = pattern.split('|', MAX_ALTERNATIVES + 1).map(read)
  if (readers.length > MAX_ALTERNATIVES) throw new NotSimple()
  const source = readers.map((r) => r.source).join('|')
  const contained = readers.length === 1 ? containedPattern(pattern, read) : null
  return {
    flags: ignoreCase ? 'ui' : 'u',
    groupCount: readers.reduce((n, r) => n + r.groupCount, 0),
    anywhere: readers.every((r) => isLinear(r.items, r.isStartAnchored, r.isEndAnchored)) ? source : null,
    whole: readers.every((r) => isLinear(r.items, true, true)) ? `^(?:${source})$` : dotAll ? contained : null,
    wholeLine: contained,
  }
}

/** @returns for `.*x.*`, `.*x` and `x.*` the pattern that finds `x` there instead, if it takes linear time. */
function containedPattern(pattern: string, read: (source: string) => Reader): string | null {
  const [all = '', before, inner = '', after] = /^(\.\*\??)?(.*?)((?<!\\)\.\*\??)?$/s.exec(pattern) ?? []
  if (inner === all) return null
  const { source, items, isStartAnchored, isEndAnchored } = read(inner)
  if (isStartAnchored || isEndAnchored) return null
  const [atStart, atEnd] = [before === undefined, after === undefined]
  return isLinear(items, atStart, atEnd) ? `${atStart ? '^' : ''}(?:${source})${atEnd ? '$' : ''}` : null
}

function bit(code: number): CharacterSet {
  return code < 128 ? 1n << BigInt(code) : OTHERS
}

function range(from: number, to: number): CharacterSet {
  if (to >= 128) return (from < 128 ? range(from, 127) : 0n) | OTHERS
  return ((1n << BigInt(to - from + 1)) - 1n) << BigInt(from)
}

/** Whether matching takes time in proportion to the text. */
function isLinear(items: readonly Item[], isStartAnchored: boolean, isEndAnchored: boolean): boolean {
  let choices = 1
  let characters = 0
  for (const [i, { set, min, max }] of items.entries()) {
    const isFree = i === items.length - 1 || !mayFollow(items, i, set)
    // what cannot be given back for something else is read once
    if (!isFree) choices *= max - min + 1
    if (max === Infinity && !isStartAnchored && (i < items.length - 1 || isEndAnchored)) return false
    characters += max === Infinity ? min : max
  }
  return choices <= MAX_CHOICES && characters * choices <= MAX_CHARACTERS
}

/** Whether something after item `at` may begin with a character of `set`. */
function mayFollow(items: readonly Item[], at: number, set: CharacterSet): boolean {
  if (items[at]!.min === items[at]!.max) return false
  for (let i = at + 1; i < items.length; i++) {
    if ((items[i]!.set & set) !== 0n) return true
    if (items[i]!.min > 0) return false
  }
  return false
}

/** Reads one alternative. */
class Reader {
  readonly #pattern: string
  readonly #dotAll: boolean
  readonly #ignoreCase: boolean
  #at = 0
  #openGroups = 0
  readonly items: Item[] = []
  source = ''
  groupCount = 0
  isStartAnchored = false
  isEndAnchored = false

  constructor(pattern: string, ignoreCase: boolean, dotAll: boolean) {
    this.#pattern = pattern
    this.#ignoreCase = ignoreCase
    this.#dotAll = dotAll
    this.isStartAnchored = this.#accept('^')
    while (this.#at < pattern.length) this.#part()
    if (this.#openGroups > 0) throw new NotSimple()
    this.source = `${this.isStartAnchored ? '^' : ''}${this.source}${this.isEndAnchored ? '$' : ''}`
  }

  #accept(character: string): boolean {
    if (this.#pattern[this.#at] !== character) return false
    this.#at++
    return true
  }

  #part(): void {
    if (this.#accept('(')) {
      this.#openGroups++
      this.groupCount++
      this.source += '('
    } else if (this.#accept(')')) {
      if (--this.#openGroups < 0) throw new NotSimple()
      this.source += ')'
    } else if (this.#pattern[this.#at] === '$' && this.#at === this.#pattern.length - 1) {
      this.isEndAnchored = this.#accept('$')
    } else {
      const [source, set] = this.#atom()
      const [quantifier, min, max] = this.#quantifier()
      this.source += source + quantifier
      this.items.push({ set: this.#bothCases(set), min, max })
    }
  }

  #atom(): [source: string, set: CharacterSet] {
    if (this.#accept('[')) return this.#class()
    if (this.#accept('.')) return this.#dotAll ? ['[^]', ALL] : ['[^\\n]', ALL & ~NEWLINE]
    if (this.#accept('\\')) {
      const [inside, set, isClass] = this.#escape()
      return [isClass ? `[${inside}]` : inside, set]
    }
    return this.#literal(/[\^$.*+?()[\]{}|]/)
  }

  /** A character that stands for itself unless `special`. */
  #literal(special: RegExp): [source: string, set: CharacterSet] {
    const character = this.#pattern[this.#at++]
    if (character === undefined || special.test(character)) throw new NotSimple()
    const code = character.charCodeAt(0)
    if (this.#ignoreCase && code >= 128) throw new NotSimple()
    return [/[\w\s]/.test(character) || code >= 128 ? character : `\\x${code.toString(16).padStart(2, '0')}`, bit(code)]
  }

  /** What stands behind a backslash. */
  #escape(): [source: string, set: CharacterSet, isClass: boolean] {
    const letter = this.#pattern[this.#at++] ?? ''
    const known = CLASS_ESCAPES[letter.toLowerCase()]
    if (known !== undefined) {
      // with the flag i JavaScript takes two letters beyond ASCII for \w, and complements are a matter of their own
      if (this.#ignoreCase && letter !== 'd' && letter !== 's') throw new NotSimple()
      return letter === letter.toLowerCase() ? [known[0], known[1], true] : [`^${known[0]}`, ALL & ~known[1], true]
    }
    const control = CONTROL_ESCAPES[letter]
    if (control !== undefined) return [`\\${letter}`, bit(control), false]
    if (!/^[!-/:-@[-`{-~]$/.test(letter) || letter === '_') throw new NotSimple()
    return [`\\x${letter.charCodeAt(0).toString(16)}`, bit(letter.charCodeAt(0)), false]
  }

  #class(): [source: string, set: CharacterSet] {
    const isNegated = this.#accept('^')
    if (isNegated && this.#ignoreCase) throw new NotSimple()
    let source = ''
    let set = 0n
    do {
      const [inside, insideSet] = this.#classItem()
      source += inside
      set |= insideSet
    } while (!this.#accept(']'))
    return isNegated ? [`[^${source}]`, ALL & (~set | OTHERS)] : [`[${source}]`, set]
  }

  #classItem(): [source: string, set: CharacterSet] {
    const [from, fromSet, isClass] = this.#classCharacter()
    if (isClass || this.#pattern[this.#at] !== '-' || this.#pattern[this.#at + 1] === ']') return [from, fromSet]
    this.#at++
    const start = this.#pattern[this.#at - 2]!
    const end = this.#pattern[this.#at] ?? ''
    // only ranges between letters or digits, of which nobody doubts the meaning
    if (!/^(?:[0-9]{2}|[A-Z]{2}|[a-z]{2})$/.test(start + end) || from.length > 1 || start > end) throw new NotSimple()
    this.#at++
    return [`${start}-${end}`, range(start.charCodeAt(0), end.charCodeAt(0))]
  }

  #classCharacter(): [source: string, set: CharacterSet, isClass: boolean] {
    if (this.#accept('\\')) {
      const escaped = this.#escape()
      if (escaped[0].startsWith('^')) throw new NotSimple()
      return escaped
    }
    if (this.#pattern[this.#at + 1] === ']' && this.#accept('-')) return ['\\x2d', bit(0x2d), false]
    return [...this.#literal(/[[\]\\^-]/), false]
  }

  #quantifier(): [source: string, min: number, max: number] {
    const [all, sign, min, comma, max] =
      /^(?:([*+?])|\{(\d{1,3})(?:(,)(\d{1,3})?)?\})\??/.exec(this.#pattern.slice(this.#at)) ?? []
    this.#at += all?.length ?? 0
    if (/[*+?{]/.test(this.#pattern[this.#at] ?? '')) throw new NotSimple()
    if (all === undefined) return ['', 1, 1]
    if (sign !== undefined) return [all, sign === '+' ? 1 : 0, sign === '?' ? 1 : Infinity]
    const limits = [
      Number(min),
      comma === undefined ? Number(min) : max === undefined ? Infinity : Number(max),
    ] as const
    if (limits[0] > limits[1]) throw new NotSimple()
    return [all, ...limits]
  }

  /** A set with the other cases of its letters where case is ignored. Two letters of ASCII have a third form beyond it. */
  #bothCases(set: CharacterSet): CharacterSet {
    if (!this.#ignoreCase) return set
    const [upper, lower] = [range(65, 90), range(97, 122)]
    const both = set | ((set & upper) << 32n) | ((set & lower) >> 32n)
    return (both & (bit(0x6b) | bit(0x73))) !== 0n ? both | OTHERS : both
  }
}
