import { DatabaseError } from '../../errors/database-error.ts'
import type { FeatureSource } from '../features/feature-source.ts'
import { arrayOf, holds } from '../features/row-format.ts'
import type { TypedArray } from '../tensor.ts'
import { CleanRows, type FloatArray } from './clean-rows.ts'

/** A column to gather, and its names for messages. */
export interface GatheredColumn {
  readonly table: string
  readonly column: string
  readonly source: FeatureSource
}

/** Counters of a gatherer since it was made. */
export interface GatherCounts {
  readonly rows: number
  readonly rowsRead: number
  readonly bytesRead: number
}

/**
 * Fills one tensor of each batch from one column, or from several that are joined side by side. A single column of the tensor's own type goes straight to
 * the batch's memory; others are gathered into a scratch array and cast.
 */
export class ColumnGatherer {
  readonly #columns: readonly GatheredColumn[]
  readonly #clean: readonly (CleanRows | null)[]
  readonly #width: number
  #scratch: TypedArray | null = null

  /**
   * @param refuseNaN whether NaN may not reach a batch.
   * @param impute stands for NaN; NULL is the sources' affair.
   */
  constructor(columns: readonly GatheredColumn[], refuseNaN: boolean, impute: number | null) {
    this.#columns = columns
    this.#width = columns.reduce((sum, { source }) => sum + source.width, 0)
    this.#clean = columns.map(({ table, column, source }) => {
      const isFloat = source.dtype === 'float32' || source.dtype === 'float64'
      return refuseNaN && isFloat ? new CleanRows(table, column, source.rowCount, impute) : null
    })
  }

  announce(rows: Uint32Array): void {
    for (const { source } of this.#columns) source.announce(rows)
  }

  forget(): void {
    for (const { source } of this.#columns) source.forget()
  }

  /**
   * @param target row k gets elements [k * width, (k + 1) * width).
   * @param checked how many rows, from the first, are looked at for NaN.
   * @throws {DatabaseError} RUNTIME naming table, column and row: NULL, NaN, an integer that does not fit the target.
   */
  gather(rows: Uint32Array, target: TypedArray, checked: number): void {
    const only = this.#columns.length === 1 ? this.#columns[0]! : null
    if (only !== null && holds(only.source.dtype, target)) {
      only.source.gather(rows, target)
      this.#clean[0]?.check(rows, checked, target as FloatArray, this.#width)
      return
    }
    let at = 0
    this.#columns.forEach((column, i) => {
      this.#gatherCast(column, this.#clean[i]!, { rows, target, checked, at })
      at += column.source.width
    })
  }

  counts(): GatherCounts {
    const counts = { rows: 0, rowsRead: 0, bytesRead: 0 }
    for (const { source } of this.#columns) {
      const { rows, rowsRead, bytesRead } = source.stats()
      counts.rows += rows
      counts.rowsRead += rowsRead
      counts.bytesRead += bytesRead
    }
    return counts
  }

  close(): void {
    for (const { source } of this.#columns) source.close()
  }

  #gatherCast(column: GatheredColumn, clean: CleanRows | null, { rows, target, checked, at }: CastTask): void {
    const { source } = column
    const elements = rows.length * source.width
    const scratch = this.#scratchFor(source, elements)
    source.gather(rows, scratch)
    clean?.check(rows, checked, scratch as FloatArray, source.width)
    const place = { width: source.width, stride: this.#width, at }
    if (target instanceof Int32Array) castToInt32(scratch, rows, target, column)
    else castToFloat(scratch, target as Float32Array, rows.length, place)
  }

  #scratchFor({ dtype }: FeatureSource, elements: number): TypedArray {
    const kept = this.#scratch
    if (kept !== null && kept.length >= elements && holds(dtype, kept)) return kept.subarray(0, elements)
    this.#scratch = arrayOf(dtype, elements)
    return this.#scratch
  }
}

interface CastTask {
  readonly rows: Uint32Array
  readonly target: TypedArray
  readonly checked: number
  readonly at: number
}

/** Where a column's rows go in the joined rows. */
interface Place {
  readonly width: number
  readonly stride: number
  readonly at: number
}

function castToFloat(from: TypedArray, to: Float32Array, rows: number, { width, stride, at }: Place): void {
  if (from instanceof BigInt64Array || from instanceof BigUint64Array) {
    for (let k = 0; k < rows; k++) {
      for (let j = 0; j < width; j++) to[k * stride + at + j] = Number(from[k * width + j]!)
    }
    return
  }
  for (let k = 0; k < rows; k++) {
    for (let j = 0; j < width; j++) to[k * stride + at + j] = from[k * width + j]!
  }
}

function castToInt32(
  from: TypedArray,
  rows: Uint32Array,
  to: Int32Array,
  { table, column, source }: GatheredColumn,
): void {
  for (let i = 0; i < rows.length * source.width; i++) {
    const value = Number(from[i]!)
    to[i] = value
    if (to[i] === value) continue
    const row = rows[Math.floor(i / source.width)]!
    const text = `Row ${row} of table ${table} has ${value} in column ${column}: labels are 32-bit integers.`
    throw new DatabaseError('RUNTIME', text, { facts: { table, column, row } })
  }
}
