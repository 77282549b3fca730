import { mix32 } from './random.ts'

/** A set of ids, or of pairs of ids, below 2^32. Cost: 8 to 32 bytes an element. */
export class IdSet {
  /** first at 2 * slot, second at 2 * slot + 1. */
  readonly #slots: Uint32Array
  readonly #taken: Uint8Array
  readonly #mask: number

  /** @param capacity elements that will be added at most. */
  constructor(capacity: number) {
    let slots = 16
    while (slots < 2 * capacity) slots *= 2
    this.#slots = new Uint32Array(2 * slots)
    this.#taken = new Uint8Array(slots)
    this.#mask = slots - 1
  }

  add(first: number, second = 0): void {
    const slot = this.#slotOf(first, second)
    this.#taken[slot] = 1
    this.#slots[2 * slot] = first
    this.#slots[2 * slot + 1] = second
  }

  has(first: number, second = 0): boolean {
    return this.#taken[this.#slotOf(first, second)] === 1
  }

  /** @returns the element's slot, or the free one where it would be. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots
    let slot = mix32(mix32(first) + second) & this.#mask
    while (this.#taken[slot] === 1 && (slots[2 * slot] !== first || slots[2 * slot + 1] !== second)) {
      slot = (slot + 1) & this.#mask
    }
    return slot
  }
}
