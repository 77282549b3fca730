import { prefixOf } from './delta-deletes.ts'

/** How many rows a table had inserted after each commit: one entry per commit that inserted, so that a snapshot finds its row count. */
export class DeltaRowCommits {
  readonly #commits: number[] = []
  readonly #counts: number[] = []

  /** Notes one more row inserted by `commit`, `total` of them now. Commits never descend. */
  note(commit: number, total: number): void {
    const last = this.#commits.length - 1
    if (last >= 0 && this.#commits[last] === commit) this.#counts[last] = total
    else {
      this.#commits.push(commit)
      this.#counts.push(total)
    }
  }

  /** @returns the number of inserted rows that a reader at `commit` sees. Cost: O(log commits), O(1) for the newest. */
  countAt(commit: number): number {
    const prefix = prefixOf(this.#commits, commit)
    return prefix === 0 ? 0 : this.#counts[prefix - 1]!
  }

  /** Takes back everything beyond `total` rows. */
  truncate(total: number): void {
    while (this.#counts.length > 0 && this.#counts[this.#counts.length - 1]! > total) {
      const before = this.#counts.length > 1 ? this.#counts[this.#counts.length - 2]! : 0
      if (before >= total) {
        this.#counts.pop()
        this.#commits.pop()
      } else this.#counts[this.#counts.length - 1] = total
    }
  }
}
