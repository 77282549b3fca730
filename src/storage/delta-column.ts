import { isIntType } from '../types/int.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { ColumnChangeListener } from './column-overlay.ts'
import { type ColumnPatch, columnPatch } from './column-patch.ts'
import { isNumberType } from './column-reader.ts'
import { ABSENT, DeltaRowMap } from './delta-row-map.ts'
import { CHUNK_MASK, CHUNK_SHIFT, type RowBitset } from './read-view.ts'
import { orderOf, type ValueOrder } from './value-order.ts'

/** What is known of the updated rows of one chunk of CHUNK_ROWS rows. */
interface ChunkUpdates {
  /** In order of their first update. */
  readonly rows: number[]
  /** Bit `row & CHUNK_MASK` of each row that was ever updated, rolled back or not. */
  readonly bits: RowBitset
  /** Newest commit that changed a row; may be too new, never too old. */
  newest: number
  /** The newest versions; null when they have changed since it was made. */
  patch: ColumnPatch | null
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
  /** Some value ever put here has no place between bounds: NaN, or a type without order. */
  sawUnordered = false
  /** Bounds over all other values ever put here, or null. */
  min: Value = null
  max: Value = null
  readonly #heads = new DeltaRowMap()
  readonly #chunks: (ChunkUpdates | undefined)[] = []
  readonly #listeners: ColumnChangeListener[] = []
  readonly #order: ValueOrder | null
  readonly #isNumeric: boolean

  constructor(type: LogicalType, baseRows: number) {
    this.type = type
    this.baseRows = baseRows
    this.#order = isOrdered(type) ? orderOf(type) : null
    this.#isNumeric = isNumberType(type)
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
    const chunk = this.#chunkOf(row)
    chunk.newest = commit
    chunk.patch = null
    if (head !== ABSENT && this.updateCommits[head] === commit) {
      this.updateValues[head] = value
    } else {
      this.#heads.set(row, this.updateRows.length)
      if (head === ABSENT) {
        chunk.rows.push(row)
        const local = row & CHUNK_MASK
        chunk.bits[local >>> 5] = chunk.bits[local >>> 5]! | (1 << (local & 31))
      }
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
    const chunk = this.#chunks[row >>> CHUNK_SHIFT]
    if (chunk === undefined || (chunk.bits[(row & CHUNK_MASK) >>> 5]! & (1 << (row & 31))) === 0) return ABSENT
    let at = this.#heads.get(row)
    while (at !== ABSENT && this.updateCommits[at]! > commit) at = this.updatePrevious[at]!
    return at
  }

  /**
   * @returns the rows of a chunk of CHUNK_ROWS rows that `commit` or an earlier one updated; null when there are none.
   * Cost: nothing where all readers see the same, else sorting the updated rows of the chunk.
   */
  patch(index: number, commit: number): ColumnPatch | null {
    const chunk = this.#chunks[index]
    if (chunk === undefined || chunk.rows.length === 0) return null
    if (chunk.newest > commit) return this.#makePatch(chunk, commit)
    chunk.patch ??= this.#makePatch(chunk, commit)
    return chunk.patch
  }

  /** Chunks of CHUNK_ROWS rows up to the last one with an updated row. */
  get chunkCount(): number {
    return this.#chunks.length
  }

  /** Takes back inserted rows and versions from these counts on. */
  truncate(insertedCount: number, updateCount: number): void {
    this.inserted.length = insertedCount
    const newest = updateCount === 0 ? 0 : this.updateCommits[updateCount - 1]!
    for (let at = this.updateRows.length - 1; at >= updateCount; at--) {
      const row = this.updateRows[at]!
      const chunk = this.#chunkOf(row)
      this.#heads.set(row, this.updatePrevious[at]!)
      if (this.updatePrevious[at] === ABSENT) chunk.rows.pop() // versions are taken back newest first, so the row stands last
      chunk.newest = newest
      chunk.patch = null
    }
    this.updateRows.length = updateCount
    this.updateCommits.length = updateCount
    this.updatePrevious.length = updateCount
    this.updateValues.length = updateCount
  }

  #makePatch(chunk: ChunkUpdates, commit: number): ColumnPatch | null {
    const rows = Uint32Array.from(chunk.rows).sort()
    const values: Value[] = []
    let count = 0
    for (let i = 0; i < rows.length; i++) {
      const version = this.find(rows[i]!, commit)
      if (version === ABSENT) continue
      rows[count++] = rows[i]!
      values.push(this.updateValues[version]!)
    }
    return count === 0 ? null : columnPatch(rows.subarray(0, count), values, this.#isNumeric)
  }

  #chunkOf(row: number): ChunkUpdates {
    const index = row >>> CHUNK_SHIFT
    let chunk = this.#chunks[index]
    if (chunk === undefined) {
      while (this.#chunks.length < index) this.#chunks.push(undefined)
      chunk = { rows: [], bits: new Uint32Array((CHUNK_MASK + 1) >>> 5), newest: 0, patch: null }
      this.#chunks[index] = chunk
    }
    return chunk
  }

  #note(value: Value): void {
    if (value === null) {
      this.nullsSeen++
      return
    }
    if (typeof value === 'bigint') this.sawUnsafe = true
    const order = this.#order
    if (order === null || Number.isNaN(value)) {
      this.sawUnordered = true
      return
    }
    if (this.min === null || order.less(value, this.min)) this.min = value
    if (this.max === null || order.less(this.max, value)) this.max = value
  }
}

/** Types whose bounds are kept. */
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
