import { DatabaseError } from '../../errors/database-error.ts'
import type { ByteStream } from './byte-stream.ts'

const NEWLINE = 10
const CARRIAGE_RETURN = 13
const COMMA = 44
const MINUS = 45
const PLUS = 43
const POINT = 46
const ZERO = 48

/** Powers of ten that are exact as doubles: dividing by one of them rounds once, as a decimal is to be read. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))

/** Numbers of a CSV file without a header, one after the other, whatever the lines. Memory: one piece of the stream. */
export class NumberLines {
  readonly #bytes: ByteStream
  readonly #name: string
  #piece: Uint8Array = new Uint8Array(0)
  #at = 0
  #line = 1
  /** Begin of a number that the last piece broke off. */
  #carry = ''

  constructor(bytes: ByteStream, name: string) {
    this.#bytes = bytes
    this.#name = name
  }

  /**
   * Reads the next numbers. @returns how many there were, fewer only at the end.
   * @throws {DatabaseError} BAD_FILE naming file and line for what is no number.
   */
  async read(target: Float64Array): Promise<number> {
    let count = 0
    while (count < target.length) {
      if (this.#at === this.#piece.length && !(await this.#more())) {
        if (this.#carry !== '') target[count++] = this.#number(this.#takeCarry(''))
        break
      }
      count = this.#scan(target, count)
    }
    return count
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.#bytes.close()
  }

  async #more(): Promise<boolean> {
    const piece = await this.#bytes.next()
    if (piece === null) return false
    this.#piece = piece
    this.#at = 0
    return true
  }

  /** Takes numbers from the current piece. @returns the new count. */
  #scan(target: Float64Array, count: number): number {
    const piece = this.#piece
    let at = this.#at
    let start = at
    while (at < piece.length && count < target.length) {
      const byte = piece[at]!
      if (byte !== COMMA && byte !== NEWLINE) {
        at++
        continue
      }
      const end = at > start && piece[at - 1] === CARRIAGE_RETURN ? at - 1 : at
      if (this.#carry !== '') target[count++] = this.#number(this.#takeCarry(textOf(piece, start, end)))
      else if (end > start) target[count++] = this.#parse(piece, start, end)
      else if (byte === COMMA) target[count++] = Number.NaN // an empty field
      if (byte === NEWLINE) this.#line++
      start = ++at
    }
    if (at === piece.length && start < at) {
      this.#carry += textOf(piece, start, at)
      start = at
    }
    this.#at = start
    return count
  }

  #takeCarry(rest: string): string {
    const text = (this.#carry + rest).replace(/\r$/, '')
    this.#carry = ''
    return text
  }

  /** fast path: digits with at most one point, few enough to be exact; anything else by Number. */
  #parse(piece: Uint8Array, start: number, end: number): number {
    let at = start
    const sign = piece[at] === MINUS ? -1 : 1
    if (piece[at] === MINUS || piece[at] === PLUS) at++
    let mantissa = 0
    let scale = -1
    const first = at
    for (; at < end; at++) {
      const byte = piece[at]!
      if (byte === POINT && scale < 0) scale = 0
      else if (byte >= ZERO && byte <= ZERO + 9) {
        mantissa = mantissa * 10 + byte - ZERO
        if (scale >= 0) scale++
      } else return this.#number(textOf(piece, start, end))
    }
    if (at - first > 15 || mantissa > Number.MAX_SAFE_INTEGER || at === first)
      return this.#number(textOf(piece, start, end))
    return (sign * mantissa) / POWERS[Math.max(scale, 0)]!
  }

  #number(text: string): number {
    const value = /^\s*$/.test(text) || /^\s*nan\s*$/i.test(text) ? Number.NaN : Number(text)
    if (Number.isNaN(value) && !/^\s*(nan)?\s*$/i.test(text)) {
      throw new DatabaseError('BAD_FILE', `Error in file ${this.#name} on line ${this.#line}: ${text} is no number.`, {
        facts: { file: this.#name, line: this.#line },
      })
    }
    return value
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}
