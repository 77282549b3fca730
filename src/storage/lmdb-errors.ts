import { readFileSync, statfsSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseError } from '../errors/database-error.ts'

const MDB_CORRUPTED = -30796
const MDB_PAGE_NOTFOUND = -30797
const MDB_PANIC = -30795
const MDB_VERSION_MISMATCH = -30794
const MDB_INVALID = -30793
const MDB_MAP_FULL = -30792
const MDB_READERS_FULL = -30790
const EIO = 5
const ENOMEM = 12
const EACCES = 13
const EFBIG = 27
const ENOSPC = 28
const EROFS = 30

/** Free bytes under which a failed write is taken for a full disk. LMDB reports a short write as an I/O error. */
const FULL_BELOW_BYTES = 1 << 20

/**
 * Turns what lmdb throws into a DatabaseError with a stable code; a DatabaseError is returned as it is.
 * @param file the database's path, for the text and for asking whether its disk is full.
 */
export function lmdbFailure(error: unknown, file: string): DatabaseError {
  if (error instanceof DatabaseError) return error
  const code = lmdbCode(error)
  const text = error instanceof Error ? error.message : String(error)
  const detail = { facts: { path: file }, cause: error }
  switch (code) {
    case MDB_MAP_FULL:
      return new DatabaseError('MAP_FULL', `The database ${file} has reached its maximum size.`, detail)
    case ENOMEM:
      return new DatabaseError('MAP_FULL', `Cannot map the database ${file} into memory: ${text}.`, detail)
    case MDB_READERS_FULL:
      return new DatabaseError('TOO_MANY_READERS', `The database ${file} has no free reader slot.`, detail)
    case MDB_VERSION_MISMATCH:
    case MDB_INVALID:
      return new DatabaseError('NOT_A_DATABASE', `The file ${file} is not a database of this format.`, detail)
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
      return new DatabaseError('CORRUPT_PAGE', `The index of ${file} is damaged: ${text}.`, detail)
    case ENOSPC:
    case EFBIG: // the process may not let files grow further
      return diskFull(file, detail)
    case EIO:
      if (isDiskFull(file) || isAtFileLimit(file)) return diskFull(file, detail)
      break
    case EACCES:
    case EROFS:
      return new DatabaseError('IO', `Cannot open file ${file}: Permission denied`, detail)
    case MDB_PANIC:
      return new DatabaseError('IO', `An earlier write to ${file} failed; the database has to be opened again.`, detail)
  }
  return new DatabaseError('IO', `${file}: ${text}`, detail)
}

function lmdbCode(error: unknown): number {
  if (!(error instanceof Error)) return 0
  const code = (error as Error & { code?: unknown }).code
  if (typeof code === 'number') return code
  // Some of lmdb's own checks carry the reason only in words.
  if (error.message.includes('MDB_READERS_FULL')) return MDB_READERS_FULL
  if (error.message.includes('No space left')) return ENOSPC
  if (error.message.includes('File too large')) return EFBIG
  if (error.message.includes('Input/output error')) return EIO
  return 0
}

function diskFull(file: string, detail: { facts: { path: string }; cause: unknown }): DatabaseError {
  return new DatabaseError('DISK_FULL', `No space left on the disk of ${file}.`, detail)
}

function isDiskFull(file: string): boolean {
  try {
    const disk = statfsSync(path.dirname(file))
    return disk.bavail * disk.bsize < FULL_BELOW_BYTES
  } catch {
    return false // the disk cannot even be asked: report what LMDB said
  }
}

/** Whether the file is as large as the process may make files (`ulimit -f`). */
function isAtFileLimit(file: string): boolean {
  try {
    const limit = Number(/^Max file size +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? Number.NaN)
    return limit - statSync(file).size < FULL_BELOW_BYTES
  } catch {
    return false // no such limits here
  }
}
