import { DatabaseError } from '../../errors/database-error.ts'
import type { DType, TypedArray } from '../tensor.ts'
import { holds } from './row-format.ts'

/** @throws {DatabaseError} INVALID_ARGUMENT if `target` has another element type, or no room for so many rows. */
export function checkTarget(dtype: DType, width: number, rows: number, target: TypedArray): void {
  if (!holds(dtype, target)) {
    throw new DatabaseError(
      'INVALID_ARGUMENT',
      `Rows of ${dtype} cannot be gathered into a ${target.constructor.name}.`,
      {
        facts: { dtype },
      },
    )
  }
  if (target.length >= rows * width) return
  const text = `${rows} rows of ${width} elements need an array of ${rows * width} elements, not of ${target.length}.`
  throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { rows, width, length: target.length } })
}

/** The refusal of a row past the end. */
export function rowOutside(row: number, rowCount: number, what: string): DatabaseError {
  const text = `Row ${row} is outside of ${what}, which has ${rowCount} rows.`
  return new DatabaseError('INVALID_ARGUMENT', text, { facts: { row, rowCount } })
}
