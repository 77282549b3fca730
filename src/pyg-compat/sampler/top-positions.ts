import type { Picks } from './picks.ts'

/** Keeps the positions with the largest keys; of equal keys, the later positions. A heap, smallest on top. */
export class TopPositions {
  #keys = new Float64Array(64)
  #positions = new Uint32Array(64)
  #limit = 0
  #count = 0

  /** Begins anew, keeping at most `limit` positions. */
  begin(limit: number): void {
    this.#limit = limit
    this.#count = 0
    if (limit > this.#keys.length) {
      this.#keys = new Float64Array(2 * limit)
      this.#positions = new Uint32Array(2 * limit)
    }
  }

  /** Offers a position; positions must ascend. */
  offer(key: number, position: number): void {
    if (this.#count < this.#limit) this.#rise(this.#count++, key, position)
    else if (key >= this.#keys[0]!) this.#sink(key, position)
  }

  /** Moves what was kept to `picks`: in any order. */
  takeInto(picks: Picks): void {
    picks.reserve(this.#count)
    picks.positions.set(this.#positions.subarray(0, this.#count))
    picks.count = this.#count
    this.#count = 0
  }

  #rise(at: number, key: number, position: number): void {
    const keys = this.#keys
    const positions = this.#positions
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (keys[parent]! < key || (keys[parent] === key && positions[parent]! < position)) break
      keys[at] = keys[parent]!
      positions[at] = positions[parent]!
      at = parent
    }
    keys[at] = key
    positions[at] = position
  }

  /** Puts an element in the place of the smallest. */
  #sink(key: number, position: number): void {
    const keys = this.#keys
    const positions = this.#positions
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#count) break
      if (child + 1 < this.#count && this.#isBefore(child + 1, child)) child++
      if (keys[child]! > key || (keys[child] === key && positions[child]! > position)) break
      keys[at] = keys[child]!
      positions[at] = positions[child]!
      at = child
    }
    keys[at] = key
    positions[at] = position
  }

  #isBefore(a: number, b: number): boolean {
    const keyA = this.#keys[a]!
    const keyB = this.#keys[b]!
    return keyA < keyB || (keyA === keyB && this.#positions[a]! < this.#positions[b]!)
  }
}
