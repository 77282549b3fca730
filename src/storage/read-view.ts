import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import type { PlainTarget } from './encoding/plain-run.ts'

/** Rows of one full chunk of a column or of one node group of a rel table: 2^17. Random access uses the shift. */
export const CHUNK_SHIFT = 17
export const CHUNK_ROWS = 1 << CHUNK_SHIFT
export const CHUNK_MASK = CHUNK_ROWS - 1

/** What the planner may know about a column without reading it. Bounds are safe (never too narrow), counts may be estimates. */
export interface ColumnStatistics {
  /** Smallest and largest non-null value; null when unknown, when the type has no order, or when all values are null. */
  readonly min: Value
  readonly max: Value
  readonly nullCount: number
  /** Estimate of the number of distinct non-null values. */
  readonly distinct: number
}

/** A range test on one column, pushed down to encoded chunks. NULL never passes. Bounds are values of the column's type. */
export interface RangePredicate {
  readonly min: Value
  readonly minInclusive: boolean
  readonly max: Value
  readonly maxInclusive: boolean
  /** true: keep what lies outside of the range (used for `<>`). */
  readonly negate: boolean
}

/**
 * Read access to one column of one table in one snapshot, updates and inserted rows of the delta included.
 *
 * Rows are offsets of the table (nodes) or rel ids (rels). Reading a deleted row is allowed and gives its last value.
 * A reader belongs to one thread and one {@link ReadView}; it may keep pages pinned and decoded chunks in query memory until the
 * view is closed. Random access first decodes single values out of pinned frames; a chunk that is touched often is decoded as a whole once
 * (`flat`), as far as the view's memory budget allows.
 */
export interface ColumnReader {
  readonly type: LogicalType
  readonly statistics: ColumnStatistics
  /** No null in any visible row: generated code leaves the test out. */
  readonly neverNull: boolean
  /** Type is numeric, DATE or TIMESTAMP* and every value is exact as a JS number: {@link number} may be used. */
  readonly safeNumber: boolean

  isNull(row: number): boolean
  /** Value of a non-null row of a column with {@link safeNumber} (BOOL: 0 or 1). Cost: a few ns once its chunk is flat. */
  number(row: number): number
  /** Value of a non-null row of a STRING, UUID or JSON column. */
  string(row: number): string
  /** Any value, null included. Arrays and structs are fresh copies that the caller owns. */
  value(row: number): Value
  /**
   * Copies the elements of one row of a numeric fixed list (FLOAT[n] …) into `target` from element `at` on.
   * Cost: one memcpy of n elements. Nulls copy zeros.
   * @returns false when an element of the row is NULL: then {@link value} tells which.
   */
  copyElements(
    row: number,
    target: Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | BigInt64Array,
    at: number,
  ): boolean
  /**
   * Copies the elements of rows `rows[from..to)`, none of them NULL, in any order and one after the other to `target` from element `at` on. `target` has elements of the
   * column's type, and 8-byte integers as bigints. Cost: that of {@link copyElements}, but scattered rows are waited for in groups, not one by one.
   * @returns how many rows were copied: all, or those before one that has a NULL element.
   */
  copyRows(rows: ArrayLike<number>, from: number, to: number, target: PlainTarget, at: number): number

  /**
   * Decodes rows [start, end) of one chunk (both inside one CHUNK_ROWS-aligned range) as numbers.
   * @returns an array whose element `row - base` is the value of `row`; null rows hold 0. Valid until the next call on this reader.
   */
  numbers(start: number, end: number): { readonly values: Float64Array; readonly base: number }
  /**
   * Keeps the rows of `selection[0..count)` (ascending offsets, all inside one chunk) that satisfy the predicate, moved to the front.
   * Uses the zone map (all or none without reading) and compares codes of the encoding without decoding where it can.
   * @returns the number of rows kept.
   */
  filterRange(predicate: RangePredicate, selection: Uint32Array, count: number): number
  /** As {@link filterRange}, but for the dense range [start, end) of rows; fills `selection`. */
  filterDense(predicate: RangePredicate, start: number, end: number, selection: Uint32Array): number
  /** Number of rows that {@link filterDense} would keep. Cost: a fraction of it where the test works on codes. */
  countDense(predicate: RangePredicate, start: number, end: number): number
}

/** No offset: tables hold at most 2^32 - 2 rows. */
export const NO_OFFSET = 0xffff_ffff

/** Bitset over row offsets: bit `row & 31` of word `row >>> 5`. */
export type RowBitset = Uint32Array

/** Read access to one node table in one snapshot. Offsets run from 0 to rowCount - 1, deleted ones included. */
export interface NodeTableReader {
  readonly tableId: number
  readonly rowCount: number
  /** Rows that are not deleted. */
  readonly liveCount: number
  /** Deleted offsets, or null when there are none. Owned by the reader; do not write. */
  readonly deleted: RowBitset | null
  /** @throws {DatabaseError} INTERNAL if there is no such column. */
  column(columnId: number): ColumnReader
  /** Offset of the live row with this primary key (a Value of the key's type), or -1. Cost: one index probe. */
  lookup(key: Value): number
  /**
   * {@link lookup} for all rows of a vector of the key's type.
   * @param target [keys.length], gets the offsets; {@link NO_OFFSET} for keys that no live row has, and for NULL.
   * Cost: 2 ns a key where keys are a sequence, else one index probe each.
   */
  lookupAll(keys: Vector, target: Uint32Array): void
}

/** Which way rels are followed: 'fwd' from source to target, 'bwd' from target to source. */
export type Direction = 'fwd' | 'bwd'

/**
 * Cursor over the adjacency lists of one rel table (one FROM-TO pair) in one direction.
 *
 * After {@link load}(node), the live neighbours are `neighbours[k]` for k in [lo, hi), base and delta merged, in stored order. With
 * rel ids asked for, the rel id of position k is `relIds[k + relShift]`, or `k + relShift` when `relIds` is null (then ids are implicit).
 * The arrays belong to the cursor (a page of the pool, kept pinned, or its scratch memory) and are valid until its next load or close;
 * nested loops over the same table need a cursor each.
 */
export interface AdjacencyCursor {
  neighbours: Uint32Array
  lo: number
  hi: number
  relIds: Uint32Array | null
  relShift: number
  load(node: number): void
  /** Number of live rels of the node, without reading its list. */
  degree(node: number): number
  close(): void
}

/** Read access to one FROM-TO pair of a rel table in one snapshot. Rel ids run from 0 to rowCount - 1, deleted ones included. */
export interface RelTableReader {
  readonly relTableId: number
  readonly fromTableId: number
  readonly toTableId: number
  /** Upper end of rel ids. */
  readonly rowCount: number
  /** Live rels. */
  readonly liveCount: number
  column(columnId: number): ColumnReader
  /** @param withRelIds false when nobody looks at rel ids or rel properties: saves reading them. */
  cursor(direction: Direction, withRelIds: boolean): AdjacencyCursor
  /** Number of live rels whose node in `direction` is in [start, end): sum of degrees without reading lists. */
  degreeSum(direction: Direction, start: number, end: number): number
}

/**
 * One consistent snapshot of the whole database in one thread. Everything handed out dies with {@link close}, which unpins all
 * pages and gives query memory back.
 */
export interface ReadView {
  readonly commitNumber: number
  nodeTable(tableId: number): NodeTableReader
  /** @param relTableId id of the FROM-TO pair (a rel table with several pairs has several). */
  relTable(relTableId: number): RelTableReader
  close(): void
}
