import { DatabaseError } from '../../errors/database-error.ts'
import type { ColumnReader } from '../../storage/read-view.ts'
import type { Value } from '../../types/value.ts'
import type { TypedArray } from '../tensor.ts'
import type { RowFormat } from './row-format.ts'

/** Names for errors, and what stands for NULL. */
export interface ColumnRowsOptions {
  readonly table: string
  readonly column: string
  /** null: NULL is refused. */
  readonly impute: number | null
}

/**
 * Copies rows of a column one by one through the pages of the pool: every type, inserted and updated rows included.
 * Cost: a memcpy for a flat list of numbers, some 10 ns for a number, a fresh value for anything else.
 */
export class ColumnRows {
  readonly #reader: ColumnReader
  readonly #format: RowFormat
  readonly #options: ColumnRowsOptions
  readonly #copy: (row: number, target: TypedArray, at: number) => void
  readonly #neverNull: boolean

  constructor(reader: ColumnReader, format: RowFormat, options: ColumnRowsOptions) {
    this.#reader = reader
    this.#format = format
    this.#options = options
    this.#neverNull = reader.neverNull
    this.#copy = this.#chooseCopy()
  }

  /** @throws {DatabaseError} RUNTIME naming table, column and row for NULL; CORRUPT_PAGE, IO, OUT_OF_MEMORY. */
  copy(row: number, target: TypedArray, at: number): void {
    if (this.#neverNull || !this.#reader.isNull(row)) this.#copy(row, target, at)
    else this.#fillNull(row, target, at)
  }

  #chooseCopy(): (row: number, target: TypedArray, at: number) => void {
    const reader = this.#reader
    const { type } = reader
    if (type.id === 'ARRAY') {
      if (type.child.id === 'ARRAY' || type.child.id === 'BOOL') return this.#copyNested
      return this.#copyFlat
    }
    if (!reader.safeNumber) return this.#copyValue
    if (this.#format.dtype === 'int64' || this.#format.dtype === 'uint64') return copyWords(reader)
    return (row, target, at) => {
      target[at] = reader.number(row)
    }
  }

  #copyFlat = (row: number, target: TypedArray, at: number): void => {
    if (!this.#reader.copyElements(row, target as Float32Array, at)) this.#copyNested(row, target, at)
  }

  #copyNested = (row: number, target: TypedArray, at: number): void => {
    this.#flatten(this.#reader.value(row), row, target, at)
  }

  #copyValue = (row: number, target: TypedArray, at: number): void => {
    this.#put(this.#reader.value(row), row, target, at)
  }

  /** @returns the element after the last one written. */
  #flatten(value: Value, row: number, target: TypedArray, at: number): number {
    if (value === null || typeof value !== 'object' || !('length' in value)) {
      this.#put(value, row, target, at)
      return at + 1
    }
    const list = value as ArrayLike<Value>
    for (let k = 0; k < list.length; k++) at = this.#flatten(list[k] as Value, row, target, at)
    return at
  }

  #put(value: Value, row: number, target: TypedArray, at: number): void {
    const element = value === null ? this.#imputed(row) : (value as number | bigint | boolean)
    target[at] = isWide(target) ? BigInt(element) : Number(element)
  }

  #fillNull(row: number, target: TypedArray, at: number): void {
    const value = this.#imputed(row)
    for (let k = 0; k < this.#format.width; k++) target[at + k] = isWide(target) ? BigInt(value) : value
  }

  #imputed(row: number): number {
    const { table, column, impute } = this.#options
    if (impute !== null) return impute
    const text = `Row ${row} of table ${table} has no value in column ${column}.`
    throw new DatabaseError('RUNTIME', text, { facts: { table, column, row } })
  }
}

function isWide(array: TypedArray): array is BigInt64Array | BigUint64Array {
  return array instanceof BigInt64Array || array instanceof BigUint64Array
}

/** Writes whole numbers that are exact as JS numbers as two words, without a bigint each. */
function copyWords(reader: ColumnReader): (row: number, target: TypedArray, at: number) => void {
  let seen: TypedArray | null = null
  let words: Int32Array = new Int32Array(0)
  return (row, target, at) => {
    if (target !== seen) {
      seen = target
      words = new Int32Array(target.buffer, target.byteOffset, target.length * 2)
    }
    const value = reader.number(row)
    words[2 * at] = value | 0
    words[2 * at + 1] = Math.floor(value / 2 ** 32)
  }
}
