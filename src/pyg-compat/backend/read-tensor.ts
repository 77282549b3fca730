import { DatabaseError } from '../../errors/database-error.ts'
import type { ColumnReader } from '../../storage/read-view.ts'
import { CHUNK_MASK, type RowBitset } from '../../storage/read-view.ts'
import type { FeatureSource } from '../features/feature-source.ts'
import type { TypedArray } from '../tensor.ts'

/** A column, for reading ranges of it. */
export interface ReadableColumn {
  readonly table: string
  readonly column: string
  readonly reader: ColumnReader
  /** Rows of deleted nodes, whose values nobody looks at; null when there are none. */
  readonly deleted: RowBitset | null
  readonly source: FeatureSource
}

/**
 * Copies rows [start, start + count) to the beginning of `target`. Rows of deleted nodes are zero where they are NULL.
 * Cost: one decoding of each chunk for numbers, one memcpy a row for fixed lists.
 * @throws {DatabaseError} RUNTIME naming table, column and row for NULL.
 */
export function readRange(column: ReadableColumn, start: number, count: number, target: TypedArray): void {
  const { reader, source } = column
  if (reader.safeNumber && !reader.neverNull) checkNulls(column, start, count)
  if (reader.safeNumber) {
    for (let row = start, end = 0; row < start + count; row = end) {
      end = Math.min(start + count, (row | CHUNK_MASK) + 1)
      const { values, base } = reader.numbers(row, end)
      copyNumbers(values, row - base, end - row, target, row - start)
    }
    return
  }
  for (let done = 0; done < count; done += STEP) {
    const rows = liveRows(column, start + done, Math.min(STEP, count - done))
    const part = target.subarray(done * source.width, (done + STEP) * source.width) as TypedArray
    if (rows.skipped === null) source.gather(rows.rows, part)
    else gatherApart(source, rows.rows, rows.skipped, part)
  }
}

/** Rows gathered at once where a range is read row by row. */
const STEP = 1 << 14

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

/** @returns the rows of a range, and which of them are deleted and have no value: those stay zero. */
function liveRows(
  { reader, deleted }: ReadableColumn,
  start: number,
  count: number,
): { rows: Uint32Array; skipped: Uint8Array | null } {
  const rows = new Uint32Array(count)
  let skipped: Uint8Array | null = null
  for (let k = 0; k < count; k++) {
    rows[k] = start + k
    if (!isSet(deleted, start + k) || !reader.isNull(start + k)) continue
    skipped ??= new Uint8Array(count)
    skipped[k] = 1
  }
  return { rows, skipped }
}

function gatherApart(source: FeatureSource, rows: Uint32Array, skipped: Uint8Array, target: TypedArray): void {
  const { width } = source
  target.fill(0 as never, 0, rows.length * width)
  for (let k = 0; k < rows.length; k++) {
    if (skipped[k] === 0) source.gather(rows.subarray(k, k + 1), target.subarray(k * width) as TypedArray)
  }
}

function isSet(bits: RowBitset | null, row: number): boolean {
  return bits !== null && (bits[row >>> 5]! & (1 << (row & 31))) !== 0
}
