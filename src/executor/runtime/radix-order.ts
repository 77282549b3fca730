import { countWork } from '../../util/work.ts'

const DIGITS = 1 << 16
/** So many rows of a pass take some ms: work is counted once for them. */
const CHECK_MASK = (1 << 18) - 1
const ROWS_AS_WORK = 1 << 15

/** A numeric sort key over rows: value and, where rows may be NULL, flags of 1. */
export interface NumberKey {
  readonly values: Float64Array
  readonly nulls: Uint8Array | null
  readonly descending: boolean
}

/**
 * @returns the row numbers 0..count-1 in the order of numeric keys: a radix sort from the last key to the first, which keeps equal rows in their
 * order. NULL is larger than NaN, NaN larger than infinity, 0 and -0 are equal.
 * Cost: 16 bytes per row, a few ns per row and digit of 16 bits; digits that are the same in all rows are only counted.
 */
export function radixOrder(count: number, keys: readonly NumberKey[]): Uint32Array {
  let rows: Uint32Array = new Uint32Array(count)
  for (let i = 0; i < count; i++) rows[i] = i
  let scratch: Uint32Array = new Uint32Array(count)
  const words = new Uint16Array(count * 4)
  const pass = (digits: Uint16Array, width: number, at: number): void => {
    if (!scatter(rows, scratch, digits, width, at)) return
    const sorted = scratch
    scratch = rows
    rows = sorted
  }
  for (const { values, nulls, descending } of keys.toReversed()) {
    writeSortable(values, count, descending, words)
    for (let at = 0; at < 4; at++) pass(words, 4, at)
    if (nulls !== null) pass(nullDigits(nulls, count, descending), 1, 0)
  }
  return rows
}

/** Numbers as unsigned integers of 64 bits in the same order, four digits each, the lowest first. */
function writeSortable(values: Float64Array, count: number, descending: boolean, digits: Uint16Array): void {
  const floats = new Float64Array(digits.buffer, 0, count)
  const halves = new Uint32Array(digits.buffer)
  const flip = descending ? 0xffffffff : 0
  for (let i = 0; i < count; i++) {
    if ((i & CHECK_MASK) === 0) countWork(ROWS_AS_WORK)
    const v = values[i]!
    // adding 0 makes -0 to 0; there is one NaN only
    floats[i] = Number.isNaN(v) ? Number.NaN : v + 0
    const high = halves[2 * i + 1]!
    const isNegative = high >>> 31 === 1
    halves[2 * i] = (isNegative ? ~halves[2 * i]! : halves[2 * i]!) ^ flip
    halves[2 * i + 1] = (isNegative ? ~high : high ^ 0x80000000) ^ flip
  }
}

function nullDigits(nulls: Uint8Array, count: number, descending: boolean): Uint16Array {
  const digits = new Uint16Array(count)
  for (let i = 0; i < count; i++) digits[i] = (nulls[i]! === 1) === descending ? 0 : 1
  return digits
}

/** One pass by digit `digits[row * width + at]`. @returns false when all rows have the same digit; then nothing was written. */
function scatter(rows: Uint32Array, out: Uint32Array, digits: Uint16Array, width: number, at: number): boolean {
  const ends = new Uint32Array(DIGITS + 1)
  for (let i = 0; i < rows.length; i++) ends[digits[i * width + at]! + 1]!++
  if (rows.length === 0 || ends[digits[at]! + 1] === rows.length) return false
  for (let d = 0; d < DIGITS; d++) ends[d + 1]! += ends[d]!
  for (let i = 0; i < rows.length; i++) {
    if ((i & CHECK_MASK) === 0) countWork(ROWS_AS_WORK)
    const row = rows[i]!
    out[ends[digits[row * width + at]!]!++] = row
  }
  return true
}
