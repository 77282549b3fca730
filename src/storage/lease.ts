import { readFileSync, readlinkSync } from 'node:fs'

/** The process that may write, as it stands in the file. */
export interface Lease {
  readonly pid: number
  /** When the process began, as its system counts; with the pid it names one process between two boots. Empty if unknown. */
  readonly start: string
  /** Boot and process-number space in which `pid` and `start` mean something. Empty if unknown. */
  readonly place: string
  /** Random: tells this lease from every other. */
  readonly id: string
}

/** @returns a new lease for this process. Cost: three small reads of /proc. */
export function createLease(): Lease {
  return { pid: process.pid, start: processStart(process.pid) ?? '', place: processPlace(), id: crypto.randomUUID() }
}

/**
 * @returns whether the process of a lease still runs. Ours counts as dead: the caller has made sure that no other thread of
 *   this process writes.
 * @param hasReaderSlot whether LMDB, after its own check, still lists readers of that pid. LMDB proves it by a file lock,
 *   which reaches across containers, where the pid and /proc of the holder mean nothing.
 */
export function isLeaseAlive(lease: Lease, hasReaderSlot: (pid: number) => boolean): boolean {
  const own = createLease()
  if (lease.place !== own.place) return hasReaderSlot(lease.pid)
  if (lease.pid === own.pid && lease.start === own.start) return false
  if (lease.start !== '') return processStart(lease.pid) === lease.start
  return isRunning(lease.pid)
}

/** @returns field 22 of /proc/<pid>/stat, the start in clock ticks since the boot; null without such a process or /proc. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before it may hold spaces and brackets
    if (fields[0] === 'Z' || fields[0] === 'X') return null // dead, only not yet waited for
    return fields[19] ?? null
  } catch {
    return null
  }
}

function processPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return '' // not Linux: one place, where kill(pid, 0) tells
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
