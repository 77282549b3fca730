import { compareStrings } from '../types/compare.ts'
import { addInt, divInt, modInt, mulInt, subInt } from '../types/int.ts'
import type { Int } from '../types/value.ts'

const MAX_SAFE = Number.MAX_SAFE_INTEGER

/**
 * Functions that inline expressions may call, by the names they have there. Generated code receives this record.
 * Those of INT64 take the frequent case, two numbers with a safe result, without a call into anything large.
 */
export const inlineHelpers = {
  addInt64(a: Int, b: Int): Int {
    if (typeof a === 'number' && typeof b === 'number') {
      const r = a + b
      if (r <= MAX_SAFE && r >= -MAX_SAFE) return r
    }
    return addInt(a, b, 'INT64')
  },
  subInt64(a: Int, b: Int): Int {
    if (typeof a === 'number' && typeof b === 'number') {
      const r = a - b
      if (r <= MAX_SAFE && r >= -MAX_SAFE) return r
    }
    return subInt(a, b, 'INT64')
  },
  mulInt64(a: Int, b: Int): Int {
    if (typeof a === 'number' && typeof b === 'number') {
      const r = a * b
      if (r <= MAX_SAFE && r >= -MAX_SAFE) return r + 0
    }
    return mulInt(a, b, 'INT64')
  },
  divInt64(a: Int, b: Int): Int {
    if (typeof a === 'number' && typeof b === 'number' && b !== 0) return Math.trunc(a / b) + 0
    return divInt(a, b, 'INT64')
  },
  modInt64(a: Int, b: Int): Int {
    if (typeof a === 'number' && typeof b === 'number' && b !== 0) return (a % b) + 0
    return modInt(a, b)
  },
  addInt32(a: number, b: number): Int {
    const r = a + b
    return r === (r | 0) ? r : addInt(a, b, 'INT32')
  },
  subInt32(a: number, b: number): Int {
    const r = a - b
    return r === (r | 0) ? r : subInt(a, b, 'INT32')
  },
  mulInt32(a: number, b: number): Int {
    const r = a * b
    return r === (r | 0) ? r + 0 : mulInt(a, b, 'INT32')
  },
  compareStrings,
} as const

/** Name of a helper. */
export type InlineHelper = keyof typeof inlineHelpers
