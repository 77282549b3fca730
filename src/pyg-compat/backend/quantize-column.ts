import { type Catalog, findProperty } from '../../catalog/catalog.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { WriteTransaction } from '../../storage/write-transaction.ts'
import { FLOAT, type LogicalType, scalar } from '../../types/logical-type.ts'
import type { StoredRows } from '../../types/stored-rows.ts'
import { halfOf } from '../../util/float16.ts'
import type { DecodedColumn } from '../features/decoded-column.ts'
import { arrayOf } from '../features/row-format.ts'
import { addColumn } from './add-column.ts'
import { commitChange } from './commit-change.ts'
import type { FeatureStore } from './feature-store.ts'
import { findGroup, type Group } from './find-group.ts'
import { openColumn } from './open-column.ts'
import { type ReadableColumn, readRange } from './read-tensor.ts'

/** What {@link quantizeColumn} made. */
export interface QuantizedColumn {
  /** The new column as the option `columns: { x }` of a loader takes it. */
  readonly x: DecodedColumn
  /** [n] what elements are multiplied by; null for float16. Also in the column `<to>_scale`. */
  readonly scales: Float32Array | null
}

type ListType = Extract<LogicalType, { readonly id: 'ARRAY' }>

/** Floats that are looked at together. */
const PIECE_BYTES = 4 << 20

/** Largest element: symmetric, so that zero stays zero. */
const LARGEST = 127

/**
 * Copies a column of floats, FLOAT[n] or DOUBLE[n], into a new column of small elements, in a transaction of its own:
 *
 * - 'int8': INT8[n] and a column `<to>_scale`, FLOAT[n] with the same value in all rows. The scale of feature j is its largest absolute value over 127; an
 *   element is off by half a scale at most. Rows that are inserted later are for the inserter to encode with these scales.
 * - 'float16': UINT16[n], the bits of the nearest half-precision float.
 *
 * The snapshot of the stores moves to the new commit. Blocks this thread. Cost: for 'int8' two passes over the column, else one; memory: a few MiB.
 * @throws {DatabaseError} UNKNOWN_TABLE, UNKNOWN_PROPERTY; NOT_SUPPORTED for a column of another type; DUPLICATE_NAME for a new column that is there; RUNTIME
 *   naming table, column and row for NULL, NaN, infinity, and what a half cannot hold (65,520 and above); WRITE_CONFLICT, LOCKED, READ_ONLY, CLOSED.
 */
export function quantizeColumn(
  features: FeatureStore,
  table: string,
  from: string,
  to: string,
  as: 'int8' | 'float16',
): QuantizedColumn {
  if (as !== 'int8' && as !== 'float16') {
    throw new DatabaseError('INVALID_ARGUMENT', `A column becomes 'int8' or 'float16', not ${String(as)}.`)
  }
  let scales: Float32Array | null = null
  commitChange(features.backend, (tx, catalog) => {
    const group = findGroup(catalog, table)
    requireFloats(openFloats(tx, catalog, table, from))
    for (const name of as === 'int8' ? [to, scaleName(to)] : [to]) requireFree(group, name)
    const { width } = openFloats(tx, catalog, table, from).format
    const element = scalar(as === 'int8' ? 'INT8' : 'UINT16')
    const type: ListType = { id: 'ARRAY', child: element, length: width }
    const place = addColumn(tx, catalog, group, to, type)
    // opened now: adding a column moves what was changed lately to pages
    const column = openFloats(tx, place.catalog, table, from)
    scales = as === 'int8' ? featureScales(column) : null
    const rows = scales === null ? halfRows(column, type) : byteRows(column, type, scales)
    tx.replaceColumn(group.storageId, place.property.columnId, [rows])
    if (scales === null) return place.catalog
    const scaleType: ListType = { id: 'ARRAY', child: FLOAT, length: width }
    return addColumn(tx, place.catalog, place.group, scaleName(to), scaleType, [...(scales as Float32Array)]).catalog
  })
  const isBytes = as === 'int8'
  return { x: isBytes ? { column: to, scale: scaleName(to) } : { column: to, decode: 'float16' }, scales }
}

function scaleName(column: string): string {
  return `${column}_scale`
}

function requireFloats({ table, column, format }: ReadableColumn): void {
  const isFloat = format.dtype === 'float32' || format.dtype === 'float64'
  if (isFloat && format.rowShape.length === 1 && format.width > 0) return
  const text = `Column ${column} of table ${table} is none of FLOAT[n] or DOUBLE[n], which alone are quantized.`
  throw new DatabaseError('NOT_SUPPORTED', text, { facts: { table, column } })
}

function requireFree({ table }: Group, name: string): void {
  if (findProperty(table, name) === undefined) return
  const text = `Table ${table.name} already has a column ${name}: remove it first.`
  throw new DatabaseError('DUPLICATE_NAME', text, { facts: { table: table.name, column: name } })
}

/** Read once from start to end, so that nothing is gained by keeping pages. */
function openFloats(tx: WriteTransaction, catalog: Catalog, table: string, from: string): ReadableColumn {
  return openColumn({ view: tx.view, catalog }, table, from, 0)
}

/** Pass 1: the largest absolute value of each feature over {@link LARGEST}; 1 where all are zero. */
function featureScales(column: ReadableColumn): Float32Array {
  const { width } = column.format
  const most = new Float64Array(width)
  forFloats(column, pieceOf(column), 0, column.rowCount, (floats, count) => {
    for (let i = 0, j = 0; i < count; i++, j = j + 1 === width ? 0 : j + 1) {
      const size = Math.abs(floats[i]!)
      if (size > most[j]!) most[j] = size
    }
  })
  return Float32Array.from(most, (value) => Math.fround(value / LARGEST) || 1)
}

function byteRows(column: ReadableColumn, type: ListType, scales: Float32Array): StoredRows {
  const { width } = column.format
  return rowsOf(column, type, 1, (floats, count, target, at) => {
    const to = new Int8Array(target.buffer, target.byteOffset + at, count)
    for (let i = 0, j = 0; i < count; i++, j = j + 1 === width ? 0 : j + 1) {
      const units = Math.round(floats[i]! / scales[j]!)
      to[i] = Math.max(-LARGEST, Math.min(LARGEST, units)) // a scale that was rounded down gives 127.00001
    }
  })
}

function halfRows(column: ReadableColumn, type: ListType): StoredRows {
  const { width } = column.format
  return rowsOf(column, type, 2, (floats, count, target, at, row) => {
    const to = new Uint16Array(target.buffer, target.byteOffset + at, count)
    for (let i = 0; i < count; i++) {
      const half = halfOf(floats[i]!)
      if ((half & 0x7fff) === INFINITE_HALF) throw unusable(column, row + Math.floor(i / width), floats[i]!)
      to[i] = half
    }
  })
}

const INFINITE_HALF = 0x7c00

/** Encodes `count` floats, the first of which belongs to row `row`, to the bytes of `target` from `at` on. */
type Encode = (floats: Floats, count: number, target: Uint8Array, at: number, row: number) => void
type Floats = Float32Array | Float64Array

/** The rows of a column, encoded as they are asked for. */
function rowsOf(column: ReadableColumn, type: ListType, elementBytes: number, encode: Encode): StoredRows {
  const { width } = column.format
  const rowBytes = width * elementBytes
  const piece = pieceOf(column)
  return {
    type,
    length: column.rowCount,
    rowBytes,
    read: (start, count, target) =>
      forFloats(column, piece, start, count, (floats, elements, row) =>
        encode(floats, elements, target, (row - start) * rowBytes, row),
      ),
  }
}

/** Hands rows [start, start + count) over in pieces. @throws {DatabaseError} RUNTIME naming table, column and row for NULL, NaN and infinity. */
function forFloats(
  column: ReadableColumn,
  floats: Floats,
  start: number,
  count: number,
  take: (floats: Floats, elements: number, row: number) => void,
): void {
  const { width } = column.format
  const pieceRows = floats.length / width
  for (let row = start; row < start + count; row += pieceRows) {
    const rows = Math.min(pieceRows, start + count - row)
    readRange(column, row, rows, floats)
    for (let i = 0; i < rows * width; i++) {
      if (Number.isFinite(floats[i]!)) continue
      if (!isDeleted(column, row + Math.floor(i / width)))
        throw unusable(column, row + Math.floor(i / width), floats[i]!)
      floats[i] = 0
    }
    take(floats, rows * width, row)
  }
}

function pieceOf({ format: { dtype, width }, rowCount }: ReadableColumn): Floats {
  const rows = Math.max(1, Math.min(rowCount, Math.floor(PIECE_BYTES / 8 / width)))
  return arrayOf(dtype, rows * width) as Floats
}

function isDeleted({ deleted }: ReadableColumn, row: number): boolean {
  return deleted !== null && (deleted[row >>> 5]! & (1 << (row & 31))) !== 0
}

function unusable({ table, column }: ReadableColumn, row: number, value: number): DatabaseError {
  const text = `Row ${row} of table ${table} has ${value} in column ${column}, which cannot be quantized so.`
  return new DatabaseError('RUNTIME', text, { facts: { table, column, row } })
}
