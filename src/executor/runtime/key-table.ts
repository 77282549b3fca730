import type { Run } from '../run.ts'

/** Charged per group: entry of the map and its key. */
const GROUP_BYTES = 64
const GROUPS_PER_CHARGE = 1024

/**
 * Map from a key (text, or null for NULL) to dense group numbers 0, 1, …, for keys that are no numbers. The caller stores the key's values itself
 * when a group is new: `length` has grown.
 */
export class KeyTable {
  length = 0
  onGrow: (capacity: number) => void = () => undefined
  readonly #groups = new Map<string | null, number>()
  readonly #run: Run
  #capacity = 0

  constructor(run: Run) {
    this.#run = run
  }

  clear(): void {
    this.length = 0
    this.#groups.clear()
  }

  /** @returns the group of a key, a new one if it was not there. */
  find(key: string | null): number {
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const g = this.length++
    this.#groups.set(key, g)
    if (g >= this.#capacity) {
      const added = Math.max(GROUPS_PER_CHARGE, this.#capacity)
      this.#run.reserve(added * GROUP_BYTES)
      this.#capacity += added
      this.onGrow(this.#capacity)
    }
    return g
  }

  /** @returns the group of a key, or -1. */
  look(key: string | null): number {
    return this.#groups.get(key) ?? -1
  }
}
