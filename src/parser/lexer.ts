import type { IToken, TokenType } from 'chevrotain'
import { KEYWORDS, LITERAL, SYMBOL } from './tokens.ts'

const SPACES = /\s+/y
const LINE_COMMENT = /\/\/[^\r\n]*/y
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y
const WORD = /[\p{ID_Start}_][\p{ID_Continue}\p{Sc}]*/uy
const QUOTED_NAME = /`(?:[^`]|``)*`/y
const NUMBER = /(\d+\.\d+|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|0|[1-9]\d*/y
const STRING = /'[^'\\]*(?:\\(?:[bfnrt'"\\]|u[\da-f]{4})[^'\\]*)*'|"[^"\\]*(?:\\(?:[bfnrt'"\\]|u[\da-f]{4})[^"\\]*)*"/iy
const PARAMETER = /\$(?:([\p{ID_Start}_][\p{ID_Continue}\p{Sc}]*|\d+)|`((?:[^`]|``)*)`)/uy
// Typists' dashes and angle brackets, as found in texts that went through a word processor.
const DASHES = /[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/
const LEFT_HEADS = /[\u27e8\u3008\ufe64\uff1c]/
const RIGHT_HEADS = /[\u27e9\u3009\ufe65\uff1e]/

const PAIRS: ReadonlyMap<string, TokenType> = new Map([
  ['..', SYMBOL.range],
  [':=', SYMBOL.assign],
  ['=~', SYMBOL.match],
  ['<>', SYMBOL.notEqual],
  ['!=', SYMBOL.bangEqual],
  ['<=', SYMBOL.lessEqual],
  ['>=', SYMBOL.greaterEqual],
  ['<<', SYMBOL.shiftLeft],
  ['>>', SYMBOL.shiftRight],
])

const SINGLES: ReadonlyMap<string, TokenType> = new Map([
  ['(', SYMBOL.leftParen],
  [')', SYMBOL.rightParen],
  ['[', SYMBOL.leftBracket],
  [']', SYMBOL.rightBracket],
  ['{', SYMBOL.leftBrace],
  ['}', SYMBOL.rightBrace],
  [',', SYMBOL.comma],
  [';', SYMBOL.semicolon],
  ['.', SYMBOL.dot],
  [':', SYMBOL.colon],
  ['!', SYMBOL.bang],
  ['=', SYMBOL.equal],
  ['<', SYMBOL.less],
  ['>', SYMBOL.greater],
  ['|', SYMBOL.pipe],
  ['&', SYMBOL.ampersand],
  ['+', SYMBOL.plus],
  ['-', SYMBOL.minus],
  ['*', SYMBOL.star],
  ['/', SYMBOL.slash],
  ['%', SYMBOL.percent],
  ['^', SYMBOL.caret],
])

/**
 * Cuts a text into tokens, without white space and comments.
 *
 * `payload` holds: of identifiers the name without back-quotes, of strings the value, of parameters the name without
 * the dollar sign, of an `invalid` token the text of the error. An invalid token is the last one. Dashes and angle brackets of
 * other scripts are tokens of their own, which only patterns accept. Cost: one pass, one object per token.
 */
export function tokenize(text: string): IToken[] {
  return new Tokenizer(text).run()
}

class Tokenizer {
  readonly #text: string
  readonly #tokens: IToken[] = []
  #at = 0
  #line = 1
  #lineStart = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): IToken[] {
    const text = this.#text
    for (this.#skipBlanks(); this.#at < text.length; this.#skipBlanks()) {
      if (!this.#next(text.charCodeAt(this.#at))) break
    }
    return this.#tokens
  }

  /** Adds the token that starts with `code`. @returns false when there is none, which ends the text. */
  #next(code: number): boolean {
    if (isWordStart(code)) return this.#word()
    const second = this.#text.charCodeAt(this.#at + 1)
    if (isDigit(code) || (code === 0x2e && isDigit(second))) return this.#number()
    if (code === 0x27 || code === 0x22) return this.#string()
    if (code === 0x60) return this.#quotedName()
    if (code === 0x24) return this.#parameter()
    return this.#symbol()
  }

  #word(): boolean {
    const image = this.#match(WORD)
    if (image === undefined) return this.#symbol()
    const keyword = KEYWORDS.get(image.toUpperCase())
    this.#add(keyword ?? LITERAL.identifier, image, image)
    return true
  }

  #number(): boolean {
    const image = this.#match(NUMBER) ?? ''
    this.#add(/^\d+$/.test(image) ? LITERAL.integer : LITERAL.float, image)
    return true
  }

  #string(): boolean {
    const image = this.#match(STRING)
    if (image === undefined) return this.#badString()
    const inner = image.slice(1, -1)
    // A backslash before a letter is just dropped: '\t' is the letter t. Kùzu 0.11.3 does so, and exported files rely on it.
    this.#add(LITERAL.string, image, inner.includes('\\') ? inner.replace(/\\([\s\S])/g, '$1') : inner)
    return true
  }

  #badString(): boolean {
    const quote = this.#text.charAt(this.#at)
    for (let i = this.#at + 1; i < this.#text.length && this.#text.charAt(i) !== quote; i++) {
      if (this.#text.charAt(i) !== '\\') continue
      const tail = this.#text.slice(i + 1)
      if (!/^(?:[bfnrt'"\\]|u[\da-f]{4})/i.test(tail)) {
        this.#advance(i - this.#at)
        const image = tail === '' ? '\\' : `\\${String.fromCodePoint(tail.codePointAt(0) ?? 0)}`
        return this.#invalid(image, 'unknown escape in a string (a backslash itself is written \\\\)')
      }
      i++
    }
    return this.#invalid(quote, 'the string that starts here is not closed')
  }

  #quotedName(): boolean {
    const image = this.#match(QUOTED_NAME)
    if (image === undefined) return this.#invalid('`', 'the name that starts here is not closed by a back-quote')
    const name = image.slice(1, -1).replaceAll('``', '`')
    if (name === '' || name.includes('\0')) return this.#badName(image, name)
    this.#add(LITERAL.identifier, image, name)
    return true
  }

  #badName(image: string, name: string): boolean {
    const rule = 'Token names cannot be empty or contain any null-bytes'
    this.#add(LITERAL.invalid, image, `'${name}' is not a valid token name. ${rule}`)
    return false
  }

  #parameter(): boolean {
    PARAMETER.lastIndex = this.#at
    const found = PARAMETER.exec(this.#text)
    if (found === null) return this.#invalid('$', 'a parameter needs a name, as in $name or $1')
    this.#add(LITERAL.parameter, found[0], found[1] ?? found[2]?.replaceAll('``', '`'))
    return true
  }

  #symbol(): boolean {
    const first = this.#text.charAt(this.#at)
    const pair = this.#text.slice(this.#at, this.#at + 2)
    const pairType = PAIRS.get(pair)
    if (pairType !== undefined) {
      this.#add(pairType, pair)
      return true
    }
    if (pair === '/*') return this.#invalid(pair, 'the comment that starts here is not closed')
    const type = SINGLES.get(first) ?? typographicSymbol(first)
    if (type === undefined) return this.#unknown()
    this.#add(type, first)
    return true
  }

  #unknown(): boolean {
    return this.#invalid(String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0), 'unexpected character')
  }

  #invalid(image: string, reason: string): boolean {
    this.#add(LITERAL.invalid, image, `Invalid input <${image}>: ${reason}`)
    return false
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0]
  }

  #add(type: TokenType, image: string, payload?: string): void {
    this.#tokens.push({
      image,
      startOffset: this.#at,
      endOffset: this.#at + image.length - 1,
      startLine: this.#line,
      startColumn: this.#at - this.#lineStart + 1,
      tokenTypeIdx: type.tokenTypeIdx ?? 0,
      tokenType: type,
      payload,
    })
    this.#advance(image.length)
  }

  #skipBlanks(): void {
    for (;;) {
      const blank = this.#match(SPACES) ?? this.#match(LINE_COMMENT) ?? this.#match(BLOCK_COMMENT)
      if (blank === undefined) return
      this.#advance(blank.length)
    }
  }

  #advance(length: number): void {
    const end = this.#at + length
    for (let i = this.#at; i < end; i++) {
      if (this.#text.charCodeAt(i) !== 0x0a) continue
      this.#line++
      this.#lineStart = i + 1
    }
    this.#at = end
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isWordStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80
}

function typographicSymbol(character: string): TokenType | undefined {
  if (DASHES.test(character)) return SYMBOL.dash
  if (LEFT_HEADS.test(character)) return SYMBOL.leftHead
  if (RIGHT_HEADS.test(character)) return SYMBOL.rightHead
  return undefined
}
