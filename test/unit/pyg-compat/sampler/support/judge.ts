import assert from 'node:assert/strict'
import { edgeTypeKey } from '../../../../../src/pyg-compat/edge-type.ts'
import type { SampledSubgraph } from '../../../../../src/pyg-compat/sampler/sampled-subgraph.ts'
import type { NeighborSamplerOptions, SampleRequest } from '../../../../../src/pyg-compat/sampler/sampler-options.ts'
import type { GraphModel, ModelEdge } from './graph-model.ts'

/** An edge as it may be drawn: its id, the node it leads to, the time it counts for. */
interface Candidate {
  readonly id: number
  readonly neighbour: number
  readonly time: number
}

/**
 * Judges a directional sample edge by edge: walks hops, types and nodes as PyG's rules say, and asks of every node whether what was drawn for it could have
 * been. Anything else in the sample fails.
 */
export function judge(
  model: GraphModel,
  options: NeighborSamplerOptions,
  request: SampleRequest,
  sample: SampledSubgraph,
) {
  const counts = options.numNeighbors as readonly number[]
  const types = sample.nodes.map(({ nodeType }) => nodeType)
  const found = new Map(types.map((type) => [type, 0]))
  const latest = seedTimes(model, options, request)
  let tree = 0
  for (const { nodeType, ids } of request.seeds) {
    const { ids: sampled, batch } = nodesOf(sample, nodeType)
    for (const [at, id] of ids.entries()) {
      assert.equal(sampled[at], id, 'seeds come first')
      if (batch !== null) assert.equal(batch[at], tree++)
    }
    found.set(nodeType, ids.length)
  }
  const perHop = new Map(types.map((type) => [type, [found.get(type)!]]))
  const slices = new Map<string, readonly [number, number]>(types.map((type) => [type, [0, found.get(type)!]]))
  const next: number[] = sample.edges.map(() => 0)
  for (const [hop, count] of counts.entries()) {
    for (const [at, edges] of sample.edges.entries()) {
      const [neighbourType, , ownerType] = edges.edgeType
      const owners = nodesOf(sample, ownerType)
      const neighbours = nodesOf(sample, neighbourType)
      const total = edges.edgeIndex.length / 2
      const before = next[at]!
      const [from, to] = slices.get(ownerType)!
      for (let local = from; local < to; local++) {
        const limit = latest?.[owners.batch![local]!] ?? Number.POSITIVE_INFINITY
        const allowed = candidates(model, options, request, edges.edgeType, owners.ids[local]!, limit)
        const ids: number[] = []
        for (; next[at]! < total && edges.edgeIndex[total + next[at]!] === local; next[at]!++) {
          const id = edges.ids![next[at]!]!
          const row = edges.edgeIndex[next[at]!]!
          const candidate = allowed.find((c) => c.id === id)
          assert.ok(candidate !== undefined, `${edgeTypeKey(edges.edgeType)}: edge ${id} may not be drawn`)
          assert.equal(neighbours.ids[row], candidate.neighbour)
          if (owners.batch !== null) assert.equal(neighbours.batch![row], owners.batch[local], 'same tree')
          assert.ok(row <= found.get(neighbourType)!, 'local ids in order of discovery')
          if (row === found.get(neighbourType)) found.set(neighbourType, row + 1)
          ids.push(id)
        }
        judgeDraws(ids, allowed, count, options)
      }
      assert.equal(edges.perHop![hop], next[at]! - before, 'edges per hop')
    }
    for (const type of types) {
      slices.set(type, [slices.get(type)![1], found.get(type)!])
      perHop.get(type)!.push(found.get(type)! - slices.get(type)![0])
    }
  }
  for (const [at, edges] of sample.edges.entries()) assert.equal(edges.edgeIndex.length / 2, next[at], 'no other edges')
  for (const { nodeType, ids, batch, perHop: reported } of sample.nodes) {
    assert.equal(ids.length, found.get(nodeType), 'no other nodes')
    assert.deepEqual(reported, perHop.get(nodeType))
    const known = new Set(Array.from(ids, (id, at) => `${id} ${batch?.[at]}`))
    if (options.disjoint !== true || batch === null) assert.equal(known.size, ids.length, 'no node twice')
  }
}

function judgeDraws(
  ids: readonly number[],
  allowed: readonly Candidate[],
  count: number,
  options: NeighborSamplerOptions,
) {
  const all = allowed.map(({ id }) => id)
  if (options.replace === true && count >= 0) {
    assert.equal(ids.length, all.length === 0 ? 0 : count)
    return
  }
  if (count < 0 || all.length <= count) {
    assert.deepEqual(ids, all, 'all, in stored order')
    return
  }
  assert.equal(ids.length, count)
  // a loop is listed twice where edges are followed both ways
  for (const id of ids) assert.ok(timesIn(ids, id) <= timesIn(all, id), 'no edge twice')
  if (options.time?.strategy === 'last') assert.deepEqual(ids, all.slice(all.length - count))
}

/** @returns the edges that a node may draw, in the order in which all of them would be reported. */
function candidates(
  model: GraphModel,
  options: NeighborSamplerOptions,
  request: SampleRequest,
  [neighbourType, relation, ownerType]: readonly [string, string, string],
  owner: number,
  latest: number,
): Candidate[] {
  const stored = model.edges.find(
    ({ edgeType }) => edgeTypeKey(edgeType) === `${neighbourType}__${relation}__${ownerType}`,
  )!
  const key = edgeTypeKey(stored.edgeType)
  const direction = typeof options.direction === 'object' ? options.direction[key] : options.direction
  const all: Candidate[] = []
  const collect = (own: (edge: ModelEdge) => number, other: (edge: ModelEdge) => number) => {
    for (const [id, edge] of stored.list.entries()) {
      if (!edge.alive || own(edge) !== owner) continue
      const neighbour = other(edge)
      const time = options.time?.on === 'edge' ? edge.time : model.nodes.get(neighbourType)![neighbour]!.time
      if (options.time !== undefined && time > latest) continue
      if (!passes(options.nodeFilters?.[neighbourType], neighbour) || !passes(options.edgeFilters?.[key], id)) continue
      if (isExcluded(request, key, id, edge)) continue
      all.push({ id, neighbour, time })
    }
  }
  collect(
    (edge) => edge.target,
    (edge) => edge.source,
  )
  if (direction === 'both') {
    collect(
      (edge) => edge.source,
      (edge) => edge.target,
    )
  }
  return options.time === undefined ? all : all.sort((a, b) => a.time - b.time)
}

function isExcluded({ exclude = [] }: SampleRequest, key: string, id: number, edge: ModelEdge): boolean {
  return exclude.some(
    ({ edgeType, ids, sources, targets }) =>
      edgeTypeKey(edgeType) === key &&
      (ids?.includes(id) === true ||
        sources?.some((s, k) => s === edge.source && targets![k] === edge.target) === true),
  )
}

function seedTimes(model: GraphModel, options: NeighborSamplerOptions, { seeds }: SampleRequest): number[] | null {
  if (options.time === undefined) return null
  return seeds.flatMap(({ nodeType, ids, times }) =>
    Array.from(ids, (id, at) => times?.[at] ?? model.nodes.get(nodeType)![id]!.time),
  )
}

function nodesOf(sample: SampledSubgraph, nodeType: string) {
  return sample.nodes.find((nodes) => nodes.nodeType === nodeType)!
}

function timesIn(ids: readonly number[], wanted: number): number {
  return ids.filter((id) => id === wanted).length
}

function passes(bits: Uint32Array | undefined, row: number): boolean {
  return bits === undefined || ((bits[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0
}
