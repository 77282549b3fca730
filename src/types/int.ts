import { DatabaseError } from '../errors/database-error.ts'
import type { TypeId } from './logical-type.ts'
import type { Int } from './value.ts'

/** Types whose values are {@link Int} numbers of a fixed width. SERIAL is an INT64. */
export type IntTypeId =
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'INT128'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'SERIAL'

/** Smallest and largest value of an integer type, both inside. */
export interface IntRange {
  readonly min: Int
  readonly max: Int
}

const MAX_SAFE = Number.MAX_SAFE_INTEGER

/** Range of each integer type. */
export const INT_RANGES: Readonly<Record<IntTypeId, IntRange>> = {
  INT8: { min: -128, max: 127 },
  INT16: { min: -32768, max: 32767 },
  INT32: { min: -2147483648, max: 2147483647 },
  INT64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
  INT128: { min: -(2n ** 127n), max: 2n ** 127n - 1n },
  UINT8: { min: 0, max: 255 },
  UINT16: { min: 0, max: 65535 },
  UINT32: { min: 0, max: 4294967295 },
  UINT64: { min: 0, max: 2n ** 64n - 1n },
  SERIAL: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
}

/** The part of each range that is safe to compute with numbers: ends are numbers, so that tests stay off the bigint path. */
export const SAFE_RANGES: Readonly<Record<IntTypeId, { readonly min: number; readonly max: number }>> = {
  INT8: { min: -128, max: 127 },
  INT16: { min: -32768, max: 32767 },
  INT32: { min: -2147483648, max: 2147483647 },
  INT64: { min: -MAX_SAFE, max: MAX_SAFE },
  INT128: { min: -MAX_SAFE, max: MAX_SAFE },
  UINT8: { min: 0, max: 255 },
  UINT16: { min: 0, max: 65535 },
  UINT32: { min: 0, max: 4294967295 },
  UINT64: { min: 0, max: MAX_SAFE },
  SERIAL: { min: -MAX_SAFE, max: MAX_SAFE },
}

/** @returns whether values of the type are whole numbers of fixed width (DECIMAL and TIMESTAMP are not among them). */
export function isIntType(id: TypeId): id is IntTypeId {
  return id in INT_RANGES
}

/** @returns the normal form of an integer: a `number` where it is safe, otherwise the `bigint` itself. */
export function normaliseInt(v: bigint): Int {
  return v >= -9007199254740991n && v <= 9007199254740991n ? Number(v) : v
}

/** @returns the integer as a bigint. */
export function toBigInt(v: Int): bigint {
  return typeof v === 'bigint' ? v : BigInt(v)
}

/** @returns negative, zero or positive, as `a` is smaller than, equal to or larger than `b`. */
export function compareInt(a: Int, b: Int): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** @returns whether an integer fits the type. */
export function fitsInt(v: Int, type: IntTypeId): boolean {
  const range = INT_RANGES[type]
  return v >= range.min && v <= range.max
}

/** Builds the error of an operation whose result leaves its type, in the words Kùzu uses. */
export function intOverflow(a: Int, operator: string, b: Int, type: IntTypeId): DatabaseError {
  if (type === 'INT128') {
    const verb = { '+': 'add', '-': 'subtract', '*': 'multiply' }[operator] ?? 'divide'
    return new DatabaseError('OVERFLOW', `INT128 is out of range: cannot ${verb}.`)
  }
  return new DatabaseError(
    'OVERFLOW',
    `Value ${a} ${operator} ${b} is not within ${type === 'SERIAL' ? 'INT64' : type} range.`,
  )
}

function checked(result: bigint, a: Int, operator: string, b: Int, type: IntTypeId): Int {
  const { min, max } = INT_RANGES[type]
  if (result < min || result > max) throw intOverflow(a, operator, b, type)
  return normaliseInt(result)
}

/**
 * Exact sum. Cost: one addition and a test when both are numbers of an 8-byte type.
 * @throws {DatabaseError} OVERFLOW when it is outside the type.
 */
export function addInt(a: Int, b: Int, type: IntTypeId): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const r = a + b
    if (r >= SAFE_RANGES[type].min && r <= SAFE_RANGES[type].max) return r
  }
  return checked(toBigInt(a) + toBigInt(b), a, '+', b, type)
}

/** Exact difference. @throws {DatabaseError} OVERFLOW when it is outside the type. */
export function subInt(a: Int, b: Int, type: IntTypeId): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const r = a - b
    if (r >= SAFE_RANGES[type].min && r <= SAFE_RANGES[type].max) return r
  }
  return checked(toBigInt(a) - toBigInt(b), a, '-', b, type)
}

/** Exact product. @throws {DatabaseError} OVERFLOW when it is outside the type. */
export function mulInt(a: Int, b: Int, type: IntTypeId): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const r = a * b
    // adding zero turns the -0 of 0 * -1 into 0
    if (r >= SAFE_RANGES[type].min && r <= SAFE_RANGES[type].max) return r + 0
  }
  return checked(toBigInt(a) * toBigInt(b), a, '*', b, type)
}

/**
 * Quotient cut towards zero.
 * @throws {DatabaseError} DIVIDE_BY_ZERO; OVERFLOW when it is outside the type (minimum / -1).
 */
export function divInt(a: Int, b: Int, type: IntTypeId): Int {
  if (b === 0) throw new DatabaseError('DIVIDE_BY_ZERO', 'Divide by zero.')
  if (typeof a === 'number' && typeof b === 'number') {
    // the quotient of two safe integers, rounded to double, never crosses an integer that the exact one has not reached:
    // a/b differs from an integer by at least 1/|b|, which exceeds half an ulp of the quotient
    const r = Math.trunc(a / b) + 0
    if (r >= SAFE_RANGES[type].min && r <= SAFE_RANGES[type].max) return r
  }
  return checked(toBigInt(a) / toBigInt(b), a, '/', b, type)
}

/**
 * Remainder with the sign of the dividend.
 * @throws {DatabaseError} DIVIDE_BY_ZERO for a zero divisor.
 */
export function modInt(a: Int, b: Int): Int {
  if (b === 0) throw new DatabaseError('DIVIDE_BY_ZERO', 'Modulo by zero.')
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0
  return normaliseInt(toBigInt(a) % toBigInt(b))
}
