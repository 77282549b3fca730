import type { Admission } from './admission.ts'
import { admissibleEdges, type Chooser } from './chooser.ts'
import type { NeighbourLists } from './neighbour-lists.ts'
import type { Picks } from './picks.ts'
import type { RandomStream } from './random.ts'
import { TopPositions } from './top-positions.ts'

/**
 * Takes the neighbours with the smallest random numbers, where a neighbour has the same number for everybody who draws. A node alone sees a uniform draw
 * without replacement; nodes with common neighbours see the same ones, so that a batch has fewer nodes.
 * Cost: a random number for every admissible edge.
 * Source: Balin and Catalyurek, "Layer-neighbor sampling: defusing neighborhood explosion in GNNs" (NeurIPS 2023), with as many neighbours as asked for
 * rather than about as many (sequential Poisson sampling).
 */
export class LaborChooser implements Chooser {
  readonly #shared: RandomStream
  readonly #top = new TopPositions()

  /** @param shared in the scope in which neighbours keep their numbers. */
  constructor(shared: RandomStream) {
    this.#shared = shared
  }

  choose(lists: NeighbourLists, count: number, admission: Admission, _random: RandomStream, picks: Picks): void {
    admissibleEdges(lists, admission, picks)
    if (count < 0 || picks.count <= count) return
    this.#top.begin(count)
    for (let i = 0; i < picks.count; i++) {
      const position = picks.positions[i]!
      this.#shared.start(lists.neighbour(position))
      this.#top.offer(-this.#shared.fineUnit(), position)
    }
    this.#top.takeInto(picks)
    picks.sort()
  }
}
