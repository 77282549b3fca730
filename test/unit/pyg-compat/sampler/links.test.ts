import assert from 'node:assert/strict'
import {
  LinkSampler,
  type LinkSamplerOptions,
  labelsBesideNegatives,
} from '../../../../src/pyg-compat/sampler/link-sampler.ts'
import { MemoryGraph } from '../../../../src/pyg-compat/sampler/memory-graph.ts'
import { NegativeSampler } from '../../../../src/pyg-compat/sampler/negative-sampling.ts'
import { NeighborSampler } from '../../../../src/pyg-compat/sampler/neighbor-sampler.ts'
import type { SamplerGraph } from '../../../../src/pyg-compat/sampler/sampler-graph.ts'
import type { NeighborSamplerOptions } from '../../../../src/pyg-compat/sampler/sampler-options.ts'
import { assertDistribution } from './support/chi-square.ts'
import { databaseOf } from './support/database-of.ts'
import { AUTHORS, SEVEN } from './support/golden-graphs.ts'
import { plainSample } from './support/plain-sample.ts'

const TO = ['v', 'to', 'v'] as const
const seven = new MemoryGraph(SEVEN.nodes, SEVEN.edges)
const authors = new MemoryGraph(AUTHORS.nodes, AUTHORS.edges)
const TIMES = [5, 1, 9, 5, 2, 3, 7]

function linkSampler(
  options: Partial<LinkSamplerOptions>,
  sampling: Partial<NeighborSamplerOptions> = {},
  graph: SamplerGraph = seven,
): LinkSampler {
  const sampler = new NeighborSampler(graph, { numNeighbors: [-1], ...sampling })
  return new LinkSampler(graph, sampler, { edgeType: TO, exclude: 'none', ...options }, sampling.time !== undefined)
}

/** Links (5, 0) and (3, 6): edges e12 and e11. */
const LINKS = { sources: Uint32Array.of(5, 3), targets: Uint32Array.of(0, 6), epoch: 0, batch: 0 }

/** Node at each place of an index. */
const nodesAt = (ids: Uint32Array, index: ArrayLike<number>) => Array.from(index, (at) => ids[at]!)

describe('LinkSampler', function () {
  this.timeout(60_000)

  it('gives the golden vector of PyG, from arrays and from a database', async () => {
    const database = await databaseOf(SEVEN, true)
    for (const graph of [seven, database.open()]) {
      const found = linkSampler({}, {}, graph).sample(LINKS)
      assert.ok(found.mode === 'none')
      assert.deepEqual(Array.from(found.edgeLabelIndex), [2, 1, 0, 3])
      const { nId, eId } = plainSample(found.subgraph)
      assert.deepEqual({ nId, eId }, { nId: '0 3 5 6 1 2 4', eId: '0 1 12 6 7 9 10 11' })
    }
    await database.close()
  })

  it('leaves out the links themselves and their reverses', () => {
    const eIds = (options: Partial<LinkSamplerOptions>, ids?: Uint32Array) =>
      plainSample(linkSampler(options).sample({ ...LINKS, ...(ids === undefined ? {} : { ids }) }).subgraph).eId
    assert.equal(eIds({ exclude: 'self' }), '0 1 6 7 9 10')
    assert.equal(eIds({ exclude: 'self' }, Uint32Array.of(12, 0)), '1 6 7 9 10 11')
    assert.equal(eIds({ exclude: 'reverse' }), '0 1 6 7 10')
    const edgeType = ['a', 'writes', 'p'] as const
    const links = { sources: Uint32Array.of(1), targets: Uint32Array.of(0), epoch: 0, batch: 0 }
    const writing = linkSampler({ edgeType, exclude: 'reverse' }, {}, authors).sample(links).subgraph.edges
    assert.deepEqual(
      writing.map(({ ids }) => Array.from(ids!)),
      [[0], [0, 1], [2]],
    )
  })

  it('puts binary negatives behind the links', () => {
    const found = linkSampler({ negSampling: { mode: 'binary', amount: 1.5 }, seed: 1 }).sample(LINKS)
    assert.ok(found.mode === 'binary')
    assert.equal(found.negatives, 3)
    const { ids } = found.subgraph.nodes[0]!
    assert.deepEqual(nodesAt(ids, found.edgeLabelIndex.subarray(0, 2)), [5, 3])
    assert.deepEqual(nodesAt(ids, found.edgeLabelIndex.subarray(5, 7)), [0, 6])
    const seeds = [...new Set(nodesAt(ids, found.edgeLabelIndex))].sort((a, b) => a - b)
    assert.deepEqual(Array.from(ids.subarray(0, seeds.length)), seeds)
    assert.equal(found.edgeLabelIndex.length, 10)
  })

  it('seeds two types with the two ends', () => {
    const edgeType = ['a', 'writes', 'p'] as const
    const links = { sources: Uint32Array.of(3, 1, 3), targets: Uint32Array.of(4, 4, 0), epoch: 0, batch: 0 }
    const found = linkSampler({ edgeType }, { numNeighbors: [0] }, authors).sample(links)
    assert.ok(found.mode === 'none')
    assert.deepEqual(
      found.subgraph.nodes.map(({ ids }) => Array.from(ids)),
      [
        [1, 3],
        [0, 4],
      ],
    )
    assert.deepEqual(Array.from(found.edgeLabelIndex), [1, 0, 1, 1, 1, 0])
  })

  for (const disjoint of [false, true]) {
    it(`gives triplets their targets, link by link${disjoint ? ', each in trees of its link' : ''}`, () => {
      const options = { negSampling: { mode: 'triplet', amount: 3 }, seed: 5 } as const
      const found = linkSampler(options, { disjoint }).sample(LINKS)
      assert.ok(found.mode === 'triplet')
      const { ids, batch } = found.subgraph.nodes[0]!
      assert.deepEqual(nodesAt(ids, found.srcIndex), [5, 3])
      assert.deepEqual(nodesAt(ids, found.dstPosIndex), [0, 6])
      const drawn = new NegativeSampler(seven, TO, { ...options.negSampling, seed: 5 }).draw({
        ...LINKS,
        times: null,
      }).targets
      // drawn copy by copy
      const expected = [0, 1].flatMap((link) => [0, 1, 2].map((copy) => drawn[copy * 2 + link]!))
      assert.deepEqual(nodesAt(ids, found.dstNegIndex), expected)
      if (!disjoint) return
      assert.deepEqual(nodesAt(batch!, found.srcIndex), [0, 1])
      assert.deepEqual(nodesAt(batch!, found.dstPosIndex), [0, 1])
      assert.deepEqual(nodesAt(batch!, found.dstNegIndex), [0, 0, 0, 1, 1, 1])
    })
  }

  it('numbers trees by link, whatever the number of negatives', () => {
    const links = { ...LINKS, sources: Uint32Array.of(5, 3, 1), targets: Uint32Array.of(0, 6, 5) }
    const found = linkSampler({ negSampling: { mode: 'binary', amount: 0.5 } }, { disjoint: true }).sample(links)
    assert.ok(found.mode === 'binary')
    const { batch } = found.subgraph.nodes[0]!
    assert.deepEqual(nodesAt(batch!, found.edgeLabelIndex), [0, 1, 2, 0, 1, 0, 1, 2, 0, 1])
  })

  it('gives negatives the times of their links, and no node that is later', () => {
    const time = { on: 'node', column: 'time' } as const
    const sampler = linkSampler({ negSampling: { mode: 'binary', amount: 2 }, timeColumn: 'time' }, { time })
    const { times, subgraph, mode } = sampler.sample({ ...LINKS, times: [3, 5] })
    assert.equal(mode, 'binary')
    assert.deepEqual(Array.from(times!), [3, 5, 3, 5, 3, 5])
    const { ids, batch } = subgraph.nodes[0]!
    // the links' own ends are taken as they are given
    for (const [at, id] of ids.entries()) if (![0, 3, 6].includes(id)) assert.ok(TIMES[id]! <= [3, 5][batch![at]!]!)
    assert.throws(() => sampler.sample(LINKS), /no times/)
    assert.throws(() => linkSampler({}).sample({ ...LINKS, times: [1, 2] }), /no time column/)
    assert.throws(() => linkSampler({}).sample({ ...LINKS, targets: Uint32Array.of(1) }), /equally many/)
  })

  it('makes room for label 0', () => {
    assert.deepEqual(Array.from(labelsBesideNegatives(Int32Array.of(0, 1, 0))), [1, 2, 1])
    assert.deepEqual(Array.from(labelsBesideNegatives(Int32Array.of(1, 3))), [1, 3])
  })
})

describe('NegativeSampler', function () {
  this.timeout(60_000)
  const links = { sources: new Uint32Array(100_000).fill(1), times: null, epoch: 0, batch: 0 }
  const countsOf = (nodes: Uint32Array) => {
    const counts = new Float64Array(7)
    for (const node of nodes) counts[node]!++
    return counts
  }

  it('draws ends alike, or in proportion to weights', () => {
    const uniform = new NegativeSampler(seven, TO, { mode: 'binary' }).draw(links)
    assertDistribution(countsOf(uniform.sources!), new Float64Array(7).fill(100_000 / 7), 'sources')
    assertDistribution(countsOf(uniform.targets), new Float64Array(7).fill(100_000 / 7), 'targets')
    const dstWeight = [0, 1, 2, 3, 0, 4, 0]
    const weighted = new NegativeSampler(seven, TO, { mode: 'triplet', dstWeight }).draw(links)
    assert.equal(weighted.sources, null)
    assertDistribution(
      countsOf(weighted.targets),
      dstWeight.map((w) => w * 10_000),
      'weighted',
    )
  })

  it('rejects links that are stored when asked to be exact, and leaves the rest alike', () => {
    const stored = new Set(Array.from(SEVEN.edges[0]!.sources, (s, k) => s * 7 + SEVEN.edges[0]!.targets[k]!))
    const { sources, targets } = new NegativeSampler(seven, TO, { mode: 'binary', exact: true }).draw(links)
    const counts = new Float64Array(49)
    for (const [k, source] of sources!.entries()) counts[source * 7 + targets[k]!]!++
    const expected = counts.map((_, pair) => (stored.has(pair) ? 0 : 100_000 / (49 - stored.size)))
    assertDistribution(counts, expected, 'pairs')
  })

  it('finds the only target that is left, and says when there is none', () => {
    const full = (missing: number[]) => {
      const targets = Uint32Array.from({ length: 500 }, (_, k) => k).filter((k) => !missing.includes(k))
      const sources = new Uint32Array(targets.length)
      return new MemoryGraph([{ nodeType: 'v', count: 500 }], [{ edgeType: TO, sources, targets }])
    }
    const request = { ...links, sources: Uint32Array.of(0, 0, 0) }
    const exact = (graph: MemoryGraph) => new NegativeSampler(graph, TO, { mode: 'triplet', exact: true }).draw(request)
    assert.deepEqual(Array.from(exact(full([77])).targets), [77, 77, 77])
    assert.throws(() => exact(full([])), /no target that node 0 has no v__to__v edge to/)
  })

  it('takes the oldest node where every draw is too late, and counts as many as asked for', () => {
    const sampler = new NegativeSampler(seven, TO, { mode: 'binary', amount: 0.3, timeColumn: 'time' })
    const { sources, targets } = sampler.draw({ ...links, sources: Uint32Array.of(1, 2, 3, 4), times: [0, 0, 0, 0] })
    assert.deepEqual(Array.from(sources!), [1, 1])
    assert.deepEqual(Array.from(targets), [1, 1])
  })

  it('never draws deleted nodes', async () => {
    const database = await databaseOf(SEVEN, true)
    await database.connection.query('MATCH (n:v) WHERE n.key < 5 DETACH DELETE n')
    const { sources, targets } = new NegativeSampler(database.open(), TO, { mode: 'binary' }).draw(links)
    assertDistribution(countsOf(sources!), [0, 0, 0, 0, 0, 50_000, 50_000], 'sources')
    assertDistribution(countsOf(targets), [0, 0, 0, 0, 0, 50_000, 50_000], 'targets')
    await database.close()
  })
})
