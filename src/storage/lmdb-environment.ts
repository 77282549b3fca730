import { accessSync, closeSync, constants, openSync, readSync, realpathSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { DatabaseError } from '../errors/database-error.ts'
import { lmdbFailure } from './lmdb-errors.ts'

/*
 * How this code uses lmdb, and the traps it goes around:
 *  - The lock file `<path>-lock` is never opened here: closing any descriptor of it would drop LMDB's POSIX locks of the
 *    whole process, and the next process to come would reset the lock table under us.
 *  - A value to write must not lie over a SharedArrayBuffer: lmdb takes the address of its ArrayBuffer, and crashes.
 *  - overlappingSync is off: a commit is flushed (data, then the meta page) before transactionSync returns, which is what
 *    an acknowledged commit promises; LMDB then never has to choose between a newest and a newest flushed version.
 *  - `bytes.length` of getBinaryFast is an own property; the typed array beneath is longer, and is overwritten by the next get.
 */

/** Reader slots of a new lock file; 64 bytes each. A slot is one thread, or one held snapshot. */
const MAX_READERS = 1_024

/** Address space mapped at first; lmdb maps more as the file grows. Large, so that this is rare. */
const INITIAL_MAP_BYTES = 64 * 2 ** 30
const SMALL_MAP_BYTES = 2 ** 30

/** LMDB's own page, in bytes, as this code creates files. */
export const LMDB_PAGE_BYTES = 4_096

const LMDB_MAGIC = 0xbeefc0de
const LMDB_MAGIC_AT = 24

/** A read transaction of lmdb, held by reference counting. */
export interface LmdbReadTransaction {
  done(): void
}

/** The parts of lmdb's database object that its typings leave out. */
interface LmdbUntyped {
  readonly env: { info(): { lastTxnId: number; lastPageNumber: number } }
  tryLock(id: Uint8Array): boolean
  unlock(id: Uint8Array): boolean
}

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
    return open({ ...options, mapSize: INITIAL_MAP_BYTES }) as LmdbDatabase
  } catch (error) {
    const failure = lmdbFailure(error, file)
    if (failure.code !== 'MAP_FULL') throw failure
  }
  try {
    return open({ ...options, mapSize: SMALL_MAP_BYTES }) as LmdbDatabase // a process with a limit on its address space
  } catch (error) {
    throw lmdbFailure(error, file)
  }
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
