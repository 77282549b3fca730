import { statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseError } from '../errors/database-error.ts'
import type { CheckProgress } from '../storage/check-report.ts'
import { openStorage } from '../storage/open-storage.ts'
import { FORMAT_VERSION } from '../storage/store-format.ts'
import { type CheckReport, checkDatabase } from './check-database.ts'
import { type DatabaseConfig, type DatabaseOptions, resolveConfig } from './config.ts'
import type { DatabaseUser } from './database-user.ts'
import { OpenDatabase } from './open-database.ts'
import { PACKAGE_VERSION } from './version.ts'

/** The buffer pool: its size now, and what it did since the database was opened. */
export interface BufferPoolStats {
  /** Bytes that it may hold at most. */
  readonly limit: number
  /** Bytes that it holds. Never more than `limit`. */
  readonly used: number
  /** Pages asked for that were in memory, and that were not. */
  readonly hits: number
  readonly misses: number
  /** Pages that had to make room for others. */
  readonly evictions: number
  /** Bytes read from the file. */
  readonly bytesRead: number
  /** Pages that are in use right now and cannot be evicted. */
  readonly pins: number
}

/**
 * A database: one file on disk, or memory with the path ':memory:'.
 *
 * Making a Database touches nothing; the file is opened (and created unless read-only) by {@link init} or at the first statement of a
 * connection. A handle that is never closed does not keep the process alive, and loses nothing that was committed.
 */
export class Database {
  /** The path as it was given; ':memory:' for a database without a file. */
  readonly path: string
  /** Absolute, so that changing the working directory before the first statement does not move the database. */
  readonly #file: string
  readonly #config: DatabaseConfig
  #opened: OpenDatabase | null = null
  #closed = false
  #closing: Promise<void> | null = null
  readonly #users = new Set<DatabaseUser>()

  /**
   * @param file path of the database; '' or ':memory:' for one that lives and dies with this handle.
   * @param bufferPoolSize bytes, or all options as an object; the arguments after it are Kùzu's.
   * @throws {DatabaseError} INVALID_ARGUMENT
   */
  constructor(
    file: string | null = ':memory:',
    bufferPoolSize: number | DatabaseOptions | null = 0,
    enableCompression?: boolean,
    readOnly?: boolean,
    maxDBSize?: number,
    autoCheckpoint?: boolean,
    checkpointThreshold?: number,
  ) {
    const given = file ?? ''
    if (typeof given !== 'string') throw new DatabaseError('INVALID_ARGUMENT', 'Database path must be a string.')
    this.path = given === '' ? ':memory:' : given
    this.#file = this.path === ':memory:' ? this.path : path.resolve(this.path)
    const options: DatabaseOptions =
      typeof bufferPoolSize === 'object' && bufferPoolSize !== null
        ? bufferPoolSize
        : {
            bufferPoolSize: bufferPoolSize ?? 0,
            enableCompression,
            readOnly,
            maxDBSize,
            autoCheckpoint,
            checkpointThreshold,
          }
    this.#config = resolveConfig(options)
  }

  /** Version of this package. */
  static getVersion(): string {
    return PACKAGE_VERSION
  }

  /** Number of the file format that this version writes. */
  static getStorageVersion(): number {
    return FORMAT_VERSION
  }

  /** Opens the file. @throws {DatabaseError} IO, NOT_A_DATABASE, NEWER_FORMAT, CLOSED … */
  async init(): Promise<void> {
    this.openSync()
  }

  initSync(): void {
    this.openSync()
  }

  /** @internal */
  openSync(): OpenDatabase {
    if (this.#closed) throw new DatabaseError('CLOSED', 'The database is closed.')
    if (this.#opened === null) {
      const c = this.#config
      if (statSync(this.#file, { throwIfNoEntry: false })?.isDirectory()) {
        throw new DatabaseError('IO', `Database path cannot be a directory: ${this.path}`, {
          facts: { file: this.path },
        })
      }
      const storage = openStorage(this.#file, {
        bufferPoolBytes: c.bufferPoolSize,
        queryMemoryBytes: c.queryMemorySize,
        readOnly: c.readOnly,
        create: !c.readOnly,
        checkpointThreshold: c.autoCheckpoint ? c.checkpointThreshold : Number.POSITIVE_INFINITY,
        maxDbBytes: c.maxDBSize,
      })
      this.#opened = new OpenDatabase(storage, c)
    }
    return this.#opened
  }

  /** @internal */
  register(user: DatabaseUser): void {
    this.#users.add(user)
  }

  /** @internal */
  unregister(user: DatabaseUser): void {
    this.#users.delete(user)
  }

  /** @returns what the buffer pool did and holds. Cost: reads a few shared counters. */
  bufferPoolStats(): BufferPoolStats {
    const { pool } = this.openSync().storage.stats()
    const { hits, misses, evictions, bytesRead } = pool
    return { limit: pool.limitBytes, used: pool.usedBytes, hits, misses, evictions, bytesRead, pins: pool.pinned }
  }

  /**
   * Verifies every page, and every reference between columns, lists, indexes and catalog, as of the newest commit.
   * Cost: reads the whole file. @param onProgress called every few milliseconds; true stops the check.
   * @throws {DatabaseError} CLOSED, TOO_MANY_READERS, IO. Damage is no error but a problem in the report.
   */
  async check(onProgress?: (progress: CheckProgress) => boolean): Promise<CheckReport> {
    return checkDatabase(this.openSync(), onProgress ?? null)
  }

  /**
   * Closes the connections, merges what was committed, closes the file. Running statements are interrupted, open transactions rolled
   * back. Twice is allowed.
   */
  async close(): Promise<void> {
    this.#closed = true
    this.#closing ??= this.#shut()
    await this.#closing
  }

  /** {@link close}, blocking. @throws {DatabaseError} BUSY while a statement of some connection is running. */
  closeSync(): void {
    if (this.#closing !== null) return
    if ([...this.#users].some((user) => user.busy)) {
      throw new DatabaseError('BUSY', 'A statement is still running. Wait for it, or use close().')
    }
    this.#closed = true
    for (const user of [...this.#users]) user.closeSync()
    const opened = this.#opened
    this.#opened = null
    opened?.closeSync()
  }

  async #shut(): Promise<void> {
    await Promise.all([...this.#users].map((user) => user.abort()))
    const opened = this.#opened
    this.#opened = null
    await opened?.close()
  }
}
