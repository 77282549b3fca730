import { totalmem } from 'node:os'
import type { PageId } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import { MemoryArena } from './memory-arena.ts'
import { assertRuns } from './page-run.ts'
import type {
  BulkLoad,
  BulkWriter,
  BulkWriterDescription,
  CommitBatch,
  PageRange,
  PageReader,
  PageRun,
  PageStore,
  PageStoreDescription,
  PageStoreStats,
  PageStoreWriter,
  ReaderInfo,
  Snapshot,
} from './page-store.ts'
import { countPages, joinRanges, recordKey } from './store-format.ts'
import { conflictError } from './store-transactions.ts'

/** Reads the pages of a database in memory, in any thread. */
export class MemoryPageReader implements PageReader {
  readonly #arena: MemoryArena
  #open = true

  constructor(arena: MemoryArena) {
    this.#arena = arena
  }

  /** {@link PageReader.readPageInto} */
  readPageInto(pageId: PageId, target: Uint8Array): void {
    if (!this.#open) throw new DatabaseError('CLOSED', 'The database is closed.')
    if (this.#arena.read(pageId, target)) return
    throw new DatabaseError('CORRUPT_PAGE', `Page ${pageId} is damaged: it does not exist.`, {
      facts: { page: pageId },
    })
  }

  /** {@link PageReader.close} */
  close(): void {
    this.#open = false
  }
}

/** One content of a record, from a commit on. */
interface RecordVersion {
  readonly commit: number
  readonly bytes: Uint8Array | null
}

/** A page store of this process alone, gone when it is closed. Everything happens inside the calls. */
export class MemoryPageStore implements PageStore, PageStoreWriter {
  readonly path = ':memory:'
  readonly readOnly = false
  readonly #arena: MemoryArena
  readonly #reader: MemoryPageReader
  readonly #records = new Map<string, RecordVersion[]>()
  readonly #held = new Map<number, number>()
  readonly #bulks = new Set<BulkLoad>()
  #freed: { readonly commit: number; readonly ranges: PageRange[] }[] = []
  #commit = 0
  #open = true

  /** @param maxBytes bound of the pages' memory; default: the machine's memory. */
  constructor(maxBytes: number = totalmem()) {
    this.#arena = MemoryArena.create(maxBytes)
    this.#reader = new MemoryPageReader(this.#arena)
  }

  /** {@link PageStore.readPageInto} */
  readPageInto(pageId: PageId, target: Uint8Array): void {
    this.#reader.readPageInto(pageId, target)
  }

  /** {@link PageStore.latestCommit} */
  latestCommit(): number {
    this.#assertOpen()
    return this.#commit
  }

  /** {@link PageStore.readRecord} */
  readRecord(key: string): Uint8Array | null {
    this.#assertOpen()
    return this.#recordAt(key, this.#commit)
  }

  /** {@link PageStore.acquireSnapshot} */
  acquireSnapshot(): Snapshot {
    this.#assertOpen()
    const commit = this.#commit
    this.#held.set(commit, (this.#held.get(commit) ?? 0) + 1)
    let isHeld = true
    const read = <T>(work: () => T): T => {
      if (!isHeld || !this.#open) throw new DatabaseError('CLOSED', 'The snapshot was released.')
      return work()
    }
    return {
      commit,
      readRecord: (key) => read(() => this.#recordAt(key, commit)),
      listRecords: (prefix) => read(() => this.#recordNames(prefix, commit)),
      release: () => {
        if (isHeld) this.#release(commit)
        isHeld = false
      },
    }
  }

  /** {@link PageStore.writer} */
  async writer(): Promise<PageStoreWriter> {
    return this.writerSync()
  }

  /** {@link PageStore.writerSync} */
  writerSync(): PageStoreWriter {
    this.#assertOpen()
    return this
  }

  /** {@link PageStore.releaseWriter} */
  async releaseWriter(): Promise<void> {
    for (const bulk of this.#bulks) bulk.abortSync()
  }

  /** {@link PageStoreWriter.allocate} */
  allocate(count: number): PageId {
    return this.#arena.allocate(count)
  }

  /** {@link PageStoreWriter.commit} */
  async commit(batch: CommitBatch): Promise<number> {
    return this.commitSync(batch)
  }

  /** {@link PageStoreWriter.commitSync} */
  commitSync(batch: CommitBatch): number {
    this.#assertOpen()
    if (batch.expectedCommit !== this.#commit) throw conflictError(this.#commit, batch.expectedCommit)
    for (const [key] of batch.records ?? []) recordKey(key) // the names a file would take, no others
    assertRuns(batch.puts ?? [])
    this.#arena.write(batch.puts ?? [])
    const commit = this.#commit + 1
    for (const [key, bytes] of batch.records ?? []) this.#putRecord(key, commit, bytes?.slice() ?? null)
    for (const bulk of batch.publish ?? []) this.#bulks.delete(bulk)
    const ranges = joinRanges(batch.freed ?? [])
    if (ranges.length > 0) this.#freed.push({ commit, ranges })
    this.#commit = commit
    this.#tidy()
    return commit
  }

  /** {@link PageStoreWriter.beginBulk} */
  beginBulk(): BulkLoad {
    const bulk = new MemoryBulkLoad(this.#arena, this.#bulks)
    this.#bulks.add(bulk)
    return bulk
  }

  /** {@link PageStoreWriter.reclaim} */
  async reclaim(): Promise<{ readonly deletedPages: number; readonly pendingPages: number }> {
    const deletedPages = this.#tidy()
    return { deletedPages, pendingPages: this.#pendingPages() }
  }

  /** {@link PageStore.describe} */
  describe(): PageStoreDescription {
    return { kind: 'memory', arena: this.#arena.describe() }
  }

  /** {@link PageStore.listReaders} */
  listReaders(): ReaderInfo[] {
    return []
  }

  /** {@link PageStore.stats} */
  stats(): PageStoreStats {
    this.#assertOpen()
    const { byteLength, pageCount } = this.#arena
    return { fileBytes: byteLength, pageCount, pendingPages: this.#pendingPages(), commit: this.#commit }
  }

  /** {@link PageStore.close} */
  async close(): Promise<void> {
    this.closeSync()
  }

  /** {@link PageStore.closeSync} */
  closeSync(): void {
    this.#open = false
    this.#reader.close()
    this.#records.clear()
  }

  #recordAt(key: string, commit: number): Uint8Array | null {
    const version = this.#records.get(key)?.findLast((candidate) => candidate.commit <= commit)
    return version?.bytes?.slice() ?? null
  }

  #recordNames(prefix: string, commit: number): string[] {
    const names = [...this.#records.keys()].filter(
      (key) => key.startsWith(prefix) && this.#recordAt(key, commit) !== null,
    )
    return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  }

  #putRecord(key: string, commit: number, bytes: Uint8Array | null): void {
    const oldest = this.#oldestHeld()
    const versions = this.#records.get(key) ?? []
    const firstNeeded = versions.findLastIndex((version) => version.commit <= oldest)
    const kept = versions.slice(Math.max(0, firstNeeded)).filter((version) => version.commit < commit)
    kept.push({ commit, bytes })
    if (kept.every((version) => version.bytes === null)) this.#records.delete(key)
    else this.#records.set(key, kept)
  }

  #release(commit: number): void {
    const users = this.#held.get(commit)! - 1
    if (users > 0) this.#held.set(commit, users)
    else this.#held.delete(commit)
    this.#tidy()
  }

  #oldestHeld(): number {
    return Math.min(this.#commit, ...this.#held.keys())
  }

  #pendingPages(): number {
    let pages = 0
    for (const entry of this.#freed) pages += countPages(entry.ranges)
    return pages
  }

  /** Deletes the pages that no snapshot needs: those freed by a commit that every held one includes. */
  #tidy(): number {
    const oldest = this.#oldestHeld()
    let deleted = 0
    for (const entry of this.#freed) {
      if (entry.commit <= oldest) deleted += this.#arena.delete(entry.ranges)
    }
    this.#freed = this.#freed.filter((entry) => entry.commit > oldest)
    return deleted
  }

  #assertOpen(): void {
    if (!this.#open) throw new DatabaseError('CLOSED', 'The database is closed.')
  }
}

/** Writes for a bulk load straight into the arena, in any thread. */
export class MemoryBulkWriter implements BulkWriter {
  readonly #arena: MemoryArena
  readonly #bulkId: number

  constructor(arena: MemoryArena, bulkId: number) {
    this.#arena = arena
    this.#bulkId = bulkId
  }

  /** {@link BulkWriter.allocate} */
  allocate(count: number): PageId {
    return this.#arena.allocate(count)
  }

  /** {@link BulkWriter.write} */
  async write(runs: readonly PageRun[]): Promise<void> {
    this.writeSync(runs)
  }

  /** {@link BulkWriter.writeSync} */
  writeSync(runs: readonly PageRun[]): void {
    assertRuns(runs)
    this.#arena.write(runs, this.#bulkId)
  }

  /** {@link BulkWriter.writeLater} */
  writeLater(runs: readonly PageRun[]): () => void {
    this.writeSync(runs)
    return () => {}
  }

  /** {@link BulkWriter.close} */
  close(): void {
    // There is no connection to end.
  }
}

class MemoryBulkLoad extends MemoryBulkWriter implements BulkLoad {
  readonly id: number
  readonly #loadArena: MemoryArena
  readonly #open: Set<BulkLoad>

  constructor(arena: MemoryArena, open: Set<BulkLoad>) {
    const id = arena.allocate(1)
    super(arena, id)
    this.id = id
    this.#loadArena = arena
    this.#open = open
  }

  async abort(): Promise<void> {
    this.abortSync()
  }

  abortSync(): void {
    if (this.#open.delete(this)) this.#loadArena.deleteBulk(this.id)
  }

  abandon(): void {
    this.abortSync()
  }

  describe(): { readonly description: BulkWriterDescription; readonly transfer: readonly [] } {
    return { description: { kind: 'memory', bulkId: this.id, arena: this.#loadArena.describe() }, transfer: [] }
  }
}
