import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { bidirectionalEdges } from './bidirectional.ts'
import { EdgeExclusion } from './edge-exclusion.ts'
import { inducedEdges } from './induced.ts'
import { type NodeTypeState, nodeTypeStates, sampledNodes } from './node-type-state.ts'
import { RandomStream } from './random.ts'
import { RelationSampler } from './relation-sampler.ts'
import { requireKnown } from './relations.ts'
import type { SampledEdges, SampledSubgraph } from './sampled-subgraph.ts'
import type { SamplerGraph } from './sampler-graph.ts'
import type { ExcludedEdges, NeighborSamplerOptions, SampleRequest, SeedNodes } from './sampler-options.ts'
import { planSampler, type SamplerPlan } from './sampler-plan.ts'

const NO_TIMES = new Float64Array(0)

/**
 * Draws neighbours of seeds, neighbours of these, and so on: PyG's sampling rules, over lists that are read where they lie.
 *
 * The result is a function of the graph, the options and the request: of nothing that was sampled before, in this thread or another. A sampler belongs
 * to one thread and keeps its memory from batch to batch: that of the largest batch, and 4 bytes a node (see `mapBudgetBytes`).
 * Its lists stay pinned in the pool as far as cursors may; {@link close} gives them back.
 *
 * Rules: within a hop, relations are taken in order; nodes found in a hop draw in the next one, once; a relation's edges are in order of hop, then of the
 * node that draws, then of drawing. Source: PyG's NeighborSampler and pyg-lib.
 */
export class NeighborSampler {
  /** Edge types of its results, in order: those of the graph, with reverse types where edges are followed outwards. */
  readonly edgeTypes: readonly EdgeType[]
  readonly nodeTypes: readonly string[]
  /** Number of hops. */
  readonly hops: number
  /** One tree per seed: asked for, or because of times. */
  readonly disjoint: boolean
  readonly #graph: SamplerGraph
  readonly #plan: SamplerPlan
  readonly #nodes: readonly NodeTypeState[]
  readonly #relations: readonly RelationSampler[]
  readonly #stateOf: ReadonlyMap<string, NodeTypeState>
  readonly #random = new RandomStream()
  readonly #scratch = new RandomStream()
  /** Time of each tree's seed. */
  #latest: Float64Array = NO_TIMES

  /** @throws {DatabaseError} INVALID_ARGUMENT, UNKNOWN_PROPERTY, TYPE_MISMATCH: options that contradict the graph or each other. */
  constructor(graph: SamplerGraph, options: NeighborSamplerOptions) {
    const plan = planSampler(graph, options)
    this.#graph = graph
    this.#plan = plan
    this.disjoint = plan.disjoint
    this.hops = plan.hops
    this.nodeTypes = graph.nodeTypes
    this.#nodes = nodeTypeStates(graph, plan.disjoint, plan.mapBudgetBytes, (type) => plan.nodeTimes.get(type) ?? null)
    this.#stateOf = new Map(this.#nodes.map((state) => [state.nodeType, state]))
    this.#relations = plan.relations.map((relation) => new RelationSampler(graph, relation))
    this.edgeTypes = plan.relations.map(({ relation }) => relation.edgeType)
  }

  /**
   * Samples one batch. Its arrays belong to the caller.
   * Cost: for each node that draws, a look-up of its list; for each edge, 10 ns or so, and what filters, times and weights have to read.
   * @throws {DatabaseError} INVALID_ARGUMENT: unknown types, seeds that do not exist or repeat, times missing; RUNTIME: a weight or time that is no
   *   number; what reading pages throws.
   */
  sample(request: SampleRequest): SampledSubgraph {
    const { subgraphType } = this.#plan
    this.#begin(request)
    for (let hop = 0; hop < this.hops; hop++) {
      this.#plan.labor?.begin(request.epoch, request.batch, hop)
      this.#expand(hop)
    }
    const withHops = subgraphType === 'directional'
    const nodes = this.#nodes.map((state) => sampledNodes(state, this.disjoint, withHops))
    if (subgraphType === 'directional') return { nodes, edges: this.#relations.map(drawnEdges) }
    if (subgraphType === 'bidirectional') return { nodes, edges: bidirectionalEdges(this.#relations.map(drawnEdges)) }
    const edges = this.#relations.map((relation) => {
      const [neighbours, , owners] = relation.relation.edgeType
      return inducedEdges(
        relation,
        this.#stateOf.get(owners)!.index,
        this.#stateOf.get(neighbours)!.index,
        this.#latest,
      )
    })
    return { nodes, edges }
  }

  /** Unpins what the sampler holds. It may be used again. */
  close(): void {
    for (const relation of this.#relations) relation.close()
  }

  #begin(request: SampleRequest): void {
    const { seed } = this.#plan
    this.#random.scope(seed)
    this.#random.absorb(request.epoch)
    this.#random.absorb(request.batch)
    this.#excludeEdges(request.exclude ?? [])
    for (const state of this.#nodes) {
      state.index.clear()
      state.from = 0
      state.perHop = []
    }
    this.#addSeeds(request.seeds)
    for (const state of this.#nodes) state.perHop.push(state.index.count)
  }

  #expand(hop: number): void {
    for (const state of this.#nodes) state.to = state.index.count
    for (const relation of this.#relations) {
      const [neighbourType, , ownerType] = relation.relation.edgeType
      const { index, from, to } = this.#stateOf.get(ownerType)!
      const frontier = { ids: index.ids, trees: index.trees, from, to, latest: this.#latest }
      relation.expand(hop, frontier, this.#stateOf.get(neighbourType)!.index, this.#random, this.#scratch)
    }
    for (const state of this.#nodes) {
      state.perHop.push(state.index.count - state.to)
      state.from = state.to
    }
  }

  #excludeEdges(parts: readonly ExcludedEdges[]): void {
    const known = this.#graph.edgeTypes.map(edgeTypeKey)
    const keys = parts.map(({ edgeType }) => edgeTypeKey(edgeType))
    requireKnown(keys, known, 'the edges to exclude')
    for (const relation of this.#relations) {
      const { storedKey } = relation.relation
      relation.begin(EdgeExclusion.of(parts.filter((_, at) => keys[at] === storedKey)))
    }
  }

  #addSeeds(groups: readonly SeedNodes[]): void {
    requireKnown(
      groups.map((group) => group.nodeType),
      this.nodeTypes,
      'the seeds',
    )
    const total = groups.reduce((sum, group) => sum + group.ids.length, 0)
    if (this.#plan.time !== null) this.#latest = new Float64Array(total)
    let tree = 0
    for (const group of groups) {
      const state = this.#stateOf.get(group.nodeType)!
      if (state.index.count > 0) throw invalid(`Seeds of ${group.nodeType} are given twice: put them into one array.`)
      this.#setTimes(group, state, tree)
      this.#addGroup(group, state, tree)
      tree += group.ids.length
    }
  }

  #addGroup({ nodeType, ids }: SeedNodes, { index }: NodeTypeState, firstTree: number): void {
    for (let i = 0; i < ids.length; i++) {
      const node = ids[i]!
      if (!this.#graph.hasNode(nodeType, node)) {
        throw invalid(`Seed ${node} of ${nodeType} does not exist.`, { nodeType, node })
      }
      if (!index.add(node, firstTree + i)) {
        throw invalid(`Seed ${node} of ${nodeType} is given twice: seeds must be distinct unless disjoint.`, {
          nodeType,
          node,
        })
      }
    }
  }

  #setTimes({ nodeType, ids, times }: SeedNodes, state: NodeTypeState, firstTree: number): void {
    if (this.#plan.time === null) {
      if (times === undefined) return
      throw invalid(`Seeds of ${nodeType} have times, but the sampler was given no time column.`)
    }
    if (times !== undefined && times.length !== ids.length) {
      throw invalid(`Seeds of ${nodeType}: ${ids.length} seeds, ${times.length} times.`)
    }
    if (times === undefined && state.times === null) {
      throw invalid(`Seeds of ${nodeType} have no time of their own (${this.#plan.time.column}): give one for each.`)
    }
    for (let i = 0; i < ids.length; i++) {
      const isKnown = times !== undefined || this.#graph.hasNode(nodeType, ids[i]!)
      const time = times !== undefined ? times[i]! : isKnown ? state.times!.at(ids[i]!) : 0
      if (Number.isNaN(time)) throw invalid(`The time of seed ${ids[i]} of ${nodeType} is not a number.`)
      this.#latest[firstTree + i] = time
    }
  }
}

function drawnEdges({ relation, edges, perHop }: RelationSampler): SampledEdges {
  return {
    edgeType: relation.edgeType,
    edgeIndex: edges.edgeIndex(),
    ids: edges.withIds ? edges.ids.slice(0, edges.count) : null,
    perHop,
  }
}

function invalid(text: string, facts = {}): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text, { facts })
}
