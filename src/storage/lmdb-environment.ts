import { accessSync, closeSync, constants, openSync, readSync, realpathSync, type Stats, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { RootDatabase } from 'lmdb'
import { DatabaseError } from '../errors/database-error.ts'
import { lmdbFailure } from './lmdb-errors.ts'
import type { ReaderInfo } from './page-store.ts'

/*
 * How this code uses lmdb, and the traps it goes around:
 *  - The lock file `<path>-lock` is never opened here: closing any descriptor of it would drop LMDB's POSIX locks of the
 *    whole process, and the next process to come would reset the lock table under us.
 *  - A value to write must not lie over a SharedArrayBuffer: lmdb takes the address of its ArrayBuffer, and crashes. {@link PlacedValue} tells it the address.
 *  - overlappingSync is off: a commit is flushed (data, then the meta page) before transactionSync returns, which is what
 *    an acknowledged commit promises; LMDB then never has to choose between a newest and a newest flushed version.
 *  - `bytes.length` of getBinaryFast is an own property; the typed array beneath is longer, and is overwritten by the next get.
 */

// By require(): lmdb's one CommonJS file loads in two thirds of the time of its ES modules.
const lmdb = createRequire(import.meta.url)('lmdb') as typeof import('lmdb')

/** Reader slots of a new lock file; 64 bytes each. A slot is one thread, or one held snapshot. */
const MAX_READERS = 1_024

/** Address space mapped at first; lmdb maps more as the file grows. Large, so that this is rare. */
const INITIAL_MAP_BYTES = 64 * 2 ** 30
const SMALL_MAP_BYTES = 2 ** 30

/** LMDB's own page, in bytes, as this code creates files. */
export const LMDB_PAGE_BYTES = 4_096

const LMDB_MAGIC = 0xbeefc0de
const LMDB_MAGIC_AT = 24

/** MDB_RDONLY */
const READ_ONLY_TRANSACTION = 0x20000

/** lmdb's native read transaction. */
interface NativeTransaction {
  readonly address: number
  abort(): void
}

/** The parts of lmdb that its typings leave out; the version is pinned. */
interface LmdbUntyped {
  readonly env: { info(): { lastTxnId: number; lastPageNumber: number } }
  getBinaryFast(key: Uint8Array, options: { readonly transaction: NativeTransaction }): Uint8Array | undefined
  tryLock(id: Uint8Array): boolean
  unlock(id: Uint8Array): boolean
}

interface LmdbNative {
  getBufferAddress(bytes: Uint8Array): number
  readonly Txn: new (env: unknown, flags: number) => NativeTransaction
  resetTxn(address: number): void
}

const native = (lmdb as unknown as { readonly nativeAddon: LmdbNative }).nativeAddon

/** lmdb's unnamed database with binary keys and values. */
export type LmdbDatabase = RootDatabase<Uint8Array, Uint8Array> & LmdbUntyped

/**
 * Opens this thread's handle of an environment; all handles of one process share the environment beneath.
 * @param mode 'write' may create the file and write; 'read' never writes. On a disk that cannot be written it opens the
 *   environment read-only, and LMDB does without its lock file.
 * @throws {DatabaseError} IO, NOT_A_DATABASE, CORRUPT_PAGE, TOO_MANY_READERS, MAP_FULL.
 */
export function openLmdb(file: string, mode: 'read' | 'write'): LmdbDatabase {
  const options = {
    path: file,
    noSubdir: true,
    maxDbs: 1,
    maxReaders: MAX_READERS,
    noReadAhead: true,
    overlappingSync: false,
    keyEncoding: 'binary',
    encoding: 'binary',
    readOnly: mode === 'read',
  } as const
  try {
    return lmdb.open({ ...options, mapSize: INITIAL_MAP_BYTES }) as LmdbDatabase
  } catch (error) {
    const failure = lmdbFailure(error, file)
    if (failure.code !== 'MAP_FULL') throw failure
  }
  try {
    return lmdb.open({ ...options, mapSize: SMALL_MAP_BYTES }) as LmdbDatabase // a process with a limit on its address space
  } catch (error) {
    throw lmdbFailure(error, file)
  }
}

/** What lmdb makes of a value that asBinary wraps: the bytes from `address + start` to `address + end`. */
const BINARY = '\x10binary-data\x02'

/**
 * A value to write that lies somewhere in `bytes`, which may be over a SharedArrayBuffer: lmdb copies it from where it lies. One object for many values, as
 * lmdb has copied a value when putSync returns. Keep `bytes` until then.
 */
export class PlacedValue {
  readonly #at: number
  readonly #place = { start: 0, end: 0, address: 0 }
  readonly #value = { [BINARY]: this.#place } as unknown as Uint8Array

  constructor(bytes: Uint8Array) {
    this.#at = native.getBufferAddress(bytes)
  }

  /** @returns bytes [from, to) as a value for putSync inside a transaction, valid until the next call. */
  part(from: number, to: number): Uint8Array {
    this.#place.address = this.#at
    this.#place.start = from
    this.#place.end = to
    return this.#value
  }
}

/**
 * An explicit read transaction of one thread. lmdb's implicit one is not used: it lives until the event loop turns, which a
 * thread that computes for seconds, or sleeps in Atomics.wait, puts off, and all that time it would keep old versions alive.
 *
 *     idle (slot empty) ──get──► reading (one version, slot set) ──end──► idle ──get──► reading (newest version) …
 */
export class LmdbReadTransaction {
  readonly #db: LmdbDatabase
  readonly #transaction: NativeTransaction
  readonly #options: { readonly transaction: NativeTransaction }
  #open = true

  /** Begins in state reading. @throws whatever lmdb throws; see lmdbFailure. */
  constructor(db: LmdbDatabase) {
    this.#db = db
    this.#transaction = new native.Txn(db.env, READ_ONLY_TRANSACTION)
    this.#options = { transaction: this.#transaction }
  }

  /**
   * @returns the value, or undefined: a view of memory that the next get overwrites. Use only its first `length` bytes, by
   *   `subarray`: the array beneath is longer.
   */
  get(key: Uint8Array): Uint8Array | undefined {
    return this.#db.getBinaryFast(key, this.#options)
  }

  /** @returns a copy of the value, or undefined. */
  getCopy(key: Uint8Array): Uint8Array | undefined {
    const value = this.get(key)
    return value === undefined ? undefined : Uint8Array.prototype.slice.call(value, 0, value.length)
  }

  /** @returns copies of the keys in a half-open range, ascending. */
  keys(range: { start: Uint8Array; end: Uint8Array }): Uint8Array[] {
    this.get(range.start) // makes it read if it was idle
    return [...this.#db.getKeys({ ...range, ...(this.#options as object) })]
  }

  /** @returns how many keys a half-open range holds. */
  count(range: { start: Uint8Array; end: Uint8Array }): number {
    this.get(range.start)
    return this.#db.getKeysCount({ ...range, ...(this.#options as object) })
  }

  /** Lets the version go, keeps the slot for the next get. */
  end(): void {
    if (this.#open) native.resetTxn(this.#transaction.address)
  }

  /** Gives the slot back. Twice does nothing. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#transaction.abort()
  }
}

/** @returns the readers that hold a version, of all processes, after LMDB has dropped those of dead ones. Cost: about 20 µs. */
export function activeReaders(db: LmdbDatabase): ReaderInfo[] {
  return readerSlots(db).flatMap((slot) => (slot.txn === null ? [] : [{ pid: slot.pid, txn: slot.txn }]))
}

/** @returns every slot in use; `txn` is null while its thread reads nothing. */
export function readerSlots(db: LmdbDatabase): { readonly pid: number; readonly txn: number | null }[] {
  db.readerCheck()
  const slots = []
  for (const line of db.readerList().split('\n')) {
    const fields = line.trim().split(/\s+/) // pid, thread, transaction or "-"
    const pid = Number(fields[0])
    if (fields.length === 3 && pid > 0) slots.push({ pid, txn: fields[2] === '-' ? null : Number(fields[2]) })
  }
  return slots
}

/** What is at the path of a database that is about to be opened. */
export interface DatabaseFile {
  /** Path without symbolic links: the same file has one environment however it is named. */
  readonly realPath: string
  readonly exists: boolean
  /** The file and its folder can be written (LMDB wants its lock file beside the file). */
  readonly writable: boolean
}

/**
 * Looks at a path before LMDB does, so that nothing is created beside a file that is not ours.
 * @throws {DatabaseError} IO with the path (a folder, no parent folder, no permission); NOT_A_DATABASE.
 */
export function inspectPath(file: string): DatabaseFile {
  const parent = path.dirname(path.resolve(file))
  let stats: Stats | undefined
  let realParent: string
  try {
    realParent = realpathSync(parent)
    stats = statSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw openFailure(file, error)
  }
  if (stats === undefined) {
    const realPath = path.join(realParent, path.basename(file))
    return { realPath, exists: false, writable: isAccessible(realParent, constants.W_OK) }
  }
  if (stats.isDirectory())
    throw new DatabaseError('IO', `Cannot open file ${file}: Is a directory`, { facts: { path: file } })
  const realPath = realpathSync(file)
  if (stats.size > 0) checkMagic(realPath)
  const writable = isAccessible(realPath, constants.W_OK) && isAccessible(path.dirname(realPath), constants.W_OK)
  return { realPath, exists: stats.size > 0, writable }
}

function checkMagic(file: string): void {
  const header = Buffer.alloc(LMDB_MAGIC_AT + 4)
  try {
    const descriptor = openSync(file, 'r')
    try {
      readSync(descriptor, header, 0, header.length, 0)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw openFailure(file, error)
  }
  if (header.readUInt32LE(LMDB_MAGIC_AT) !== LMDB_MAGIC) {
    throw new DatabaseError('NOT_A_DATABASE', `The file ${file} is not a database.`, { facts: { path: file } })
  }
}

function isAccessible(file: string, access: number): boolean {
  try {
    accessSync(file, access)
    return true
  } catch {
    return false
  }
}

function openFailure(file: string, error: unknown): DatabaseError {
  const code = (error as NodeJS.ErrnoException).code
  const reasons: Record<string, string> = {
    ENOENT: 'No such file or directory',
    ENOTDIR: 'Not a directory',
    EACCES: 'Permission denied',
    ELOOP: 'Too many levels of symbolic links',
    ENAMETOOLONG: 'File name too long',
  }
  const reason = reasons[code ?? ''] ?? (error instanceof Error ? error.message : String(error))
  return new DatabaseError('IO', `Cannot open file ${file}: ${reason}`, { facts: { path: file }, cause: error })
}
