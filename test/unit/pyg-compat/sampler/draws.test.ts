import assert from 'node:assert/strict'
import { MemoryGraph } from '../../../../src/pyg-compat/sampler/memory-graph.ts'
import { NeighborSampler } from '../../../../src/pyg-compat/sampler/neighbor-sampler.ts'
import type { NeighborSamplerOptions } from '../../../../src/pyg-compat/sampler/sampler-options.ts'
import { assertDistribution } from './support/chi-square.ts'

/** Edges drawn in each test, at least. */
const DRAWS = 100_000

/** One node with so many in-neighbours: node 0, with edges k from 1 + k, weights k % 4, times k. */
function star(degree: number): MemoryGraph {
  const edges = Array.from({ length: degree }, (_, k) => k)
  return new MemoryGraph(
    [{ nodeType: 'v', count: degree + 1 }],
    [
      {
        edgeType: ['v', 'to', 'v'],
        sources: Uint32Array.from(edges, (k) => k + 1),
        targets: new Uint32Array(degree),
        columns: { weight: edges.map((k) => k % 4), time: edges },
      },
    ],
  )
}

/** Draws from the star's centre again and again. @returns how often each edge was drawn, and each combination of edges, as text. */
function drawn(degree: number, options: NeighborSamplerOptions, seedTime?: number) {
  const sampler = new NeighborSampler(star(degree), { seed: 42, ...options })
  const counts = new Float64Array(degree)
  const combinations = new Map<string, number>()
  let batches = 0
  for (let edges = 0; edges < DRAWS; batches++) {
    const times = seedTime === undefined ? {} : { times: [seedTime] }
    const seeds = [{ nodeType: 'v', ids: Uint32Array.of(0), ...times }]
    const { ids } = sampler.sample({ seeds, epoch: 3, batch: batches }).edges[0]!
    for (const id of ids!) counts[id]!++
    const key = Array.from(ids!).sort((a, b) => a - b)
    combinations.set(key.join(), (combinations.get(key.join()) ?? 0) + 1)
    edges += ids!.length
  }
  return { counts, combinations, batches }
}

const evenly = (degree: number, total: number, passes = (_k: number) => true) => {
  const share = total / Array.from({ length: degree }, (_, k) => k).filter(passes).length
  return Float64Array.from({ length: degree }, (_, k) => (passes(k) ? share : 0))
}

function everyThird(count: number): Uint32Array {
  const bits = new Uint32Array((count >>> 5) + 1)
  for (let k = 0; k < count; k += 3) bits[k >>> 5]! |= 1 << (k & 31)
  return bits
}

describe('draws of a neighbour sampler', function () {
  this.timeout(60_000)

  for (const [count, degree] of [
    [1, 5],
    [4, 5],
    [12, 30],
    [70, 200],
  ] as const) {
    it(`are uniform: ${count} of ${degree}`, () => {
      const { counts, batches } = drawn(degree, { numNeighbors: [count] })
      assertDistribution(counts, evenly(degree, batches * count), 'edges')
    })
  }

  it('are uniform over sets of neighbours', () => {
    const { combinations, batches } = drawn(6, { numNeighbors: [3] })
    assert.equal(combinations.size, 20)
    assertDistribution([...combinations.values()], evenly(20, batches), 'triples')
  })

  it('are uniform and independent with replacement', () => {
    const { counts, combinations, batches } = drawn(5, { numNeighbors: [2], replace: true })
    assertDistribution(counts, evenly(5, 2 * batches), 'edges')
    const expected = [...combinations.keys()].map((key) => (batches * (key[0] === key[2] ? 1 : 2)) / 25)
    assert.equal(expected.length, 15)
    assertDistribution([...combinations.values()], expected, 'pairs')
  })

  it('go by weights, with replacement', () => {
    const { counts, batches } = drawn(10, { numNeighbors: [3], weightColumn: 'weight', replace: true })
    assertDistribution(
      counts,
      Float64Array.from({ length: 10 }, (_, k) => (3 * batches * (k % 4)) / 13),
      'edges',
    )
  })

  it('go by weights, one after the other, without replacement', () => {
    const { combinations, batches } = drawn(6, { numNeighbors: [2], weightColumn: 'weight' })
    const weights = [0, 1, 2, 3, 0, 1]
    const total = 7
    const pairs = [...combinations.keys()].map((key) => key.split(',').map(Number) as [number, number])
    const expected = pairs.map(([a, b]) => {
      const [x, y] = [weights[a]!, weights[b]!]
      return batches * ((x / total) * (y / (total - x)) + (y / total) * (x / (total - y)))
    })
    assert.equal(pairs.length, 6)
    assertDistribution([...combinations.values()], expected, 'pairs')
  })

  it('take edges without weight only when others run out', () => {
    const { counts, batches } = drawn(6, { numNeighbors: [5], weightColumn: 'weight' })
    for (const k of [1, 2, 3, 5]) assert.equal(counts[k], batches)
    assertDistribution([counts[0]!, counts[4]!], [batches / 2, batches / 2], 'edges of weight 0')
  })

  for (const [label, degree] of [
    ['read as a whole', 20],
    ['drawn from first', 400],
  ] as const) {
    for (const replace of [false, true]) {
      const how = replace ? 'with replacement' : 'without replacement'
      it(`are uniform over edges that pass a filter, ${how}, in a list ${label}`, () => {
        const edgeFilters = { v__to__v: everyThird(degree) }
        const { counts, batches } = drawn(degree, { numNeighbors: [4], edgeFilters, replace })
        assertDistribution(
          counts,
          evenly(degree, 4 * batches, (k) => k % 3 === 0),
          'edges',
        )
      })
    }

    it(`are uniform over neighbours that pass a filter, in a list ${label}`, () => {
      const { counts, batches } = drawn(degree, { numNeighbors: [4], nodeFilters: { v: everyThird(degree + 1) } })
      assertDistribution(
        counts,
        evenly(degree, 4 * batches, (k) => (k + 1) % 3 === 0),
        'edges',
      )
    })

    it(`are uniform over what is early enough, in a list ${label}`, () => {
      const latest = degree / 2
      const { counts, batches } = drawn(degree, { numNeighbors: [4], time: { on: 'edge', column: 'time' } }, latest)
      assertDistribution(
        counts,
        evenly(degree, 4 * batches, (k) => k <= latest),
        'edges',
      )
    })
  }

  it('find the few that pass in a long list', () => {
    const bits = new Uint32Array(200)
    for (const k of [17, 1000, 2500, 4999]) bits[k >>> 5]! |= 1 << (k & 31)
    const { counts, batches } = drawn(5000, { numNeighbors: [3], edgeFilters: { v__to__v: bits } })
    assertDistribution(
      counts,
      evenly(5000, 3 * batches, (k) => [17, 1000, 2500, 4999].includes(k)),
      'edges',
    )
  })

  for (const labor of ['hop', 'batch', 'epoch'] as const) {
    it(`are uniform with numbers shared by a ${labor}`, () => {
      if (labor === 'epoch') {
        const { counts, batches } = drawn(30, { numNeighbors: [4], labor })
        assert.equal(counts.filter((count) => count === batches).length, 4, 'an epoch keeps its numbers')
        return
      }
      const { counts, batches } = drawn(30, { numNeighbors: [4], labor })
      assertDistribution(counts, evenly(30, 4 * batches), 'edges')
    })
  }

  it('overlap when numbers are shared', () => {
    // 200 nodes with the same 50 in-neighbours
    const sources = Uint32Array.from({ length: 10_000 }, (_, k) => 200 + (k % 50))
    const targets = Uint32Array.from({ length: 10_000 }, (_, k) => Math.floor(k / 50))
    const graph = new MemoryGraph([{ nodeType: 'v', count: 250 }], [{ edgeType: ['v', 'to', 'v'], sources, targets }])
    const seeds = [{ nodeType: 'v', ids: Uint32Array.from({ length: 200 }, (_, i) => i) }]
    const nodesOf = (options: Partial<NeighborSamplerOptions>) =>
      new NeighborSampler(graph, { numNeighbors: [5], ...options }).sample({ seeds, epoch: 0, batch: 0 }).nodes[0]!.ids
        .length
    assert.equal(nodesOf({ labor: 'hop' }), 205)
    assert.equal(nodesOf({}), 250)
  })
})
