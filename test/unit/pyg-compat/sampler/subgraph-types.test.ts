import assert from 'node:assert/strict'
import { MemoryGraph } from '../../../../src/pyg-compat/sampler/memory-graph.ts'
import { NeighborSampler } from '../../../../src/pyg-compat/sampler/neighbor-sampler.ts'
import type { SampledEdges } from '../../../../src/pyg-compat/sampler/sampled-subgraph.ts'
import type { NeighborSamplerOptions } from '../../../../src/pyg-compat/sampler/sampler-options.ts'
import { AUTHORS, SEVEN } from './support/golden-graphs.ts'
import { dataOf, randomModel, randomOf } from './support/graph-model.ts'

const authors = new MemoryGraph(AUTHORS.nodes, AUTHORS.edges)
const seven = new MemoryGraph(SEVEN.nodes, SEVEN.edges)

/** Edges as pairs of local ids, with their ids if there are any. */
function pairs({ edgeIndex, ids }: SampledEdges): string[] {
  const count = edgeIndex.length / 2
  return Array.from(
    { length: count },
    (_, k) => `${edgeIndex[k]}>${edgeIndex[count + k]}${ids === null ? '' : `#${ids[k]}`}`,
  )
}

const sampleOf = (graph: MemoryGraph, nodeType: string, seeds: number[], options: NeighborSamplerOptions) =>
  new NeighborSampler(graph, options).sample({
    seeds: [{ nodeType, ids: Uint32Array.from(seeds) }],
    epoch: 0,
    batch: 0,
  })

describe('subgraph types', function () {
  this.timeout(60_000)

  it('bidirectional: reverses of several types go to the type that leads back', () => {
    const options = { numNeighbors: [-1, 0], subgraphType: 'bidirectional' } as const
    const { nodes, edges } = sampleOf(authors, 'p', [0], options)
    // drawn: a0, a1 write p0; p1, p2 cite p0
    assert.deepEqual(edges.map(pairs), [
      ['0>0', '1>0'],
      ['1>0#0', '2>0#1', '0>1#0', '0>2#1'],
      ['0>0', '0>1'],
    ])
    assert.ok(nodes.every(({ perHop }) => perHop === null) && edges.every(({ perHop }) => perHop === null))
  })

  it('bidirectional: a type without a way back keeps what was drawn', () => {
    const [writes, cites] = AUTHORS.edges
    const graph = new MemoryGraph(AUTHORS.nodes, [writes!, cites!])
    const { edges } = sampleOf(graph, 'p', [0], { numNeighbors: [-1], subgraphType: 'bidirectional' })
    assert.deepEqual(pairs(edges[0]!), ['0>0#0', '1>0#1'])
  })

  it('bidirectional: the first of parallel edges stays', () => {
    const parallel = { sources: Uint32Array.of(1, 1, 0), targets: Uint32Array.of(0, 0, 1) }
    const graph = new MemoryGraph([{ nodeType: 'v', count: 2 }], [{ edgeType: ['v', 'to', 'v'], ...parallel }])
    const { edges } = sampleOf(graph, 'v', [0], { numNeighbors: [-1, -1], subgraphType: 'bidirectional' })
    assert.deepEqual(pairs(edges[0]!), ['1>0#0', '0>1#2'])
  })

  it('induced: all edges among the sampled nodes, and no others', () => {
    const { nodes, edges } = sampleOf(seven, 'v', [0], { numNeighbors: [-1], subgraphType: 'induced' })
    assert.deepEqual(Array.from(nodes[0]!.ids), [0, 1, 2, 5])
    assert.deepEqual(pairs(edges[0]!), ['1>0#0', '2>0#1', '3>0#12', '0>2#4', '3>2#5', '0>3#9', '1>3#10'])
    assert.equal(edges[0]!.perHop, null)
  })

  it('induced: within each tree where there are trees; without filtered edges', () => {
    const options = { numNeighbors: [-1], subgraphType: 'induced', disjoint: true } as const
    const { nodes, edges } = sampleOf(seven, 'v', [0, 5], options)
    assert.deepEqual(Array.from(nodes[0]!.batch!), [0, 1, 0, 0, 0, 1, 1])
    const { ids, batch } = nodes[0]!
    for (const edge of pairs(edges[0]!)) {
      const [row, col] = edge.split('#')[0]!.split('>').map(Number)
      assert.equal(batch![row!], batch![col!])
    }
    const all = Array.from(SEVEN.edges[0]!.sources, (s, k) => [s, SEVEN.edges[0]!.targets[k]!] as const)
    const inTree = (tree: number) => Array.from(ids).filter((_, at) => batch![at] === tree)
    const expected = [0, 1].flatMap((t) => all.filter(([s, d]) => inTree(t).includes(s) && inTree(t).includes(d)))
    assert.equal(edges[0]!.edgeIndex.length / 2, expected.length)
    const edgeFilters = { v__to__v: Uint32Array.of(0b1_0010_0000_0011) }
    const filtered = sampleOf(seven, 'v', [0], { ...options, disjoint: false, edgeFilters })
    assert.deepEqual(pairs(filtered.edges[0]!), ['1>0#0', '2>0#1', '3>0#12', '0>3#9'])
  })

  it('are the same for lists in memory and in pages, dense maps and hash tables, and whatever was sampled before', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { nodes, edges } = dataOf(randomModel(randomOf(seed)))
      const graph = new MemoryGraph(nodes, edges)
      const paged: MemoryGraph = Object.create(graph, { paged: { value: true } })
      for (const method of ['nodeCount', 'hasNode', 'edgeCount', 'adjacency'] as const) {
        Object.defineProperty(paged, method, { value: graph[method].bind(graph) })
      }
      const ids = Uint32Array.from({ length: nodes[1]!.count }, (_, i) => i)
      const requests = [0, 1, 2].map((batch) => ({ seeds: [{ nodeType: 'b', ids }], epoch: 1, batch }))
      for (const disjoint of [false, true]) {
        const options = { numNeighbors: [3, 2, 70], disjoint }
        const expected = requests.map((request) => new NeighborSampler(graph, options).sample(request))
        for (const [other, more] of [
          [graph, { mapBudgetBytes: 0 }],
          [paged, {}],
        ] as const) {
          const sampler = new NeighborSampler(other, { ...options, ...more })
          for (const batch of [2, 0, 1, 0]) assert.deepEqual(sampler.sample(requests[batch]!), expected[batch])
          sampler.close()
          assert.deepEqual(sampler.sample(requests[1]!), expected[1])
        }
      }
    }
  })

  it('leave edge ids out when nobody asks', () => {
    const { edges } = sampleOf(seven, 'v', [0], { numNeighbors: [-1], withEdgeIds: false })
    assert.equal(edges[0]!.ids, null)
  })
})
