import type { Admission } from './admission.ts'
import type { NeighbourLists } from './neighbour-lists.ts'
import type { Picks } from './picks.ts'
import type { RandomStream } from './random.ts'

/** A way to choose edges out of a node's list. */
export interface Chooser {
  /**
   * Chooses `count` of the admissible edges (all when negative) of the node whose list is loaded, which the admission has begun, and at whose start
   * `random` is; writes their positions to `picks`. When no more than `count` are admissible, and draws are without replacement, it takes all in stored
   * order (in order of time where there are times).
   */
  choose(lists: NeighbourLists, count: number, admission: Admission, random: RandomStream, picks: Picks): void
}

/** Writes the positions of all admissible edges to `picks`, in stored order. Cost: looks at every edge of the node, unless nothing is asked of them. */
export function admissibleEdges(lists: NeighbourLists, admission: Admission, picks: Picks): void {
  const { degree } = lists
  picks.reserve(degree)
  const { positions } = picks
  if (admission.admitsAll) {
    for (let i = 0; i < degree; i++) positions[i] = i
    picks.count = degree
    return
  }
  let count = 0
  for (let i = 0; i < degree; i++) if (admission.admits(lists, i)) positions[count++] = i
  picks.count = count
}

/** Orders picks by time, those of one time as they are stored; by position where there are no times. */
export function sortInStoredOrder(lists: NeighbourLists, admission: Admission, picks: Picks): void {
  picks.sort()
  if (!admission.hasTimes) return
  const { positions, count } = picks
  const times = new Float64Array(count)
  for (let i = 0; i < count; i++) times[i] = admission.timeOf(lists, positions[i]!)
  if (isAscending(times)) return
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => times[a]! - times[b]!)
  const sorted = order.map((i) => positions[i]!)
  for (let i = 0; i < count; i++) positions[i] = sorted[i]!
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false
  return true
}
