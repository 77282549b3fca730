import type { Value } from '../types/value.ts'
import type { ChunkDescriptor } from './column-base.ts'
import type { RangePredicate } from './read-view.ts'
import type { ValueOrder } from './value-order.ts'

/** What the bounds of a chunk say about a predicate: no row passes, every row that has a value passes, or the rows must be looked at. */
export type ZoneAnswer = 'none' | 'all' | 'some'

/** Judges a chunk by its descriptor alone. Bounds of the predicate that are null are open. */
export function judgeChunk(chunk: ChunkDescriptor, predicate: RangePredicate, order: ValueOrder): ZoneAnswer {
  if (chunk.run.nullCount === chunk.run.rows) return 'none'
  if (predicate.min === null && predicate.max === null) return predicate.negate ? 'none' : 'all'
  if (chunk.min === null || chunk.max === null) return 'some'
  if (isOutside(chunk.min, chunk.max, predicate, order)) return predicate.negate ? 'all' : 'none'
  if (inRange(chunk.min, predicate, order) && inRange(chunk.max, predicate, order))
    return predicate.negate ? 'none' : 'all'
  return 'some'
}

function isOutside(low: Value, high: Value, predicate: RangePredicate, order: ValueOrder): boolean {
  const { min, minInclusive, max, maxInclusive } = predicate
  if (min !== null && (minInclusive ? order.less(high, min) : order.atMost(high, min))) return true
  return max !== null && (maxInclusive ? order.less(max, low) : order.atMost(max, low))
}

/** @returns whether a non-null value lies in the range, whatever `negate` says. */
export function inRange(value: Value, predicate: RangePredicate, order: ValueOrder): boolean {
  const { min, minInclusive, max, maxInclusive } = predicate
  if (min !== null && !(minInclusive ? order.atMost(min, value) : order.less(min, value))) return false
  return max === null || (maxInclusive ? order.atMost(value, max) : order.less(value, max))
}

/** @returns whether a value passes the predicate; NULL never does. */
export function passes(value: Value, predicate: RangePredicate, order: ValueOrder): boolean {
  return value !== null && inRange(value, predicate, order) !== predicate.negate
}
