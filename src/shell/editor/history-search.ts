/** Where a search found its text. */
export interface HistoryMatch {
  /** Place in the history. */
  readonly index: number
  /** Offset of the searched text in the entry. */
  readonly at: number
}

/**
 * Incremental search through earlier statements. Upper and lower case are the same unless the searched text has upper case.
 * State: searching ──(no match)──► failing, which keeps the last match until the text changes.
 */
export class HistorySearch {
  readonly #entries: readonly string[]
  #query = ''
  #match: HistoryMatch | null = null
  #failing = false

  /** @param entries oldest first. */
  constructor(entries: readonly string[]) {
    this.#entries = entries
  }

  get query(): string {
    return this.#query
  }

  get match(): HistoryMatch | null {
    return this.#match
  }

  /** Whether the last step found nothing. */
  get failing(): boolean {
    return this.#failing
  }

  /** Changes the searched text and looks from the match on, backwards. */
  search(query: string): void {
    // a shorter text may have a newer match
    const from = query.startsWith(this.#query) && this.#match !== null ? this.#match.index : this.#entries.length - 1
    this.#query = query
    if (query === '') {
      this.#match = null
      this.#failing = false
      return
    }
    this.#take(this.#find(from, -1))
  }

  /** Goes to the next match. @param step -1: older; 1: newer. */
  next(step: -1 | 1): void {
    if (this.#query === '' || this.#match === null) return
    this.#take(this.#find(this.#match.index + step, step))
  }

  #find(from: number, step: -1 | 1): HistoryMatch | null {
    const exact = this.#query !== this.#query.toLowerCase()
    const wanted = exact ? this.#query : this.#query.toLowerCase()
    const current = this.#match === null ? null : this.#entries[this.#match.index]
    for (let index = from; index >= 0 && index < this.#entries.length; index += step) {
      const entry = this.#entries[index]!
      const at = (exact ? entry : entry.toLowerCase()).indexOf(wanted)
      if (at >= 0 && (entry !== current || index === this.#match?.index)) return { index, at }
    }
    return null
  }

  #take(match: HistoryMatch | null): void {
    this.#failing = match === null
    if (match !== null) this.#match = match
  }
}
