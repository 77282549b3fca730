import { DatabaseError } from '../../errors/database-error.ts'
import type { Tensor } from '../tensor.ts'
import type { Numbers } from './loader-options.ts'

/** @returns the elements. Bigints are told apart by {@link sharedIds} and {@link sharedNumbers}. */
export function elementsOfNumbers(numbers: Numbers): ArrayLike<number | bigint> {
  return isTensor(numbers) ? (numbers.data as ArrayLike<number | bigint>) : numbers
}

/** @returns whether a value is a tensor rather than an array. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value
}

/**
 * @param what for the message.
 * @returns the numbers as ids, in shared memory.
 * @throws {DatabaseError} INVALID_ARGUMENT for what is no whole number of [0, 2^32 - 2].
 */
export function sharedIds(numbers: ArrayLike<number | bigint>, what: string): Uint32Array {
  if (numbers instanceof Uint32Array && numbers.buffer instanceof SharedArrayBuffer) return numbers
  const ids = new Uint32Array(new SharedArrayBuffer(numbers.length * 4))
  for (let i = 0; i < ids.length; i++) {
    const id = Number(numbers[i])
    if (!Number.isInteger(id) || id < 0 || id > 0xffff_fffe) {
      const text = `${what} are whole numbers from 0, not ${String(numbers[i])} (at position ${i}).`
      throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { position: i } })
    }
    ids[i] = id
  }
  return ids
}

/** @returns the numbers in shared memory. @throws {DatabaseError} INVALID_ARGUMENT unless there are `count`; for NaN. */
export function sharedNumbers(numbers: ArrayLike<number | bigint>, count: number, what: string): Float64Array {
  requireCount(numbers, count, what)
  const shared = new Float64Array(new SharedArrayBuffer(count * 8))
  for (let i = 0; i < count; i++) {
    shared[i] = Number(numbers[i])
    if (Number.isNaN(shared[i]!)) {
      throw new DatabaseError('INVALID_ARGUMENT', `${what}: element ${i} is no number.`, { facts: { position: i } })
    }
  }
  return shared
}

/** @throws {DatabaseError} INVALID_ARGUMENT */
export function requireCount(numbers: ArrayLike<unknown>, count: number, what: string): void {
  if (numbers.length === count) return
  throw new DatabaseError(
    'INVALID_ARGUMENT',
    `${what}: one is needed for each of ${count}, there are ${numbers.length}.`,
  )
}
