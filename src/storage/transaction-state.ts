import type { Snapshot } from './page-store.ts'
import { replayRedo } from './redo-codec.ts'
import { RedoLog } from './redo-log.ts'
import {
  CATALOG_KEY,
  decodePlain,
  decodeTable,
  REDO_PREFIX,
  redoKeyCommit,
  TABLES_KEY,
  type TableList,
  tableKey,
} from './transaction-record.ts'
import type { TableState, TableStates } from './transaction-table-state.ts'

/** A table is merged from so many changes on if they are more than this share of its rows. See docs/decisions/merge-policy.md. */
const MANY_CHANGES = 100_000
const CHANGED_SHARE = 0.03

/**
 * The newest commit as the main thread knows it. Tables are replaced as a whole when their base changes and advance in place (by commit number)
 * when only their delta does, so views of older commits go on reading the objects that they began with.
 */
export class StorageState {
  commit = -1
  tables: TableStates = new Map()
  catalog: Uint8Array | null = null
  log = new RedoLog()
  /** Counts the logs: one that begins anew after a merge is another one for worker threads too. */
  epoch = 0

  /** Advances to a snapshot of the page store. Cost: reading what commits since {@link commit} wrote. */
  advance(snapshot: Snapshot): void {
    if (snapshot.commit === this.commit) return
    const fresh = this.#advanceTables(snapshot)
    const replaced = fresh !== null
    this.catalog = snapshot.readRecord(CATALOG_KEY)
    const keys = snapshot.listRecords(REDO_PREFIX)
    if (replaced) {
      this.log = new RedoLog()
      this.epoch++
    }
    for (const key of keys) {
      const isNew = redoKeyCommit(key) > this.commit
      if (!isNew && !replaced) continue
      const record = snapshot.readRecord(key)
      if (record === null) continue
      this.log.append(record)
      replayInto(record, isNew ? this.tables : fresh!)
    }
    this.commit = snapshot.commit
  }

  /** Takes over the outcome of this process's own commit. */
  committed(commit: number, tables: TableStates, catalog: Uint8Array | null, redo: Uint8Array | null): void {
    this.commit = commit
    this.tables = tables
    this.catalog = catalog
    if (redo !== null) this.log.append(redo)
  }

  /** Whether the changes of some table are so many that reading beside the base costs queries noticeably. Cost: a few ns per column. */
  get isMuchChanged(): boolean {
    for (const { delta } of this.tables.values()) {
      const { changeCount } = delta
      if (changeCount > MANY_CHANGES && changeCount > delta.baseRows * CHANGED_SHARE) return true
    }
    return false
  }

  /** Begins a new log after a merge: no record is needed any more. */
  restartLog(): void {
    this.log = new RedoLog()
    this.epoch++
  }

  /** @returns the tables that have another base than before or are new; null if none is and none is gone. */
  #advanceTables(snapshot: Snapshot): TableStates | null {
    const record = snapshot.readRecord(TABLES_KEY)
    const list = record === null ? [] : (decodePlain(record) as TableList).tables
    const same =
      list.length === this.tables.size && list.every((t) => this.tables.get(t.tableId)?.version === t.version)
    if (same) return null
    const tables = new Map<number, TableState>()
    const fresh = new Map<number, TableState>()
    for (const { tableId, version } of list) {
      const held = this.tables.get(tableId)
      if (held?.version === version) tables.set(tableId, held)
      else {
        const decoded = decodeTable(snapshot.readRecord(tableKey(tableId))!)
        tables.set(tableId, decoded)
        fresh.set(tableId, decoded)
      }
    }
    this.tables = tables
    return fresh
  }
}

function replayInto(record: Uint8Array, tables: TableStates): void {
  replayRedo(record, (tableId, version) => {
    const state = tables.get(tableId)
    return state?.version === version ? { columns: state.schema.columns, delta: state.delta } : undefined
  })
}
