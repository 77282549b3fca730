import type { Value } from '../types/value.ts'

/** The updated rows of one CHUNK_ROWS range as one snapshot sees them. Immutable. */
export interface ColumnPatch {
  /** Ascending. */
  readonly rows: Uint32Array
  /** The value of each, null for NULL. */
  readonly values: readonly Value[]
  /** The same as numbers, NULL as 0; empty for a column that is not read as numbers. */
  readonly numbers: Float64Array
}

/** @param isNumeric whether the column is read as numbers. */
export function columnPatch(rows: Uint32Array, values: readonly Value[], isNumeric: boolean): ColumnPatch {
  return { rows, values, numbers: isNumeric ? Float64Array.from(values, Number) : NO_NUMBERS }
}

const NO_NUMBERS = new Float64Array(0)

/** @returns the first position of `rows[from..to)`, which ascend, whose row is at least `row`; `to` when there is none. */
export function lowerBound(rows: Uint32Array, from: number, to: number, row: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle]! < row) low = middle + 1
    else high = middle
  }
  return low
}
