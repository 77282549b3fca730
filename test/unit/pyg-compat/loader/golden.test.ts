import assert from 'node:assert/strict'
import type { Batch } from '../../../../src/pyg-compat/loader/batch.ts'
import { LinkNeighborLoader } from '../../../../src/pyg-compat/loader/link-loader.ts'
import { NeighborLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import { goldenDatabase, openDatabase, type TestDatabase } from './support/golden-database.ts'

/** @returns row and column of a batch's edges, as the golden vectors print them. */
function edgesOf(batch: Batch): [number[], number[]] {
  const { data } = batch.edgeIndex
  return [[...data.subarray(0, data.length / 2)], [...data.subarray(data.length / 2)]]
}

describe('golden vectors through a database', () => {
  let opened: TestDatabase
  before(() => {
    opened = goldenDatabase()
  })
  after(async () => opened.database.close())

  it('expands seeds [5, 0] by all neighbours, twice', () => {
    const loader = new NeighborLoader(opened.stores, { numNeighbors: [-1, -1], inputNodes: [5, 0], batchSize: 2 })
    const [batch] = [...loader]
    assert.ok(batch)
    assert.deepEqual([...batch.nId], [5, 0, 1, 2, 3, 4])
    assert.deepEqual(edgesOf(batch), [
      [1, 2, 2, 3, 0, 4, 5, 1, 0],
      [0, 0, 1, 1, 1, 2, 2, 3, 3],
    ])
    assert.deepEqual([...batch.eId!], [9, 10, 0, 1, 12, 2, 3, 4, 5])
    assert.deepEqual(batch.numSampledNodes, [2, 2, 2])
    assert.deepEqual(batch.numSampledEdges, [5, 4])
    assert.deepEqual([...batch.inputId!], [0, 1])
    assert.equal(batch.batchSize, 2)
    assert.deepEqual(batch.edgeIndex.shape, [2, 9])
    assert.equal(loader.length, 1)
  })

  it('keeps trees apart when disjoint', () => {
    const options = { numNeighbors: [-1, -1], inputNodes: [5, 0], batchSize: 2, disjoint: true }
    const [batch] = [...new NeighborLoader(opened.stores, options)]
    assert.ok(batch)
    assert.deepEqual([...batch.nId], [5, 0, 0, 1, 1, 2, 5, 2, 3, 4, 3, 4])
    assert.deepEqual([...batch.batch!], [0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1])
    assert.deepEqual([...batch.eId!], [9, 10, 0, 1, 12, 0, 1, 12, 2, 3, 2, 3, 4, 5, 9, 10])
    assert.deepEqual(batch.numSampledNodes, [2, 5, 5])
    assert.deepEqual(batch.numSampledEdges, [5, 11])
  })

  it('reports ids for masks, in batches', () => {
    const inputNodes = [false, false, true, false, true, false, true]
    const loader = new NeighborLoader(opened.stores, { numNeighbors: [-1], inputNodes, batchSize: 2 })
    const batches = [...loader]
    assert.deepEqual(
      batches.map((batch) => [[...batch.inputId!], [...batch.nId], batch.batchSize]),
      [
        [[2, 4], [2, 4, 0, 5, 6], 2],
        [[6], [6, 3], 1],
      ],
    )
  })

  it('reports positions for indices, in batches', () => {
    const loader = new NeighborLoader(opened.stores, { numNeighbors: [-1], inputNodes: [6, 2, 4], batchSize: 2 })
    assert.deepEqual(
      [...loader].map((batch) => [[...batch.inputId!], [...batch.nId]]),
      [
        [
          [0, 1],
          [6, 2, 3, 0, 5],
        ],
        [[2], [4, 6]],
      ],
    )
  })

  it('samples in time, by times of its own and by given ones', () => {
    const common = { numNeighbors: [-1, -1], inputNodes: ['v', [0, 2]] as const, batchSize: 2, timeAttr: 'time' }
    const [own] = [...new NeighborLoader(opened.stores, common)]
    assert.deepEqual([...own!.nId], [0, 2, 1, 5, 5, 0, 4, 3, 1])
    assert.deepEqual([...own!.batch!], [0, 1, 0, 0, 1, 1, 0, 0, 1])
    assert.deepEqual([...own!.eId!], [0, 12, 5, 4, 3, 2, 10, 9, 10, 9, 0, 12, 1])
    assert.equal(own!.seedTime, null)
    const [given] = [...new NeighborLoader(opened.stores, { ...common, inputTime: [3, 3] })]
    assert.deepEqual([...given!.nId], [0, 2, 1, 5, 5, 4, 1])
    assert.deepEqual([...given!.eId!], [0, 12, 5, 3, 10, 10])
    assert.deepEqual([...given!.seedTime!], [3, 3])
    const last = { ...common, numNeighbors: [1, 1], temporalStrategy: 'last' as const }
    const [recent] = [...new NeighborLoader(opened.stores, last)]
    assert.deepEqual([...recent!.nId], [0, 2, 5, 0])
    assert.deepEqual([...recent!.eId!], [12, 4, 9, 1])
  })

  it('samples around links', () => {
    const edgeLabelIndex = [
      [5, 3],
      [0, 6],
    ] as const
    const [batch] = [...new LinkNeighborLoader(opened.stores, { numNeighbors: [-1], edgeLabelIndex, batchSize: 2 })]
    assert.ok(batch)
    assert.deepEqual([...batch.nId], [0, 3, 5, 6, 1, 2, 4])
    assert.deepEqual([...batch.edgeLabelIndex!.data], [2, 1, 0, 3])
    assert.deepEqual(batch.edgeLabelIndex!.shape, [2, 2])
    assert.deepEqual([...batch.eId!], [0, 1, 12, 6, 7, 9, 10, 11])
    assert.equal(batch.edgeLabel, null)
    assert.equal(batch.batchSize, null)
  })

  it('samples a graph of several types', async () => {
    const pairs = (list: string, from: string, rel: string, to: string) =>
      list.split(' ').map((pair) => {
        const [a, b] = pair.split(',')
        return `MATCH (x:${from} {id: ${a}}), (y:${to} {id: ${b}}) CREATE (x)-[:${rel}]->(y)`
      })
    const writes = '0,0 1,0 1,1 2,2 3,2 3,4'
    const { database, stores } = openDatabase([
      'CREATE NODE TABLE a(id INT64, PRIMARY KEY (id))',
      'CREATE NODE TABLE p(id INT64, PRIMARY KEY (id))',
      'CREATE REL TABLE writes(FROM a TO p)',
      'CREATE REL TABLE cites(FROM p TO p)',
      'CREATE REL TABLE rev_writes(FROM p TO a)',
      ...[0, 1, 2, 3].map((id) => `CREATE (:a {id: ${id}})`),
      ...[0, 1, 2, 3, 4].map((id) => `CREATE (:p {id: ${id}})`),
      ...pairs(writes, 'a', 'writes', 'p'),
      ...pairs('1,0 2,0 3,1 4,2', 'p', 'cites', 'p'),
      ...pairs('0,0 0,1 1,1 2,2 2,3 4,3', 'p', 'rev_writes', 'a'),
    ])
    const [batch] = [...new NeighborLoader(stores, { numNeighbors: [-1, -1], inputNodes: ['p', [0]] })]
    assert.ok(batch)
    assert.deepEqual([...batch.node('a').ids], [0, 1, 2, 3])
    assert.deepEqual(batch.node('a').numSampledNodes, [0, 2, 2])
    assert.deepEqual([...batch.node('p').ids], [0, 1, 2, 3, 4])
    assert.deepEqual(batch.node('p').numSampledNodes, [1, 2, 2])
    assert.deepEqual([...batch.edge(['a', 'writes', 'p']).edgeIndex.data], [0, 1, 1, 2, 3, 0, 0, 1, 2, 2])
    assert.deepEqual([...batch.edge('p__cites__p').edgeIndex.data], [1, 2, 3, 4, 0, 0, 1, 2])
    assert.deepEqual([...batch.edge(['p', 'rev_writes', 'a']).edgeIndex.data], [0, 0, 1, 0, 1, 1])
    assert.equal(batch.node('p').batchSize, 1)
    assert.equal(batch.node('a').batchSize, null)
    await database.close()
  })
})
