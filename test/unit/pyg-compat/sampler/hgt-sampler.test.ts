import assert from 'node:assert/strict'
import { HgtSampler } from '../../../../src/pyg-compat/sampler/hgt-sampler.ts'
import { MemoryGraph } from '../../../../src/pyg-compat/sampler/memory-graph.ts'
import { assertDistribution } from './support/chi-square.ts'
import { databaseOf } from './support/database-of.ts'
import { AUTHORS } from './support/golden-graphs.ts'
import { dataOf, randomModel, randomOf } from './support/graph-model.ts'

const request = (nodeType: string, ids: readonly number[], batch = 0) => ({
  seeds: [{ nodeType, ids: Uint32Array.from(ids) }],
  epoch: 0,
  batch,
})

describe('HgtSampler', function () {
  this.timeout(60_000)

  it('takes everything that can be reached when there is room, with all edges among it', async () => {
    const database = await databaseOf(AUTHORS, true)
    for (const graph of [new MemoryGraph(AUTHORS.nodes, AUTHORS.edges), database.open()]) {
      const { nodes, edges } = new HgtSampler(graph, { numSamples: [9, 9, 9, 9] }).sample(request('p', [0]))
      assert.deepEqual(
        nodes.map(({ ids }) => Array.from(ids).sort()),
        [
          [0, 1, 2, 3],
          [0, 1, 2, 3, 4],
        ],
      )
      assert.deepEqual(
        edges.map(({ ids }) => Array.from(ids!).sort()),
        [
          [0, 1, 2, 3, 4, 5],
          [0, 1, 2, 3],
          [0, 1, 2, 3, 4, 5],
        ],
      )
    }
    await database.close()
  })

  it('adds as many nodes of a type as asked for, hop by hop', () => {
    const graph = new MemoryGraph(AUTHORS.nodes, AUTHORS.edges)
    const sizes = (numSamples: Record<string, number[]>) =>
      new HgtSampler(graph, { numSamples }).sample(request('p', [0])).nodes.map(({ ids }) => ids.length)
    assert.deepEqual(sizes({ a: [1], p: [1] }), [1, 2])
    assert.deepEqual(sizes({ a: [0, 1], p: [1, 1] }), [1, 3])
    assert.deepEqual(sizes({ a: [0], p: [5] }), [0, 3])
  })

  it('draws in proportion to the square of what nodes were given', () => {
    // targets 0 and 1: node 2 is the only source of 0 (1), 3, 4 and 5 share 1 (a third each); 5 is a source of 0 too, so that 2 and 5 give half each
    const sources = Uint32Array.of(2, 5, 3, 4, 5)
    const targets = Uint32Array.of(0, 0, 1, 1, 1)
    const graph = new MemoryGraph([{ nodeType: 'v', count: 6 }], [{ edgeType: ['v', 'to', 'v'], sources, targets }])
    const sampler = new HgtSampler(graph, { numSamples: [1], seed: 7 })
    const counts = new Float64Array(6)
    for (let batch = 0; batch < 100_000; batch++)
      counts[sampler.sample(request('v', [0, 1], batch)).nodes[0]!.ids[2]!]!++
    const squares = [0, 0, 1 / 4, 1 / 9, 1 / 9, (1 / 2 + 1 / 3) ** 2]
    const sum = squares.reduce((a, b) => a + b)
    assertDistribution(
      counts,
      squares.map((square) => (100_000 * square) / sum),
      'candidates',
    )
  })

  it('lets a choice of fifty stand for a long list, the same for scores and edges', () => {
    const sources = Uint32Array.from({ length: 400 }, (_, k) => k + 1)
    const graph = new MemoryGraph(
      [{ nodeType: 'v', count: 401 }],
      [{ edgeType: ['v', 'to', 'v'], sources, targets: new Uint32Array(400) }],
    )
    const sampler = new HgtSampler(graph, { numSamples: [400] })
    const { nodes, edges } = sampler.sample(request('v', [0]))
    const { edgeIndex, ids } = edges[0]!
    assert.equal(nodes[0]!.ids.length, 51)
    assert.equal(ids!.length, 50)
    for (const [k, id] of ids!.entries()) assert.equal(nodes[0]!.ids[edgeIndex[k]!], sources[id])
    assert.equal(
      new HgtSampler(graph, { numSamples: [400], maxDegree: 400 }).sample(request('v', [0])).nodes[0]!.ids.length,
      401,
    )
  })

  it('reports edges that exist, between nodes that are there, and repeats itself', () => {
    for (let seed = 0; seed < 50; seed++) {
      const model = randomModel(randomOf(seed))
      const data = dataOf(model)
      const graph = new MemoryGraph(data.nodes, data.edges)
      const sampler = new HgtSampler(graph, { numSamples: [2, 3, 2], seed, maxDegree: 1 + (seed % 9) })
      const first = sampler.sample(request('b', [0, 2, 4], seed))
      sampler.sample(request('b', [1], seed + 1))
      assert.deepEqual(sampler.sample(request('b', [0, 2, 4], seed)), first)
      assert.deepEqual(Array.from(first.nodes[1]!.ids.subarray(0, 3)), [0, 2, 4])
      for (const { ids } of first.nodes) assert.equal(new Set(ids).size, ids.length)
      for (const [at, { edgeType, edgeIndex, ids }] of first.edges.entries()) {
        const idsOf = (type: string) => first.nodes.find(({ nodeType }) => nodeType === type)!.ids
        for (const [k, id] of ids!.entries()) {
          const edge = model.edges[at]!.list[id]!
          assert.equal(idsOf(edgeType[0])[edgeIndex[k]!], edge.source)
          assert.equal(idsOf(edgeType[2])[edgeIndex[ids!.length + k]!], edge.target)
        }
      }
    }
  })
})
