import { parentPort, workerData } from 'node:worker_threads'
import { BufferPool, type BufferPoolDescription } from '../../../../src/bufferpool/buffer-pool.ts'
import { isPage, PatternedSource } from './patterned-source.ts'

/** What a thread is to do. */
export interface PoolTask {
  readonly pool: BufferPoolDescription
  readonly seed: number
  readonly pins: number
  readonly pages: number
  /** Pages that always fail to be read. */
  readonly broken: readonly number[]
}

/** What it saw. */
export interface PoolReport {
  readonly wrong: string[]
  readonly reads: number
  readonly failures: number
}

const task = workerData as PoolTask
const source = new PatternedSource()
for (const page of task.broken) source.broken.add(page)
const pool = BufferPool.attach(source, task.pool)
const wrong: string[] = []
let failures = 0
let x = task.seed
const random = (below: number): number => {
  x = (Math.imul(x, 1664525) + 1013904223) >>> 0
  return Math.floor((x / 2 ** 32) * below)
}

for (let step = 0; step < task.pins && wrong.length < 5; step++) {
  // Two in three pins go to a tenth of the pages, so that threads meet on them.
  const page = 1 + random(random(3) > 0 ? task.pages / 10 : task.pages)
  try {
    const first = pool.pin(page)
    const second = pool.pin(1 + random(task.pages / 10))
    if (!isPage(pool.bytes(first), page)) wrong.push(`step ${step}: frame ${first} is not page ${page}`)
    pool.unpin(second)
    if (!isPage(pool.bytes(first), page))
      wrong.push(`step ${step}: frame ${first} changed while page ${page} was pinned`)
    pool.unpin(first)
    if (task.broken.includes(page)) wrong.push(`step ${step}: broken page ${page} could be pinned`)
  } catch (error) {
    failures++
    if (!task.broken.includes(page)) wrong.push(`step ${step}: page ${page}: ${String(error)}`)
  }
}
pool.detach()
const reads = [...source.reads.values()].reduce((sum, count) => sum + count, 0)
parentPort?.postMessage({ wrong, reads, failures } satisfies PoolReport)
