import type { Value } from '../types/value.ts'
import type { ColumnPatch } from './column-patch.ts'

/** Told about changes of one column, so that a reader's decoded chunks do not go stale. */
export interface ColumnChangeListener {
  /** The value of `row` has just been set (update, insert, or the undoing of one). */
  rowChanged(row: number): void
}

/**
 * What the delta lays over one base column in one snapshot: updated values of base rows, and all values of rows from the base's
 * row count on (inserted rows). Every method of a column reader sees it.
 *
 * An overlay of a finished snapshot never changes. One of an open write transaction does: then it calls its listener for every row it changes,
 * after the change is visible through {@link get}. A column without changes and without inserted rows has no overlay (null).
 */
export interface ColumnOverlay {
  /** Visible rows: base rows and inserted ones. */
  readonly rowCount: number
  /** Counts over updated base rows and inserted rows; safe over-estimates are allowed for nullCount, bounds must not be too narrow. */
  readonly nullCount: number
  readonly min: Value
  readonly max: Value
  /** All non-null values are JS numbers (or booleans) that are exact. */
  readonly safeNumber: boolean
  /** Whether any row of [start, end) is updated or inserted. Cheap: asked once per range. */
  changedIn(start: number, end: number): boolean
  /**
   * The updated rows of rows [chunk << CHUNK_SHIFT, …), inserted ones among them only if they were updated afterwards; null when there are none.
   * Cost: sorting them after each change of the chunk, else nothing.
   */
  updates(chunk: number): ColumnPatch | null
  /** Writes rows [start, end), all inserted, as numbers to `target` from element `to` on: as inserted, without updates, NULL as 0. */
  insertedNumbers(start: number, end: number, target: Float64Array, to: number): void
  /** @returns the value of an updated or inserted row (null for NULL), or undefined when the base value holds. */
  get(row: number): Value | undefined
  /** At most one listener per reader; called synchronously. Does nothing for a finished snapshot. */
  subscribe(listener: ColumnChangeListener): void
}

/** What the delta lays over the merged part of a node table in one snapshot. */
export interface NodeOverlay {
  readonly rowCount: number
  readonly liveCount: number
  /** Deleted rows, base and delta together, long enough for rowCount; null when there are none. */
  readonly deleted: Uint32Array | null
  /** @returns null when neither an update nor an inserted row touches the column. */
  column(columnId: number): ColumnOverlay | null
  /** @returns the live row with this key among inserted rows and rows whose key was updated, or -1. */
  lookup(key: Value): number
}
