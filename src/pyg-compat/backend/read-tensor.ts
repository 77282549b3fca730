import { DatabaseError } from '../../errors/database-error.ts'
import { CHUNK_MASK, type ColumnReader, type RowBitset } from '../../storage/read-view.ts'
import type { ColumnRows } from '../features/column-rows.ts'
import type { RowFormat } from '../features/row-format.ts'
import type { TypedArray } from '../tensor.ts'
import { pageOrder } from './page-order.ts'

/** A column in one snapshot, for reading it through the pages of the pool: nothing is kept between reads. */
export interface ReadableColumn {
  readonly table: string
  readonly column: string
  readonly rowCount: number
  readonly reader: ColumnReader
  /** Rows of deleted nodes, whose values nobody looks at; null when there are none. */
  readonly deleted: RowBitset | null
  readonly format: RowFormat
  readonly rows: ColumnRows
  /** Whether all of the column may be in the pool at once. */
  readonly fitsPool: boolean
}

/**
 * Copies rows to the beginning of `target`, in their order. Columns that the pool does not hold are read page by page.
 * @throws {DatabaseError} RUNTIME naming table, column and row for NULL.
 */
export function readRows(column: ReadableColumn, rows: Uint32Array, target: TypedArray): void {
  const { format, rowCount, fitsPool } = column
  const { width } = format
  const order = fitsPool ? null : pageOrder(rows, width * target.BYTES_PER_ELEMENT, rowCount)
  if (order === null) for (let k = 0; k < rows.length; k++) column.rows.copy(rows[k]!, target, k * width)
  else for (const k of order) column.rows.copy(rows[k]!, target, k * width)
}

/**
 * Copies rows [start, start + count) to the beginning of `target`. Rows of deleted nodes are zero where they are NULL.
 * Cost: one decoding of each chunk for numbers, one memcpy a row for fixed lists.
 * @throws {DatabaseError} RUNTIME naming table, column and row for NULL.
 */
export function readRange(column: ReadableColumn, start: number, count: number, target: TypedArray): void {
  const { reader, rows, format } = column
  if (reader.safeNumber) {
    if (!reader.neverNull) checkNulls(column, start, count)
    for (let row = start, end = 0; row < start + count; row = end) {
      end = Math.min(start + count, (row | CHUNK_MASK) + 1)
      const { values, base } = reader.numbers(row, end)
      copyNumbers(values, row - base, end - row, target, row - start)
    }
    return
  }
  const { width } = format
  const { neverNull } = reader
  for (let k = 0; k < count; k++) {
    if (neverNull || !isSet(column.deleted, start + k) || !reader.isNull(start + k))
      rows.copy(start + k, target, k * width)
    else target.fill(0 as never, k * width, (k + 1) * width)
  }
}

function copyNumbers(values: Float64Array, from: number, count: number, target: TypedArray, at: number): void {
  if (!(target instanceof BigInt64Array || target instanceof BigUint64Array)) {
    target.set(values.subarray(from, from + count), at)
    return
  }
  // two words each: a bigint for every value would be garbage
  const words = new Int32Array(target.buffer, target.byteOffset + 8 * at, 2 * count)
  for (let k = 0; k < count; k++) {
    const value = values[from + k]!
    words[2 * k] = value | 0
    words[2 * k + 1] = Math.floor(value / 2 ** 32)
  }
}

function checkNulls({ reader, table, column, deleted }: ReadableColumn, start: number, count: number): void {
  for (let row = start; row < start + count; row++) {
    if (!reader.isNull(row) || isSet(deleted, row)) continue
    const text = `Row ${row} of table ${table} has no value in column ${column}.`
    throw new DatabaseError('RUNTIME', text, { facts: { table, column, row } })
  }
}

function isSet(bits: RowBitset | null, row: number): boolean {
  return bits !== null && (bits[row >>> 5]! & (1 << (row & 31))) !== 0
}
