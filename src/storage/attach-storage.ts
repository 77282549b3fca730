import { BufferPool, type BufferPoolDescription } from '../bufferpool/buffer-pool.ts'
import { MemoryBudget } from '../bufferpool/memory-budget.ts'
import { openWorkerLoad, type WorkerLoad } from './load-in-worker.ts'
import type { LoadTicket } from './load-ticket.ts'
import { attachPageReader } from './open-page-store.ts'
import { viewParts } from './open-storage.ts'
import { pageOwner } from './page-owner.ts'
import type { PageReader } from './page-store.ts'
import type { ReadView } from './read-view.ts'
import { SnapshotReadView, type ViewParts } from './read-view-snapshot.ts'
import { replayRedo } from './redo-codec.ts'
import { readRedoLog } from './redo-log.ts'
import type { AttachedStorage, StorageAttachment, StorageSnapshot, StorageSnapshotTable } from './storage-engine.ts'
import { decodeTable } from './transaction-record.ts'
import type { TableState, TableStates } from './transaction-table-state.ts'

/** Opens the storage of this process in a worker thread. @throws {DatabaseError} IO, TOO_MANY_READERS, LIMIT (threads). */
export function attachStorage(data: StorageAttachment): AttachedStorage {
  const reader = attachPageReader(data.store)
  return new WorkerStorage(reader, data.pool, MemoryBudget.attach(data.queryMemory), MemoryBudget.attach(data.listPins))
}

/** A table at one version, and how many records of the epoch's log its delta contains. */
interface ReplayedTable {
  readonly state: TableState
  applied: number
}

class WorkerStorage implements AttachedStorage {
  readonly #reader: PageReader
  readonly #pool: BufferPool
  readonly #parts: ViewParts
  /** Tables of the newest epoch seen, by id; a table's entry is replaced when another version of it is asked for. */
  #tables = new Map<number, ReplayedTable>()
  #epoch = -1
  readonly #views = new Set<SnapshotReadView>()

  constructor(reader: PageReader, pool: BufferPoolDescription, memory: MemoryBudget, listPins: MemoryBudget) {
    this.#reader = reader
    this.#pool = BufferPool.attach(reader, pool)
    this.#parts = viewParts(this.#pool, memory, listPins)
    this.#pool.pageOwner = (pageId) =>
      pageOwner(
        [...this.#views].flatMap((view) => [...view.tables.values()]),
        pageId,
      )
  }

  openView(snapshot: StorageSnapshot): ReadView {
    const tables = this.#replay(snapshot)
    const { commitNumber } = snapshot
    const view = new SnapshotReadView(
      () => tables,
      { commit: commitNumber, live: false },
      this.#parts,
      () => {
        this.#views.delete(view)
      },
    )
    this.#views.add(view)
    return view
  }

  openLoad(ticket: LoadTicket, view: ReadView): WorkerLoad {
    return openWorkerLoad(ticket, view, this.#pool, this.#parts.memory)
  }

  close(): void {
    for (const view of [...this.#views]) view.close()
    this.#pool.detach()
    this.#reader.close()
  }

  #replay(snapshot: StorageSnapshot): TableStates {
    if (snapshot.epoch !== this.#epoch) {
      this.#tables = new Map()
      this.#epoch = snapshot.epoch
    }
    const overlaid = snapshot.overlay === null ? null : tablesOf(new Uint8Array(snapshot.overlay))
    const replayed = snapshot.tables.map((table) =>
      overlaid?.has(table.tableId) ? freshTable(table) : this.#cached(table),
    )
    catchUp(replayed, snapshot)
    const tables = new Map(replayed.map(({ state }) => [state.tableId, state]))
    if (snapshot.overlay !== null) replayOn(new Uint8Array(snapshot.overlay), tables)
    return tables
  }

  #cached(table: StorageSnapshotTable): ReplayedTable {
    const held = this.#tables.get(table.tableId)
    if (held?.state.version === table.version) return held
    const fresh = freshTable(table)
    this.#tables.set(table.tableId, fresh)
    return fresh
  }
}

function freshTable({ record }: StorageSnapshotTable): ReplayedTable {
  return { state: decodeTable(new Uint8Array(record)), applied: 0 }
}

/** Replays the records that some of the tables have not seen. A table that is ahead stays: later commits are invisible to the snapshot. */
function catchUp(tables: readonly ReplayedTable[], { redoSegments, redoCount }: StorageSnapshot): void {
  const from = tables.reduce((least, { applied }) => Math.min(least, applied), redoCount)
  readRedoLog(redoSegments, from, redoCount, (record, index) => {
    const behind = tables.filter(({ applied }) => applied <= index)
    replayOn(record, new Map(behind.map(({ state }) => [state.tableId, state])))
  })
  for (const table of tables) table.applied = Math.max(table.applied, redoCount)
}

function replayOn(record: Uint8Array, tables: TableStates): void {
  replayRedo(record, (tableId, version) => {
    const state = tables.get(tableId)
    return state?.version === version ? { columns: state.schema.columns, delta: state.delta } : undefined
  })
}

/** @returns the tables that a record has sections for. */
function tablesOf(record: Uint8Array): Set<number> {
  const tables = new Set<number>()
  replayRedo(record, (tableId) => {
    tables.add(tableId)
    return undefined
  })
  return tables
}
