import assert from 'node:assert/strict'
import { LinkNeighborLoader } from '../../../../src/pyg-compat/loader/link-loader.ts'
import type {
  LinkNeighborLoaderOptions,
  NeighborLoaderOptions,
} from '../../../../src/pyg-compat/loader/loader-options.ts'
import { HGTLoader, NeighborLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import { digests } from './support/digest.ts'
import type { TestDatabase } from './support/golden-database.ts'
import { type PaperGraph, paperData, paperDatabase, paperGraph } from './support/paper-database.ts'

const OPTIONS: NeighborLoaderOptions = {
  numNeighbors: [4, 3],
  inputNodes: 'paper',
  batchSize: 7,
  shuffle: true,
  seed: 11,
  columns: { paper: { other: ['year'] }, author: { x: 'fame' } },
  edgeColumns: { paper__cites__paper: ['w'] },
}

describe('streams of batches', function () {
  this.timeout(120_000)
  let graph: PaperGraph
  let opened: TestDatabase
  before(() => {
    graph = paperGraph(5)
    opened = paperDatabase(graph)
  })
  after(async () => opened.database.close())

  const pins = () => opened.database.bufferPoolStats().pins

  it('are the same for any number of workers, epoch after epoch', async () => {
    const expected: string[][] = []
    for (const numWorkers of [0, 1, 2, 4]) {
      const persistentWorkers = numWorkers % 4 === 0 // each kind with and without workers
      const loader = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers, persistentWorkers })
      const epochs = [await digests(loader), await digests(loader)]
      await loader.close()
      assert.equal(pins(), 0, `${numWorkers} workers`)
      assert.equal(epochs[0]!.length, 9)
      assert.notDeepEqual(epochs[0], epochs[1])
      if (expected.length === 0) expected.push(...epochs)
      else assert.deepEqual(epochs, expected, `${numWorkers} workers`)
    }
  })

  it('are the same from a database and from memory', async () => {
    const stored = await digests(new NeighborLoader(opened.stores, OPTIONS))
    const data = paperData(graph)
    assert.deepEqual(await digests(new NeighborLoader(data, OPTIONS)), stored)
    assert.deepEqual(await digests(new NeighborLoader(data, { ...OPTIONS, numWorkers: 2 })), stored)
  })

  it('do not depend on look-ahead or prefetching', async () => {
    const expected = await digests(new NeighborLoader(opened.stores, OPTIONS))
    for (const lookAhead of [{ batches: 1 }, { batches: 3 }, { bytes: 0 }]) {
      for (const numWorkers of [0, 2]) {
        const options = { ...OPTIONS, lookAhead, numWorkers, prefetchFactor: 1 }
        assert.deepEqual(await digests(new NeighborLoader(opened.stores, options)), expected)
      }
    }
  })

  it('go on where a state says, in other loaders with other workers', async () => {
    const whole = new NeighborLoader(opened.stores, OPTIONS)
    const first = await digests(whole)
    const second = await digests(whole)
    const stopped = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers: 1 })
    assert.deepEqual(await digests(stopped), first)
    assert.deepEqual(await digests(stopped, 4), second.slice(0, 4))
    const state = JSON.parse(JSON.stringify(stopped.state()))
    assert.equal(state.epoch, 1)
    assert.equal(state.batch, 4)
    for (const numWorkers of [0, 2]) {
      const resumed = new NeighborLoader(opened.stores, { ...OPTIONS, numWorkers, state })
      assert.deepEqual(await digests(resumed), second.slice(4))
      assert.deepEqual(resumed.state().epoch, 2)
    }
    stopped.resume(state)
    assert.deepEqual(await digests(stopped), second.slice(4))
  })

  it('begin a new epoch after a break', async () => {
    const loader = new NeighborLoader(opened.stores, OPTIONS)
    await digests(loader, 2)
    const second = await digests(loader)
    const whole = new NeighborLoader(opened.stores, OPTIONS)
    await digests(whole)
    assert.deepEqual(second, await digests(whole))
  })

  it('of links are the same for any number of workers', async () => {
    const options: LinkNeighborLoaderOptions = {
      numNeighbors: [3, 2],
      edgeLabelIndex: ['paper', 'cites', 'paper'],
      negSampling: { mode: 'binary', amount: 2, exact: true },
      excludeEdges: 'reverse',
      batchSize: 40,
      shuffle: true,
      seed: 3,
    }
    const expected = await digests(new LinkNeighborLoader(opened.stores, options))
    assert.equal(expected.length, Math.ceil(graph.cites.length / 40))
    for (const numWorkers of [1, 3]) {
      assert.deepEqual(await digests(new LinkNeighborLoader(opened.stores, { ...options, numWorkers })), expected)
    }
    assert.deepEqual(await digests(new LinkNeighborLoader(paperData(graph), options)), expected)
  })

  it('of HGT samples are the same for any number of workers', async () => {
    const options = { numSamples: [6, 4], inputNodes: 'paper', batchSize: 9, seed: 2 }
    const expected = await digests(new HGTLoader(opened.stores, options))
    assert.equal(expected.length, 7)
    assert.deepEqual(await digests(new HGTLoader(opened.stores, { ...options, numWorkers: 2 })), expected)
    assert.deepEqual(await digests(new HGTLoader(paperData(graph), options)), expected)
  })
})
