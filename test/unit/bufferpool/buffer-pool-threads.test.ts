import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { BufferPool } from '../../../src/bufferpool/buffer-pool.ts'
import { PatternedSource } from './support/patterned-source.ts'
import type { PoolReport, PoolTask } from './support/pool-thread.ts'

async function runThreads(tasks: readonly PoolTask[]): Promise<PoolReport[]> {
  const url = new URL('./support/pool-thread.js', import.meta.url)
  const reports = tasks.map(async (task) => {
    const [report] = (await once(new Worker(url, { workerData: task }), 'message')) as [PoolReport]
    return report
  })
  return Promise.all(reports)
}

describe('BufferPool in four threads', function () {
  this.timeout(120_000)
  const seed = Number(process.env['NISABA_SEED'] ?? 7)

  it('never shows a wrong page, over a pool much smaller than the data', async () => {
    const pool = BufferPool.create(new PatternedSource(), 3 * 2 ** 20) // 48 frames, 600 pages
    const task = { pool: pool.describe(), pins: 4_000, pages: 600, broken: [] }
    const reports = await runThreads([1, 2, 3, 4].map((thread) => ({ ...task, seed: seed * 31 + thread })))
    assert.deepEqual(
      reports.flatMap((report) => report.wrong),
      [],
      `seed ${seed}`,
    )
    const stats = pool.stats()
    const reads = reports.reduce((sum, report) => sum + report.reads, 0)
    assert.equal(stats.hits + stats.misses, 4 * 4_000 * 2)
    assert.equal(stats.misses, reads, 'each miss is one read')
    assert.equal(stats.pinned, 0)
    assert.ok(stats.usedBytes <= stats.limitBytes)
    assert.equal(stats.misses - stats.evictions, stats.usedBytes / 65_536, 'what came in and did not leave is there')
  })

  it('reads a page once for all who miss it, if it stays', async () => {
    const pool = BufferPool.create(new PatternedSource(), 16 * 2 ** 20)
    const task = { pool: pool.describe(), pins: 3_000, pages: 200, broken: [] }
    const reports = await runThreads([1, 2, 3, 4].map((thread) => ({ ...task, seed: seed * 57 + thread })))
    assert.deepEqual(
      reports.flatMap((report) => report.wrong),
      [],
      `seed ${seed}`,
    )
    assert.ok(pool.stats().misses <= 200)
    assert.equal(pool.stats().evictions, 0)
  })

  it('survives pages that cannot be read', async () => {
    const pool = BufferPool.create(new PatternedSource(), 3 * 2 ** 20)
    const broken = [61, 62, 63, 400]
    const task = { pool: pool.describe(), pins: 3_000, pages: 600, broken }
    const reports = await runThreads([1, 2, 3, 4].map((thread) => ({ ...task, seed: seed * 91 + thread })))
    assert.deepEqual(
      reports.flatMap((report) => report.wrong),
      [],
      `seed ${seed}`,
    )
    assert.ok(reports.some((report) => report.failures > 0))
    assert.equal(pool.stats().pinned, 0)
  })
})
