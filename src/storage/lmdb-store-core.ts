import { statSync } from 'node:fs'
import { DatabaseError } from '../errors/database-error.ts'
import { isLeaseAlive, type Lease } from './lease.ts'
import {
  type DatabaseFile,
  LMDB_PAGE_BYTES,
  type LmdbDatabase,
  LmdbReadTransaction,
  openLmdb,
  readerSlots,
} from './lmdb-environment.ts'
import { lmdbFailure } from './lmdb-errors.ts'
import { LmdbPageReader } from './lmdb-page-reader.ts'
import { LmdbPageWriter } from './lmdb-page-writer.ts'
import type { PageStoreStats } from './page-store.ts'
import { SnapshotRegistry } from './snapshot-registry.ts'
import {
  decodeRoot,
  encodeFormat,
  encodeRoot,
  FORMAT_MAGIC,
  FORMAT_VERSION,
  pageKeyRange,
  recordKey,
  seal,
  systemKey,
  unseal,
} from './store-format.ts'
import { lockedError } from './store-transactions.ts'
import { WriterThread } from './writer-thread.ts'

const FORMAT_KEY = systemKey('format')
const ROOT_KEY = systemKey('root')
const LEASE_KEY = systemKey('lease')

/**
 * One open LMDB file in one thread, whatever the number of {@link LmdbPageStore} handles: the environment, its reader, the
 * versions held, the writer thread. Found and shared by real path.
 */
export class LmdbStoreCore {
  static readonly #open = new Map<string, LmdbStoreCore>()
  readonly file: string
  readonly pages: LmdbPageReader
  readonly snapshots: SnapshotRegistry
  readonly writable: boolean
  readonly #db: LmdbDatabase
  readonly #transaction: LmdbReadTransaction
  readonly #maxBytes: number
  #users = 0
  #writerUsers = 0
  #thread: WriterThread | null = null
  #writer: LmdbPageWriter | null = null
  #seenTxn = -1
  #seenCommit = 0

  /**
   * @returns the core of a file with one user more; opens the file for the first one.
   * @param mayWrite whether an empty file is made a database.
   * @throws {DatabaseError} NOT_A_DATABASE, NEWER_FORMAT, CORRUPT_PAGE, TOO_MANY_READERS, MAP_FULL, IO.
   */
  static open(file: DatabaseFile, maxBytes: number, mayWrite: boolean): LmdbStoreCore {
    let core = LmdbStoreCore.#open.get(file.realPath)
    if (core === undefined) {
      core = new LmdbStoreCore(file, maxBytes, mayWrite)
      LmdbStoreCore.#open.set(file.realPath, core)
    }
    core.#users++
    return core
  }

  private constructor(file: DatabaseFile, maxBytes: number, mayWrite: boolean) {
    this.file = file.realPath
    this.writable = file.writable
    this.#maxBytes = maxBytes
    // Handles that only read share this environment with one that may come to write, so it is writable wherever it can be.
    this.#db = openLmdb(file.realPath, file.writable ? 'write' : 'read')
    try {
      if (mayWrite) createFormat(this.#db)
      this.#transaction = new LmdbReadTransaction(this.#db)
      checkFormat(this.#transaction, file.realPath)
      this.#transaction.end()
      this.pages = new LmdbPageReader(file.realPath, this.#db)
    } catch (error) {
      void this.#db.close()
      throw lmdbFailure(error, file.realPath)
    }
    this.snapshots = new SnapshotRegistry(this.#db, readCommit, () => this.#reclaimLater())
  }

  /** @returns the newest commit's number. Cost: about 2 µs while no process wrote. */
  latestCommit(): number {
    const { lastTxnId } = this.#db.env.info()
    if (lastTxnId !== this.#seenTxn) {
      this.#seenCommit = this.read(readCommit)
      this.#seenTxn = lastTxnId // not that of the read, which may be newer: then the next call just reads again
    }
    return this.#seenCommit
  }

  /** Runs `work` in a read transaction of the newest version. @throws {DatabaseError} of what lmdb throws. */
  read<T>(work: (transaction: LmdbReadTransaction) => T): T {
    try {
      return work(this.#transaction)
    } catch (error) {
      throw lmdbFailure(error, this.file)
    } finally {
      this.#transaction.end()
    }
  }

  /** @returns the writer, starting its thread if there is none. Cost: 50-100 ms the first time, in the other thread. */
  async openWriter(): Promise<LmdbPageWriter> {
    const { writer, thread } = this.#prepareWriter()
    await thread.client.call({ op: 'acquire' }).then((result) => {
      if (result.deletablePages > 0) writer.reclaimLater()
    })
    this.#writerUsers++
    return writer
  }

  /** {@link LmdbStoreCore.openWriter}, waiting inside the call. */
  openWriterSync(): LmdbPageWriter {
    const { writer, thread } = this.#prepareWriter()
    thread.waitForStart()
    const result = thread.client.callSync({ op: 'acquire' })
    if (result.deletablePages > 0) writer.reclaimLater()
    this.#writerUsers++
    return writer
  }

  /** Gives the lease back when the last user of the writer is gone. */
  async releaseWriter(): Promise<void> {
    this.#writerUsers--
    if (this.#writerUsers === 0) await this.#thread?.client.call({ op: 'release' })
  }

  /** {@link LmdbStoreCore.releaseWriter}, waiting inside the call. */
  releaseWriterSync(): void {
    this.#writerUsers--
    if (this.#writerUsers === 0) this.#thread?.client.callSync({ op: 'release' })
  }

  /** Takes one user away; the last one closes the file. */
  async close(): Promise<void> {
    if (!this.#leave()) return
    try {
      await this.#thread?.stop()
    } finally {
      this.#closeEnvironment()
    }
  }

  /** {@link LmdbStoreCore.close}, waiting inside the call. */
  closeSync(): void {
    if (!this.#leave()) return
    try {
      this.#thread?.stopSync()
    } finally {
      this.#closeEnvironment()
    }
  }

  /** @returns every reader slot that holds a version. */
  slots(): { readonly pid: number; readonly txn: number | null }[] {
    return readerSlots(this.#db)
  }

  /** @returns sizes and counts. Cost: about 1 µs per 100 pages. */
  stats(): PageStoreStats {
    const pageCount = this.read((transaction) => transaction.count(pageKeyRange()))
    const { lastPageNumber } = this.#db.env.info()
    return {
      fileBytes: Math.max(statSync(this.file).size, (lastPageNumber + 1) * LMDB_PAGE_BYTES),
      pageCount,
      pendingPages: this.#writer?.pendingPages ?? 0,
      commit: this.latestCommit(),
    }
  }

  #prepareWriter(): { readonly writer: LmdbPageWriter; readonly thread: WriterThread } {
    if (!this.writable) {
      throw new DatabaseError('IO', `Cannot open file ${this.file}: Permission denied`, { facts: { path: this.file } })
    }
    this.#refuseLiveLease() // without starting a thread only to be refused
    this.#thread ??= new WriterThread(this.file, this.#maxBytes)
    this.#writer ??= new LmdbPageWriter(this.#thread, () => this.snapshots.retire())
    return { writer: this.#writer, thread: this.#thread }
  }

  #refuseLiveLease(): void {
    const value = this.read((transaction) => transaction.getCopy(LEASE_KEY))
    if (value === undefined) return
    const lease = JSON.parse(new TextDecoder().decode(unseal(value, 'The lease'))) as Lease
    const hasSlot = (pid: number): boolean => this.slots().some((slot) => slot.pid === pid)
    if (isLeaseAlive(lease, hasSlot)) throw lockedError(this.file, lease.pid)
  }

  #reclaimLater(): void {
    if (this.#writerUsers > 0 && this.#writer !== null && this.#writer.pendingPages > 0) this.#writer.reclaimLater()
  }

  #leave(): boolean {
    this.#users--
    if (this.#users > 0) return false
    LmdbStoreCore.#open.delete(this.file)
    return true
  }

  #closeEnvironment(): void {
    this.snapshots.close()
    this.#transaction.close()
    this.pages.close()
  }
}

/** Reads the commit number in a transaction. */
function readCommit(transaction: LmdbReadTransaction): number {
  const value = transaction.getCopy(ROOT_KEY)
  return value === undefined ? 0 : decodeRoot(unseal(value, 'The root record')).commit
}

/** @returns a copy of an engine record in a transaction, or null. @throws {DatabaseError} CORRUPT_PAGE. */
export function readRecordIn(transaction: LmdbReadTransaction, key: string): Uint8Array | null {
  const value = transaction.get(recordKey(key))
  return value === undefined ? null : unseal(value.subarray(0, value.length), `The record "${key}"`)
}

/**
 * Makes an empty LMDB file a database. The only write outside the writer thread: it comes once, before any other thread
 * knows the file.
 */
function createFormat(db: LmdbDatabase): void {
  if (!isEmpty(db)) return
  db.transactionSync(() => {
    if (!isEmpty(db)) return // another process was faster
    db.putSync(FORMAT_KEY, seal(encodeFormat()))
    db.putSync(ROOT_KEY, seal(encodeRoot({ commit: 0, nextPageId: 1, txn: db.getWriteTxnId() })))
  })
}

/** Looks at one key: counting them would visit the whole tree. */
function isEmpty(db: LmdbDatabase): boolean {
  for (const _ of db.getKeys({ limit: 1 })) return false
  return true
}

function checkFormat(transaction: LmdbReadTransaction, file: string): void {
  const value = transaction.getCopy(FORMAT_KEY)
  const facts = { path: file }
  if (value === undefined || value.length < 12) {
    throw new DatabaseError('NOT_A_DATABASE', `The file ${file} is not a database.`, { facts })
  }
  const payload = unseal(value, 'The format record')
  const view = new DataView(payload.buffer, payload.byteOffset)
  if (view.getUint32(0, true) !== FORMAT_MAGIC) {
    throw new DatabaseError('NOT_A_DATABASE', `The file ${file} is not a database.`, { facts })
  }
  const version = view.getUint32(4, true)
  if (version > FORMAT_VERSION) {
    const text = `Trying to read a database file with a newer version. Database file version: ${version}, current version: ${FORMAT_VERSION}`
    throw new DatabaseError('NEWER_FORMAT', text, { facts: { ...facts, version } })
  }
  if (version < FORMAT_VERSION) {
    const text = `The file ${file} was written by an earlier version of this software (format ${version}, this is ${FORMAT_VERSION}) and must be loaded again.`
    throw new DatabaseError('NOT_A_DATABASE', text, { facts: { ...facts, version } })
  }
}
