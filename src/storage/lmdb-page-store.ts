import type { PageId } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import { inspectPath } from './lmdb-environment.ts'
import { lmdbFailure } from './lmdb-errors.ts'
import { LmdbStoreCore, readRecordIn } from './lmdb-store-core.ts'
import type {
  PageStore,
  PageStoreDescription,
  PageStoreStats,
  PageStoreWriter,
  ReaderInfo,
  Snapshot,
} from './page-store.ts'
import type { HeldVersion } from './snapshot-registry.ts'
import { recordKeyRange, recordName } from './store-format.ts'

/** How a file is opened. */
export interface LmdbPageStoreOptions {
  readonly readOnly?: boolean
  /** Create the file when there is none. Default: true, unless read-only. */
  readonly create?: boolean
  /** Upper bound of the bytes in use in the file. Default 8 TiB. Of several handles in a process the first one's counts. */
  readonly maxBytes?: number
}

const DEFAULT_MAX_BYTES = 8 * 2 ** 40

/** A handle of a page store in an LMDB file; handles of one path in one thread share what is beneath. */
export class LmdbPageStore implements PageStore {
  readonly path: string
  readonly readOnly: boolean
  readonly #core: LmdbStoreCore
  readonly #snapshots = new Set<LmdbSnapshot>()
  #writer: PageStoreWriter | null = null
  #open = true

  /**
   * Opens, and if need be creates, a file. Cost: about 1 ms, and some flushes of the disk for a new file.
   * @throws {DatabaseError} IO with the path (none there, a folder, no permission), NOT_A_DATABASE, NEWER_FORMAT,
   *   CORRUPT_PAGE, TOO_MANY_READERS, MAP_FULL.
   */
  constructor(file: string, options: LmdbPageStoreOptions = {}) {
    this.readOnly = options.readOnly ?? false
    const found = inspectPath(file)
    if (!found.exists && this.readOnly) {
      throw new DatabaseError('IO', 'Cannot create an empty database under READ ONLY mode.', { facts: { path: file } })
    }
    if (!found.exists && options.create === false) {
      throw new DatabaseError('IO', `Cannot open file ${file}: No such file or directory`, { facts: { path: file } })
    }
    if (!found.writable && !this.readOnly) {
      throw new DatabaseError('IO', `Cannot open file ${file}: Permission denied`, { facts: { path: file } })
    }
    this.#core = LmdbStoreCore.open(found, options.maxBytes ?? DEFAULT_MAX_BYTES, !this.readOnly)
    this.path = this.#core.file
  }

  get file(): string {
    return this.path
  }

  /** {@link PageStore.readPageInto} */
  readPageInto(pageId: PageId, target: Uint8Array): void {
    this.#assertOpen()
    this.#core.pages.readPageInto(pageId, target)
  }

  /** {@link PageStore.latestCommit} */
  latestCommit(): number {
    this.#assertOpen()
    return this.#core.latestCommit()
  }

  /** {@link PageStore.readRecord} */
  readRecord(key: string): Uint8Array | null {
    this.#assertOpen()
    return this.#core.read((transaction) => readRecordIn(transaction, key))
  }

  /** {@link PageStore.acquireSnapshot} */
  acquireSnapshot(): Snapshot {
    this.#assertOpen()
    const version = this.#tryTo(() => this.#core.snapshots.acquire(this.#core.latestCommit()))
    const snapshot = new LmdbSnapshot(this.path, version, () => {
      this.#snapshots.delete(snapshot)
      this.#core.snapshots.release(version)
    })
    this.#snapshots.add(snapshot)
    return snapshot
  }

  /** {@link PageStore.writer} */
  async writer(): Promise<PageStoreWriter> {
    this.#assertWritable()
    if (this.#writer !== null) return this.#writer
    const writer = await this.#core.openWriter()
    if (!this.#keepWriter(writer)) await this.#core.releaseWriter() // counts this handle once
    return writer
  }

  /** {@link PageStore.writerSync} */
  writerSync(): PageStoreWriter {
    this.#assertWritable()
    if (this.#writer !== null) return this.#writer
    const writer = this.#core.openWriterSync()
    this.#keepWriter(writer)
    return writer
  }

  /** {@link PageStore.releaseWriter} */
  async releaseWriter(): Promise<void> {
    if (this.#writer === null) return
    this.#writer = null
    await this.#core.releaseWriter()
  }

  /** {@link PageStore.describe} */
  describe(): PageStoreDescription {
    return { kind: 'lmdb', path: this.path }
  }

  /** {@link PageStore.listReaders} */
  listReaders(): ReaderInfo[] {
    this.#assertOpen()
    return this.#core.slots().flatMap(({ pid, txn }) => (txn === null ? [] : [{ pid, txn }]))
  }

  /** {@link PageStore.stats} */
  stats(): PageStoreStats {
    this.#assertOpen()
    return this.#tryTo(() => this.#core.stats())
  }

  /** {@link PageStore.close} */
  async close(): Promise<void> {
    if (!this.#open) return
    this.#leave()
    try {
      await this.releaseWriter()
    } finally {
      await this.#core.close()
    }
  }

  /** {@link PageStore.closeSync} */
  closeSync(): void {
    if (!this.#open) return
    this.#leave()
    try {
      if (this.#writer !== null) this.#core.releaseWriterSync()
      this.#writer = null
    } finally {
      this.#core.closeSync()
    }
  }

  #leave(): void {
    this.#open = false
    for (const snapshot of this.#snapshots) snapshot.release()
  }

  /** @returns false if a call made meanwhile has opened the writer for this handle already. */
  #keepWriter(writer: PageStoreWriter): boolean {
    const isNew = this.#writer === null
    this.#writer = writer
    return isNew
  }

  #assertWritable(): void {
    this.#assertOpen()
    if (this.readOnly) throw new DatabaseError('READ_ONLY', 'Cannot execute write operations in a read-only database!')
  }

  #assertOpen(): void {
    if (!this.#open) throw new DatabaseError('CLOSED', 'The database is closed.')
  }

  #tryTo<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw lmdbFailure(error, this.path)
    }
  }
}

/** One use of a held version. */
class LmdbSnapshot implements Snapshot {
  readonly commit: number
  readonly #file: string
  readonly #version: HeldVersion
  readonly #onRelease: () => void
  #held = true

  constructor(file: string, version: HeldVersion, onRelease: () => void) {
    this.commit = version.commit
    this.#file = file
    this.#version = version
    this.#onRelease = onRelease
  }

  readRecord(key: string): Uint8Array | null {
    return this.#read(() => readRecordIn(this.#version.transaction, key))
  }

  listRecords(prefix: string): string[] {
    return this.#read(() => this.#version.transaction.keys(recordKeyRange(prefix)).map(recordName))
  }

  release(): void {
    if (!this.#held) return
    this.#held = false
    this.#onRelease()
  }

  #read<T>(work: () => T): T {
    if (!this.#held) throw new DatabaseError('CLOSED', 'The snapshot was released.')
    try {
      return work()
    } catch (error) {
      throw lmdbFailure(error, this.#file)
    }
  }
}
