import type { AdjacencyCursor } from '../../storage/read-view.ts'
import type { EdgeBuffer } from './edge-buffer.ts'
import { type Picks, SCANNED_PICKS } from './picks.ts'
import type { RandomStream } from './random.ts'

/** Nodes that draw in one hop: local ids [from, to) of one type. */
export interface Frontier {
  readonly ids: Uint32Array
  /** Trees by local id; empty unless disjoint. */
  readonly trees: Uint32Array
  readonly from: number
  readonly to: number
  /** [to - from] the local ids in the order in which to draw; null: as they come. */
  readonly order: Uint32Array | null
}

/** Lists are touched so many at a time before they are drawn from. */
const TOUCHED_LISTS = 32

/**
 * Draws `count` neighbours for each node of a frontier, every neighbour with the same probability, and appends them to `edges` (rows: offsets).
 * `random` is in the scope of hop and relation. The common case of sampling, kept apart so that nothing else slows it down.
 *
 * Cost: one list look-up a node, some 5 ns a draw; lists are read only where they are drawn from. Without an order, lists are looked up twice: first
 * many after each other with nothing in between, so that the misses of all of them overlap (measured on arrays: 1.7 times as fast).
 */
export function expandPlain(
  frontier: Frontier,
  cursor: AdjacencyCursor,
  count: number,
  replace: boolean,
  random: RandomStream,
  picks: Picks,
  edges: EdgeBuffer,
): void {
  const { ids, trees, from, to, order } = frontier
  const disjoint = trees.length > 0
  const { withIds } = edges
  if (count > 0) edges.reserve(count * (to - from))
  let { rows, cols, ids: edgeIds, count: at } = edges
  let touched = order === null ? from : to
  for (let next = from; next < to; next++) {
    if (next === touched) {
      touched = Math.min(to, next + TOUCHED_LISTS)
      picks.touched = touchLists(cursor, ids, next, touched)
    }
    const local = order === null ? next : order[next - from]!
    cursor.load(ids[local]!)
    const { lo, neighbours } = cursor
    const degree = cursor.hi - lo
    if (degree === 0) continue
    const takesAll = count < 0 || (!replace && degree <= count)
    let drawn = count
    if (takesAll) {
      if (at + degree > rows.length) {
        edges.count = at
        edges.reserve(degree)
        ;({ rows, cols, ids: edgeIds } = edges)
      }
      for (let i = 0; i < degree; i++) {
        rows[at + i] = neighbours[lo + i]!
        cols[at + i] = local
      }
      drawn = degree
    } else {
      if (disjoint) random.startInTree(ids[local]!, trees[local]!)
      else random.start(ids[local]!)
      if (replace) picks.drawAny(random, degree, count)
      else if (count <= SCANNED_PICKS) picks.drawFew(random, degree, count)
      else picks.drawMany(random, degree, count)
      const { positions } = picks
      for (let i = 0; i < count; i++) {
        rows[at + i] = neighbours[lo + positions[i]!]!
        cols[at + i] = local
      }
    }
    if (withIds) copyIds(cursor, takesAll ? null : picks.positions, drawn, edgeIds, at)
    at += drawn
  }
  edges.count = at
}

/** Reads the start of lists. @returns something made of all that was read, so that the reads are not thought idle. */
function touchLists(cursor: AdjacencyCursor, ids: Uint32Array, from: number, to: number): number {
  let sum = 0
  for (let local = from; local < to; local++) {
    cursor.load(ids[local]!)
    sum = (sum + cursor.neighbours[cursor.lo]!) | 0
  }
  return sum
}

/** @param positions of the edges in the cursor's list; null: all in order. */
function copyIds(cursor: AdjacencyCursor, positions: Uint32Array | null, count: number, ids: Uint32Array, at: number) {
  const { relIds } = cursor
  const first = cursor.lo + cursor.relShift
  if (relIds === null) for (let i = 0; i < count; i++) ids[at + i] = first + (positions === null ? i : positions[i]!)
  else for (let i = 0; i < count; i++) ids[at + i] = relIds[first + (positions === null ? i : positions[i]!)]!
}
