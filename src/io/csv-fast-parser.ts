import { daysFromCivil, isValidDate } from '../types/date.ts'
import {
  type CsvColumn,
  DATE_DAYS,
  DOUBLE_NUMBER,
  FLOAT_NUMBER,
  INT64_WORDS,
  PARSED_VALUE,
  SMALL_INT,
  TEXT_BYTES,
} from './csv-column.ts'
import type { CsvDialect } from './csv-record.ts'
import { parsePlainDouble, roundToFloat } from './parse-number.ts'

const LF = 10
const CR = 13
const MINUS = 45
const DOT = 46
const ZERO = 48
const UPPER_E = 69
const LOWER_E = 101
const TWO_32 = 4294967296
/** Powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, i) => 10 ** i)

/**
 * fast path: reads plain records straight from bytes into columns. Whatever is out of the ordinary (a quoted number, an escape, a
 * leading zero, a blank line, too few or too many fields …) is left to the general parser, which has the last word; this one only
 * has to recognise what it can do.
 *
 * Plain form: split at delimiter and line end, convert each field by the type of its column.
 */
export class FastParser {
  readonly #columns: readonly CsvColumn[]
  readonly #delimiter: number
  readonly #quote: number
  readonly #escape: number
  readonly #emptyIsNull: boolean
  /** Row that the next record goes to. */
  row = 0
  /** Line of the next record. */
  line = 1
  /** Bytes of text taken into the batch, for its limit. */
  textBytes = 0
  /** The record at the returned position is not a plain one. */
  stopped = false
  #view: Buffer = Buffer.alloc(0)

  constructor(columns: readonly CsvColumn[], dialect: CsvDialect, emptyIsNull: boolean) {
    this.#columns = columns
    this.#delimiter = dialect.delimiter
    this.#quote = dialect.quote
    this.#escape = dialect.escape
    this.#emptyIsNull = emptyIsNull
  }

  /** @returns whether files of this dialect have plain records at all: no delimiter that could be part of a number or date. */
  static suits(dialect: CsvDialect): boolean {
    return !'0123456789+-.eE'.includes(String.fromCharCode(dialect.delimiter))
  }

  /**
   * Reads records from `start` until `end`, until row `rowLimit`, until {@link textBytes} passes `textLimit`, or until a
   * record that is not plain.
   * @param bytes bytes[end - 1] must be a newline, so that no loop over a field needs to look at `end`; valid UTF-8.
   * @param lines receives the line of each row.
   * @returns where the next record starts.
   */
  parse(
    bytes: Uint8Array,
    start: number,
    end: number,
    rowLimit: number,
    textLimit: number,
    lines: Uint32Array,
  ): number {
    let at = start
    let { row, line } = this
    if (this.#view.buffer !== bytes.buffer) this.#view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.stopped = false
    while (at < end && row < rowLimit && this.textBytes <= textLimit) {
      const next = this.#record(bytes, at, row)
      if (next < 0) {
        this.stopped = true
        break
      }
      lines[row++] = line++
      at = next
    }
    this.row = row
    this.line = line
    return at
  }

  /** @returns where the next record starts, or -1 if this one is not plain. */
  #record(bytes: Uint8Array, start: number, row: number): number {
    const columns = this.#columns
    const delimiter = this.#delimiter
    const last = columns.length - 1
    let at = start
    for (let c = 0; c < last; c++) {
      at = this.#field(bytes, at, columns[c]!, row)
      if (at < 0 || bytes[at] !== delimiter) return -1
      at++
    }
    at = this.#field(bytes, at, columns[last]!, row)
    if (at < 0) return -1
    const byte = bytes[at]
    if (byte === LF) return at + 1
    if (byte !== CR) return -1
    return bytes[at + 1] === LF ? at + 2 : at + 1
  }

  /** @returns the position after the field, which the caller checks for a delimiter or line end, or -1. */
  #field(bytes: Uint8Array, at: number, column: CsvColumn, row: number): number {
    switch (column.kind) {
      case INT64_WORDS:
        return this.#int64(bytes, at, column, row)
      case SMALL_INT:
        return this.#smallInt(bytes, at, column, row)
      case DOUBLE_NUMBER:
      case FLOAT_NUMBER:
        return this.#double(bytes, at, column, row)
      case DATE_DAYS:
        return this.#date(bytes, at, column, row)
      default:
        return this.#text(bytes, at, column, row)
    }
  }

  #int64(bytes: Uint8Array, start: number, column: CsvColumn, row: number): number {
    let at = start
    let byte = bytes[at]!
    const negative = byte === MINUS
    if (negative) byte = bytes[++at]!
    const first = at
    let value = 0
    let digit = byte - ZERO
    // Nine digits fit a 32-bit integer, which is what V8 multiplies fastest.
    while (digit >= 0 && digit <= 9 && at - first < 9) {
      value = (Math.imul(value, 10) + digit) | 0
      digit = bytes[++at]! - ZERO
    }
    if (digit >= 0 && digit <= 9) return this.#longInt64(bytes, start, column, row)
    if (at === first) return negative ? -1 : this.#empty(bytes, start, column, row)
    if (bytes[first] === ZERO && at - first > 1) return -1
    if (negative) {
      if (!column.signed) return -1
      value = -value | 0
    }
    column.words[2 * row] = value
    column.words[2 * row + 1] = value >> 31
    return at
  }

  /** 10 to 18 digits: the last nine and the ones before them separately, so that every step is exact in doubles. */
  #longInt64(bytes: Uint8Array, start: number, column: CsvColumn, row: number): number {
    const negative = bytes[start] === MINUS
    const first = negative ? start + 1 : start
    let at = first
    while (bytes[at]! >= ZERO && bytes[at]! <= ZERO + 9) at++
    if (at - first > 18 || bytes[first] === ZERO || (negative && !column.signed)) return -1
    let high = 0
    let low = 0
    for (let i = first; i < at - 9; i++) high = high * 10 + bytes[i]! - ZERO
    for (let i = at - 9; i < at; i++) low = low * 10 + bytes[i]! - ZERO
    // high * 10^9 + low in two halves of 32 bits; high = top * 2^16 + rest keeps both products below 2^53
    const rest = (high % 65536) * 1e9 + low
    const top = Math.floor(high / 65536) * 1e9
    const lowSum = (rest % TWO_32) + (top % 65536) * 65536
    let lowWord = lowSum % TWO_32
    let highWord = Math.floor(rest / TWO_32) + Math.floor(top / 65536) + Math.floor(lowSum / TWO_32)
    if (negative) {
      highWord = lowWord === 0 ? -highWord : -highWord - 1
      lowWord = -lowWord
    }
    column.words[2 * row] = lowWord | 0
    column.words[2 * row + 1] = highWord | 0
    return at
  }

  #smallInt(bytes: Uint8Array, start: number, column: CsvColumn, row: number): number {
    let at = start
    const negative = bytes[at] === MINUS
    if (negative) at++
    const first = at
    let value = 0
    let digit = bytes[at]! - ZERO
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digit = bytes[++at]! - ZERO
    }
    if (at === first) return negative ? -1 : this.#empty(bytes, start, column, row)
    if (at - first > 10 || (bytes[first] === ZERO && at - first > 1)) return -1
    if (negative) value = -value
    if (value < column.min || value > column.max) return -1
    column.ints[row] = value
    return at
  }

  /** Up to 15 digits and at most 22 after the point are exact after one division; longer numbers are parsed from their text. */
  #double(bytes: Uint8Array, start: number, column: CsvColumn, row: number): number {
    let at = start
    const negative = bytes[at] === MINUS
    if (negative) at++
    const first = at
    let value = 0
    let digit = bytes[at]! - ZERO
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digit = bytes[++at]! - ZERO
    }
    const wholeDigits = at - first
    let decimals = 0
    if (bytes[at] === DOT) {
      digit = bytes[++at]! - ZERO
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit
        decimals++
        digit = bytes[++at]! - ZERO
      }
    }
    const digits = wholeDigits + decimals
    if (digits === 0) return at === start ? this.#empty(bytes, start, column, row) : -1
    if (digits > 15 || bytes[at] === LOWER_E || bytes[at] === UPPER_E)
      return this.#longDouble(bytes, start, column, row)
    if (wholeDigits > 1 && bytes[first] === ZERO) return -1
    value /= POWERS_OF_TEN[decimals]!
    this.#storeDouble(negative ? -value : value, start, at, column, row)
    return at
  }

  #longDouble(bytes: Uint8Array, start: number, column: CsvColumn, row: number): number {
    const end = this.#plainEnd(bytes, start)
    const value = parsePlainDouble(this.#view.toString('latin1', start, end))
    if (value === undefined) return -1
    this.#storeDouble(value, start, end, column, row)
    return end
  }

  #storeDouble(value: number, start: number, end: number, column: CsvColumn, row: number): void {
    if (column.kind === DOUBLE_NUMBER) column.doubles[row] = value
    else column.floats[row] = roundToFloat(value, () => this.#view.toString('latin1', start, end))
  }

  /** YYYY-MM-DD. */
  #date(bytes: Uint8Array, at: number, column: CsvColumn, row: number): number {
    let wrong = 0
    let year = 0
    for (let i = at; i < at + 4; i++) {
      const digit = bytes[i]! - ZERO
      wrong |= digit < 0 || digit > 9 ? 1 : 0
      year = year * 10 + digit
    }
    if (wrong !== 0) return this.#empty(bytes, at, column, row)
    const month = twoDigits(bytes, at + 5)
    const day = twoDigits(bytes, at + 8)
    if (bytes[at + 4] !== MINUS || bytes[at + 7] !== MINUS || !isValidDate(year, month, day)) return -1
    column.ints[row] = daysFromCivil(year, month, day)
    return at + 10
  }

  /** A text, a cell for a parser of its own, or one that nobody wants; also in quotes if there is nothing but text between them. */
  #text(bytes: Uint8Array, at: number, column: CsvColumn, row: number): number {
    const quote = this.#quote
    let start = at
    let end: number
    let after: number
    if (bytes[at] === quote) {
      const escaper = this.#escape
      start = at + 1
      end = start
      let byte = bytes[end]
      while (byte !== quote && byte !== escaper && byte !== LF && byte !== CR) byte = bytes[++end]
      if (byte !== quote || bytes[end + 1] === quote) return -1
      after = end + 1
    } else {
      end = this.#plainEnd(bytes, at)
      after = end
    }
    if (start === end && this.#emptyIsNull) {
      column.setNull(row)
    } else if (column.kind === TEXT_BYTES) {
      column.setText(row, bytes, start, end)
      this.textBytes += end - start
    } else if (column.kind === PARSED_VALUE) {
      if (!this.#parsed(start, end, column, row)) return -1
      this.textBytes += end - start
    }
    return after
  }

  #parsed(start: number, end: number, column: CsvColumn, row: number): boolean {
    try {
      column.values[row] = column.spec.parse(this.#view.toString('utf8', start, end))
      return true
    } catch {
      return false // the general parser will find the same again and say where
    }
  }

  #plainEnd(bytes: Uint8Array, start: number): number {
    const delimiter = this.#delimiter
    let end = start
    let byte = bytes[end]
    while (byte !== delimiter && byte !== LF && byte !== CR) byte = bytes[++end]
    return end
  }

  /** A numeric field without a digit: NULL if there is nothing in it, otherwise not plain. */
  #empty(bytes: Uint8Array, at: number, column: CsvColumn, row: number): number {
    const byte = bytes[at]
    if (!this.#emptyIsNull || (byte !== this.#delimiter && byte !== LF && byte !== CR)) return -1
    column.setNull(row)
    return at
  }
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO
  const ones = bytes[at + 1]! - ZERO
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones
}
