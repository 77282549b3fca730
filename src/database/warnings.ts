import type { Warning } from '../executor/table-function-rows.ts'

/** Rows that COPY and LOAD skipped with IGNORE_ERRORS, of one connection: the first ones up to a limit, and how many there were. */
export class Warnings {
  #kept: Warning[] = []
  #queryId = -1
  #ofQuery = 0

  /** Begins a statement; its warnings carry the next query id. The first statement has 0. */
  beginQuery(): void {
    this.#queryId++
    this.#ofQuery = 0
  }

  get queryId(): number {
    return this.#queryId
  }

  /** Warnings of the running statement, those past the limit included. */
  get ofQuery(): number {
    return this.#ofQuery
  }

  add(warning: Omit<Warning, 'queryId'>, limit: number): void {
    this.#ofQuery++
    if (this.#kept.length < limit) this.#kept.push({ ...warning, queryId: this.#queryId })
  }

  /** Counts warnings of the running statement that were not kept. */
  count(more: number): void {
    this.#ofQuery += more
  }

  list(): readonly Warning[] {
    return this.#kept
  }

  clear(): void {
    this.#kept = []
  }
}
