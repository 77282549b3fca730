import { availableParallelism } from 'node:os'
import type { Database } from '../../database/database.ts'
import type { DatabaseUser } from '../../database/database-user.ts'
import type { OpenDatabase } from '../../database/open-database.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import { PinnedSnapshot } from './pinned-snapshot.ts'

/** Ends something that reads through a backend; awaited before the database closes. */
export type CloseListener = () => void | Promise<void>

/**
 * What a feature store, a graph store and the loaders over them share: one snapshot of a database, the same for all until {@link refresh}.
 *
 * States: open -> closed, by {@link close} or with the database. Loaders that need a snapshot of their own (one per epoch, one per batch)
 * take it with {@link newest}, or keep the current one with `snapshot.retain()`.
 */
export class RemoteBackend implements DatabaseUser {
  readonly database: Database
  /** Threads that loaders may use. */
  readonly numThreads: number
  readonly #opened: OpenDatabase
  readonly #listeners = new Set<CloseListener>()
  #current: PinnedSnapshot | null
  #closing: Promise<void> | null = null

  /**
   * Opens the database if need be and pins its newest commit.
   * @param numThreads 0: one per processor.
   * @throws {DatabaseError} INVALID_ARGUMENT, and as opening the database does.
   */
  constructor(database: Database, numThreads = 0) {
    if (!Number.isInteger(numThreads) || numThreads < 0) {
      throw new DatabaseError('INVALID_ARGUMENT', `numThreads must be a positive integer, not ${String(numThreads)}.`)
    }
    this.database = database
    this.numThreads = numThreads === 0 ? availableParallelism() : numThreads
    this.#opened = database.openSync()
    this.#current = PinnedSnapshot.newest(this.#opened)
    database.register(this)
  }

  get closed(): boolean {
    return this.#current === null || this.#closing !== null
  }

  /** Whether loaders run: see {@link onClose}. */
  get busy(): boolean {
    return this.#listeners.size > 0
  }

  /** The snapshot that the stores read. It belongs to the backend: retain it to use it longer. @throws {DatabaseError} CLOSED. */
  get snapshot(): PinnedSnapshot {
    if (this.#current === null || this.#closing !== null) throw closed()
    return this.#current
  }

  /** The storage and the plan of the open database, for writing. @throws {DatabaseError} CLOSED. */
  get opened(): OpenDatabase {
    if (this.closed) throw closed()
    return this.#opened
  }

  /** @returns a snapshot of the newest commit, which the caller must release. The stores stay where they are. @throws {DatabaseError} CLOSED. */
  newest(): PinnedSnapshot {
    const { snapshot, opened } = this
    const fresh = PinnedSnapshot.newest(opened)
    if (fresh.commitNumber !== snapshot.commitNumber) return fresh
    fresh.release()
    return snapshot.retain()
  }

  /** Moves the stores to the newest commit. @returns its number. @throws {DatabaseError} CLOSED. */
  refresh(): number {
    const fresh = this.newest()
    this.#current!.release()
    this.#current = fresh
    return fresh.commitNumber
  }

  /**
   * Registers what must end before the database's memory goes away: worker threads, views, cursors. While something is registered the
   * database cannot be closed synchronously.
   * @returns a function that takes the listener back; call it once the work has ended by itself.
   */
  onClose(listener: CloseListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends the loaders, then lets the snapshot go. Twice is allowed. */
  async close(): Promise<void> {
    this.#closing ??= this.#end()
    await this.#closing
  }

  /** {@link close}, when the database closes. @internal */
  abort(): Promise<void> {
    return this.close()
  }

  /** {@link close} while no loader runs. @throws {DatabaseError} BUSY. */
  closeSync(): void {
    if (this.#current === null) return
    if (this.busy) throw new DatabaseError('BUSY', 'A loader is still running. Close it first, or use close().')
    this.#leave()
  }

  async #end(): Promise<void> {
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    await Promise.allSettled(listeners.map(async (listener) => listener()))
    this.#leave()
  }

  #leave(): void {
    this.#current?.release()
    this.#current = null
    this.database.unregister(this)
  }
}

function closed(): DatabaseError {
  return new DatabaseError('CLOSED', 'The remote backend or its database is closed.')
}
