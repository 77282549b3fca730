/** Something in a database that is not as it should be. */
export interface StorageProblem {
  /** Name of the table. */
  readonly table: string
  /** What of it: a column's id, lists, the key index. */
  readonly place: string
  readonly text: string
}

/** What a check has looked at, and what it has found. */
export interface StorageCheckResult {
  tables: number
  pages: number
  rows: number
  rels: number
  /** Values that were decoded and compared with the statistics of their chunk. */
  values: number
  readonly problems: StorageProblem[]
}

/** How far a check is: pages and rows of all tables, done and in all. */
export interface CheckProgress {
  readonly done: number
  readonly total: number
}

/** Rows between two steps of a check. */
export const CHECK_STEP_ROWS = 8192

/** More problems than this of one table's part are not listed: they have one cause. */
const LISTED_PROBLEMS = 5

/** Collects the problems of one part of a table. */
export class ProblemList {
  readonly #problems: StorageProblem[]
  readonly #table: string
  readonly #place: string
  #found = 0

  constructor(problems: StorageProblem[], table: string, place: string) {
    this.#problems = problems
    this.#table = table
    this.#place = place
  }

  get found(): number {
    return this.#found
  }

  add(text: string): void {
    if (++this.#found <= LISTED_PROBLEMS) this.#problems.push({ table: this.#table, place: this.#place, text })
  }
}
