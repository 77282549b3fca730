import type { Catalog, CatalogData } from '../../catalog/catalog.ts'
import type { OpenDatabase } from '../../database/open-database.ts'
import type { ReadView } from '../../storage/read-view.ts'
import type { StorageAttachment, StorageSnapshot } from '../../storage/storage-engine.ts'
import { assert } from '../../util/assert.ts'

/**
 * What a worker thread needs to read one snapshot: plain data and shared memory, for `workerData` or `postMessage`.
 * `attachStorage(attachment).openView(snapshot)` gives its view, `new Catalog(catalog)` the names.
 */
export interface SnapshotThreadData {
  readonly attachment: StorageAttachment
  readonly snapshot: StorageSnapshot
  readonly catalog: CatalogData
}

/**
 * One commit of a database, kept readable until everybody who holds it has released it: writers go on meanwhile. It keeps the pages alive
 * that later commits replace, so that it costs disk space while it is held.
 *
 * Whoever opens one or calls {@link retain} owes one {@link release}. Views of worker threads must be closed before the last release.
 */
export class PinnedSnapshot {
  /** For the thread that opened the database. */
  readonly view: ReadView
  readonly catalog: Catalog
  readonly #database: OpenDatabase
  #threadData: SnapshotThreadData | null = null
  #holders = 1

  private constructor(database: OpenDatabase, view: ReadView) {
    this.#database = database
    this.view = view
    this.catalog = database.catalogOf(view)
  }

  /** @returns the newest commit, held once, by the caller. @throws {DatabaseError} CLOSED, TOO_MANY_READERS. */
  static newest(database: OpenDatabase): PinnedSnapshot {
    return new PinnedSnapshot(database, database.storage.openView())
  }

  get commitNumber(): number {
    return this.view.commitNumber
  }

  /** @returns the snapshot for worker threads; the same object each time. @throws {DatabaseError} CLOSED. */
  threadData(): SnapshotThreadData {
    this.#threadData ??= {
      attachment: this.#database.storage.attachment(),
      snapshot: this.#database.storage.snapshotOf(this.view),
      catalog: this.catalog.data,
    }
    return this.#threadData
  }

  /** Holds the snapshot once more. @returns it. */
  retain(): this {
    assert(this.#holders > 0, 'the snapshot is closed')
    this.#holders++
    return this
  }

  /** Lets it go; the last one closes the view. */
  release(): void {
    assert(this.#holders > 0, 'the snapshot is closed')
    if (--this.#holders === 0) this.view.close()
  }
}
