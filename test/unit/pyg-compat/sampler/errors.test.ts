import assert from 'node:assert/strict'
import { DatabaseError } from '../../../../src/errors/database-error.ts'
import type { ErrorCode } from '../../../../src/errors/error-code.ts'
import { HgtSampler } from '../../../../src/pyg-compat/sampler/hgt-sampler.ts'
import { MemoryGraph } from '../../../../src/pyg-compat/sampler/memory-graph.ts'
import { NegativeSampler } from '../../../../src/pyg-compat/sampler/negative-sampling.ts'
import { NeighborSampler } from '../../../../src/pyg-compat/sampler/neighbor-sampler.ts'
import type { NeighborSamplerOptions, SampleRequest } from '../../../../src/pyg-compat/sampler/sampler-options.ts'
import { databaseOf } from './support/database-of.ts'
import { AUTHORS, SEVEN } from './support/golden-graphs.ts'

const authors = new MemoryGraph(AUTHORS.nodes, AUTHORS.edges)
const seven = new MemoryGraph(SEVEN.nodes, SEVEN.edges)

function fails(code: ErrorCode, message: RegExp, run: () => unknown): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof DatabaseError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  })
}

const seedsOf = (...ids: number[]): SampleRequest => ({
  seeds: [{ nodeType: 'v', ids: Uint32Array.from(ids) }],
  epoch: 0,
  batch: 0,
})

describe('errors of samplers', function () {
  this.timeout(60_000)

  const invalid = (message: RegExp, options: Partial<NeighborSamplerOptions>, graph = authors) =>
    fails('INVALID_ARGUMENT', message, () => new NeighborSampler(graph, { numNeighbors: [1], ...options }))

  it('of fan-outs name the type and the known ones', () => {
    invalid(/no hops/, { numNeighbors: [] })
    invalid(/says nothing about edge type a__writes__p/, { numNeighbors: {} })
    invalid(/p__cites__p has 1 hops, others have 2/, { numNeighbors: { default: [1, 2], p__cites__p: [1] } })
    invalid(/says nothing about edge type p__cites__p.*a__writes__p, p__cites__p/, {
      numNeighbors: { a__writes__p: [1] },
    })
    invalid(/Unknown edge type p__reads__p.*a__writes__p, p__cites__p, p__rev_writes__a/, {
      numNeighbors: { default: [1], p__reads__p: [1] },
    })
    invalid(/whole number of at least -1, not 1.5/, { numNeighbors: [1.5] })
    invalid(/not -2/, { numNeighbors: [-2] })
  })

  it('of options that contradict each other', () => {
    invalid(/weight or in time/, { weightColumn: 'w', time: { on: 'edge', column: 'time' } })
    invalid(/labor/, { labor: 'hop', replace: true })
    invalid(/whole number, not 0.5/, { seed: 0.5 })
    invalid(/Unknown type x in the node filters. Known: a, p/, { nodeFilters: { x: new Uint32Array(1) } })
    invalid(/in the edge filters/, { edgeFilters: { x: new Uint32Array(1) } })
    invalid(/in the directions/, { direction: { x: 'out' } })
    invalid(/p__rev_writes__a is both stored and the reverse/, { direction: { a__writes__p: 'out' } })
  })

  it('of columns', () => {
    const fan = { numNeighbors: [1] }
    fails('UNKNOWN_PROPERTY', /no column w/, () => new NeighborSampler(seven, { ...fan, weightColumn: 'w' }))
    fails(
      'UNKNOWN_PROPERTY',
      /no column t/,
      () => new NeighborSampler(seven, { ...fan, time: { on: 'node', column: 't' } }),
    )
    for (const [value, name] of [
      [Number.NaN, 'NULL'],
      [-1, '-1'],
    ] as const) {
      const bad = new MemoryGraph(SEVEN.nodes, [{ ...SEVEN.edges[0]!, columns: { w: new Array(13).fill(value) } }])
      fails('RUNTIME', new RegExp(`v__to__v.w: row \\d+ holds ${name}`), () =>
        new NeighborSampler(bad, { ...fan, weightColumn: 'w' }).sample(seedsOf(0)),
      )
    }
  })

  it('of seeds name the node', () => {
    const sampler = new NeighborSampler(seven, { numNeighbors: [1] })
    fails('INVALID_ARGUMENT', /Seed 3 of v is given twice/, () => sampler.sample(seedsOf(0, 3, 3)))
    fails('INVALID_ARGUMENT', /Seed 7 of v does not exist/, () => sampler.sample(seedsOf(7)))
    fails('INVALID_ARGUMENT', /Unknown type w in the seeds. Known: v/, () =>
      sampler.sample({ seeds: [{ nodeType: 'w', ids: Uint32Array.of(1) }], epoch: 0, batch: 0 }),
    )
    fails('INVALID_ARGUMENT', /twice: put them into one array/, () =>
      sampler.sample({ ...seedsOf(0), seeds: [...seedsOf(0).seeds, ...seedsOf(1).seeds] }),
    )
    // a failure leaves nothing behind
    assert.deepEqual(Array.from(sampler.sample(seedsOf(6)).nodes[0]!.ids), [6, 3])
  })

  it('of times', () => {
    const byNode = new NeighborSampler(seven, { numNeighbors: [1], time: { on: 'node', column: 'time' } })
    const byEdge = new NeighborSampler(seven, { numNeighbors: [1], time: { on: 'edge', column: 'time' } })
    const timeless = new NeighborSampler(seven, { numNeighbors: [1] })
    const timed = (times: number[]) => ({ ...seedsOf(0), seeds: [{ ...seedsOf(0).seeds[0]!, times }] })
    fails('INVALID_ARGUMENT', /no time of their own/, () => byEdge.sample(seedsOf(0)))
    fails('INVALID_ARGUMENT', /given no time column/, () => timeless.sample(timed([1])))
    fails('INVALID_ARGUMENT', /1 seeds, 2 times/, () => byNode.sample(timed([1, 2])))
    fails('INVALID_ARGUMENT', /not a number/, () => byNode.sample(timed([Number.NaN])))
  })

  it('of excluded edges', () => {
    const sampler = new NeighborSampler(seven, { numNeighbors: [1] })
    const exclude = (part: object) => () => sampler.sample({ ...seedsOf(0), exclude: [part as never] })
    fails('INVALID_ARGUMENT', /edges to exclude/, exclude({ edgeType: ['v', 'x', 'v'], ids: Uint32Array.of(1) }))
    fails('INVALID_ARGUMENT', /differ in length/, exclude({ edgeType: ['v', 'to', 'v'], sources: Uint32Array.of(1) }))
  })

  it('of negatives and HGT samplers', () => {
    const edgeType = ['v', 'to', 'v'] as const
    fails(
      'INVALID_ARGUMENT',
      /above 0, not 0/,
      () => new NegativeSampler(seven, edgeType, { mode: 'binary', amount: 0 }),
    )
    fails(
      'INVALID_ARGUMENT',
      /whole number/,
      () => new NegativeSampler(seven, edgeType, { mode: 'triplet', amount: 1.5 }),
    )
    fails(
      'INVALID_ARGUMENT',
      /7 nodes, 1 weights/,
      () => new NegativeSampler(seven, edgeType, { mode: 'binary', dstWeight: [1] }),
    )
    fails(
      'INVALID_ARGUMENT',
      /add up to 0/,
      () => new NegativeSampler(seven, edgeType, { mode: 'binary', dstWeight: new Float32Array(7) }),
    )
    fails('INVALID_ARGUMENT', /Unknown type x/, () => new HgtSampler(seven, { numSamples: { x: [1] } }))
    fails('INVALID_ARGUMENT', /no hops/, () => new HgtSampler(seven, { numSamples: [] }))
    fails('INVALID_ARGUMENT', /given twice/, () => new HgtSampler(seven, { numSamples: [1] }).sample(seedsOf(1, 1)))
  })

  it('of graphs in memory', () => {
    const edges = (sources: number[], targets: number[]) => () =>
      new MemoryGraph(
        [{ nodeType: 'v', count: 2 }],
        [{ edgeType: ['v', 'to', 'v'], sources: Uint32Array.from(sources), targets: Uint32Array.from(targets) }],
      )
    fails('INVALID_ARGUMENT', /differ in length/, edges([0], []))
    fails('INVALID_ARGUMENT', /edge 1 has end point 2, there are 2 nodes/, edges([0, 2], [0, 1]))
    fails(
      'INVALID_ARGUMENT',
      /no nodes of type w/,
      () =>
        new MemoryGraph([], [{ edgeType: ['w', 'to', 'w'], sources: new Uint32Array(0), targets: new Uint32Array(0) }]),
    )
    fails('INVALID_ARGUMENT', /Unknown edge type v__x__v. Known: v__to__v/, () => seven.edgeCount(['v', 'x', 'v']))
  })

  it('of databases: names, deleted seeds, columns that are no numbers', async () => {
    const database = await databaseOf(SEVEN, true)
    const { connection } = database
    await connection.query('ALTER TABLE v ADD name STRING')
    await connection.query('MATCH (n:v {key: 4}) DETACH DELETE n')
    const graph = database.open()
    const sampler = new NeighborSampler(graph, { numNeighbors: [-1] })
    fails('INVALID_ARGUMENT', /Seed 4 of v does not exist/, () => sampler.sample(seedsOf(4)))
    assert.equal(graph.hasNode('v', 3), true)
    fails('UNKNOWN_TABLE', /Unknown node type w. Known: v/, () => graph.nodeCount('w'))
    fails('UNKNOWN_TABLE', /Unknown edge type v__x__v. Known: v__to__v/, () => graph.edgeCount(['v', 'x', 'v']))
    fails('UNKNOWN_PROPERTY', /w/, () => new NeighborSampler(graph, { numNeighbors: [1], weightColumn: 'w' }))
    const time = { on: 'node', column: 'name' } as const
    fails('TYPE_MISMATCH', /v.name/, () => new NeighborSampler(graph, { numNeighbors: [1], time }))
    await database.close()
  })
})
