import type { DType, TypedArray } from '../tensor.ts'

/** What gathers did since the source was opened. */
export interface FeatureSourceStats {
  /** Rows handed out, and rows of them that had to be read from the file. */
  readonly rows: number
  readonly rowsRead: number
  readonly bytesRead: number
}

/**
 * Rows of one column, by position, in one thread: a column of a database in one snapshot, or a typed array in memory.
 *
 * Who knows the future says so: {@link announce} names the rows of gathers to come, in the order in which they will come, and the source
 * prefetches and evicts by next use. Gathers that were not announced work too.
 */
export interface FeatureSource {
  readonly dtype: DType
  /** Shape of one row; [] for a scalar column. */
  readonly rowShape: readonly number[]
  /** Elements of one row: product of rowShape. */
  readonly width: number
  /** Upper end of row positions. */
  readonly rowCount: number
  /** Tells the rows of the next gather that is not yet announced. The array is kept until that gather: do not change it. */
  announce(rows: Uint32Array): void
  /** Forgets what was announced and not gathered: the gathers will not come. */
  forget(): void
  /**
   * Copies `rows[k]` to elements [k * width, (k + 1) * width) of `target`, for all k; any order, duplicates allowed.
   * When gathers were announced, `rows` must be the array that was announced first and not yet gathered.
   * @throws {DatabaseError} INVALID_ARGUMENT for a row past the end or a target of another type or too short; RUNTIME naming table, column
   *   and row for a NULL row.
   */
  gather(rows: Uint32Array, target: TypedArray): void
  stats(): FeatureSourceStats
  /** Gives memory and threads back. Twice is allowed. */
  close(): void
}
