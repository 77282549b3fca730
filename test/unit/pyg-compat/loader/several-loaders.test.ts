import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { NeighborLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import { fails } from '../../../api/support/scratch.ts'
import { digest, digests } from './support/digest.ts'
import { openDatabase, type TestDatabase } from './support/golden-database.ts'
import { randomOf } from './support/paper-database.ts'

const NODES = 20_000
const WIDTH = 128
const EDGES = 60_000
const BATCHES = 3

const SEEDS = Uint32Array.from({ length: 5 * 300 }, (_, i) => i * 13)

describe('several loaders over one small pool, with default options', function () {
  this.timeout(240_000)
  let folder: string
  let opened: TestDatabase

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-loaders-'))
    const random = randomOf(11)
    const below = () => Math.floor(random() ** 2 * NODES)
    const statements = [
      'CREATE NODE TABLE paper(id INT64, y INT64, PRIMARY KEY (id))',
      'CREATE REL TABLE cites(FROM paper TO paper)',
      `UNWIND range(0, ${NODES - 1}) AS i CREATE (:paper {id: i, y: i % 7})`,
    ]
    opened = openDatabase(statements, path.join(folder, 'papers.nisaba'), 16 << 20)
    const [features, graph] = opened.stores
    const sources = Uint32Array.from({ length: EDGES }, below)
    const targets = Uint32Array.from({ length: EDGES }, below)
    graph.putEdgeIndex([sources, targets], { edgeType: ['paper', 'cites', 'paper'], layout: 'coo' })
    for (const [k, column] of ['x', 'z'].entries()) {
      const data = Float32Array.from({ length: NODES * WIDTH }, (_, i) => Math.sin(i + k))
      features.putTensor({ data, shape: [NODES, WIDTH], dtype: 'float32' }, ['paper', column, null])
    }
  })
  after(async () => {
    await opened.database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const options = (seed: number) => {
    return { numNeighbors: [5, 5], batchSize: 300, shuffle: true, seed, inputNodes: SEEDS, columns: { x: ['x', 'z'] } }
  }

  for (const [count, numWorkers] of [
    [2, 0],
    [3, 1],
  ] as const) {
    it(`${count} loaders of two wide columns, ${numWorkers} workers each, and queries beside them`, async () => {
      const expected: string[][] = []
      for (let k = 0; k < count; k++) {
        expected.push(await digests(new NeighborLoader(opened.stores, options(k)), BATCHES))
      }
      const lent = () => opened.database.openSync().storage.stats().pool
      const before = lent()
      const loaders = Array.from({ length: count }, (_, k) =>
        new NeighborLoader(opened.stores, { ...options(k), numWorkers })[Symbol.asyncIterator](),
      )
      const found: string[][] = loaders.map(() => [])
      for (let round = 0; round < BATCHES; round++) {
        await Promise.all(
          loaders.map(async (loader, k) => {
            const { value } = await loader.next()
            found[k]!.push(digest(value!))
            value!.dispose()
          }),
        )
        const result = await opened.connection.query(
          'MATCH (a:paper)-[:cites]->(b:paper) RETURN b.y AS y, count(*) AS n, min(a.id) AS first ORDER BY y',
        )
        const rows = await (Array.isArray(result) ? result[0]! : result).getAll()
        assert.equal(rows.length, 7)
      }
      for (const loader of loaders) await loader.return()
      assert.deepEqual(found, expected)
      const { pinned } = lent()
      assert.equal(pinned, before.pinned)
    })
  }

  it('take back what a worker had that was ended by force', async () => {
    const workers: Worker[] = []
    const { unref } = Worker.prototype
    Worker.prototype.unref = function (this: Worker) {
      workers.push(this)
      unref.call(this)
    }
    try {
      const { pool } = opened.database.openSync().storage.stats()
      assert.equal(pool.lentBytes, 0)
      const expected = await digests(new NeighborLoader(opened.stores, options(1)), BATCHES)
      for (let round = 0; round < 3; round++) {
        workers.length = 0
        const loader = new NeighborLoader(opened.stores, { ...options(1), numWorkers: 2 })
        await assert.rejects(
          async () => {
            for await (const batch of loader) {
              batch.dispose()
              assert.ok(opened.database.openSync().storage.stats().pool.lentBytes > 1 << 20, 'rows are kept')
              await workers[0]!.terminate()
            }
          },
          fails('INTERNAL', 'worker of the loader has died'),
        )
        assert.equal(opened.database.openSync().storage.stats().pool.lentBytes, 0)
        const again = new NeighborLoader(opened.stores, { ...options(1), numWorkers: 1 })
        assert.deepEqual(await digests(again, BATCHES), expected)
      }
    } finally {
      Worker.prototype.unref = unref
    }
  })
})
