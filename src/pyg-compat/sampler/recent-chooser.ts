import type { Admission } from './admission.ts'
import { admissibleEdges, type Chooser, sortInStoredOrder } from './chooser.ts'
import type { NeighbourLists } from './neighbour-lists.ts'
import { Picks } from './picks.ts'
import type { RandomStream } from './random.ts'
import { TopPositions } from './top-positions.ts'

/**
 * The most recent admissible edges, oldest of them first; of equal times, those stored last. With replacement it draws among these.
 * Edges of types without times count as equally old.
 */
export class RecentChooser implements Chooser {
  readonly #replace: boolean
  readonly #top = new TopPositions()
  readonly #newest = new Picks()

  constructor(replace: boolean) {
    this.#replace = replace
  }

  choose(lists: NeighbourLists, count: number, admission: Admission, random: RandomStream, picks: Picks): void {
    admissibleEdges(lists, admission, picks)
    if (count >= 0 && picks.count > count) this.#keepNewest(lists, count, admission, picks)
    sortInStoredOrder(lists, admission, picks)
    if (!this.#replace || count < 0 || picks.count === 0) return
    this.#newest.copy(picks)
    picks.drawAny(random, this.#newest.count, count)
    for (let i = 0; i < count; i++) picks.positions[i] = this.#newest.positions[picks.positions[i]!]!
  }

  #keepNewest(lists: NeighbourLists, count: number, admission: Admission, picks: Picks): void {
    this.#top.begin(count)
    for (let i = 0; i < picks.count; i++) {
      const position = picks.positions[i]!
      this.#top.offer(admission.hasTimes ? admission.timeOf(lists, position) : 0, position)
    }
    this.#top.takeInto(picks)
  }
}
