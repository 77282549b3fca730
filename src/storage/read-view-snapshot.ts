import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import { DatabaseError } from '../errors/database-error.ts'
import { assert } from '../util/assert.ts'
import type { ColumnOverlay } from './column-overlay.ts'
import { openColumn } from './column-reader.ts'
import type { PinAllowance } from './csr-pins.ts'
import { DeltaNodeOverlay, type DeltaSnapshot, relColumnOverlay } from './delta-overlay.ts'
import { readDeletedRows } from './node-deleted-rows.ts'
import { openNodeTable } from './node-table-reader.ts'
import type { AdjacencyCursor, ColumnReader, NodeTableReader, ReadView, RelTableReader } from './read-view.ts'
import { ReaderContext, type ReaderMemory } from './reader-context.ts'
import { DeltaRelTableReader } from './rel-table-reader.ts'
import type { ViewOrigin } from './storage-overlay.ts'
import type { NodeTableState, RelTableState, TableState, TableStates } from './transaction-table-state.ts'

/** What a view reads through; one per thread. */
export interface ViewParts {
  readonly pool: BufferPool
  readonly memory: ReaderMemory
  /** Pages that one view may keep pinned for columns. */
  readonly maxPins: number
  /** Pages that the cursors of all views of the process may keep pinned. */
  readonly listPins: PinAllowance
}

/** A read view over table states: of one commit, or of a write transaction (`snapshot.live`), whose tables may be replaced while it is open. */
export class SnapshotReadView implements ReadView {
  readonly commitNumber: number
  /**
   * What its storage remembers of it. A property, not a WeakMap's entry: those survive every minor garbage collection, and their views with
   * all readers would too.
   */
  origin: ViewOrigin | null = null
  readonly #tables: () => TableStates
  readonly #snapshot: DeltaSnapshot
  readonly #context: ReaderContext
  readonly #pool: BufferPool
  readonly #pins: PinAllowance
  readonly #onClose: () => void
  readonly #nodeReaders = new Map<NodeTableState, NodeTableReader>()
  readonly #relReaders = new Map<RelTableState, RelTableReader>()
  readonly #cursors = new Set<AdjacencyCursor>()
  #open = true

  constructor(tables: () => TableStates, snapshot: DeltaSnapshot, parts: ViewParts, onClose: () => void) {
    this.commitNumber = snapshot.commit
    this.#tables = tables
    this.#snapshot = snapshot
    this.#context = new ReaderContext(parts.pool, parts.memory, parts.maxPins)
    this.#pool = parts.pool
    this.#pins = parts.listPins
    this.#onClose = onClose
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** The tables that the view sees. */
  get tables(): TableStates {
    return this.#tables()
  }

  nodeTable(tableId: number): NodeTableReader {
    const state = this.#state(tableId)
    assert(state.kind === 'node', 'not a node table', { tableId })
    let reader = this.#nodeReaders.get(state)
    if (reader === undefined) {
      reader = this.#openNodeTable(state)
      this.#nodeReaders.set(state, reader)
    }
    return reader
  }

  relTable(relTableId: number): RelTableReader {
    const state = this.#state(relTableId)
    assert(state.kind === 'rel', 'not a rel table', { relTableId })
    let reader = this.#relReaders.get(state)
    if (reader === undefined) {
      reader = new DeltaRelTableReader(state, {
        pool: this.#pool,
        snapshot: this.#snapshot,
        pins: this.#pins,
        openColumn: (table, columnId, rowCount) => this.#openRelColumn(table, columnId, rowCount),
        cursors: this.#cursors,
      })
      this.#relReaders.set(state, reader)
    }
    return reader
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    for (const cursor of this.#cursors) cursor.close()
    this.#context.close()
    this.#onClose()
  }

  #openNodeTable(state: NodeTableState): NodeTableReader {
    const { base, delta, schema } = state
    const overlay = new DeltaNodeOverlay(delta, this.#snapshot, schema.primaryKey, base.deletedCount, () =>
      readDeletedRows(base, this.#context),
    )
    return openNodeTable(schema, base, overlay, this.#context)
  }

  #openRelColumn(state: RelTableState, columnId: number, rowCount: number): ColumnReader {
    const base = state.base.columns.find((column) => column.columnId === columnId)
    assert(base !== undefined, 'no such column', { table: state.schema.name, columnId })
    const overlay: ColumnOverlay | null = relColumnOverlay(state.delta, columnId, this.#snapshot, rowCount)
    return openColumn(base, overlay, this.#context, { table: state.schema.name, column: String(columnId) })
  }

  #state(tableId: number): TableState {
    if (!this.#open) throw new DatabaseError('CLOSED', 'The read view is closed.')
    const state = this.#tables().get(tableId)
    assert(state !== undefined, 'no such table', { tableId })
    return state
  }
}
