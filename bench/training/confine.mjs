// Confines a process to an amount of memory, page cache included, with the memory controller of cgroup v1 or v2; and empties the page cache.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const V1 = '/sys/fs/cgroup/memory'
const V2 = '/sys/fs/cgroup'
const POINT = fileURLToPath(new URL('./point.mjs', import.meta.url))

/** @returns a group with this limit, or the reason why there is none. */
function makeGroup(bytes) {
  const name = `nisaba-bench-${process.pid}`
  const isV1 = existsSync(path.join(V1, 'memory.limit_in_bytes'))
  const folder = path.join(isV1 ? V1 : V2, name)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, isV1 ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes))
    return { folder, processes: path.join(folder, 'cgroup.procs') }
  } catch (error) {
    return { reason: error.message }
  }
}

/** @returns whether the page cache could be emptied. */
export function dropCaches() {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3')
    return true
  } catch {
    return false
  }
}

/** The last processes of a group, those that read rows, end a moment after their owner. */
async function removeGroup({ folder, processes }) {
  for (let tries = 0; tries < 100 && readFileSync(processes, 'latin1') !== ''; tries++) await setTimeout(50)
  rmdirSync(folder)
}

/**
 * Runs a point in a process of its own.
 * @param limitBytes null: not confined.
 * @returns what the point says, and whether it was confined.
 */
export async function runPoint(point, limitBytes) {
  const group = limitBytes === null ? null : makeGroup(limitBytes)
  const confined = group?.processes !== undefined
  const command = confined
    ? ['sh', ['-c', `echo $$ > ${group.processes} && exec "$0" "$@"`, process.execPath, POINT, JSON.stringify(point)]]
    : [process.execPath, [POINT, JSON.stringify(point)]]
  const child = spawn(command[0], command[1], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let answer
  child.on('message', (message) => {
    answer = message
  })
  const [code, signal] = await new Promise((resolve) => child.once('exit', (...how) => resolve(how)))
  const peakFile = confined ? path.join(group.folder, 'memory.max_usage_in_bytes') : ''
  const groupPeak = confined && existsSync(peakFile) ? Number(readFileSync(peakFile, 'latin1')) : null
  if (confined) await removeGroup(group)
  if (answer === undefined) throw new Error(`a point ended with ${signal ?? code}: ${JSON.stringify(point)}`)
  return { ...answer, confined, notConfined: group?.reason, groupPeak }
}
