import assert from 'node:assert/strict'
import { MemoryGraph } from '../../../../src/pyg-compat/sampler/memory-graph.ts'
import { NeighborSampler } from '../../../../src/pyg-compat/sampler/neighbor-sampler.ts'
import type { SamplerGraph } from '../../../../src/pyg-compat/sampler/sampler-graph.ts'
import type { NeighborSamplerOptions, SampleRequest } from '../../../../src/pyg-compat/sampler/sampler-options.ts'
import { databaseOf, type GraphDatabase } from './support/database-of.ts'
import {
  type Below,
  copyOf,
  dataOf,
  type GraphModel,
  randomEdge,
  randomModel,
  randomOf,
} from './support/graph-model.ts'
import { judge } from './support/judge.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? 20_261)

function randomBits(count: number, below: Below): Uint32Array {
  const bits = new Uint32Array((count >>> 5) + 1)
  for (let i = 0; i < count; i++) if (below(3) > 0) bits[i >>> 5]! |= 1 << (i & 31)
  return bits
}

function randomOptions(model: GraphModel, below: Below): NeighborSamplerOptions {
  const timed = below(3) === 0
  const time = {
    on: below(2) === 0 ? 'node' : 'edge',
    column: 'time',
    strategy: below(2) === 0 ? 'last' : 'uniform',
  } as const
  const plain = below(3) === 0
  const labor = !plain && !timed && below(4) === 0
  return {
    numNeighbors: Array.from({ length: 1 + below(3) }, () => below(6) - 1),
    seed: below(1000),
    disjoint: below(3) === 0,
    ...(timed ? { time } : {}),
    ...(labor ? { labor: 'hop' as const } : { replace: !(timed && time.strategy === 'last') && below(4) === 0 }),
    ...(!plain && !timed && !labor && below(2) === 0 ? { weightColumn: 'weight' } : {}),
    ...(plain || below(3) > 0 ? {} : { direction: { b__y__b: 'both', a__z__a: 'both' } as const }),
    ...(plain || below(2) > 0 ? {} : { nodeFilters: { b: randomBits(model.nodes.get('b')!.length, below) } }),
    ...(plain || below(2) > 0 ? {} : { edgeFilters: { a__x__b: randomBits(model.edges[0]!.list.length, below) } }),
    mapBudgetBytes: below(2) === 0 ? 0 : 1 << 20,
  }
}

function randomRequest(model: GraphModel, { time, disjoint }: NeighborSamplerOptions, below: Below): SampleRequest {
  const seeds = [...model.nodes].map(([nodeType, list]) => {
    const live = list.flatMap((node, id) => (node.alive && below(4) === 0 ? [id] : []))
    if (live.length > 0 && (disjoint === true || time !== undefined) && below(2) === 0) live.push(live[0]!)
    const given = time?.on === 'edge' || (time !== undefined && below(2) === 0)
    const times = given ? { times: live.map(() => below(20)) } : {}
    return { nodeType, ids: Uint32Array.from(live), ...times }
  })
  const { edgeType, list } = model.edges[below(4)]!
  const some = list.flatMap((edge, id) => (below(4) === 0 ? [{ id, edge }] : []))
  const byId = { edgeType, ids: Uint32Array.from(some, ({ id }) => id) }
  const byEnds = {
    edgeType,
    sources: Uint32Array.from(some, ({ edge }) => edge.source),
    targets: Uint32Array.from(some, ({ edge }) => edge.target),
  }
  const exclude = below(3) > 0 ? {} : { exclude: below(2) === 0 ? [byId] : [byEnds] }
  return { seeds, epoch: below(3), batch: below(100), ...exclude }
}

/** Samples with random options and judges what comes. @returns the samples, to be compared with those of other graphs. */
function judgeMany(graph: SamplerGraph, model: GraphModel, seed: number, rounds: number): unknown[] {
  const below = randomOf(seed)
  return Array.from({ length: rounds }, (_, round) => {
    const options = randomOptions(model, below)
    const request = randomRequest(model, options, below)
    const sampler = new NeighborSampler(graph, options)
    try {
      const sample = sampler.sample(request)
      judge(model, options, request, sample)
      assert.deepEqual(sampler.sample(request), sample, 'the same again')
      return sample
    } catch (error) {
      const { message } = error as Error
      throw new Error(`NISABA_SEED=${SEED}, seed ${seed}, round ${round}, ${JSON.stringify(options)}: ${message}`, {
        cause: error,
      })
    } finally {
      sampler.close()
    }
  })
}

/** Deletes edges and nodes and adds edges, in the database and in the model. */
async function changeAtRandom({ connection }: GraphDatabase, model: GraphModel, below: Below): Promise<void> {
  for (const { edgeType, list } of model.edges) {
    const [source, relation, target] = edgeType
    for (const [id, edge] of list.entries()) {
      if (!edge.alive || below(6) > 0) continue
      edge.alive = false
      await connection.query(`MATCH (:${source})-[r:${relation}]->(:${target}) WHERE r.number = ${id} DELETE r`)
    }
    for (let more = below(12); more > 0; more--) {
      const edge = randomEdge(model.nodes, edgeType, below)
      const { time, weight } = edge
      const properties = `{number: ${list.length}, time: ${time}, weight: ${weight}}`
      await connection.query(
        `MATCH (a:${source} {key: ${edge.source}}), (b:${target} {key: ${edge.target}}) CREATE (a)-[:${relation} ${properties}]->(b)`,
      )
      list.push(edge)
    }
  }
  for (const [nodeType, list] of model.nodes) {
    const gone = below(list.length)
    if (!list[gone]!.alive || list.filter((node) => node.alive).length < 3) continue
    list[gone]!.alive = false
    for (const { edgeType, list: edges } of model.edges) {
      for (const edge of edges) {
        if (edgeType[0] === nodeType && edge.source === gone) edge.alive = false
        if (edgeType[2] === nodeType && edge.target === gone) edge.alive = false
      }
    }
    await connection.query(`MATCH (n:${nodeType} {key: ${gone}}) DETACH DELETE n`)
  }
}

describe('neighbour sampler against the rules', function () {
  this.timeout(120_000)

  it(`over arrays (seed ${SEED})`, () => {
    for (let graph = 0; graph < 40; graph++) {
      const model = randomModel(randomOf(SEED + graph))
      const { nodes, edges } = dataOf(model)
      judgeMany(new MemoryGraph(nodes, edges), model, SEED + graph, 25)
    }
  })

  for (let run = 0; run < 3; run++) {
    it(`over a database that changes, snapshot by snapshot (seed ${SEED + run})`, async () => {
      const seed = SEED + 1000 + run
      const below = randomOf(seed)
      const model = randomModel(below)
      const data = dataOf(model)
      const database = await databaseOf(data, run !== 1)
      const snapshots: { graph: SamplerGraph; model: GraphModel; samples: unknown[] }[] = []
      const look = () => {
        const seen = copyOf(model)
        const graph = database.open()
        snapshots.push({ graph, model: seen, samples: judgeMany(graph, seen, seed, 15) })
      }
      try {
        look()
        assert.deepEqual(snapshots[0]!.samples, judgeMany(new MemoryGraph(data.nodes, data.edges), model, seed, 15))
        for (let change = 0; change < 3; change++) {
          await changeAtRandom(database, model, below)
          look()
        }
        database.merge()
        look()
        // all snapshots still are what they were
        for (const { graph, model: seen, samples } of snapshots)
          assert.deepEqual(judgeMany(graph, seen, seed, 15), samples)
      } finally {
        await database.close()
      }
    })
  }
})
