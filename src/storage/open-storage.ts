import { tmpdir } from 'node:os'
import path from 'node:path'
import { BufferPool } from '../bufferpool/buffer-pool.ts'
import { BUDGET_UNIT_BYTES, MemoryBudget } from '../bufferpool/memory-budget.ts'
import { FRAME_BYTES } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { CheckProgress, StorageCheckResult } from './check-report.ts'
import { checkStorage } from './check-storage.ts'
import { runInSlices, runToEnd } from './merge-steps.ts'
import { openPageStore } from './open-page-store.ts'
import { pageOwner } from './page-owner.ts'
import type { PageStore } from './page-store.ts'
import type { ReadView } from './read-view.ts'
import { SnapshotReadView, type ViewParts } from './read-view-snapshot.ts'
import type {
  StorageAttachment,
  StorageEngine,
  StorageOptions,
  StorageSnapshot,
  StorageStats,
} from './storage-engine.ts'
import { describeView, type ViewOrigin } from './storage-overlay.ts'
import { type HeldSnapshot, SnapshotHolder } from './storage-snapshot-holder.ts'
import type { TransactionHost } from './transaction-host.ts'
import { REDO_PREFIX } from './transaction-record.ts'
import { StorageState } from './transaction-state.ts'
import type { TableState } from './transaction-table-state.ts'
import { GraphTransaction } from './transaction-write.ts'
import type { WriteTransaction } from './write-transaction.ts'

/** What {@link openStorage} takes for an option that is not given. */
export const DEFAULT_STORAGE_OPTIONS: StorageOptions = {
  bufferPoolBytes: 256 << 20,
  queryMemoryBytes: 512 << 20,
  readOnly: false,
  create: true,
  checkpointThreshold: 16 << 20,
  maxDbBytes: 8 * 2 ** 40,
}

/** Memory that a bulk load or merge uses at most, in bytes. */
const LOAD_MEMORY_BYTES = 64 << 20
const LEAST_LOAD_MEMORY_BYTES = 4 << 20

/**
 * Opens a database on the calling thread, and creates it if need be.
 * @param file path of the database file, or ':memory:'.
 * @throws {DatabaseError} IO, NOT_A_DATABASE, NEWER_FORMAT, CORRUPT_PAGE, TOO_MANY_READERS, MAP_FULL.
 */
export function openStorage(file: string, options: Partial<StorageOptions> = {}): StorageEngine {
  const all = { ...DEFAULT_STORAGE_OPTIONS, ...options }
  const store = openPageStore(file, { readOnly: all.readOnly, create: all.create, maxBytes: all.maxDbBytes })
  try {
    return new LocalStorage(store, all)
  } catch (error) {
    store.closeSync()
    throw error
  }
}

/** @returns what views of one thread read through. */
export function viewParts(pool: BufferPool, memory: MemoryBudget, listPins: MemoryBudget): ViewParts {
  const frames = Math.floor(pool.stats().limitBytes / FRAME_BYTES)
  return {
    pool,
    memory,
    maxPins: Math.max(8, Math.min(1024, frames >> 4)),
    listPins: {
      tryTake: () => !pool.isTight && listPins.tryReserve(BUDGET_UNIT_BYTES),
      give: () => listPins.release(BUDGET_UNIT_BYTES),
    },
  }
}

/** Share of the frames that adjacency cursors may keep pinned between loads. */
const LIST_PIN_SHARE = 0.5

class LocalStorage implements StorageEngine {
  readonly readOnly: boolean
  readonly #store: PageStore
  readonly #options: StorageOptions
  readonly #pool: BufferPool
  readonly #memory: MemoryBudget
  /** Counts pins, one unit each. */
  readonly #listPins: MemoryBudget
  readonly #parts: ViewParts
  readonly #state = new StorageState()
  readonly #holder: SnapshotHolder
  readonly #views = new Set<ReadView>()
  #transaction: GraphTransaction | null = null
  #transactionHeld: HeldSnapshot | null = null
  #commitUnderWay: Promise<unknown> = Promise.resolve()
  #hasWritten = false
  #checkpointing = false
  #commits = 0
  #checkpoints = 0
  #open = true

  constructor(store: PageStore, options: StorageOptions) {
    this.readOnly = options.readOnly
    this.#store = store
    this.#options = options
    this.#pool = BufferPool.create(store, options.bufferPoolBytes)
    this.#memory = MemoryBudget.create(options.queryMemoryBytes)
    const frames = Math.floor(this.#pool.stats().limitBytes / FRAME_BYTES)
    this.#listPins = MemoryBudget.create(Math.floor(frames * LIST_PIN_SHARE) * BUDGET_UNIT_BYTES)
    this.#parts = viewParts(this.#pool, this.#memory, this.#listPins)
    this.#holder = new SnapshotHolder(store)
    this.#pool.pageOwner = (pageId) => pageOwner(this.#allTables(), pageId)
    this.openView().close()
  }

  openView(): ReadView {
    this.#assertOpen()
    const held = this.#holdCurrent()
    const { tables, commit, catalog, log, epoch } = this.#state
    const view = new SnapshotReadView(
      () => tables,
      { commit, live: false },
      this.#parts,
      () => {
        this.#holder.release(held)
        this.#views.delete(view)
      },
    )
    this.#views.add(view)
    view.origin = {
      storage: this,
      tables: () => tables,
      log,
      redoCount: log.count,
      epoch,
      catalog: () => catalog,
      overlay: () => null,
    }
    return view
  }

  snapshotOf(view: ReadView): StorageSnapshot {
    return describeView(view, this.#originOf(view))
  }

  attachment(): StorageAttachment {
    this.#assertOpen()
    return {
      store: this.#store.describe(),
      pool: this.#pool.describe(),
      queryMemory: this.#memory.describe(),
      listPins: this.#listPins.describe(),
    }
  }

  catalogRecord(view: ReadView): Uint8Array | null {
    return this.#originOf(view).catalog()
  }

  beginWrite(): WriteTransaction {
    return this.#begin()
  }

  async checkpoint(): Promise<void> {
    const transaction = this.#begin()
    try {
      await runInSlices(this.#mergeEverything(transaction))
      await transaction.commit()
    } catch (error) {
      transaction.rollback()
      throw error
    } finally {
      this.#checkpointing = false
    }
    this.#checkpointDone()
  }

  checkpointSync(): void {
    const transaction = this.#begin()
    try {
      runToEnd(this.#mergeEverything(transaction))
      transaction.commitSync()
    } catch (error) {
      transaction.rollback()
      throw error
    } finally {
      this.#checkpointing = false
    }
    this.#checkpointDone()
  }

  async close(): Promise<void> {
    if (!this.#open) return
    await this.#commitUnderWay.catch(() => {})
    this.#transaction?.rollback()
    if (this.#mergesAtClose()) await this.checkpoint().catch(() => {}) // the records stay: nothing is lost
    this.#leave()
    await this.#store.close()
  }

  closeSync(): void {
    if (!this.#open) return
    this.#transaction?.rollback()
    try {
      if (this.#mergesAtClose()) this.checkpointSync()
    } catch {
      // the records stay: nothing is lost
    }
    this.#leave()
    this.#store.closeSync()
  }

  *check(result: StorageCheckResult): Generator<CheckProgress, void> {
    const view = this.openView() as SnapshotReadView
    try {
      yield* checkStorage(view, this.#store, result)
    } finally {
      view.close()
    }
  }

  threadEnded(thread: number): void {
    this.#pool.reclaim(thread)
  }

  stats(): StorageStats {
    return {
      commitNumber: this.#state.commit,
      commits: this.#commits,
      checkpoints: this.#checkpoints,
      deltaBytes: this.#state.log.bytes,
      openViews: this.#views.size,
      pool: this.#pool.stats(),
    }
  }

  #begin(): GraphTransaction {
    this.#assertOpen()
    if (this.readOnly) {
      throw new DatabaseError('READ_ONLY', 'Cannot execute write operations in a read-only database!')
    }
    if (this.#transaction !== null) {
      const text =
        'Cannot start a new write transaction in the system. Only one write transaction at a time is allowed in the system.'
      throw new DatabaseError('WRITE_CONFLICT', text)
    }
    const writer = this.#store.writerSync()
    const held = this.#holdCurrent()
    const host: TransactionHost = {
      writer,
      state: this.#state,
      parts: this.#parts,
      spillFolder: this.#store.path === ':memory:' ? tmpdir() : path.dirname(this.#store.path),
      loadMemoryBytes: Math.max(
        LEAST_LOAD_MEMORY_BYTES,
        Math.min(LOAD_MEMORY_BYTES, this.#options.queryMemoryBytes >> 1),
      ),
      largestRecordBytes: this.#options.checkpointThreshold,
      ended: (outcome) => this.#ended(held, outcome),
      committing: (work) => {
        this.#commitUnderWay = work
      },
      afterCommit: () => this.#afterCommit(),
      afterCommitSync: () => this.#afterCommitSync(),
    }
    const transaction = new GraphTransaction(host)
    this.#transaction = transaction
    this.#transactionHeld = held
    const { log, epoch } = this.#state
    transaction.view.origin = {
      storage: this,
      tables: () => transaction.tables,
      log,
      redoCount: log.count,
      epoch,
      catalog: () => transaction.catalog,
      overlay: () => transaction.overlay(),
    }
    return transaction
  }

  #ended(held: HeldSnapshot, outcome: 'committed' | 'unchanged' | 'rolled back'): void {
    this.#transaction = null
    this.#transactionHeld = null
    this.#holder.release(held)
    if (outcome !== 'committed') return
    this.#hasWritten = true
    this.#commits++
  }

  /**
   * Brings the state up to date and holds its version. While a transaction of ours is open nobody else can commit, and a commit of our own under way
   * may be in the file already without being in the state: then the version that the transaction began with is the current one.
   */
  #holdCurrent(): HeldSnapshot {
    if (this.#transactionHeld !== null) {
      this.#transactionHeld.uses++
      return this.#transactionHeld
    }
    const held = this.#holder.holdNewest()
    this.#state.advance(held.snapshot)
    return held
  }

  *#mergeEverything(transaction: GraphTransaction): Generator<void, void> {
    this.#checkpointing = true
    yield* transaction.mergeAll()
    transaction.dropRecords(this.#transactionHeld!.snapshot.listRecords(REDO_PREFIX))
  }

  #checkpointDone(): void {
    this.#state.restartLog()
    this.#checkpoints++
  }

  #isCheckpointDue(): boolean {
    const { checkpointThreshold } = this.#options
    if (this.#checkpointing || checkpointThreshold === Number.POSITIVE_INFINITY) return false
    return this.#state.log.bytes > checkpointThreshold || this.#state.isMuchChanged
  }

  async #afterCommit(): Promise<void> {
    if (this.#isCheckpointDue()) await this.checkpoint().catch(() => {}) // the commit stands; the next one tries again
  }

  #afterCommitSync(): void {
    if (!this.#isCheckpointDue()) return
    try {
      this.checkpointSync()
    } catch {
      // the commit stands; the next one tries again
    }
  }

  #mergesAtClose(): boolean {
    return this.#hasWritten && this.#state.log.count > 0 && this.#store.path !== ':memory:'
  }

  #leave(): void {
    for (const view of [...this.#views]) view.close()
    this.#open = false
    this.#pool.detach()
  }

  /** The tables of every version that is being read. */
  *#allTables(): Generator<TableState> {
    if (this.#transaction !== null) yield* this.#transaction.tables.values()
    yield* this.#state.tables.values()
    for (const view of this.#views) if (view instanceof SnapshotReadView) yield* view.tables.values()
  }

  #originOf(view: ReadView): ViewOrigin {
    const origin = view instanceof SnapshotReadView ? view.origin : null
    if (origin?.storage !== this) throw new DatabaseError('INVALID_ARGUMENT', 'The view is not one of this database.')
    return origin
  }

  #assertOpen(): void {
    if (!this.#open) throw new DatabaseError('CLOSED', 'The database is closed.')
  }
}
