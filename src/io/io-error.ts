import { DatabaseError } from '../errors/database-error.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EMFILE: 'Too many open files',
  EROFS: 'Read-only file system',
  ENOSPC: 'No space left on device',
  EFBIG: 'File too large',
}

/**
 * @returns the error for a system call that failed on a file: "IO exception: Cannot <action> file <path>: <reason>". A full disk
 *   has the code DISK_FULL, everything else IO.
 */
export function ioError(action: 'open' | 'read' | 'write' | 'create', path: string, cause: unknown): DatabaseError {
  const system = (cause as NodeJS.ErrnoException | undefined)?.code
  const reason = (system && REASONS[system]) ?? (cause instanceof Error ? cause.message : String(cause))
  const code = system === 'ENOSPC' || system === 'EFBIG' ? 'DISK_FULL' : 'IO'
  return new DatabaseError(code, `Cannot ${action} file ${path}: ${reason}.`, { cause, facts: { file: path, system } })
}
