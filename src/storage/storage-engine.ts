import type { BufferPoolDescription, BufferPoolStats } from '../bufferpool/buffer-pool.ts'
import type { MemoryBudgetDescription } from '../bufferpool/memory-budget.ts'
import type { CheckProgress, StorageCheckResult } from './check-report.ts'
import type { WorkerLoad } from './load-in-worker.ts'
import type { LoadTicket } from './load-ticket.ts'
import type { PageStoreDescription } from './page-store.ts'
import type { ReadView } from './read-view.ts'
import type { WriteTransaction } from './write-transaction.ts'

/** How a database is opened. */
export interface StorageOptions {
  /** Hard limit of page memory in bytes (frames of the pool, shared by all threads of the process). */
  readonly bufferPoolBytes: number
  /** Limit of query memory in bytes (decoded chunks, sorts, load buffers). */
  readonly queryMemoryBytes: number
  readonly readOnly: boolean
  /** Create the database when there is none; otherwise that is an error. */
  readonly create: boolean
  /** Bytes of commit records after which the next commit is followed by a merge; Infinity: only when asked. Default 16 MiB. */
  readonly checkpointThreshold: number
  /** Upper bound of the database file in bytes (address space reserved, not disk). */
  readonly maxDbBytes: number
}

/**
 * One snapshot as plain data for a worker thread: structured-cloneable, small (its large parts are SharedArrayBuffers).
 * Valid as long as the view that it was taken from stays open on the main thread.
 */
export interface StorageSnapshot {
  readonly commitNumber: number
  /** Distinguishes the base that the tables are at; a worker that already holds this epoch only replays what is new. */
  readonly epoch: number
  /** Table records (descriptors of base chunks and groups) by table id and version. */
  readonly tables: readonly StorageSnapshotTable[]
  /** Commit records since the epoch began (redo-log.ts); the first `redoCount` belong to the snapshot. */
  readonly redoSegments: readonly SharedArrayBuffer[]
  readonly redoCount: number
  /** Changes of an open write transaction on top, or null. */
  readonly overlay: SharedArrayBuffer | null
}

/** One table of a {@link StorageSnapshot}. */
export interface StorageSnapshotTable {
  readonly tableId: number
  readonly version: number
  readonly record: SharedArrayBuffer
}

/** What a worker thread needs to attach to the storage of its process: plain data for `workerData` or `postMessage`. */
export interface StorageAttachment {
  readonly store: PageStoreDescription
  readonly pool: BufferPoolDescription
  readonly queryMemory: MemoryBudgetDescription
  /** Counts the pages that cursors keep pinned. */
  readonly listPins: MemoryBudgetDescription
}

/** The storage of a database in a worker thread: read views of snapshots that the main thread sent. */
export interface AttachedStorage {
  /**
   * Cost: microseconds when this thread has seen the snapshot's epoch, plus the replay of commits that are new to it.
   * The view must be closed before the main thread closes the one that the snapshot was taken from.
   */
  openView(snapshot: StorageSnapshot): ReadView
  /**
   * Opens a bulk load that the write transaction on the main thread described.
   * @param view a view of that transaction in this thread (its snapshot with its overlay).
   */
  openLoad(ticket: LoadTicket, view: ReadView): WorkerLoad
  close(): void
}

/** Counters of a storage engine; all since it was opened except the sizes, which are current. */
export interface StorageStats {
  readonly commitNumber: number
  readonly commits: number
  readonly checkpoints: number
  /** Bytes of commit records that wait for the next merge. */
  readonly deltaBytes: number
  readonly openViews: number
  readonly pool: BufferPoolStats
}

/**
 * The storage of one open database on the thread that opened it. It alone writes; it hands out snapshots.
 *
 * State: open -> closed. At most one write transaction is open at a time in this process (a second one fails at once), and at most one process holds
 * the writer lease.
 */
export interface StorageEngine {
  readonly readOnly: boolean
  /**
   * The newest commit, other processes' commits included. Cost: microseconds when nothing changed.
   * The view stays as it is whatever is committed or merged later; close it soon, since it holds replaced pages alive.
   * @throws {DatabaseError} CLOSED, TOO_MANY_READERS.
   */
  openView(): ReadView
  /** The same snapshot for a worker thread. @param view one of this engine, or the view of its write transaction (then with its changes). */
  snapshotOf(view: ReadView): StorageSnapshot
  attachment(): StorageAttachment
  /** The catalog's record in a view (the write transaction's own one included), or null in a new database. Do not write to it. */
  catalogRecord(view: ReadView): Uint8Array | null
  /**
   * @throws {DatabaseError} WRITE_CONFLICT while another write transaction of this process is open; LOCKED while another process writes;
   * READ_ONLY; CLOSED.
   */
  beginWrite(): WriteTransaction
  /** Merges the delta into base pages. @throws {DatabaseError} WRITE_CONFLICT, LOCKED, READ_ONLY, CLOSED. */
  checkpoint(): Promise<void>
  checkpointSync(): void
  /** Merges (unless read-only), releases everything. Open views die; an open write transaction is rolled back. Twice is allowed. */
  close(): Promise<void>
  closeSync(): void
  stats(): StorageStats
  /** Takes back what a worker thread had of the pool if it ended without closing its attachment. Only once it has ended. @param thread its threadId. */
  threadEnded(thread: number): void
  /**
   * Checks the newest commit piece by piece (see check-storage.ts); what is found is added to `result`.
   * @throws {DatabaseError} CLOSED, TOO_MANY_READERS. What is wrong with the data is no error but a problem in the result.
   */
  check(result: StorageCheckResult): Generator<CheckProgress, void>
}
