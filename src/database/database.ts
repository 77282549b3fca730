import { DatabaseError } from '../errors/database-error.ts'
import { openStorage } from '../storage/open-storage.ts'
import { FORMAT_VERSION } from '../storage/store-format.ts'
import { type DatabaseConfig, type DatabaseOptions, resolveConfig } from './config.ts'
import type { Connection } from './connection.ts'
import { OpenDatabase } from './open-database.ts'
import { PACKAGE_VERSION } from './version.ts'

/** Counters of the buffer pool: sizes in bytes, the rest since the database was opened. */
export interface BufferPoolStats {
  readonly limit: number
  readonly used: number
  readonly hits: number
  readonly misses: number
  readonly evictions: number
  readonly bytesRead: number
  readonly pins: number
}

/**
 * A database: one file on disk, or memory with the path ':memory:'.
 *
 * Making a Database touches nothing; the file is opened (and created unless read-only) by {@link init} or at the first statement of a
 * connection. A handle that is never closed does not keep the process alive, and loses nothing that was committed.
 */
export class Database {
  readonly path: string
  readonly #config: DatabaseConfig
  #opened: OpenDatabase | null = null
  #closed = false
  readonly #connections = new Set<Connection>()

  /**
   * @param path file of the database; '' or ':memory:' for one that lives and dies with this handle.
   * @param bufferPoolSize bytes, or all options as an object; the arguments after it are Kùzu's.
   * @throws {DatabaseError} INVALID_ARGUMENT
   */
  constructor(
    path = ':memory:',
    bufferPoolSize: number | DatabaseOptions = 0,
    enableCompression?: boolean,
    readOnly?: boolean,
    maxDBSize?: number,
    autoCheckpoint?: boolean,
    checkpointThreshold?: number,
  ) {
    if (typeof path !== 'string') throw new DatabaseError('INVALID_ARGUMENT', 'Database path must be a string.')
    this.path = path === '' ? ':memory:' : path
    const options: DatabaseOptions =
      typeof bufferPoolSize === 'object'
        ? bufferPoolSize
        : { bufferPoolSize, enableCompression, readOnly, maxDBSize, autoCheckpoint, checkpointThreshold }
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
  async open(): Promise<OpenDatabase> {
    return this.openSync()
  }

  /** @internal */
  openSync(): OpenDatabase {
    if (this.#closed) throw new DatabaseError('CLOSED', 'The database is closed.')
    if (this.#opened === null) {
      const c = this.#config
      const storage = openStorage(this.path, {
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
  register(connection: Connection): void {
    this.#connections.add(connection)
  }

  /** @internal */
  unregister(connection: Connection): void {
    this.#connections.delete(connection)
  }

  /** @returns what the buffer pool did and holds. Cost: reads a few shared counters. */
  bufferPoolStats(): BufferPoolStats {
    const { pool } = this.openSync().storage.stats()
    const of = (name: string) => pool[name] ?? 0
    return {
      limit: of('limit'),
      used: of('used'),
      hits: of('hits'),
      misses: of('misses'),
      evictions: of('evictions'),
      bytesRead: of('bytesRead'),
      pins: of('pins'),
    }
  }

  /** Closes the connections (open transactions are rolled back), merges what was committed, closes the file. Twice is allowed. */
  async close(): Promise<void> {
    const opened = this.#shut()
    await opened?.close()
  }

  closeSync(): void {
    this.#shut()?.closeSync()
  }

  #shut(): OpenDatabase | null {
    this.#closed = true
    for (const connection of [...this.#connections]) connection.closeSync()
    const opened = this.#opened
    this.#opened = null
    return opened
  }
}
