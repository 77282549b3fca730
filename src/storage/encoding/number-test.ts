import { toBigInt } from '../../types/int.ts'
import type { Int, Value } from '../../types/value.ts'
import type { RangePredicate } from '../read-view.ts'
import type { CodeTest } from './int-run.ts'

/** A range test on JS numbers: keeps v with low <= v <= high; with `flip` 1 keeps the others. */
export interface NumberTest {
  readonly low: number
  readonly high: number
  readonly flip: 0 | 1
}

/**
 * @returns the predicate in numbers; a bound that is not included becomes its neighbour. Bounds that are not safe integers are rounded: a value
 * equal to a rounded bound must be compared exactly.
 */
export function numberTest(predicate: RangePredicate): NumberTest {
  const { min, minInclusive, max, maxInclusive } = predicate
  return {
    low: min === null ? Number.NEGATIVE_INFINITY : minInclusive ? Number(min) : nextAbove(Number(min)),
    high: max === null ? Number.POSITIVE_INFINITY : maxInclusive ? Number(max) : -nextAbove(-Number(max)),
    flip: predicate.negate ? 1 : 0,
  }
}

const double = new Float64Array(1)
const bits = new BigInt64Array(double.buffer)

/** @returns the smallest double above `v`; NaN, which nothing equals or passes, above infinity. */
function nextAbove(v: number): number {
  if (v === Number.POSITIVE_INFINITY || Number.isNaN(v)) return Number.NaN
  if (v === 0) return Number.MIN_VALUE
  double[0] = v
  bits[0] = bits[0]! + (v > 0 ? 1n : -1n)
  return double[0]!
}

/** @returns whether a number passes. */
export function numberPasses(v: number, { low, high, flip }: NumberTest): boolean {
  return (v >= low && v <= high) !== (flip === 1)
}

/** Puts `to - from` ascending rows, `values[k]` belonging to `firstRow + k`, through the test. Cost: about 1.5 ns a row. */
export function scanNumbers(
  values: Float64Array,
  from: number,
  to: number,
  firstRow: number,
  test: NumberTest,
  selection: Uint32Array,
  kept: number,
): number {
  const { low, high, flip } = test
  for (let k = from; k < to; k++) {
    const v = values[k]!
    selection[kept] = firstRow + k
    kept += (Number(v >= low) & Number(v <= high)) ^ flip // no branch, see scanUnits
  }
  return kept
}

/**
 * The same for the rows of `selection[from..to)`, whose values are `values[row - firstRow]`; survivors go to `selection` from `kept` (<= from) on.
 */
export function scanSelectedNumbers(
  values: Float64Array,
  firstRow: number,
  test: NumberTest,
  selection: Uint32Array,
  from: number,
  to: number,
  kept: number,
): number {
  const { low, high, flip } = test
  for (let k = from; k < to; k++) {
    const row = selection[k]!
    const v = values[row - firstRow]!
    selection[kept] = row
    kept += (Number(v >= low) & Number(v <= high)) ^ flip
  }
  return kept
}

/**
 * Turns a predicate on whole numbers into one on the codes `value - base` of `width` bits.
 * @returns 'none' when no code can lie in the range ('all' pass if the predicate is negated).
 */
export function codeTest(predicate: RangePredicate, base: Int, width: number): CodeTest | 'none' | 'all' {
  const empty = predicate.negate ? 'all' : 'none'
  const maxCode = 2 ** width - 1
  const low = lowCode(predicate.min, predicate.minInclusive, base)
  const high = highCode(predicate.max, predicate.maxInclusive, base)
  const first = Math.max(low, 0)
  const last = Math.min(high, maxCode)
  if (!(first <= last)) return empty
  return { low: first, span: last - first, flip: predicate.negate ? 1 : 0 }
}

function lowCode(min: Value, inclusive: boolean, base: Int): number {
  if (min === null) return 0
  const code = difference(min, base)
  return inclusive ? Math.ceil(code) : Math.floor(code) + 1
}

function highCode(max: Value, inclusive: boolean, base: Int): number {
  if (max === null) return Number.POSITIVE_INFINITY
  const code = difference(max, base)
  return inclusive ? Math.floor(code) : Math.ceil(code) - 1
}

/** Exact wherever the result is small enough to be a code. */
function difference(bound: Value, base: Int): number {
  if (typeof bound === 'bigint' || typeof base === 'bigint') {
    return Number(BigInt(bound as bigint) - toBigInt(base))
  }
  return Number(bound) - base
}
