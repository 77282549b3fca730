import { DatabaseError } from '../../errors/database-error.ts'
import { holds } from '../features/row-format.ts'
import type { DType, TypedArray } from '../tensor.ts'

/** @returns the first `length` elements of the caller's array. @throws {DatabaseError} INVALID_ARGUMENT if it is too short or of another type. */
export function checkOut(out: TypedArray, dtype: DType, length: number): TypedArray {
  if (!holds(dtype, out)) {
    throw new DatabaseError('INVALID_ARGUMENT', `A tensor of ${dtype} does not go into a ${out.constructor.name}.`)
  }
  if (out.length < length) {
    const text = `The tensor has ${length} elements, the array that it shall go into ${out.length}.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { length, available: out.length } })
  }
  return out.length === length ? out : (out.subarray(0, length) as TypedArray)
}
