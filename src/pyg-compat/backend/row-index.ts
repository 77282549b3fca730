import { DatabaseError } from '../../errors/database-error.ts'
import type { Tensor } from '../tensor.ts'

/** Rows start, start + step, … before stop, as a Python slice: ends may be left open, negative numbers count from the end. */
export interface Slice {
  readonly start?: number | null | undefined
  readonly stop?: number | null | undefined
  /** Not 0; a negative one goes backwards. */
  readonly step?: number | null | undefined
}

/**
 * Which rows of a tensor: null for all, one row, a slice, rows in any order with repetitions (a plain or typed array, or an integer tensor),
 * or a mask (booleans, or a tensor of bool) with one element per row. Negative rows count from the end.
 */
export type TensorIndex =
  | null
  | number
  | bigint
  | Slice
  | ArrayLike<number>
  | ArrayLike<bigint>
  | readonly boolean[]
  | Tensor

/** Rows to read: a range, or a list of rows that all exist. */
export type RowSelection =
  | { readonly kind: 'range'; readonly start: number; readonly count: number }
  | { readonly kind: 'rows'; readonly rows: Uint32Array; readonly count: number }

/**
 * @param what names the table for errors.
 * @returns the rows that an index means. A Uint32Array is used as it is, without a copy.
 * @throws {DatabaseError} INVALID_ARGUMENT for rows that are not there, and for what is no index.
 */
export function selectRows(index: TensorIndex, rowCount: number, what: string): RowSelection {
  if (index === null) return { kind: 'range', start: 0, count: rowCount }
  if (typeof index === 'number' || typeof index === 'bigint') {
    return { kind: 'range', start: rowOf(index, rowCount, what), count: 1 }
  }
  if (typeof index !== 'object') throw new DatabaseError('INVALID_ARGUMENT', `${String(index)} is no index.`)
  if ('dtype' in index)
    return index.dtype === 'bool' ? masked(index.data, rowCount, what) : list(index.data, rowCount, what)
  if (!('length' in index)) return slice(index, rowCount)
  if (typeof index[0] === 'boolean') return masked(index, rowCount, what)
  return list(index as ArrayLike<number | bigint>, rowCount, what)
}

function slice({ start, stop, step }: Slice, rowCount: number): RowSelection {
  const by = step ?? 1
  for (const value of [start ?? 0, stop ?? 0, by]) {
    if (!Number.isInteger(value)) throw new DatabaseError('INVALID_ARGUMENT', `A slice has integers, not ${value}.`)
  }
  if (by === 0) throw new DatabaseError('INVALID_ARGUMENT', 'The step of a slice cannot be 0.')
  const least = by > 0 ? 0 : -1
  const most = by > 0 ? rowCount : rowCount - 1
  const clamp = (value: number) => Math.max(least, Math.min(most, value < 0 ? value + rowCount : value))
  const from = start === null || start === undefined ? (by > 0 ? least : most) : clamp(start)
  const to = stop === null || stop === undefined ? (by > 0 ? most : least) : clamp(stop)
  const count = Math.max(0, Math.ceil((to - from) / by))
  if (by === 1) return { kind: 'range', start: from, count }
  const rows = new Uint32Array(count)
  for (let k = 0; k < count; k++) rows[k] = from + k * by
  return { kind: 'rows', rows, count }
}

function list(index: ArrayLike<number | bigint>, rowCount: number, what: string): RowSelection {
  const count = index.length
  if (index instanceof Uint32Array) {
    for (let k = 0; k < count; k++) if (index[k]! >= rowCount) throw outside(index[k]!, rowCount, what)
    return { kind: 'rows', rows: index, count }
  }
  const rows = new Uint32Array(count)
  for (let k = 0; k < count; k++) {
    const row = index[k]!
    rows[k] = typeof row === 'number' && row >= 0 && row < rowCount ? row : rowOf(row, rowCount, what)
    if (rows[k] !== row && !(row < 0) && typeof row !== 'bigint') throw outside(row, rowCount, what)
  }
  return { kind: 'rows', rows, count }
}

function masked(mask: ArrayLike<unknown>, rowCount: number, what: string): RowSelection {
  if (mask.length !== rowCount) {
    const text = `A mask of ${mask.length} elements does not fit ${what}, which has ${rowCount} rows.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { length: mask.length, rowCount } })
  }
  const rows = new Uint32Array(rowCount)
  let count = 0
  for (let row = 0; row < rowCount; row++) if (mask[row]) rows[count++] = row
  return { kind: 'rows', rows: rows.slice(0, count), count }
}

function rowOf(index: number | bigint, rowCount: number, what: string): number {
  const row = Number(index)
  const wanted = row < 0 ? row + rowCount : row
  if (!Number.isInteger(wanted) || wanted < 0 || wanted >= rowCount) throw outside(index, rowCount, what)
  return wanted
}

function outside(index: number | bigint, rowCount: number, what: string): DatabaseError {
  const text = `Index ${index} is outside of ${what}, which has ${rowCount} rows.`
  return new DatabaseError('INVALID_ARGUMENT', text, { facts: { index: Number(index), rowCount } })
}
