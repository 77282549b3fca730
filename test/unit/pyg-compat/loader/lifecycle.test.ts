import assert from 'node:assert/strict'
import type { Batch } from '../../../../src/pyg-compat/loader/batch.ts'
import { LinkLoader } from '../../../../src/pyg-compat/loader/link-loader.ts'
import type { NeighborLoaderOptions } from '../../../../src/pyg-compat/loader/loader-options.ts'
import { NeighborLoader, NodeLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import { fails } from '../../../api/support/scratch.ts'
import { digest, digests } from './support/digest.ts'
import type { TestDatabase } from './support/golden-database.ts'
import { paperDatabase, paperGraph } from './support/paper-database.ts'

const OPTIONS: NeighborLoaderOptions = { numNeighbors: [3], inputNodes: 'paper', batchSize: 10 }
const SAMPLER = { module: new URL('./support/path-sampler.js', import.meta.url) }

describe('life of a loader', function () {
  this.timeout(120_000)
  let opened: TestDatabase
  beforeEach(() => {
    opened = paperDatabase(paperGraph(8))
  })
  afterEach(async () => opened.database.close())

  const pins = () => opened.database.bufferPoolStats().pins

  for (const numWorkers of [0, 2]) {
    it(`leaves no pin and nothing running after break and throw, ${numWorkers} workers`, async () => {
      const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers })
      assert.equal((await digests(loader, 2)).length, 2)
      assert.equal(pins(), 0)
      await assert.rejects(async () => {
        for await (const _ of loader) throw new Error('of the consumer')
      }, /of the consumer/)
      assert.equal(pins(), 0)
      assert.equal((await digests(loader)).length, 6)
      assert.equal(pins(), 0)
      assert.equal(opened.stores[0].backend.busy, false)
    })

    it(`keeps the snapshot of an epoch while a writer changes the graph, ${numWorkers} workers`, async () => {
      const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers, lookAhead: { batches: 1 } })
      const before = await digests(new NeighborLoader(opened.stores, OPTIONS))
      const found: string[] = []
      for await (const batch of loader) {
        found.push(digest(batch))
        batch.dispose()
        if (found.length === 1) {
          opened.connection.querySync('MATCH (p:paper) SET p.x = [9, 9, 9, 9]')
          opened.connection.querySync('MATCH (:paper)-[c:cites]->(:paper) DELETE c')
        }
      }
      assert.deepEqual(found, before)
      for await (const batch of loader) {
        assert.equal(batch.edge(['paper', 'cites', 'paper']).numEdges, 0)
        assert.ok(batch.node('paper').x.data.every((value) => value === 9))
      }
    })

    it(`sees a commit in the next batch when asked to, ${numWorkers} workers`, async () => {
      const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers, consistency: 'latest' })
      const first: number[] = []
      for await (const batch of loader) {
        first.push(batch.node('paper').x.data[0]!)
        const value = first.length
        opened.connection.querySync(`MATCH (p:paper) SET p.x = [${value}, 0, 0, 0]`)
        batch.dispose()
      }
      assert.deepEqual(first.slice(1), [1, 2, 3, 4, 5])
      assert.equal(pins(), 0)
    })

    it(`sees commits sooner or later with a snapshot per batch, ${numWorkers} workers`, async () => {
      const options = { ...OPTIONS, numWorkers, consistency: 'batch' as const, batchSize: 1, prefetchFactor: 1 }
      const loader = new NeighborLoader(opened.stores, { ...options, lookAhead: { batches: 2 } })
      const commits = new Set<number>()
      for await (const batch of loader) {
        const x = batch.node('paper').x.data
        commits.add(batch.commitNumber)
        if (commits.size > 1) for (let i = 0; i < x.length; i += 4) assert.equal(x[i], x[0], 'one snapshot in a batch')
        opened.connection.querySync(`MATCH (p:paper) SET p.x = [${batch.index}, 0, 0, 0]`)
        batch.dispose()
        if (batch.index === 30) break
      }
      assert.ok(commits.size > 5, `${commits.size} snapshots`)
      assert.equal(pins(), 0)
    })

    it(`fails clearly when the database is closed under it, ${numWorkers} workers`, async () => {
      const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers })
      await assert.rejects(async () => {
        for await (const batch of loader) {
          if (batch.index === 1) await opened.database.close()
        }
      }, fails('CLOSED'))
      assert.throws(() => loader.batch([0]), fails('CLOSED'))
      await assert.rejects(digests(loader), fails('CLOSED'))
    })

    it(`hands the error of a sampler out in its turn, ${numWorkers} workers`, async () => {
      const sampler = { ...SAMPLER, options: { failsAt: 3 } }
      const loader = new NodeLoader(opened.stores, sampler, { inputNodes: 'paper', batchSize: 10, numWorkers })
      const seen: number[] = []
      await assert.rejects(async () => {
        for await (const batch of loader) seen.push(batch.index)
      }, /sampler fails at batch 3/)
      assert.deepEqual(seen, [0, 1, 2])
      assert.equal(pins(), 0)
    })
  }

  it('keeps persistent workers through breaks, errors of the consumer and commits', async () => {
    const plain = new NeighborLoader(opened.stores, OPTIONS)
    for (const numWorkers of [0, 1, 3]) {
      const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers, persistentWorkers: true })
      await digests(loader, 2)
      await assert.rejects(async () => {
        for await (const _ of loader) throw new Error('of the consumer')
      }, /of the consumer/)
      plain.resume({ ...plain.state(), epoch: 2, batch: 0 })
      assert.deepEqual(await digests(loader), await digests(plain))
      opened.connection.querySync(`MATCH (p:paper) SET p.x = [${numWorkers}, 0, 0, 0]`)
      for await (const batch of loader) assert.equal(batch.node('paper').x.data[0], numWorkers)
      assert.equal(opened.stores[0].backend.busy, true)
      await loader.close()
      await loader.close()
      assert.equal(pins(), 0)
      assert.equal(opened.stores[0].backend.busy, false)
      loader.resume({ ...loader.state(), epoch: 3, batch: 4 })
      assert.equal((await digests(loader)).length, 2)
      await loader.close()
    }
  })

  it('waits for a slow consumer, no further ahead than it was told', async () => {
    const ahead = { prefetchFactor: 2, lookAhead: { batches: 3 } }
    const options = { ...OPTIONS, batchSize: 2, numWorkers: 1, consistency: 'batch' as const, ...ahead }
    const commits: number[] = []
    for await (const batch of new NeighborLoader(opened.stores, options)) {
      commits.push(batch.commitNumber)
      batch.dispose()
      if (batch.index !== 3) continue
      await new Promise((resolve) => setTimeout(resolve, 150)) // it makes what it may
      opened.connection.querySync('MATCH (p:paper {id: 1}) SET p.year = 1')
    }
    assert.equal(commits.length, 30)
    const first = commits.findIndex((commit) => commit !== commits[0])
    // what waits, what is sampled, and what was begun before the next batch was asked for
    assert.ok(first > 3 && first <= 3 + 2 + 3 + 2, `batch ${first} is the first of the new commit`)
  })

  it('reports a worker that dies, and starts anew', async () => {
    for (const numWorkers of [1, 3]) {
      const options = { inputNodes: 'paper', batchSize: 10, numWorkers }
      const dying = new NodeLoader(opened.stores, { ...SAMPLER, options: { diesAt: 2 } }, options)
      await assert.rejects(digests(dying), fails('INTERNAL', 'worker of the loader has died'))
      assert.equal(pins(), 0)
      const living = new NodeLoader(opened.stores, SAMPLER, options)
      assert.equal((await digests(living)).length, 6)
    }
  })

  it('takes samplers of one’s own: as objects here, as modules anywhere', async () => {
    const options = { inputNodes: 'paper', batchSize: 10 }
    const expected = await digests(new NodeLoader(opened.stores, SAMPLER, { ...options, numWorkers: 1 }))
    assert.deepEqual(await digests(new NodeLoader(opened.stores, SAMPLER, options)), expected)
    let asked = 0
    const object = { sample: () => ({ nodes: [], edges: [], asked: asked++ }) }
    for (const batch of new NodeLoader(opened.stores, object, options)) assert.deepEqual(batch.nodeTypes, [])
    assert.equal(asked, 6)
    const pairs = { edgeLabelIndex: ['paper', 'cites', 'paper'] as const, batchSize: 50 }
    const links = new LinkLoader(opened.stores, SAMPLER, { ...pairs, numWorkers: 1 })
    for await (const batch of links) assert.deepEqual(batch.edge('paper__cites__paper').edgeLabelIndex!.shape, [2, 50])
    assert.throws(() => new NodeLoader(opened.stores, object, { ...options, numWorkers: 1 }), fails('INVALID_ARGUMENT'))
  })

  it('overwrites batches that were given back too early', async () => {
    for (const numWorkers of [0, 1]) {
      const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers, prefetchFactor: 1 })
      let stale: Float32Array | null = null
      let copy: Float32Array | null = null
      let damaged = false
      for await (const batch of loader) {
        if (stale === null) {
          stale = batch.node('paper').x.data
          copy = stale.slice()
        }
        const held: Batch = batch
        held.dispose()
        held.dispose()
        assert.throws(() => held.node('paper'), fails('CLOSED'))
        damaged ||= stale.some((value, i) => value !== copy![i])
      }
      assert.ok(damaged, `a disposed batch must be overwritten, ${numWorkers} workers`)
    }
  })

  it('never touches a batch that is held', async () => {
    const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers: 1 })
    const held: { data: Float32Array; copy: Float32Array }[] = []
    for await (const batch of loader) {
      const { data } = batch.node('paper').x
      held.push({ data, copy: data.slice() })
    }
    for (const { data, copy } of held) assert.deepEqual(data, copy)
  })

  it('is iterated once at a time', () => {
    const loader = new NeighborLoader(opened.stores, OPTIONS)
    for (const _ of loader) {
      assert.throws(() => [...loader], fails('BUSY'))
      assert.throws(() => loader.resume(loader.state()), fails('BUSY'))
      break
    }
    assert.equal([...loader].length, 6)
    const threaded = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers: 1 })
    assert.throws(() => [...threaded], fails('INVALID_ARGUMENT'))
  })

  it('makes the batch of given seeds at once', () => {
    const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numNeighbors: [-1] })
    const batch = loader.batch([3, 5, 9])
    assert.deepEqual([...batch.node('paper').ids.subarray(0, 3)], [3, 5, 9])
    assert.deepEqual([...batch.node('paper').inputId!], [3, 5, 9])
    assert.equal(pins(), 0)
    assert.throws(() => loader.batch([60]), fails('INVALID_ARGUMENT', 'Position 60'))
    assert.throws(() => loader.batch([]), fails('INVALID_ARGUMENT'))
    const transformed = new NeighborLoader(opened.stores, {
      ...OPTIONS,
      transform: (b) => Object.assign(b, { seen: 1 }),
    })
    assert.ok('seen' in transformed.batch([1]))
  })

  it('adds up what batches cost', async () => {
    const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers: 1 })
    let rows = 0
    let nodes = 0
    for await (const batch of loader) {
      rows += batch.statistics.rows
      nodes += batch.numNodes
    }
    const statistics = loader.statistics()
    assert.equal(statistics.batches, 6)
    assert.equal(statistics.epochs, 1)
    assert.equal(statistics.rows, rows)
    assert.equal(statistics.nodes, nodes)
    assert.ok(statistics.pool!.hits >= 0 && statistics.hitRate >= 0 && statistics.hitRate <= 1)
    assert.deepEqual(statistics, JSON.parse(JSON.stringify(statistics)))
  })
})
