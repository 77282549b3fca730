import type { Value } from '../types/value.ts'
import type { ChunkDescriptor, ColumnBase } from './column-base.ts'
import type { ColumnOverlay } from './column-overlay.ts'
import type { ColumnStatistics } from './read-view.ts'
import { orderOf, type ValueOrder } from './value-order.ts'

/** @returns the statistics of a column in one snapshot. Cost: one walk over its descriptors. */
export function columnStatistics(base: ColumnBase, overlay: ColumnOverlay | null): ColumnStatistics {
  const order = orderOf(base.type)
  const changed = overlay?.changedIn(0, overlay.rowCount) ? overlay : null
  const bounds = baseBounds(base.chunks, order)
  const nullCount = base.chunks.reduce((sum, chunk) => sum + chunk.run.nullCount, 0) + (changed?.nullCount ?? 0)
  const distinct = estimateDistinct(base, order)
  if (changed === null) return { ...bounds, nullCount, distinct }
  return { ...withOverlay(bounds, base, changed, order), nullCount, distinct: distinct + changedCount(base, changed) }
}

interface Bounds {
  readonly min: Value
  readonly max: Value
}

const UNKNOWN: Bounds = { min: null, max: null }

function baseBounds(chunks: readonly ChunkDescriptor[], order: ValueOrder): Bounds {
  let bounds = UNKNOWN
  for (const chunk of chunks) {
    if (chunk.run.nullCount === chunk.run.rows) continue
    if (chunk.min === null || chunk.max === null) return UNKNOWN
    bounds = bounds.min === null ? { min: chunk.min, max: chunk.max } : union(bounds, chunk, order)
  }
  return bounds
}

function union(a: Bounds, b: Bounds, order: ValueOrder): Bounds {
  return { min: order.less(b.min, a.min) ? b.min : a.min, max: order.less(a.max, b.max) ? b.max : a.max }
}

function withOverlay(bounds: Bounds, base: ColumnBase, overlay: ColumnOverlay, order: ValueOrder): Bounds {
  if (overlay.min === null || overlay.max === null) return UNKNOWN
  if (bounds.min !== null) return union(bounds, overlay, order)
  const allNull = base.chunks.every((chunk) => chunk.run.nullCount === chunk.run.rows)
  return allNull ? { min: overlay.min, max: overlay.max } : UNKNOWN
}

function changedCount(base: ColumnBase, overlay: ColumnOverlay): number {
  return Math.max(0, overlay.rowCount - base.rowCount)
}

/**
 * Chunks tell how many distinct values each has, not how many they share. Where their bounds do not overlap (sorted columns) or where
 * nearly all values of a chunk differ (keys) the counts add up; otherwise each chunk is taken as a sample, drawn evenly from one set of values,
 * whose size follows from how many distinct ones it shows.
 */
function estimateDistinct(base: ColumnBase, order: ValueOrder): number {
  const { chunks } = base
  const first = chunks[0]
  if (first === undefined) return 0
  if (chunks.length === 1) return first.distinct
  const sum = chunks.reduce((total, chunk) => total + chunk.distinct, 0)
  const shared = sharedBounds(chunks, order)
  if (shared >= 0) return capByRange(sum - shared, chunks, order)
  if (sum >= 0.9 * base.rowCount) return capByRange(sum, chunks, order)
  let domain = 0
  let rows = 0
  for (const { run, distinct } of chunks) {
    const valid = run.rows - run.nullCount
    rows += valid
    domain = Math.max(domain, domainSize(valid, distinct))
  }
  const expected = domain * (1 - (1 - 1 / Math.max(domain, 1)) ** rows)
  return capByRange(Math.min(Math.round(expected), sum), chunks, order)
}

/** @returns the size of the set from which `draws` even draws are expected to show `distinct` different values. */
function domainSize(draws: number, distinct: number): number {
  if (distinct >= draws) return Number.MAX_SAFE_INTEGER
  let low = distinct
  let high = 1e15
  for (let step = 0; step < 60 && high - low > 0.5; step++) {
    const middle = (low + high) / 2
    if (-middle * Math.expm1(draws * Math.log1p(-1 / middle)) < distinct) low = middle
    else high = middle
  }
  return Math.round(low)
}

/** @returns how many chunks of a sorted column begin with the value that the one before ends with; -1 if chunks overlap further. */
function sharedBounds(chunks: readonly ChunkDescriptor[], order: ValueOrder): number {
  let shared = 0
  for (let i = 0; i < chunks.length; i++) {
    const { min } = chunks[i]!
    const before = i === 0 ? null : chunks[i - 1]!.max
    if (min === null || (i > 0 && (before === null || !order.atMost(before, min)))) return -1
    if (i > 0 && !order.less(before, min)) shared++
  }
  return shared
}

/** Whole numbers cannot have more distinct values than their range. */
function capByRange(distinct: number, chunks: readonly ChunkDescriptor[], order: ValueOrder): number {
  if (!chunks.every((chunk) => chunk.run.encoding.kind === 'int')) return distinct
  const { min, max } = baseBounds(chunks, order)
  return min === null ? distinct : Math.min(distinct, Number(max) - Number(min) + 1)
}
