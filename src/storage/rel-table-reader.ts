import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import { assert } from '../util/assert.ts'
import { CsrCursor } from './csr-cursor.ts'
import type { CsrDirection } from './csr-direction.ts'
import { CsrGroupReader } from './csr-group-reader.ts'
import type { PinAllowance } from './csr-pins.ts'
import { DeltaLists } from './delta-lists.ts'
import type { DeltaSnapshot } from './delta-overlay.ts'
import {
  type AdjacencyCursor,
  CHUNK_MASK,
  CHUNK_SHIFT,
  type ColumnReader,
  type Direction,
  type RelTableReader,
} from './read-view.ts'
import type { RelTableState } from './transaction-table-state.ts'

/** What a rel reader shares with the other readers of its view. */
export interface RelReaderContext {
  readonly pool: BufferPool
  readonly snapshot: DeltaSnapshot
  readonly pins: PinAllowance
  openColumn(state: RelTableState, columnId: number, rowCount: number): ColumnReader
  /** The open cursors of the view, which are closed with it. */
  readonly cursors: Set<AdjacencyCursor>
}

/** One FROM-TO pair in one snapshot, base and delta together. */
export class DeltaRelTableReader implements RelTableReader {
  readonly relTableId: number
  readonly fromTableId: number
  readonly toTableId: number
  readonly #state: RelTableState
  readonly #context: RelReaderContext
  readonly #columns = new Map<number, ColumnReader>()

  constructor(state: RelTableState, context: RelReaderContext) {
    this.relTableId = state.schema.relTableId
    this.fromTableId = state.schema.fromTableId
    this.toTableId = state.schema.toTableId
    this.#state = state
    this.#context = context
  }

  get rowCount(): number {
    return this.#state.base.rowCount + this.#visibleInserts()
  }

  get liveCount(): number {
    const { base } = this.#state
    return base.liveCount + this.#visibleInserts() - this.#visibleDeletes()
  }

  column(columnId: number): ColumnReader {
    let reader = this.#columns.get(columnId)
    if (reader === undefined) {
      reader = this.#context.openColumn(this.#state, columnId, this.rowCount)
      this.#columns.set(columnId, reader)
    }
    return reader
  }

  cursor(direction: Direction, withRelIds: boolean): AdjacencyCursor {
    const { pool, snapshot, pins, cursors } = this.#context
    const { delta } = this.#state
    const base = this.#direction(direction)
    const isClean = !snapshot.live && this.#visibleInserts() === 0 && this.#visibleDeletes() === 0
    const lists = isClean ? null : new DeltaLists(delta, direction, snapshot)
    const cursor = new CsrCursor({ pool, base, delta: lists, pins, cursors }, withRelIds)
    cursors.add(cursor)
    return cursor
  }

  degreeSum(direction: Direction, start: number, end: number): number {
    if (start >= end) return 0
    const base = this.#direction(direction)
    let sum = 0
    for (let group = start >>> CHUNK_SHIFT; group < base.groupCount && group * 2 ** CHUNK_SHIFT < end; group++) {
      const first = group * 2 ** CHUNK_SHIFT
      if (start <= first && end > first + CHUNK_MASK) {
        sum += base.relCounts[group]!
        continue
      }
      const reader = new CsrGroupReader(this.#context.pool, base.groups[group]!)
      const to = Math.min(end - first, CHUNK_MASK + 1)
      sum += reader.offset(to) - reader.offset(Math.max(0, start - first))
    }
    return sum + this.#deltaDegreeSum(direction, start, end)
  }

  #deltaDegreeSum(direction: Direction, start: number, end: number): number {
    const { delta } = this.#state
    const forward = direction === 'fwd'
    const inserted = forward ? delta.sources : delta.targets
    const deleted = forward ? delta.deletedSources : delta.deletedTargets
    const visible = this.#visibleInserts()
    const deletes = this.#visibleDeletes()
    let sum = 0
    for (let i = 0; i < visible; i++) if (inserted[i]! >= start && inserted[i]! < end) sum++
    for (let i = 0; i < deletes; i++) if (deleted[i]! >= start && deleted[i]! < end) sum--
    return sum
  }

  #direction(direction: Direction): CsrDirection {
    const base = direction === 'fwd' ? this.#state.fwd : this.#state.bwd
    assert(base !== null, 'direction is not stored', { table: this.#state.schema.name, direction })
    return base
  }

  #visibleInserts(): number {
    return this.#state.delta.visibleInserts(this.#context.snapshot)
  }

  #visibleDeletes(): number {
    return this.#state.delta.visibleDeletes(this.#context.snapshot)
  }
}
