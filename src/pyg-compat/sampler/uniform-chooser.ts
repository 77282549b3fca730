import type { Admission } from './admission.ts'
import { admissibleEdges, type Chooser, sortInStoredOrder } from './chooser.ts'
import type { NeighbourLists } from './neighbour-lists.ts'
import { Picks, SCANNED_PICKS } from './picks.ts'
import type { RandomStream } from './random.ts'

/** Lists of more than so many times the fan-out are drawn from first, and read as a whole only when too few edges pass. */
const LONG_LIST = 8
/** One in so many edges of a long list are tried before it is read: a try costs a few times what reading one costs. */
const TRIED_SHARE = 4

/** Every admissible edge is as likely as any other. */
export class UniformChooser implements Chooser {
  readonly #replace: boolean
  readonly #admissible = new Picks()

  constructor(replace: boolean) {
    this.#replace = replace
  }

  choose(lists: NeighbourLists, count: number, admission: Admission, random: RandomStream, picks: Picks): void {
    if (count >= 0 && admission.admitsAll && (this.#replace || lists.degree > count)) {
      this.#draw(random, lists.degree, count, picks)
      return
    }
    if (this.#tryLongList(lists, count, admission, random, picks)) return
    if (count < 0) {
      admissibleEdges(lists, admission, picks)
      sortInStoredOrder(lists, admission, picks)
      return
    }
    const all = this.#admissible
    admissibleEdges(lists, admission, all)
    if (all.count === 0 || (!this.#replace && all.count <= count)) {
      picks.copy(all)
      sortInStoredOrder(lists, admission, picks)
      return
    }
    this.#draw(random, all.count, count, picks)
    for (let i = 0; i < picks.count; i++) picks.positions[i] = all.positions[picks.positions[i]!]!
    if (!this.#replace) sortInStoredOrder(lists, admission, picks)
  }

  /**
   * Draws edges until enough of them pass. What passes is as likely as in a draw out of what passes; where the tries run out, other draws replace all of
   * them, since which ones were hit says nothing about the rest. @returns false when the tries ran out.
   */
  #tryLongList(
    lists: NeighbourLists,
    count: number,
    admission: Admission,
    random: RandomStream,
    picks: Picks,
  ): boolean {
    const { degree } = lists
    if (count <= 0 || count > SCANNED_PICKS || degree <= LONG_LIST * count) return false
    picks.count = 0
    for (let tries = Math.max(2 * count, (degree / TRIED_SHARE) | 0); tries > 0; tries--) {
      const position = random.below(degree)
      if ((!this.#replace && picks.has(position)) || !admission.admits(lists, position)) continue
      picks.push(position)
      if (picks.count < count) continue
      if (!this.#replace) sortInStoredOrder(lists, admission, picks)
      return true
    }
    return false
  }

  #draw(random: RandomStream, range: number, count: number, picks: Picks): void {
    if (this.#replace) picks.drawAny(random, range, count)
    else if (count <= SCANNED_PICKS) picks.drawFew(random, range, count)
    else picks.drawMany(random, range, count)
  }
}
