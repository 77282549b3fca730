import { HashNodeIndex } from './hash-node-index.ts'
import { Picks } from './picks.ts'
import type { RandomStream } from './random.ts'
import { TopPositions } from './top-positions.ts'

const NONE = new Uint32Array(0)

/** Nodes of one type that may enter the sample, and what each was given. Memory is kept from batch to batch. */
export class HgtCandidates {
  readonly #index = new HashNodeIndex(false)
  /** By local id; 0 once taken. */
  #scores = new Float64Array(1024)
  readonly #top = new TopPositions()
  readonly #picks = new Picks()

  clear(): void {
    this.#index.clear()
  }

  /** Adds to what a node was given. The node must not have been taken. */
  give(node: number, share: number): void {
    const index = this.#index
    let local = index.find(node, 0)
    if (local < 0) {
      local = index.count
      index.add(node, 0)
      if (local === this.#scores.length) {
        const larger = new Float64Array(2 * local)
        larger.set(this.#scores)
        this.#scores = larger
      }
      this.#scores[local] = 0
    }
    this.#scores[local]! += share
  }

  /**
   * Takes `count` candidates, or all, in proportion to the square of what they were given, without replacement.
   * @param random in a scope of its own: a candidate's chance depends on that, its id and what it was given.
   * @returns their ids in the order in which they became candidates.
   */
  take(count: number, random: RandomStream): Uint32Array {
    if (count === 0) return NONE
    const { ids, count: known } = this.#index
    const scores = this.#scores
    this.#top.begin(count)
    for (let local = 0; local < known; local++) {
      const score = scores[local]!
      if (score === 0) continue
      random.start(ids[local]!)
      this.#top.offer(Math.log(random.openUnit()) / (score * score), local)
    }
    const picks = this.#picks
    this.#top.takeInto(picks)
    picks.sort()
    const taken = new Uint32Array(picks.count)
    for (let i = 0; i < picks.count; i++) {
      taken[i] = ids[picks.positions[i]!]!
      scores[picks.positions[i]!] = 0
    }
    return taken
  }
}
