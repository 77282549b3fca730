/** A pattern in the syntax of RE2, translated for JavaScript. */
export interface TranslatedRegex {
  readonly source: string
  readonly flags: string
  readonly groupCount: number
}

interface Flags {
  ignoreCase: boolean
  multiLine: boolean
  dotAll: boolean
  ungreedy: boolean
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}
/** Inside of the classes that RE2 keeps to ASCII. */
const PERL_CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' }
const CONTROL_ESCAPES = 'abfnrtv'
const SYNTAX_CHARACTERS = /[\^$\\.*+?()[\]{}|/]/

class NotRe2 extends Error {}

/**
 * Translates a pattern of RE2 (https://github.com/google/re2/wiki/Syntax) to a JavaScript one that finds the same. Look-around and back references,
 * which RE2 does not know, are refused.
 * @returns null for a pattern that RE2 refuses. Cost: one pass over the pattern.
 */
export function translateRegex(pattern: string): TranslatedRegex | null {
  try {
    const translator = new Translator(pattern)
    const source = translator.translate()
    return { source, flags: translator.caseIgnoredFromStart ? 'ui' : 'u', groupCount: translator.groupCount }
  } catch (error) {
    if (error instanceof NotRe2) return null
    throw error
  }
}

class Translator {
  readonly #pattern: string
  #at = 0
  #out = ''
  groupCount = 0
  /** `(?i)` stood at the very start: the flag of JavaScript does the same at once. */
  caseIgnoredFromStart = false
  #flags: Flags = { ignoreCase: false, multiLine: false, dotAll: false, ungreedy: false }
  readonly #outerFlags: Flags[] = []

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  translate(): string {
    while (this.#at < this.#pattern.length) this.#item()
    if (this.#outerFlags.length > 0) throw new NotRe2()
    return this.#out
  }

  #item(): void {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!)
    switch (character) {
      case '(':
        return void this.#open()
      case ')':
        return void this.#close()
      case '[':
        return void this.#class()
      case '\\':
        return void this.#escape()
      case '*':
      case '+':
      case '?':
      case '{':
        return void this.#quantifier()
      default:
        this.#at += character.length
        this.#out += this.#plain(character)
    }
  }

  /** A character that stands for itself, or one of `.`, `^`, `$`, `|`. */
  #plain(character: string): string {
    switch (character) {
      case '.':
        return this.#flags.dotAll ? '[\\s\\S]' : '[^\\n]'
      case '^':
        return this.#flags.multiLine ? '(?<![^\\n])' : '^'
      case '$':
        return this.#flags.multiLine ? '(?![^\\n])' : '$'
      case '|':
        return '|'
      default:
        return this.#literal(character)
    }
  }

  #literal(character: string): string {
    if (SYNTAX_CHARACTERS.test(character)) return `\\${character}`
    if (!this.#flags.ignoreCase || this.caseIgnoredFromStart) return character
    const [lower, upper] = [character.toLowerCase(), character.toUpperCase()]
    return lower === upper || lower.length + upper.length !== 2 * character.length ? character : `[${lower}${upper}]`
  }

  #open(): void {
    const rest = this.#pattern.slice(this.#at)
    const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest)
    const flags = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest)
    if (flags !== null && flags[0] !== '(?)') {
      this.#flagGroup(flags)
      return
    }
    if (named === null && rest.startsWith('(?')) throw new NotRe2()
    this.groupCount++
    this.#outerFlags.push({ ...this.#flags })
    this.#out += named === null ? '(' : `(?<${named[1]}>`
    this.#at += named === null ? 1 : named[0].length
  }

  #flagGroup(match: RegExpExecArray): void {
    const [whole, set = '', unset = '', end] = match
    if (end === ':') this.#outerFlags.push({ ...this.#flags })
    if (this.#at === 0 && end === ')' && set.includes('i')) this.caseIgnoredFromStart = true
    for (const [letters, value] of [[set, true] as const, [unset, false] as const]) {
      if (letters.includes('i')) this.#flags.ignoreCase = value
      if (letters.includes('m')) this.#flags.multiLine = value
      if (letters.includes('s')) this.#flags.dotAll = value
      if (letters.includes('U')) this.#flags.ungreedy = value
    }
    if (end === ':') this.#out += '(?:'
    this.#at += whole.length
  }

  #close(): void {
    const outer = this.#outerFlags.pop()
    if (outer === undefined) throw new NotRe2()
    this.#flags = outer
    this.#out += ')'
    this.#at++
  }

  #quantifier(): void {
    const rest = this.#pattern.slice(this.#at)
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(rest)
    if (rest[0] === '{' && counted === null) {
      this.#out += '\\{'
      this.#at++
      return
    }
    const limits = counted?.slice(1).filter((n) => n !== undefined && n !== ',' && n !== '') ?? []
    if (limits.some((n) => Number(n) > 1000) || this.#out === '') throw new NotRe2()
    const quantifier = counted?.[0] ?? rest[0]!
    this.#at += quantifier.length
    let lazy = this.#pattern[this.#at] === '?'
    if (lazy) this.#at++
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(this.#pattern.slice(this.#at))) throw new NotRe2()
    if (this.#flags.ungreedy) lazy = !lazy
    this.#out += lazy ? `${quantifier}?` : quantifier
  }

  #escape(): void {
    const letter = this.#pattern[this.#at + 1]
    if (letter === 'Q') {
      const end = this.#pattern.indexOf('\\E', this.#at)
      const quoted = this.#pattern.slice(this.#at + 2, end < 0 ? undefined : end)
      for (const character of quoted) this.#out += this.#literal(character)
      this.#at = end < 0 ? this.#pattern.length : end + 2
      return
    }
    const anchors: Readonly<Record<string, string>> = { A: '(?<![\\s\\S])', z: '(?![\\s\\S])', b: '\\b', B: '\\B' }
    const anchor = letter === undefined ? undefined : anchors[letter]
    if (anchor !== undefined) {
      this.#out += anchor
      this.#at += 2
      return
    }
    const inside = this.#classEscape()
    this.#out +=
      inside.length === 1 ? this.#literal(inside) : inside.startsWith('^') || inside.length > 2 ? wrap(inside) : inside
  }

  /** An escape as it may stand inside a class: the inside of one, a `\p`, or one character. */
  #classEscape(): string {
    const rest = this.#pattern.slice(this.#at + 1)
    const letter = rest[0]
    if (letter === undefined) throw new NotRe2()
    const property = /^([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(rest)
    const hex = /^x(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(rest)
    const octal = /^[0-7]{2,3}|^0/.exec(rest)
    this.#at += 1 + (property?.[0] ?? hex?.[0] ?? octal?.[0] ?? letter).length
    if (property !== null) return propertyClass(property)
    if (hex !== null) return codePoint(Number.parseInt(hex[1] ?? hex[2]!, 16))
    if (octal !== null) return codePoint(Number.parseInt(octal[0], 8))
    const perl = PERL_CLASSES[letter.toLowerCase()]
    if (perl !== undefined) return letter === letter.toLowerCase() ? perl : `^${perl}`
    if (letter === 'a') return '\\x07'
    if (CONTROL_ESCAPES.includes(letter)) return `\\${letter}`
    if (/[A-Za-z0-9]/.test(letter)) throw new NotRe2()
    return letter
  }

  #class(): void {
    let body = ''
    this.#at++
    const negated = this.#pattern[this.#at] === '^'
    if (negated) this.#at++
    const start = this.#at
    while (this.#pattern[this.#at] !== ']' || this.#at === start) {
      if (this.#at >= this.#pattern.length) throw new NotRe2()
      body += this.#classItem()
    }
    this.#at++
    if (this.#flags.ignoreCase && !this.caseIgnoredFromStart) body = bothCases(body)
    this.#out += `[${negated ? '^' : ''}${body}]`
  }

  #classItem(): string {
    const rest = this.#pattern.slice(this.#at)
    const posix = /^\[:(\^?)(\w+):\]/.exec(rest)
    if (posix !== null) {
      const inside = POSIX_CLASSES[posix[2]!]
      if (inside === undefined) throw new NotRe2()
      this.#at += posix[0].length
      return posix[1] === '^' ? complement(inside) : inside
    }
    if (rest[0] === '\\') {
      const inside = this.#classEscape()
      if (inside.startsWith('^') && inside.length > 1) return complement(inside.slice(1))
      return inside.length === 1 && /[\]\\^-]/.test(inside) ? `\\${inside}` : inside
    }
    const character = String.fromCodePoint(rest.codePointAt(0)!)
    this.#at += character.length
    // a dash is a range only between two characters; elsewhere JavaScript wants it escaped after a class
    if (character === '-') return this.#pattern[this.#at] === ']' ? '\\-' : '-'
    return /[[\]\\^]/.test(character) ? `\\${character}` : character
  }
}

function wrap(inside: string): string {
  return inside.startsWith('\\p') || inside.startsWith('\\P') || /^\\(u|x)/.test(inside) ? inside : `[${inside}]`
}

function propertyClass(match: RegExpExecArray): string {
  const [, letter, caret, long, short] = match
  const name = long ?? short!
  const negative = (letter === 'P') !== (caret === '^')
  const known = name === 'Any' ? 'Any' : name.length <= 2 ? name : `Script=${name}`
  try {
    new RegExp(`\\p{${known}}`, 'u')
  } catch {
    throw new NotRe2()
  }
  return `\\${negative ? 'P' : 'p'}{${known}}`
}

function codePoint(v: number): string {
  if (v > 0x10ffff) throw new NotRe2()
  return `\\u{${v.toString(16)}}`
}

/** The characters that are not in an ASCII class, as ranges, because JavaScript cannot nest a negated class. */
function complement(inside: string): string {
  const test = new RegExp(`[${inside}]`, 'u')
  let ranges = ''
  let start = -1
  for (let i = 0; i <= 0x80; i++) {
    const outside = i < 0x80 && !test.test(String.fromCharCode(i))
    if (outside && start < 0) start = i
    if (!outside && start >= 0 && i < 0x80) {
      ranges += `${codePoint(start)}-${codePoint(i - 1)}`
      start = -1
    }
  }
  return `${ranges}${codePoint(start < 0 ? 0x80 : start)}-\\u{10ffff}`
}

/** Adds the other case of the ASCII letters and letter ranges of a class. */
function bothCases(body: string): string {
  const letters = body.replace(/\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\x..|\\./g, '')
  let extra = ''
  for (const [item] of letters.matchAll(/[a-z]-[a-z]|[A-Z]-[A-Z]|[A-Za-z]/g)) {
    extra += item[0]! >= 'a' ? item.toUpperCase() : item.toLowerCase()
  }
  return body + extra
}
