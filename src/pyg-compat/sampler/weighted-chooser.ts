import type { Admission } from './admission.ts'
import type { CheckedColumn } from './checked-column.ts'
import { admissibleEdges, type Chooser } from './chooser.ts'
import type { NeighbourLists } from './neighbour-lists.ts'
import { Picks } from './picks.ts'
import type { RandomStream } from './random.ts'
import { TopPositions } from './top-positions.ts'

/** Keys of edges with weights stay above this, keys of those without below. */
const LEAST_KEY = -1e300

/**
 * Edges are drawn in proportion to a weight. With replacement each draw is one of a multinomial; where all weights are 0, all edges are equal.
 * Without, edges are taken one after the other in proportion to the weights of those that are left, edges of weight 0 (all alike) only when no
 * others are. Cost: reads the weight of every admissible edge.
 * Source: Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006): the largest keys log(u) / weight.
 */
export class WeightedChooser implements Chooser {
  readonly #weights: CheckedColumn
  readonly #replace: boolean
  readonly #top = new TopPositions()
  readonly #admissible = new Picks()
  #sums = new Float64Array(64)

  constructor(weights: CheckedColumn, replace: boolean) {
    this.#weights = weights
    this.#replace = replace
  }

  choose(lists: NeighbourLists, count: number, admission: Admission, random: RandomStream, picks: Picks): void {
    admissibleEdges(lists, admission, picks)
    if (count < 0 || picks.count === 0) return
    if (this.#replace) {
      this.#admissible.copy(picks)
      this.#drawAny(lists, count, random, picks)
    } else if (picks.count > count) this.#drawDistinct(lists, count, random, picks)
  }

  #drawDistinct(lists: NeighbourLists, count: number, random: RandomStream, picks: Picks): void {
    this.#top.begin(count)
    for (let i = 0; i < picks.count; i++) {
      const position = picks.positions[i]!
      const weight = this.#weights.at(lists.edge(position))
      const log = Math.log(random.openUnit())
      this.#top.offer(weight > 0 ? Math.max(log / weight, LEAST_KEY) : LEAST_KEY + log * 1e300, position)
    }
    this.#top.takeInto(picks)
    picks.sort()
  }

  #drawAny(lists: NeighbourLists, count: number, random: RandomStream, picks: Picks): void {
    const { positions, count: known } = this.#admissible
    if (known > this.#sums.length) this.#sums = new Float64Array(2 * known)
    const sums = this.#sums
    let sum = 0
    for (let i = 0; i < known; i++) {
      sum += this.#weights.at(lists.edge(positions[i]!))
      sums[i] = sum
    }
    picks.reserve(count)
    for (let i = 0; i < count; i++) {
      const at = sum > 0 ? firstAbove(sums, known, random.fineUnit() * sum) : random.below(known)
      picks.positions[i] = positions[at]!
    }
    picks.count = count
  }
}

/** @returns the first of `sums[0 .. count)` (ascending) that is larger than `value`, or, if rounding let none be, the first that reaches the total. */
function firstAbove(sums: Float64Array, count: number, value: number): number {
  const total = sums[count - 1]!
  let from = 0
  let to = count - 1
  while (from < to) {
    const middle = (from + to) >>> 1
    if (sums[middle]! > value || sums[middle] === total) to = middle
    else from = middle + 1
  }
  return from
}
