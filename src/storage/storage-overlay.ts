import type { ReadView } from './read-view.ts'
import type { RedoLog } from './redo-log.ts'
import type { StorageSnapshot, StorageSnapshotTable } from './storage-engine.ts'
import { encodeTable } from './transaction-record.ts'
import type { TableState, TableStates } from './transaction-table-state.ts'

/** What the main thread remembers of a view, to describe it to a worker thread. */
export interface ViewOrigin {
  /** The engine that opened the view. */
  readonly storage: object
  readonly tables: () => TableStates
  readonly log: RedoLog
  readonly redoCount: number
  readonly epoch: number
  readonly catalog: () => Uint8Array | null
  readonly overlay: () => Uint8Array | null
}

const records = new WeakMap<TableState, SharedArrayBuffer>()

/** @returns the view as plain data. Cost: microseconds, plus encoding the records of tables that were never sent, plus the open transaction's changes. */
export function describeView(view: ReadView, origin: ViewOrigin): StorageSnapshot {
  const overlay = origin.overlay()
  return {
    commitNumber: view.commitNumber,
    epoch: origin.epoch,
    tables: [...origin.tables().values()].map(describeTable),
    redoSegments: origin.log.segments.slice(),
    redoCount: origin.redoCount,
    overlay: overlay === null ? null : shared(overlay),
  }
}

function describeTable(state: TableState): StorageSnapshotTable {
  let record = records.get(state)
  if (record === undefined) {
    record = shared(encodeTable(state))
    records.set(state, record)
  }
  return { tableId: state.tableId, version: state.version, record }
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length)
  new Uint8Array(buffer).set(bytes)
  return buffer
}
