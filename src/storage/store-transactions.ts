import { BLOCKS_PER_PAGE, PAGE_BYTES, type PageId } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import { checksumCount, computeChecksums, storedLength } from './checksum.ts'
import { HeapTop } from './heap-top.ts'
import { createLease, isLeaseAlive, type Lease } from './lease.ts'
import { activeReaders, type LmdbDatabase, PlacedValue, readerSlots } from './lmdb-environment.ts'
import { lmdbFailure } from './lmdb-errors.ts'
import type { PageRange, PageRun, RecordChange } from './page-store.ts'
import {
  countPages,
  decodeRanges,
  decodeRoot,
  encodeRanges,
  encodeRoot,
  joinRanges,
  listKey,
  listKeyId,
  listKeyRange,
  makeChecksumKey,
  PAGE_KEY_BYTES,
  type Root,
  recordKey,
  seal,
  systemKey,
  unseal,
  writePageKey,
} from './store-format.ts'

/** Pages in one transaction of a bulk load: 32 MiB. */
const BULK_PAGES_PER_TRANSACTION = 512

const LEASE_KEY = systemKey('lease')
const ROOT_KEY = systemKey('root')

/** A change as the writer thread gets it. */
export interface CommitChange {
  readonly expectedCommit: number
  readonly puts: readonly PageRun[]
  readonly records: readonly RecordChange[]
  readonly freed: readonly PageRange[]
  /** Ids of bulk loads that become part of the database. */
  readonly publish: readonly number[]
}

/** Pages that can be deleted once no reader is older than `txn`, and the entry that lists them. */
interface Garbage {
  readonly key: Uint8Array
  readonly txn: number
  readonly ranges: PageRange[]
}

/** Runs the write transactions of an LMDB file. One per process; lives in the writer thread. */
export interface TransactionGate {
  /** Called before a transaction begins; may wait for ever when the process exits. */
  enter(): void
  leave(): void
  /** Next page id to hand out, shared with the threads that hand them out. */
  readNextPageId(): PageId
  setNextPageId(pageId: PageId): void
}

/**
 * All that is ever written to the file, each method one or a few short synchronous transactions.
 *
 *     without lease ──acquire──► with lease: commit, writeBulk, abortBulk, reclaim ──release──► without lease
 *
 * Every transaction checks inside itself that the lease is still this one's.
 */
export class StoreTransactions {
  readonly #file: string
  readonly #db: LmdbDatabase
  readonly #gate: TransactionGate
  readonly #maxBytes: number
  readonly #bulks = new Map<number, PageRange[]>()
  /** Upper bound of the bytes in use: unknown at first, so that the first write looks. */
  #usedAtMost = Number.POSITIVE_INFINITY
  /** Loads that were given up: a write of theirs that another thread sent before may arrive after. */
  readonly #aborted = new Set<number>()
  readonly #pageKey = new Uint8Array(PAGE_KEY_BYTES)
  readonly #sums = new Uint32Array(BLOCKS_PER_PAGE)
  readonly #sumBytes = new Uint8Array(this.#sums.buffer)
  readonly #heapTop = new HeapTop()
  /** Our lease, and its entry as it lies in the file. */
  #lease: { readonly id: Lease['id']; readonly sealed: Uint8Array } | null = null
  #isInTransaction = false
  #garbage: Garbage[] = []
  #broken: DatabaseError | null = null

  constructor(file: string, db: LmdbDatabase, gate: TransactionGate, maxBytes: number) {
    this.#file = file
    this.#db = db
    this.#gate = gate
    this.#maxBytes = maxBytes
  }

  /**
   * Takes the lease, that of a dead process too, and finds what dead processes left behind. With the lease it does nothing.
   * @throws {DatabaseError} LOCKED if a live process, or another thread of this one, holds it; IO.
   */
  acquire(): void {
    if (this.#lease !== null) return
    if (!this.#db.tryLock(LEASE_KEY)) throw lockedError(this.#file)
    try {
      const lease = createLease()
      const sealed = seal(new TextEncoder().encode(JSON.stringify(lease)))
      this.#refuseLiveLease() // before the transaction: a process that writes is not waited for
      this.#transact(() => {
        this.#refuseLiveLease()
        this.#db.putSync(LEASE_KEY, sealed)
      })
      this.#loadGarbage()
      this.#gate.setNextPageId(this.#root().nextPageId)
      this.#lease = { id: lease.id, sealed }
    } catch (error) {
      this.#db.unlock(LEASE_KEY)
      throw error
    }
  }

  /**
   * Applies a change, durably. @returns the new commit's number.
   * @throws {DatabaseError} WRITE_CONFLICT, LOCKED, DISK_FULL, MAP_FULL, LIMIT, IO; nothing has changed then.
   */
  commit(change: CommitChange): number {
    this.#checkSpace(change.puts)
    let garbage: Garbage | null = null
    const commit = this.#transact(() => {
      this.#checkLease()
      const root = this.#root()
      if (root.commit !== change.expectedCommit) throw conflictError(root.commit, change.expectedCommit)
      const next: Root = {
        commit: root.commit + 1,
        nextPageId: this.#gate.readNextPageId(),
        txn: this.#db.getWriteTxnId(),
      }
      for (const run of change.puts) this.#putRun(run)
      for (const [name, bytes] of change.records) this.#putRecord(name, bytes)
      garbage = this.#listFreed(next, change.freed)
      for (const bulkId of change.publish) this.#db.removeSync(listKey('bulk:', bulkId))
      this.#db.putSync(ROOT_KEY, seal(encodeRoot(next)))
      return next.commit
    })
    if (garbage !== null) this.#garbage.push(garbage)
    for (const bulkId of change.publish) this.#forgetBulk(bulkId)
    return commit
  }

  /**
   * Writes pages that nothing refers to, and with them, in the same transactions, the journal entry that lists them.
   * @throws {DatabaseError} CLOSED for a load that was given up; LOCKED, DISK_FULL, MAP_FULL, IO; a part of the pages may be written then, and listed.
   */
  writeBulk(bulkId: number, runs: readonly PageRun[]): void {
    if (this.#aborted.has(bulkId)) throw new DatabaseError('CLOSED', `The bulk load ${bulkId} was given up.`)
    this.#checkSpace(runs)
    for (const batch of splitRuns(runs, BULK_PAGES_PER_TRANSACTION)) {
      const written = batch.map((run) => ({ first: run.first, count: run.bytes.length / PAGE_BYTES }))
      const ranges = joinRanges([...(this.#bulks.get(bulkId) ?? []), ...written])
      this.#transact(() => {
        this.#checkLease()
        for (const run of batch) this.#putRun(run)
        this.#db.putSync(listKey('bulk:', bulkId), seal(encodeRanges(ranges)))
        // An id that was ever written must never be given again, whatever becomes of this load.
        this.#db.putSync(ROOT_KEY, seal(encodeRoot({ ...this.#root(), nextPageId: this.#gate.readNextPageId() })))
        this.#heapTop.hold(countPages(written))
      })
      this.#bulks.set(bulkId, ranges)
    }
  }

  /** Gives up a bulk load's pages; {@link reclaim} deletes them. */
  abortBulk(bulkId: number): void {
    this.#aborted.add(bulkId)
    const ranges = this.#bulks.get(bulkId)
    if (ranges === undefined) return
    this.#forgetBulk(bulkId)
    this.#garbage.unshift({ key: listKey('bulk:', bulkId), txn: 0, ranges })
  }

  /** @returns how many pages are garbage, and how many of them no reader needs. Cost: microseconds without garbage. */
  countGarbage(): { readonly deletablePages: number; readonly pendingPages: number } {
    if (this.#garbage.length === 0) return { deletablePages: 0, pendingPages: 0 }
    const oldest = this.#oldestReader()
    let deletablePages = 0
    let pendingPages = 0
    for (const entry of this.#garbage) {
      if (entry.txn <= oldest) deletablePages += countPages(entry.ranges)
      else pendingPages += countPages(entry.ranges)
    }
    return { deletablePages, pendingPages }
  }

  /**
   * Deletes garbage that no reader of any process needs, at most `maxPages` of it, in one transaction.
   * @returns how many pages were deleted.
   */
  reclaim(maxPages: number): number {
    return this.#reclaim(maxPages, this.#oldestReader())
  }

  /** {@link reclaim} for pages that nobody could ever read: those of loads that were given up. */
  reclaimAborted(maxPages: number): number {
    return this.#reclaim(maxPages, 0)
  }

  #reclaim(maxPages: number, oldest: number): number {
    if (!this.#garbage.some((entry) => entry.txn <= oldest)) return 0
    const kept: Garbage[] = []
    let deleted = 0
    this.#transact(() => {
      this.#checkLease()
      for (const entry of this.#garbage) {
        if (entry.txn > oldest || deleted >= maxPages) {
          kept.push(entry)
          continue
        }
        const rest = this.#deletePages(entry.ranges, maxPages - deleted)
        deleted += countPages(entry.ranges) - countPages(rest)
        if (rest.length === 0) this.#db.removeSync(entry.key)
        else kept.push(this.#shortenGarbage(entry, rest))
      }
    })
    this.#garbage = kept
    return deleted
  }

  /** Gives the lease back; what open bulk loads wrote is left to the next holder, or to a later acquire. */
  release(): void {
    if (this.#lease === null) return
    try {
      this.#transact(() => {
        if (this.#storedLease()?.id === this.#lease?.id) this.#db.removeSync(LEASE_KEY)
      })
    } finally {
      this.#lease = null
      this.#bulks.clear()
      this.#heapTop.release()
      this.#garbage = []
      this.#db.unlock(LEASE_KEY)
    }
  }

  #forgetBulk(bulkId: number): void {
    this.#bulks.delete(bulkId)
    if (this.#bulks.size === 0) this.#heapTop.release()
  }

  #transact<T>(work: () => T): T {
    if (this.#broken !== null) throw this.#broken
    this.#gate.enter()
    try {
      this.#isInTransaction = true
      return this.#db.transactionSync(work)
    } catch (error) {
      this.#isInTransaction = false
      this.#broken = this.#findPanic()
      throw lmdbFailure(error, this.#file)
    } finally {
      this.#isInTransaction = false
      this.#gate.leave()
    }
  }

  /**
   * @returns the error with which LMDB refuses everything after it failed to write its meta page, or null if it goes on.
   * lmdb overlooks that error when it begins a write transaction, and would crash: so it is looked for by reading.
   */
  #findPanic(): DatabaseError | null {
    try {
      this.#db.resetReadTxn()
      this.#db.getBinary(ROOT_KEY)
      return null
    } catch (error) {
      return lmdbFailure(error, this.#file)
    }
  }

  #refuseLiveLease(): void {
    const lease = this.#storedLease()
    if (lease === null) return
    const hasSlot = (pid: number): boolean => readerSlots(this.#db).some((slot) => slot.pid === pid)
    if (isLeaseAlive(lease, hasSlot)) throw lockedError(this.#file, lease.pid)
  }

  /** Cost: a look-up; the entry is decoded only when it is not, byte by byte, the one that was written. */
  #checkLease(): void {
    const entry = this.#db.getBinary(LEASE_KEY)
    if (this.#lease !== null && entry !== undefined && Buffer.compare(entry, this.#lease.sealed) === 0) return
    throw lockedError(this.#file, this.#storedLease()?.pid)
  }

  #storedLease(): Lease | null {
    const payload = this.#readSealed(LEASE_KEY, 'The lease')
    return payload === null ? null : (JSON.parse(new TextDecoder().decode(payload)) as Lease)
  }

  #root(): Root {
    const payload = this.#readSealed(ROOT_KEY, 'The root record')
    if (payload === null) throw new DatabaseError('NOT_A_DATABASE', `The file ${this.#file} has no root record.`)
    return decodeRoot(payload)
  }

  #readSealed(key: Uint8Array, what: string): Uint8Array | null {
    if (!this.#isInTransaction) this.#db.resetReadTxn() // see what other processes committed
    const value = this.#db.getBinary(key)
    return value === undefined ? null : unseal(value, what)
  }

  #loadGarbage(): void {
    this.#garbage = []
    const lastTxn = this.#db.env.info().lastTxnId
    for (const key of this.#db.getKeys(listKeyRange('bulk:'))) {
      const payload = this.#readSealed(key, `The journal of bulk load ${listKeyId(key)}`)
      if (payload !== null) this.#garbage.push({ key, txn: 0, ranges: decodeRanges(payload) })
    }
    for (const key of this.#db.getKeys(listKeyRange('freed:'))) {
      const payload = this.#readSealed(key, `The list of pages freed by commit ${listKeyId(key)}`)
      if (payload === null) continue
      const txn = new DataView(payload.buffer, payload.byteOffset).getFloat64(0, true)
      // A compacted copy of the file counts its transactions from 1 again: no reader of it is older than the list.
      this.#garbage.push({ key, txn: txn > lastTxn ? 0 : txn, ranges: decodeRanges(payload, 1) })
    }
  }

  #listFreed(root: Root, freed: readonly PageRange[]): Garbage | null {
    const ranges = joinRanges(freed)
    if (ranges.length === 0) return null
    const key = listKey('freed:', root.commit)
    this.#db.putSync(key, seal(encodeRanges(ranges, [root.txn])))
    return { key, txn: root.txn, ranges }
  }

  #shortenGarbage(entry: Garbage, ranges: PageRange[]): Garbage {
    const payload = isBulkKey(entry.key) ? encodeRanges(ranges) : encodeRanges(ranges, [entry.txn])
    this.#db.putSync(entry.key, seal(payload))
    return { ...entry, ranges }
  }

  #oldestReader(): number {
    let oldest = Number.POSITIVE_INFINITY
    for (const reader of activeReaders(this.#db)) oldest = Math.min(oldest, reader.txn)
    return oldest
  }

  /** @returns the ranges that were not deleted because `maxPages` were. */
  #deletePages(ranges: readonly PageRange[], maxPages: number): PageRange[] {
    const rest: PageRange[] = []
    let left = maxPages
    for (const range of ranges) {
      const count = Math.min(range.count, left)
      for (let i = 0; i < count; i++) {
        writePageKey(this.#pageKey, range.first + i)
        this.#db.removeSync(this.#pageKey)
        makeChecksumKey(this.#pageKey)
        this.#db.removeSync(this.#pageKey)
      }
      left -= count
      if (count < range.count) rest.push({ first: range.first + count, count: range.count - count })
    }
    return rest
  }

  #putRecord(name: string, bytes: Uint8Array | null): void {
    if (bytes === null) this.#db.removeSync(recordKey(name))
    else this.#db.putSync(recordKey(name), seal(bytes))
  }

  #putRun(run: PageRun): void {
    const value = new PlacedValue(run.bytes)
    for (let at = 0, id = run.first, sumsAt = 0; at < run.bytes.length; at += PAGE_BYTES, id++) {
      const length = storedLength(run.bytes.subarray(at, at + PAGE_BYTES))
      const count = checksumCount(length)
      if (run.sums === undefined) computeChecksums(run.bytes.subarray(at, at + length), this.#sums)
      else this.#sums.set(run.sums.subarray(sumsAt, sumsAt + count))
      sumsAt += BLOCKS_PER_PAGE
      writePageKey(this.#pageKey, id)
      this.#db.putSync(this.#pageKey, value.part(at, at + length))
      makeChecksumKey(this.#pageKey)
      this.#db.putSync(this.#pageKey, this.#sumBytes.subarray(0, count * 4))
    }
  }

  /** Refuses what would not fit; see {@link #usedAtMost}. */
  #checkSpace(runs: readonly PageRun[]): void {
    if (runs.length === 0) return
    let bytes = 0
    for (const run of runs) bytes += run.bytes.length
    // Growth since the last look is at most what was written since; only near the limit is another look worth its cost.
    this.#usedAtMost += bytes
    if (this.#usedAtMost <= this.#maxBytes) return
    const stats = this.#db.getStats() as Record<'treeBranchPageCount' | 'treeLeafPageCount' | 'overflowPages', number>
    const used = (stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages) * 4_096
    this.#usedAtMost = used + bytes
    if (this.#usedAtMost <= this.#maxBytes) return
    const text = `The database ${this.#file} would grow past its maximum size of ${this.#maxBytes} bytes.`
    throw new DatabaseError('MAP_FULL', text, { facts: { path: this.#file, maxBytes: this.#maxBytes } })
  }
}

function isBulkKey(key: Uint8Array): boolean {
  return key[1] === 0x62 // "b" of "bulk:"
}

/** Cuts runs so that no batch has more than `maxPages` pages. */
function* splitRuns(runs: readonly PageRun[], maxPages: number): Generator<PageRun[]> {
  let batch: PageRun[] = []
  let left = maxPages
  for (const run of runs) {
    let { first, bytes, sums } = run
    while (bytes.length > 0) {
      const part = bytes.subarray(0, left * PAGE_BYTES)
      const pages = part.length / PAGE_BYTES
      batch.push(sums === undefined ? { first, bytes: part } : { first, bytes: part, sums })
      left -= pages
      first += pages
      bytes = bytes.subarray(part.length)
      sums = sums?.subarray(pages * BLOCKS_PER_PAGE)
      if (left > 0) continue
      yield batch
      batch = []
      left = maxPages
    }
  }
  if (batch.length > 0) yield batch
}

/** The refusal of a second writer. */
export function lockedError(file: string, pid?: number): DatabaseError {
  const holder = pid === undefined ? '' : ` Process ${pid} is writing to it.`
  return new DatabaseError('LOCKED', `Could not set lock on file : ${file}.${holder}`, { facts: { path: file, pid } })
}

/** The refusal of a change that was made on another commit than the newest. */
export function conflictError(found: number, expected: number): DatabaseError {
  const text = 'Write-write conflict: another transaction was committed since this one began.'
  return new DatabaseError('WRITE_CONFLICT', text, { facts: { commit: found, expectedCommit: expected } })
}
