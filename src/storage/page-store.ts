import type { MessagePort } from 'node:worker_threads'
import type { PageId, PageSource } from '../bufferpool/page-source.ts'

/** A half-open range of page ids: `first … first + count - 1`. */
export interface PageRange {
  readonly first: PageId
  readonly count: number
}

/**
 * Consecutive pages to write: page `first + i` is `bytes[i * PAGE_BYTES … (i + 1) * PAGE_BYTES)`.
 * Ownership: the store takes `bytes`. Over a whole ArrayBuffer they are moved to the writer thread, and the caller's view
 * becomes empty; over a part of one they are copied; over a SharedArrayBuffer they are read in place, and must stay
 * unchanged until the call has ended.
 */
export interface PageRun {
  readonly first: PageId
  readonly bytes: Uint8Array
  /**
   * Checksums of the pages, where the caller has them: BLOCKS_PER_PAGE for each page, the first ones as computeChecksums gives them for the page's
   * {@link storedLength}. Otherwise the writer computes them. Same ownership as `bytes`.
   */
  readonly sums?: Uint32Array
}

/** A named blob beside the pages; `null` deletes it. Copied by the store. */
export type RecordChange = readonly [key: string, bytes: Uint8Array | null]

/** One atomic change of the store: all of it becomes visible and durable together, or nothing. */
export interface CommitBatch {
  /** The commit this change was made on. @see PageStoreWriter.commit */
  readonly expectedCommit: number
  readonly puts?: readonly PageRun[]
  readonly records?: readonly RecordChange[]
  /** Pages that the new state no longer refers to. They are deleted once no snapshot older than this commit is held anywhere. */
  readonly freed?: readonly PageRange[]
  /** Bulk loads whose pages this commit makes part of the database. */
  readonly publish?: readonly BulkLoad[]
}

/** What a commit left behind. */
export interface CommitInfo {
  /** Number of the commit: 0 for an empty store, then 1 more for each. */
  readonly commit: number
}

/** Size and state of a store. */
export interface PageStoreStats {
  /** Bytes of the file (or of the arenas in memory), free space inside included. */
  readonly fileBytes: number
  /** Pages that exist, old versions and unpublished ones included. Cost: counts keys, about 1 µs per 100 pages. */
  readonly pageCount: number
  /** Pages freed by commits and not deleted yet. */
  readonly pendingPages: number
  readonly commit: number
}

/** One reader of the file that a writer has to take into account. */
export interface ReaderInfo {
  readonly pid: number
  /** LMDB's number of the version it holds; older ones are kept for it. */
  readonly txn: number
}

/** Reads pages; what a worker thread has. Every thread has its own. */
export interface PageReader extends PageSource {
  /** Closes this thread's handle. Twice does nothing. */
  close(): void
}

/**
 * A version of the store that stays readable until it is released: its pages are not deleted, in no process.
 * Bound to the thread that acquired it; other threads may read its pages by id for as long as it is held.
 */
export interface Snapshot {
  readonly commit: number
  /** @returns a copy of a record as it was at this commit, or null. @throws {DatabaseError} CORRUPT_PAGE, IO, CLOSED. */
  readRecord(key: string): Uint8Array | null
  /** @returns the keys with this prefix at this commit, ascending by UTF-8 bytes. */
  listRecords(prefix: string): string[]
  /** Gives the version up. Twice does nothing. */
  release(): void
}

/**
 * Writes pages that nothing refers to yet, from any thread of the process (see {@link BulkLoad.describe}).
 */
export interface BulkWriter {
  /**
   * Hands out ids for `count` consecutive new pages. No I/O. Ids that are never written are just skipped.
   * @returns the first of them.
   */
  allocate(count: number): PageId
  /**
   * Writes pages, in transactions of at most 32 MiB. Resolves when they are in the file; they are read like any page then.
   * Await it before giving much more: that is the back pressure.
   * @throws {DatabaseError} DISK_FULL, MAP_FULL, LOCKED, IO, CLOSED. The load stays open and can be aborted.
   */
  write(runs: readonly PageRun[]): Promise<void>
  /** {@link BulkWriter.write}, waiting inside the call. */
  writeSync(runs: readonly PageRun[]): void
  /**
   * {@link BulkWriter.writeSync} in two steps, so that the caller can go on while the pages are written: the function returned waits until they are in
   * the file. Call it once, in any case before the load is published: it is how an error is noticed. Until then the memory of
   * the runs must stay as it is.
   */
  writeLater(runs: readonly PageRun[]): () => void
  /** Ends this thread's connection (not the load). Calls still under way fail with CLOSED. Twice does nothing. */
  close(): void
}

/**
 * Pages on their way into the store: COPY, index builds, merges, the spilled pages of a large transaction. They belong to
 * the database once a commit names the load in `publish`; until then a crash, or {@link BulkLoad.abort}, deletes them.
 */
export interface BulkLoad extends BulkWriter {
  readonly id: number
  /** Deletes what was written. Twice, or after publishing, does nothing. */
  abort(): Promise<void>
  /** {@link BulkLoad.abort}, waiting inside the call. */
  abortSync(): void
  /**
   * {@link BulkLoad.abort} without waiting: the pages are deleted in small steps between other writes, at the latest when the
   * last handle of the file is closed. Never throws: what cannot be deleted now is journalled, and the next writer deletes it.
   */
  abandon(): void
  /**
   * @returns what {@link BulkWriterDescription attachBulkWriter} needs to write for this load in one other thread;
   *   `transfer` belongs into the transfer list of the message that carries the description.
   */
  describe(): { readonly description: BulkWriterDescription; readonly transfer: readonly MessagePort[] }
}

/**
 * The right to write, held by one process at a time (a lease in the file) until {@link PageStoreWriter.release}.
 * All writing happens in one writer thread; calls of several threads are taken in the order of their arrival.
 */
export interface PageStoreWriter {
  /**
   * Hands out ids for `count` consecutive new pages. No I/O. Ids that are never written are just skipped.
   * @returns the first of them.
   */
  allocate(count: number): PageId
  /**
   * Makes a change visible and durable; resolves only when it would survive a crash of the process or the machine.
   * Cost: one round trip to the writer thread (about 0.1 ms), and one flush of the disk.
   * @returns the new commit's number.
   * @throws {DatabaseError} WRITE_CONFLICT if the newest commit is not `expectedCommit`; DISK_FULL, MAP_FULL, LOCKED, IO,
   *   CLOSED. On any of them nothing has changed, and a bulk load named in `publish` is as it was.
   */
  commit(batch: CommitBatch): Promise<number>
  /** {@link PageStoreWriter.commit}, waiting inside the call. */
  commitSync(batch: CommitBatch): number
  /** Opens a bulk load. No I/O. */
  beginBulk(): BulkLoad
  /**
   * Deletes pages that no snapshot needs any more: those of replaced versions, and those of bulk loads whose process died.
   * Happens by itself after commits; here for tests and for closing tidily.
   * @returns how many pages were deleted, and how many still wait for a snapshot to end.
   */
  reclaim(): Promise<{ readonly deletedPages: number; readonly pendingPages: number }>
}

/**
 * The one interface between the engine and the file: immutable pages under ids, small named records beside them, atomic
 * commits, snapshots. Nothing above it knows LMDB. Implemented by lmdb-page-store.ts and memory-page-store.ts; both pass
 * test/conformance/page-store.suite.ts.
 *
 *     open ──► reading ──writer()──► writing (lease held, writer thread runs) ──releaseWriter()──► reading ──close()──► closed
 *
 * Reading is synchronous, writing is a message to the writer thread (with a waiting form of each call).
 */
export interface PageStore extends PageSource {
  /** Real path of the file, or ':memory:'. */
  readonly path: string
  readonly readOnly: boolean
  /** @returns the number of the newest commit, other processes' included. Cost: about 2 µs while nothing was committed. */
  latestCommit(): number
  /**
   * @returns a copy of a record of the newest commit, or null.
   * @throws {DatabaseError} CORRUPT_PAGE (names the record), IO, CLOSED.
   */
  readRecord(key: string): Uint8Array | null
  /** Holds the newest commit. Cost: about 1 µs when the process holds it already, else one reader slot and 10 µs. */
  acquireSnapshot(): Snapshot
  /**
   * Takes the write lease and starts the writer thread, once; later calls give the same writer at once.
   * @throws {DatabaseError} LOCKED at once if another process holds the lease; READ_ONLY; IO; CLOSED.
   */
  writer(): Promise<PageStoreWriter>
  /** {@link PageStore.writer}, waiting inside the call (the first time 50-100 ms, for the thread to start). */
  writerSync(): PageStoreWriter
  /** Gives the lease back, so that another process may write. Open bulk loads are aborted. Does nothing without a writer. */
  releaseWriter(): Promise<void>
  /** @returns plain data (and SharedArrayBuffers) with which {@link attachPageReader} opens the same store in another thread. */
  describe(): PageStoreDescription
  /** @returns the readers of all processes; empty in memory. */
  listReaders(): ReaderInfo[]
  stats(): PageStoreStats
  /**
   * Waits for writes under way, releases snapshots and the lease, closes the file. Twice does nothing.
   * The last handle of the path in the process closes the environment.
   */
  close(): Promise<void>
  /** {@link PageStore.close}, waiting inside the call. */
  closeSync(): void
}

/** Where another thread finds the store. Structured-cloneable; see attachPageReader in open-page-store.ts. */
export type PageStoreDescription =
  | { readonly kind: 'lmdb'; readonly path: string }
  | { readonly kind: 'memory'; readonly arena: MemoryArenaDescription }

/** How another thread writes for a bulk load. Structured-cloneable; see attachBulkWriter in open-page-store.ts. */
export type BulkWriterDescription =
  | {
      readonly kind: 'lmdb'
      readonly bulkId: number
      readonly port: MessagePort
      readonly signal: SharedArrayBuffer
      readonly control: SharedArrayBuffer
    }
  | { readonly kind: 'memory'; readonly bulkId: number; readonly arena: MemoryArenaDescription }

/** The shared memory of a store in memory. */
export interface MemoryArenaDescription {
  readonly control: SharedArrayBuffer
  readonly slabs: readonly SharedArrayBuffer[]
}
