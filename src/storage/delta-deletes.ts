import { ABSENT, DeltaRowMap } from './delta-row-map.ts'
import type { RowBitset } from './read-view.ts'

/** Rows deleted since the base was written, in order of deletion; commit numbers never descend, so a snapshot sees a prefix. */
export class DeltaDeletes {
  readonly rows: number[] = []
  readonly commits: number[] = []
  readonly #indexOf = new DeltaRowMap()
  #bitset: RowBitset | null = null
  #bitsetPrefix = 0

  get count(): number {
    return this.rows.length
  }

  /** @returns false if the row was deleted before. */
  add(row: number, commit: number): boolean {
    if (this.#indexOf.get(row) !== ABSENT) return false
    this.#indexOf.set(row, this.rows.length)
    this.rows.push(row)
    this.commits.push(commit)
    return true
  }

  /** @returns whether the row is deleted for a reader at `commit`. */
  has(row: number, commit: number): boolean {
    const at = this.#indexOf.get(row)
    return at !== ABSENT && this.commits[at]! <= commit
  }

  /** @returns how many deletes a reader at `commit` sees. Cost: O(log n). */
  prefix(commit: number): number {
    return prefixOf(this.commits, commit)
  }

  /** Takes back the deletes from this count on. */
  truncate(count: number): void {
    for (let at = this.rows.length - 1; at >= count; at--) this.#indexOf.set(this.rows[at]!, ABSENT)
    this.rows.length = count
    this.commits.length = count
    if (this.#bitsetPrefix > count) this.#bitset = null
  }

  /**
   * @param base deleted rows of the base, or null.
   * @param rowCount rows that the bitset must cover.
   * @returns base and the first `prefix` deletes together, or null when nothing is deleted. Shared between readers: not to be written.
   */
  bitset(base: RowBitset | null, rowCount: number, prefix: number): RowBitset | null {
    if (prefix === 0) return base
    const words = (rowCount + 31) >>> 5
    const cached = this.#bitset
    if (cached !== null && this.#bitsetPrefix === prefix && cached.length >= words) return cached
    const grown = new Uint32Array(words)
    const from = cached !== null && this.#bitsetPrefix <= prefix ? this.#bitsetPrefix : 0
    const source = from > 0 ? cached : base
    if (source !== null) grown.set(source.length > words ? source.subarray(0, words) : source)
    for (let at = from; at < prefix; at++) {
      const row = this.rows[at]!
      grown[row >>> 5] = grown[row >>> 5]! | (1 << (row & 31))
    }
    this.#bitset = grown
    this.#bitsetPrefix = prefix
    return grown
  }
}

/** @returns how many of these never descending commit numbers are at most `commit`. */
export function prefixOf(commits: readonly number[], commit: number): number {
  let low = 0
  let high = commits.length
  if (high === 0 || commits[high - 1]! <= commit) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (commits[middle]! <= commit) low = middle + 1
    else high = middle
  }
  return low
}
