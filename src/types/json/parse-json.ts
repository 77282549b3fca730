import { DatabaseError } from '../../errors/database-error.ts'
import { countWork } from '../../util/work.ts'
import { normaliseInt } from '../int.ts'
import { type JsonObject, JsonReal, type JsonValue } from './json-value.ts'

const MAX_DEPTH = 1000
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const WORDS: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/**
 * Reads a JSON document (RFC 8259). Unlike `JSON.parse` it keeps whole numbers of up to 64 bits exact.
 * @returns the document, or undefined if the text is none.
 */
export function tryParseJson(text: string): JsonValue | undefined {
  const reader = new JsonReader(text)
  const value = reader.value(0)
  return reader.failedAt < 0 && reader.atEnd() ? value : undefined
}

/** Reads a JSON document. @throws {DatabaseError} RUNTIME that names the place if the text is none. */
export function parseJson(text: string): JsonValue {
  const reader = new JsonReader(text)
  const value = reader.value(0)
  const complete = reader.failedAt < 0 && reader.atEnd()
  if (complete) return value
  const at = reader.failedAt < 0 ? reader.position : reader.failedAt
  throw new DatabaseError('RUNTIME', `Error unexpected character, not valid JSON at character index ${at}`, {
    facts: { position: at },
  })
}

/** Whether a UTF-16 unit may stand in a string as it is; past the end of the text (NaN) none does. */
function isPlain(unit: number): boolean {
  return unit >= 32 && unit !== 0x22 && unit !== 0x5c
}

class JsonReader {
  readonly #text: string
  position = 0
  /** Where reading failed, -1 as long as it did not. */
  failedAt = -1

  constructor(text: string) {
    this.#text = text
  }

  atEnd(): boolean {
    this.#skipSpace()
    return this.position === this.#text.length
  }

  value(depth: number): JsonValue {
    countWork(1)
    this.#skipSpace()
    const first = this.#text[this.position]
    if (depth > MAX_DEPTH) return this.#fail()
    if (first === '"') return this.#string()
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.position)) {
        this.position += word.length
        return value
      }
    }
    return this.#number()
  }

  #fail(): null {
    if (this.failedAt < 0) this.failedAt = this.position
    return null
  }

  #skipSpace(): void {
    const text = this.#text
    for (let unit = text.charCodeAt(this.position); ; unit = text.charCodeAt(++this.position)) {
      if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return
    }
  }

  #take(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.position] !== character) return false
    this.position++
    return true
  }

  #number(): JsonValue {
    NUMBER.lastIndex = this.position
    const match = NUMBER.exec(this.#text)
    if (match === null) return this.#fail()
    this.position += match[0].length
    if (match[1] !== undefined || match[2] !== undefined) return new JsonReal(Number(match[0]))
    if (match[0].length < 16) return Number(match[0]) + 0
    const wide = BigInt(match[0])
    return wide >= -(2n ** 63n) && wide < 2n ** 64n ? normaliseInt(wide) : new JsonReal(Number(match[0]))
  }

  #string(): string {
    this.position++
    let result = ''
    for (;;) {
      const start = this.position
      while (isPlain(this.#text.charCodeAt(this.position))) this.position++
      result += this.#text.slice(start, this.position)
      const next = this.#text[this.position]
      if (next === '"') {
        this.position++
        return result
      }
      if (next !== '\\') {
        this.#fail()
        return result
      }
      result += this.#escape()
      if (this.failedAt >= 0) return result
    }
  }

  #escape(): string {
    const letter = this.#text[this.position + 1] ?? ''
    if (letter === 'u') {
      const digits = this.#text.slice(this.position + 2, this.position + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail()
      this.position += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const character = ESCAPES[letter]
    if (character === undefined) this.#fail()
    this.position += 2
    return character ?? ''
  }

  #array(depth: number): JsonValue[] {
    this.position++
    const elements: JsonValue[] = []
    if (this.#take(']')) return elements
    do {
      elements.push(this.value(depth + 1))
    } while (this.failedAt < 0 && this.#take(','))
    if (!this.#take(']')) this.#fail()
    return elements
  }

  #object(depth: number): JsonObject {
    this.position++
    const object: JsonObject = new Map()
    if (this.#take('}')) return object
    do {
      this.#skipSpace()
      if (this.#text[this.position] !== '"') {
        this.#fail()
        return object
      }
      const key = this.#string()
      if (!this.#take(':')) this.#fail()
      object.set(key, this.value(depth + 1))
    } while (this.failedAt < 0 && this.#take(','))
    if (!this.#take('}')) this.#fail()
    return object
  }
}
