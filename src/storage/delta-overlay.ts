import type { Value } from '../types/value.ts'
import type { ColumnChangeListener, ColumnOverlay, NodeOverlay } from './column-overlay.ts'
import { type ColumnPatch, lowerBound } from './column-patch.ts'
import type { DeltaColumn } from './delta-column.ts'
import { mapKey } from './delta-keys.ts'
import type { NodeDelta, RelDelta } from './delta-table.ts'
import { CHUNK_SHIFT, type RowBitset } from './read-view.ts'

/**
 * What a reader at one commit number sees of a delta. The view of a write transaction passes the number that its commit will get and `live`:
 * then every answer follows the transaction's further changes.
 */
export interface DeltaSnapshot {
  readonly commit: number
  readonly live: boolean
}

/** One column's changes as a column reader sees them in one snapshot. */
export class DeltaColumnOverlay implements ColumnOverlay {
  readonly #column: DeltaColumn
  readonly #snapshot: DeltaSnapshot
  readonly #rowCount: number
  /** What {@link updates} has given. */
  readonly #patches: (ColumnPatch | null | undefined)[] = []

  /** @param rowCount visible rows; ignored for a live snapshot. */
  constructor(column: DeltaColumn, snapshot: DeltaSnapshot, rowCount: number) {
    this.#column = column
    this.#snapshot = snapshot
    this.#rowCount = rowCount
  }

  get rowCount(): number {
    return this.#snapshot.live ? this.#column.baseRows + this.#column.inserted.length : this.#rowCount
  }

  get nullCount(): number {
    return this.#column.nullsSeen
  }

  get min(): Value {
    return this.#column.sawUnordered ? null : this.#column.min
  }

  get max(): Value {
    return this.#column.sawUnordered ? null : this.#column.max
  }

  get safeNumber(): boolean {
    return !this.#column.sawUnsafe
  }

  changedIn(start: number, end: number): boolean {
    if (end > this.#column.baseRows && start < this.rowCount) return true
    const last = Math.min((end - 1) >>> CHUNK_SHIFT, this.#column.chunkCount - 1)
    for (let chunk = start >>> CHUNK_SHIFT; chunk <= last; chunk++) {
      const patch = this.updates(chunk)
      if (patch === null) continue
      const { rows } = patch
      if (lowerBound(rows, 0, rows.length, start) < lowerBound(rows, 0, rows.length, end)) return true
    }
    return false
  }

  updates(chunk: number): ColumnPatch | null {
    if (chunk >= this.#column.chunkCount) return null
    if (this.#snapshot.live) return this.#column.patch(chunk, this.#snapshot.commit)
    let patch = this.#patches[chunk]
    if (patch === undefined) {
      while (this.#patches.length < chunk) this.#patches.push(undefined)
      patch = this.#column.patch(chunk, this.#snapshot.commit)
      this.#patches[chunk] = patch
    }
    return patch
  }

  insertedNumbers(start: number, end: number, target: Float64Array, to: number): void {
    const { inserted, baseRows } = this.#column
    for (let row = start; row < end; row++) target[to++] = Number(inserted[row - baseRows])
  }

  get(row: number): Value | undefined {
    const column = this.#column
    const version = column.find(row, this.#snapshot.commit)
    if (version >= 0) return column.updateValues[version]!
    return row >= column.baseRows ? column.inserted[row - column.baseRows] : undefined
  }

  subscribe(listener: ColumnChangeListener): void {
    if (this.#snapshot.live) this.#column.subscribe(listener)
  }
}

/** A node table's changes as a reader sees them in one snapshot. */
export class DeltaNodeOverlay implements NodeOverlay {
  readonly #delta: NodeDelta
  readonly #snapshot: DeltaSnapshot
  readonly #baseLive: number
  readonly #baseDeleted: () => RowBitset | null
  readonly #keyColumn: DeltaColumnOverlay
  readonly #rowCount: number
  readonly #deletePrefix: number
  #deleted: RowBitset | null | undefined
  #ownPrefix = 0

  /**
   * @param keyColumnId column of the primary key.
   * @param baseDeletedCount deleted rows of the base, and `baseDeleted` reads their bitset when it is first needed.
   */
  constructor(
    delta: NodeDelta,
    snapshot: DeltaSnapshot,
    keyColumnId: number,
    baseDeletedCount: number,
    baseDeleted: () => RowBitset | null,
  ) {
    this.#delta = delta
    this.#snapshot = snapshot
    this.#baseLive = delta.baseRows - baseDeletedCount
    this.#baseDeleted = baseDeleted
    this.#rowCount = delta.baseRows + delta.rowCommits.countAt(snapshot.commit)
    this.#deletePrefix = delta.deletes.prefix(snapshot.commit)
    this.#keyColumn = new DeltaColumnOverlay(delta.columns.get(keyColumnId)!, snapshot, this.#rowCount)
  }

  get rowCount(): number {
    return this.#snapshot.live ? this.#delta.baseRows + this.#delta.insertedCount : this.#rowCount
  }

  get liveCount(): number {
    const deleted = this.#snapshot.live ? this.#delta.deletes.count : this.#deletePrefix
    return this.#baseLive + this.rowCount - this.#delta.baseRows - deleted
  }

  get deleted(): RowBitset | null {
    if (this.#snapshot.live) return this.#liveDeleted()
    if (this.#deleted === undefined) {
      this.#deleted = this.#delta.deletes.bitset(this.#baseDeleted(), this.#rowCount, this.#deletePrefix)
    }
    return this.#deleted
  }

  column(columnId: number): ColumnOverlay | null {
    const column = this.#delta.columns.get(columnId)
    if (column === undefined) return null
    const untouched = column.updateCount === 0 && column.inserted.length === 0
    return untouched && !this.#snapshot.live ? null : new DeltaColumnOverlay(column, this.#snapshot, this.#rowCount)
  }

  lookup(key: Value): number {
    if (this.#delta.keys.count === 0) return -1
    const wanted = mapKey(key)
    const { commit } = this.#snapshot
    return this.#delta.keys.find(key, (row) => {
      if (row >= this.rowCount || this.#delta.deletes.has(row, commit)) return false
      const held = this.#keyColumn.get(row)
      return held !== undefined && mapKey(held) === wanted
    })
  }

  /** A private bitset that deletes are added to in place: copying it for each delete of a large statement would be quadratic. */
  #liveDeleted(): RowBitset | null {
    const { deletes } = this.#delta
    if (deletes.count === 0) return this.#baseDeleted()
    const words = (this.rowCount + 31) >>> 5
    let bits = this.#deleted ?? null
    if (bits === null || bits.length < words) {
      const grown = new Uint32Array(Math.max(words, bits === null ? 0 : bits.length * 2))
      const source = bits ?? this.#baseDeleted()
      if (source !== null) grown.set(source.subarray(0, Math.min(source.length, grown.length)))
      bits = grown
      this.#deleted = grown
    }
    for (; this.#ownPrefix < deletes.count; this.#ownPrefix++) {
      const row = deletes.rows[this.#ownPrefix]!
      bits[row >>> 5] = bits[row >>> 5]! | (1 << (row & 31))
    }
    return bits
  }
}

/** @returns the overlay of a rel property column, or null when the snapshot sees the base unchanged. */
export function relColumnOverlay(
  delta: RelDelta,
  columnId: number,
  snapshot: DeltaSnapshot,
  rowCount: number,
): ColumnOverlay | null {
  const column = delta.columns.get(columnId)
  if (column === undefined) return null
  const untouched = column.updateCount === 0 && column.inserted.length === 0
  return untouched && !snapshot.live ? null : new DeltaColumnOverlay(column, snapshot, rowCount)
}
