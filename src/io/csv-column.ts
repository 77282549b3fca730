import { INT_RANGES, type IntTypeId } from '../types/int.ts'
import { writeInt64 } from '../types/int-words.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Int, Value } from '../types/value.ts'
import type { Vector, VectorData } from '../types/vector.ts'
import { vectorBuilder } from '../types/vector-builder.ts'

/** Makes a value of one type from a cell's text. Throws a DatabaseError (CONVERSION) if the text is none. */
export type TextParser = (text: string) => Value

/** How a column's cells are stored while a batch is read. Plain numbers, because the inner loop switches over them. */
export const SKIPPED = 0
export const INT64_WORDS = 1
export const SMALL_INT = 2
export const DOUBLE_NUMBER = 3
export const FLOAT_NUMBER = 4
export const DATE_DAYS = 5
export const TEXT_BYTES = 6
export const PARSED_VALUE = 7

/** A column of a CSV file: what it holds, and how a cell becomes a value. */
export interface CsvColumnSpec {
  readonly type: LogicalType
  /** false: the cells are passed over, and the batch has no vector for the column. */
  readonly wanted: boolean
  readonly parse: TextParser
}

const NO_WORDS = new Int32Array(0)
const NO_INTS: Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array = NO_WORDS
const NO_DOUBLES = new Float64Array(0)
const NO_FLOATS = new Float32Array(0)
const NO_BYTES = new Uint8Array(0)

/**
 * Receives the cells of one column of one batch. A row may be written again as long as the next one has not been begun, so a record
 * that turns out to be bad costs nothing but its own time. Buffers are made afresh for each batch and belong to the vector after
 * {@link finish}. All columns have one shape, so that the parser's accesses stay monomorphic.
 */
export class CsvColumn {
  readonly spec: CsvColumnSpec
  readonly kind: number
  /** Range of a SMALL_INT. */
  readonly min: number
  readonly max: number
  /** Whether a leading minus is possible. */
  readonly signed: boolean
  words: Int32Array = NO_WORDS
  ints = NO_INTS
  doubles: Float64Array = NO_DOUBLES
  floats: Float32Array = NO_FLOATS
  offsets: Int32Array = NO_WORDS
  bytes: Uint8Array = NO_BYTES
  values: Value[] = []
  #capacity = 0
  #validity: Uint8Array | null = null

  constructor(spec: CsvColumnSpec) {
    this.spec = spec
    this.kind = spec.wanted ? kindOf(spec.type) : SKIPPED
    const range = this.kind === SMALL_INT ? INT_RANGES[spec.type.id as IntTypeId] : { min: 0, max: 0 }
    this.min = Number(range.min)
    this.max = Number(range.max)
    this.signed = spec.type.id !== 'UINT64'
  }

  /** Prepares for a batch of up to `capacity` rows. */
  begin(capacity: number): void {
    this.#capacity = capacity
    this.#validity = null
    switch (this.kind) {
      case INT64_WORDS:
        this.words = new Int32Array(2 * capacity)
        break
      case SMALL_INT:
        this.ints = smallIntArray(this.spec.type.id, capacity)
        break
      case DATE_DAYS:
        this.ints = new Int32Array(capacity)
        break
      case DOUBLE_NUMBER:
        this.doubles = new Float64Array(capacity)
        break
      case FLOAT_NUMBER:
        this.floats = new Float32Array(capacity)
        break
      case TEXT_BYTES:
        this.offsets = new Int32Array(capacity + 1)
        this.bytes = new Uint8Array(Math.max(1024, capacity * 8))
        break
      case PARSED_VALUE:
        this.values = new Array<Value>(capacity)
    }
  }

  /** Bytes of text that the rows before `row` hold. */
  textBytes(row: number): number {
    return this.kind === TEXT_BYTES ? this.offsets[row]! : 0
  }

  setNull(row: number): void {
    if (this.kind === SKIPPED) return
    this.#validity ??= new Uint8Array((this.#capacity + 7) >> 3).fill(0xff)
    this.#validity[row >> 3]! &= ~(1 << (row & 7))
    this.#zero(row)
  }

  /** Forgets that a row was NULL, because its record is written again or replaced by another one. */
  clearNull(row: number): void {
    if (this.#validity !== null) this.#validity[row >> 3]! |= 1 << (row & 7)
  }

  /** Stores a value that was parsed from text. Not for TEXT_BYTES, see {@link setText}. */
  setValue(row: number, value: Value): void {
    switch (this.kind) {
      case INT64_WORDS:
        writeInt64(this.words, row, value as Int)
        break
      case SMALL_INT:
      case DATE_DAYS:
        this.ints[row] = value as number
        break
      case DOUBLE_NUMBER:
        this.doubles[row] = value as number
        break
      case FLOAT_NUMBER:
        this.floats[row] = value as number
        break
      case PARSED_VALUE:
        this.values[row] = value
    }
  }

  /** Copies source[start, end) as the text of a row. */
  setText(row: number, source: Uint8Array, start: number, end: number): void {
    const at = this.reserveText(row, end - start)
    if (end - start < 48) {
      const { bytes } = this
      for (let from = start, to = at; from < end; from++, to++) bytes[to] = source[from]!
    } else {
      this.bytes.set(source.subarray(start, end), at)
    }
    this.offsets[row + 1] = at + end - start
  }

  /** Makes room for a text of a row. @returns where it goes in `bytes`; the caller sets `offsets[row + 1]`. */
  reserveText(row: number, length: number): number {
    const at = this.offsets[row]!
    if (at + length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.bytes.length, at + length))
      larger.set(this.bytes.subarray(0, at))
      this.bytes = larger
    }
    return at
  }

  /** @returns the first `rows` rows as a vector, which takes the buffers over. */
  finish(rows: number): Vector {
    const { type } = this.spec
    if (this.kind === PARSED_VALUE) return this.#finishValues(rows)
    const validity = this.#validity === null ? null : this.#validity.subarray(0, (rows + 7) >> 3)
    const nullCount = validity === null ? 0 : rows - countBits(validity, rows)
    const text = this.kind === TEXT_BYTES
    return {
      type,
      length: rows,
      nullCount,
      validity: nullCount === 0 ? null : validity,
      data: text ? null : this.#data(rows),
      offsets: text ? this.offsets.subarray(0, rows + 1) : null,
      bytes: text ? this.bytes.subarray(0, this.offsets[rows]!) : null,
      children: [],
    }
  }

  #data(rows: number): VectorData {
    switch (this.kind) {
      case INT64_WORDS:
        return this.spec.type.id === 'UINT64'
          ? new BigUint64Array(this.words.buffer, 0, rows)
          : new BigInt64Array(this.words.buffer, 0, rows)
      case DOUBLE_NUMBER:
        return this.doubles.subarray(0, rows)
      case FLOAT_NUMBER:
        return this.floats.subarray(0, rows)
      default:
        return this.ints.subarray(0, rows)
    }
  }

  #finishValues(rows: number): Vector {
    const builder = vectorBuilder(this.spec.type, rows)
    for (let row = 0; row < rows; row++) builder.append(this.values[row]!)
    this.values = []
    return builder.finish()
  }

  #zero(row: number): void {
    switch (this.kind) {
      case INT64_WORDS:
        this.words[2 * row] = 0
        this.words[2 * row + 1] = 0
        break
      case TEXT_BYTES:
        this.offsets[row + 1] = this.offsets[row]!
        break
      case PARSED_VALUE:
        this.values[row] = null
        break
      default:
        this.setValue(row, 0)
    }
  }
}

function kindOf(type: LogicalType): number {
  switch (type.id) {
    case 'INT64':
    case 'UINT64':
    case 'SERIAL':
      return INT64_WORDS
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
      return SMALL_INT
    case 'DOUBLE':
      return DOUBLE_NUMBER
    case 'FLOAT':
      return FLOAT_NUMBER
    case 'DATE':
      return DATE_DAYS
    case 'STRING':
      return TEXT_BYTES
    default:
      return PARSED_VALUE
  }
}

function smallIntArray(id: LogicalType['id'], capacity: number): typeof NO_INTS {
  switch (id) {
    case 'INT8':
      return new Int8Array(capacity)
    case 'INT16':
      return new Int16Array(capacity)
    case 'UINT8':
      return new Uint8Array(capacity)
    case 'UINT16':
      return new Uint16Array(capacity)
    case 'UINT32':
      return new Uint32Array(capacity)
    default:
      return new Int32Array(capacity)
  }
}

function countBits(bitmap: Uint8Array, bits: number): number {
  let count = 0
  for (let i = 0; i < bits; i++) count += (bitmap[i >> 3]! >> (i & 7)) & 1
  return count
}
