import { grown } from './node-index.ts'
import type { RandomStream } from './random.ts'

/** Up to so many picks are compared with each other one by one; more are marked in a bitset. */
export const SCANNED_PICKS = 64

/** Positions drawn from one list. Memory is kept from list to list. */
export class Picks {
  positions: Uint32Array = new Uint32Array(1024)
  count = 0
  /** Nothing; written so that reads ahead are not thought idle. */
  touched = 0
  #marks = new Uint32Array(32)

  /** Makes room for `count` positions in all. */
  reserve(count: number): void {
    if (count > this.positions.length) this.positions = grown(this.positions, this.positions.length, count)
  }

  /** Adds a position. */
  push(position: number): void {
    if (this.count === this.positions.length) this.reserve(this.count + 1)
    this.positions[this.count++] = position
  }

  /** Takes over the positions of another. */
  copy(other: Picks): void {
    this.reserve(other.count)
    this.positions.set(other.positions.subarray(0, other.count))
    this.count = other.count
  }

  /** Whether a position is there. Cost: looks at each. */
  has(position: number): boolean {
    const { positions, count } = this
    for (let i = 0; i < count; i++) if (positions[i] === position) return true
    return false
  }

  /** Draws `count` times out of [0, range), with replacement. */
  drawAny(random: RandomStream, range: number, count: number): void {
    this.reserve(count)
    const { positions } = this
    for (let i = 0; i < count; i++) positions[i] = random.below(range)
    this.count = count
  }

  /**
   * Draws `count` different positions out of [0, range), count at most {@link SCANNED_PICKS} and below range; each set of positions is equally likely.
   * Source: Floyd, in Bentley, "Programming pearls: a sample of brilliance" (CACM 1987).
   */
  drawFew(random: RandomStream, range: number, count: number): void {
    const { positions } = this
    for (let i = 0, last = range - count; i < count; i++, last++) {
      let position = random.below(last + 1)
      for (let k = 0; k < i; k++) {
        if (positions[k] === position) {
          position = last
          break
        }
      }
      positions[i] = position
    }
    this.count = count
  }

  /** The same for any count. */
  drawMany(random: RandomStream, range: number, count: number): void {
    this.reserve(count)
    const words = (range >>> 5) + 1
    if (words > this.#marks.length) this.#marks = new Uint32Array(2 * words)
    const marks = this.#marks
    const { positions } = this
    for (let i = 0, last = range - count; i < count; i++, last++) {
      let position = random.below(last + 1)
      if ((marks[position >>> 5]! & (1 << (position & 31))) !== 0) position = last
      marks[position >>> 5]! |= 1 << (position & 31)
      positions[i] = position
    }
    for (let i = 0; i < count; i++) marks[positions[i]! >>> 5] = 0
    this.count = count
  }

  /** Puts positions into ascending order. */
  sort(): void {
    const { positions, count } = this
    if (count > SCANNED_PICKS) {
      positions.subarray(0, count).sort()
      return
    }
    for (let i = 1; i < count; i++) {
      const position = positions[i]!
      let at = i
      for (; at > 0 && positions[at - 1]! > position; at--) positions[at] = positions[at - 1]!
      positions[at] = position
    }
  }
}
