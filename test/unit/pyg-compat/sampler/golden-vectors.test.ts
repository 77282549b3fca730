import assert from 'node:assert/strict'
import { MemoryGraph } from '../../../../src/pyg-compat/sampler/memory-graph.ts'
import { NeighborSampler } from '../../../../src/pyg-compat/sampler/neighbor-sampler.ts'
import type { SamplerGraph } from '../../../../src/pyg-compat/sampler/sampler-graph.ts'
import type { NeighborSamplerOptions } from '../../../../src/pyg-compat/sampler/sampler-options.ts'
import { databaseOf, type GraphData } from './support/database-of.ts'
import { AUTHORS, SEVEN } from './support/golden-graphs.ts'
import { plainEdges, plainNodes, plainSample } from './support/plain-sample.ts'

/** Gives a graph, and closes what holds it. */
type OpenGraph = (data: GraphData) => Promise<{ readonly graph: SamplerGraph; close(): Promise<void> }>

const inMemory: OpenGraph = async (data) => ({
  graph: new MemoryGraph(data.nodes, data.edges),
  close: async () => undefined,
})

const inDatabase =
  (merged: boolean): OpenGraph =>
  async (data) => {
    const database = await databaseOf(data, merged)
    return { graph: database.open(), close: database.close }
  }

const ALL_TWICE: NeighborSamplerOptions = { numNeighbors: [-1, -1] }

/** What PyG gives for these graphs; fan-outs of -1, so that nothing is left to chance. */
function goldenVectors(open: OpenGraph): void {
  let seven: Awaited<ReturnType<OpenGraph>>
  let authors: Awaited<ReturnType<OpenGraph>>
  before(async () => {
    seven = await open(SEVEN)
    authors = await open(AUTHORS)
  })
  after(async () => {
    await seven.close()
    await authors.close()
  })

  const sample = (options: NeighborSamplerOptions, seeds: readonly number[], times?: readonly number[]) =>
    new NeighborSampler(seven.graph, options).sample({
      seeds: [{ nodeType: 'v', ids: Uint32Array.from(seeds), ...(times === undefined ? {} : { times }) }],
      epoch: 0,
      batch: 0,
    })

  it('takes all neighbours of two hops', () => {
    assert.deepEqual(plainSample(sample(ALL_TWICE, [5, 0])), {
      nId: '5 0 1 2 3 4',
      row: '1 2 2 3 0 4 5 1 0',
      col: '0 0 1 1 1 2 2 3 3',
      eId: '9 10 0 1 12 2 3 4 5',
      nodes: '2 2 2',
      edges: '5 4',
    })
  })

  it('grows a tree for each seed', () => {
    assert.deepEqual(plainSample(sample({ ...ALL_TWICE, disjoint: true }, [5, 0])), {
      nId: '5 0 0 1 1 2 5 2 3 4 3 4',
      batch: '0 1 0 0 1 1 1 0 0 0 1 1',
      row: '2 3 4 5 6 3 7 0 8 9 10 11 1 6 1 4',
      col: '0 0 1 1 1 2 2 2 3 3 4 4 5 5 6 6',
      eId: '9 10 0 1 12 0 1 12 2 3 2 3 4 5 9 10',
      nodes: '2 5 5',
      edges: '5 11',
    })
  })

  it('adds reverses, each edge with its own id', () => {
    const { row, col, eId, nodes, edges } = plainSample(sample({ ...ALL_TWICE, subgraphType: 'bidirectional' }, [5, 0]))
    assert.deepEqual(
      { row, col, nodes, edges },
      {
        row: '1 2 3 0 2 3 0 1 4 5 0 1 2 2',
        col: '0 0 0 1 1 1 2 2 2 2 3 3 4 5',
        nodes: undefined,
        edges: undefined,
      },
    )
    // (2, 1) is e0 = (1, 0), drawn; (1, 2) was not: it is e0 turned round. (0, 1) and (1, 0) were both drawn: e12 and e9
    assert.equal(eId, '9 10 5 12 0 1 10 0 2 3 5 4 2 3')
  })

  it('takes one hop of seeds in batches', () => {
    const one: NeighborSamplerOptions = { numNeighbors: [-1] }
    assert.equal(plainSample(sample(one, [2, 4])).nId, '2 4 0 5 6')
    assert.equal(plainSample(sample(one, [6])).nId, '6 3')
    assert.equal(plainSample(sample(one, [6, 2])).nId, '6 2 3 0 5')
    assert.equal(plainSample(sample(one, [4])).nId, '4 6')
  })

  for (const on of ['node', 'edge'] as const) {
    const time = { on, column: 'time' } as const
    // edges have no seed of their own: what nodes take from themselves is told
    const own = (seeds: readonly number[]) => (on === 'edge' ? seeds.map((s) => [5, 1, 9, 5, 2, 3, 7][s]!) : undefined)

    it(`takes neighbours no later than the seed, by the time of the ${on}`, () => {
      const { nId, batch, row, col, eId } = plainSample(sample({ ...ALL_TWICE, time }, [0, 2], own([0, 2])))
      assert.equal(nId, '0 2 1 5 5 0 4 3 1')
      assert.equal(batch, '0 1 0 0 1 1 0 0 1')
      assert.equal(row, '2 3 4 5 6 7 2 0 8 5 8 4 1')
      assert.equal(col, '0 0 1 1 2 2 3 3 4 4 5 5 5')
      assert.equal(eId, '0 12 5 4 3 2 10 9 10 9 0 12 1')
    })

    it(`goes by times given for the seeds, by the time of the ${on}`, () => {
      const { nId, batch, row, col, eId } = plainSample(sample({ ...ALL_TWICE, time }, [0, 2], [3, 3]))
      assert.equal(nId, '0 2 1 5 5 4 1')
      assert.equal(batch, '0 1 0 0 1 0 1')
      assert.equal(row, '2 3 4 5 2 6')
      assert.equal(col, '0 0 1 2 3 4')
      assert.equal(eId, '0 12 5 3 10 10')
    })

    it(`takes the last one, by the time of the ${on}`, () => {
      const options = { numNeighbors: [1, 1], time: { ...time, strategy: 'last' } } as const
      assert.deepEqual(plainSample(sample(options, [0, 2], own([0, 2]))), {
        nId: '0 2 5 0',
        batch: '0 1 0 1',
        row: '2 3 0 1',
        col: '0 1 2 3',
        eId: '12 4 9 1',
        nodes: '2 2 0',
        edges: '2 2',
      })
    })
  }

  it('takes several types of nodes and edges, hop by hop, type by type', () => {
    const { nodes, edges } = new NeighborSampler(authors.graph, ALL_TWICE).sample({
      seeds: [{ nodeType: 'p', ids: Uint32Array.of(0) }],
      epoch: 0,
      batch: 0,
    })
    assert.deepEqual(nodes.map(plainNodes), [
      { nId: '0 1 2 3', nodes: '0 2 2' },
      { nId: '0 1 2 3 4', nodes: '1 2 2' },
    ])
    const drawn = edges.map(({ edgeIndex, perHop }) =>
      plainEdges({ edgeType: ['', '', ''], edgeIndex, ids: null, perHop }),
    )
    assert.deepEqual(drawn, [
      { row: '0 1 1 2 3', col: '0 0 1 2 2', edges: '2 3' },
      { row: '1 2 3 4', col: '0 0 1 2', edges: '2 2' },
      { row: '0 0 1', col: '0 1 1', edges: '0 3' },
    ])
  })

  it('takes the other direction of a type for its reverse', () => {
    const stored = { nodeTypes: ['a', 'p'], edgeTypes: [AUTHORS.edges[0]!.edgeType, AUTHORS.edges[1]!.edgeType] }
    const graph = new Proxy(authors.graph, {
      get: (target, name) => {
        if (name === 'edgeTypes') return stored.edgeTypes
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const request = { seeds: [{ nodeType: 'p', ids: Uint32Array.of(0) }], epoch: 0, batch: 0 }
    const both = new NeighborSampler(graph, { ...ALL_TWICE, direction: { a__writes__p: 'both' } })
    const three = new NeighborSampler(authors.graph, ALL_TWICE)
    assert.deepEqual(both.edgeTypes.map(String), ['a,writes,p', 'p,rev_writes,a', 'p,cites,p'])
    const [writes, reverse, cites] = both.sample(request).edges
    const expected = three.sample(request).edges
    assert.deepEqual([writes, cites, reverse], expected)
  })
}

describe('golden vectors of PyG', function () {
  this.timeout(60_000)

  describe('from arrays', () => goldenVectors(inMemory))
  describe('from base pages', () => goldenVectors(inDatabase(true)))
  describe('from the delta', () => goldenVectors(inDatabase(false)))
})
