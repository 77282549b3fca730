import { isIntType } from '../types/int.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { ColumnChangeListener } from './column-overlay.ts'
import { ABSENT, DeltaRowMap } from './delta-row-map.ts'
import { CHUNK_SHIFT } from './read-view.ts'

/** Updated rows of one chunk, in order of their first update, and the same sorted (rebuilt when asked for after a change). */
interface ChunkRows {
  readonly rows: number[]
  sorted: Uint32Array | null
}

/**
 * The changes of one column since its base was written: values of inserted rows (rows from `baseRows` on, in order) and versions of updated
 * rows, base and inserted ones alike. One writer appends; readers see a prefix by commit number ({@link find}). Everything is append-only except
 * {@link truncate}, which takes back what an unfinished transaction appended.
 */
export class DeltaColumn {
  readonly type: LogicalType
  readonly baseRows: number
  /** Values of inserted rows; element i belongs to row `baseRows + i`. */
  readonly inserted: Value[] = []
  /** Update versions, parallel arrays: the row, the commit that made it, the version before it (or -1), the value. */
  readonly updateRows: number[] = []
  readonly updateCommits: number[] = []
  readonly updatePrevious: number[] = []
  readonly updateValues: Value[] = []
  /** How many nulls were ever put here; a rollback does not lower it. */
  nullsSeen = 0
  /** Some value ever put here is not exact as a JS number (a bigint). */
  sawUnsafe = false
  /** Some value ever put here has no place between bounds (NaN, a type without order, text outside of UTF-16's and UTF-8's common order). */
  sawUnordered = false
  /** Bounds over all other values ever put here, or null. */
  min: Value = null
  max: Value = null
  readonly #heads = new DeltaRowMap()
  readonly #chunks = new Map<number, ChunkRows>()
  readonly #listeners: ColumnChangeListener[] = []
  readonly #ordered: boolean

  constructor(type: LogicalType, baseRows: number) {
    this.type = type
    this.baseRows = baseRows
    this.#ordered = isOrdered(type)
  }

  get updateCount(): number {
    return this.updateRows.length
  }

  appendInserted(value: Value): void {
    this.inserted.push(value)
    this.#note(value)
  }

  /** Makes a new version of a row. A version that the same commit made before is replaced in place. */
  update(row: number, value: Value, commit: number): void {
    this.#note(value)
    const head = this.#heads.get(row)
    if (head !== ABSENT && this.updateCommits[head] === commit) {
      this.updateValues[head] = value
    } else {
      this.#heads.set(row, this.updateRows.length)
      if (head === ABSENT) this.#chunkRows(row >>> CHUNK_SHIFT).rows.push(row)
      this.updateRows.push(row)
      this.updateCommits.push(commit)
      this.updatePrevious.push(head)
      this.updateValues.push(value)
    }
    this.notify(row)
  }

  /** Tells the listeners that `row` has changed. */
  notify(row: number): void {
    for (let i = 0; i < this.#listeners.length; i++) this.#listeners[i]!.rowChanged(row)
  }

  subscribe(listener: ColumnChangeListener): void {
    this.#listeners.push(listener)
  }

  unsubscribeAll(): void {
    this.#listeners.length = 0
  }

  /** @returns the index of the newest version of `row` made by `commit` or earlier, or -1. */
  find(row: number, commit: number): number {
    let at = this.#heads.get(row)
    while (at !== ABSENT && this.updateCommits[at]! > commit) at = this.updatePrevious[at]!
    return at
  }

  /** @returns the rows of a chunk of CHUNK_ROWS rows that have versions, whatever commits made them, ascending; null when there are none. */
  updatedRows(chunk: number): Uint32Array | null {
    const entry = this.#chunks.get(chunk)
    if (entry === undefined || entry.rows.length === 0) return null
    if (entry.sorted === null || entry.sorted.length !== entry.rows.length) {
      entry.sorted = Uint32Array.from(entry.rows).sort()
    }
    return entry.sorted
  }

  /** Takes back inserted rows and versions from these counts on. */
  truncate(insertedCount: number, updateCount: number): void {
    this.inserted.length = insertedCount
    for (let at = this.updateRows.length - 1; at >= updateCount; at--) {
      const row = this.updateRows[at]!
      this.#heads.set(row, this.updatePrevious[at]!)
      if (this.updatePrevious[at] === ABSENT) {
        const entry = this.#chunkRows(row >>> CHUNK_SHIFT)
        entry.rows.pop() // versions are taken back newest first, so the row stands last
        entry.sorted = null
      }
    }
    this.updateRows.length = updateCount
    this.updateCommits.length = updateCount
    this.updatePrevious.length = updateCount
    this.updateValues.length = updateCount
  }

  #chunkRows(chunk: number): ChunkRows {
    let entry = this.#chunks.get(chunk)
    if (entry === undefined) {
      entry = { rows: [], sorted: null }
      this.#chunks.set(chunk, entry)
    }
    return entry
  }

  #note(value: Value): void {
    if (value === null) {
      this.nullsSeen++
      return
    }
    if (typeof value === 'bigint') this.sawUnsafe = true
    if (!this.#ordered || (typeof value === 'string' ? BEYOND_COMMON_ORDER.test(value) : Number.isNaN(value))) {
      this.sawUnordered = true
      return
    }
    if (this.min === null || (value as number) < (this.min as number)) this.min = value
    if (this.max === null || (value as number) > (this.max as number)) this.max = value
  }
}

/** UTF-16 and UTF-8 order text differently only where one of these code units is involved. */
const BEYOND_COMMON_ORDER = /[\ud800-\uffff]/

/** Types whose values JS compares with `<` in the query language's order. */
function isOrdered(type: LogicalType): boolean {
  return (
    isIntType(type.id) ||
    type.id === 'DATE' ||
    type.id === 'DECIMAL' ||
    type.id === 'BOOL' ||
    type.id === 'STRING' ||
    type.id === 'FLOAT' ||
    type.id === 'DOUBLE' ||
    type.id.startsWith('TIMESTAMP')
  )
}
