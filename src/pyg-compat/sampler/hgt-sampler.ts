import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { EdgeBuffer } from './edge-buffer.ts'
import { HgtCandidates } from './hgt-candidates.ts'
import { NeighbourLists } from './neighbour-lists.ts'
import { type NodeTypeState, nodeTypeStates, sampledNodes } from './node-type-state.ts'
import { Picks, SCANNED_PICKS } from './picks.ts'
import { hashText, RandomStream } from './random.ts'
import { requireKnown } from './relations.ts'
import type { SampledEdges, SampledSubgraph } from './sampled-subgraph.ts'
import type { SamplerGraph } from './sampler-graph.ts'
import type { SampleRequest } from './sampler-options.ts'

/** How {@link HgtSampler} draws. */
export interface HgtSamplerOptions {
  /** Nodes to add per hop: to each node type alike, or by node type. All lists have one length: the number of hops. */
  readonly numSamples: readonly number[] | Readonly<Record<string, readonly number[]>>
  /** Key of all random numbers. Default 0. */
  readonly seed?: number
  /** In-edges looked at of one node and relation at most; of longer lists as many at random, the same ones whenever the node is looked at. Default 50. */
  readonly maxDegree?: number
  /** Report edge ids. Default true. */
  readonly withEdgeIds?: boolean
  /** As of NeighborSampler. Default 64 MiB. */
  readonly mapBudgetBytes?: number
}

const MAX_DEGREE = 50
const MAP_BUDGET_BYTES = 64 << 20
/** Sets the numbers that choose candidates apart from those that shorten lists. */
const CANDIDATE_WORD = 0x4847_5421

/** One edge type, its lists and what is known of it. */
interface Relation {
  readonly edgeType: EdgeType
  readonly keyWord: number
  readonly lists: NeighbourLists
  readonly neighbours: HgtNodes
  readonly owners: HgtNodes
}

/** Nodes of one type, those that may come next, and how many of them do in each hop. */
interface HgtNodes {
  readonly state: NodeTypeState
  readonly candidates: HgtCandidates
  readonly counts: readonly number[]
  readonly keyWord: number
}

/**
 * Samples about as many nodes of every type. A node that enters the sample gives each in-neighbour 1 / (number of in-edges) in every relation; each hop
 * and type draws from those that were given something, without replacement, in proportion to the square of what they were given. The subgraph has all
 * edges among the sampled nodes.
 *
 * Of nodes with more than `maxDegree` in-edges of a relation, a random choice of so many stands for all, both for giving and for the edges that are
 * reported. The result is a function of the graph, the options and the request. Numbers per hop are not reported, since edges join nodes of all hops.
 * Source: Hu et al., "Heterogeneous graph transformer" (WWW 2020), as PyG's HGTLoader does it.
 */
export class HgtSampler {
  readonly edgeTypes: readonly EdgeType[]
  readonly nodeTypes: readonly string[]
  /** Number of hops. */
  readonly hops: number
  readonly #graph: SamplerGraph
  readonly #options: HgtSamplerOptions
  readonly #maxDegree: number
  readonly #nodes: readonly HgtNodes[]
  #relations: readonly Relation[] | null = null
  readonly #base = new RandomStream()
  readonly #random = new RandomStream()
  readonly #picks = new Picks()

  /** @throws {DatabaseError} INVALID_ARGUMENT: unknown node types, lists of different lengths, counts that are no whole numbers of at least 0. */
  constructor(graph: SamplerGraph, options: HgtSamplerOptions) {
    const counts = countsByType(options.numSamples, graph.nodeTypes)
    const { maxDegree = MAX_DEGREE, mapBudgetBytes = MAP_BUDGET_BYTES } = options
    if (!(maxDegree >= 1)) throw invalid(`maxDegree must be at least 1, not ${maxDegree}.`)
    this.#graph = graph
    this.#options = options
    this.#maxDegree = maxDegree
    this.#nodes = nodeTypeStates(graph, false, mapBudgetBytes, () => null).map((state, at) => ({
      state,
      candidates: new HgtCandidates(),
      counts: counts[at]!,
      keyWord: hashText(state.nodeType),
    }))
    this.edgeTypes = graph.edgeTypes
    this.nodeTypes = graph.nodeTypes
    this.hops = counts[0]?.length ?? 0
  }

  /**
   * Samples one batch. Its arrays belong to the caller. Times and exclusions of the request are not for this sampler.
   * @throws {DatabaseError} INVALID_ARGUMENT: unknown types, seeds that do not exist or repeat.
   */
  sample(request: SampleRequest): SampledSubgraph {
    this.#base.scope(this.#options.seed ?? 0)
    this.#base.absorb(request.epoch)
    this.#base.absorb(request.batch)
    for (const { state, candidates } of this.#nodes) {
      state.index.clear()
      candidates.clear()
      state.from = 0
    }
    this.#addSeeds(request)
    for (let hop = 0; hop < this.hops; hop++) {
      this.#giveToNeighbours()
      for (const nodes of this.#nodes) this.#takeCandidates(nodes, hop)
    }
    return {
      nodes: this.#nodes.map(({ state }) => sampledNodes(state, false, false)),
      edges: this.#opened().map((relation) => this.#edgesOf(relation)),
    }
  }

  /** Unpins what the sampler holds. It may be used again. */
  close(): void {
    for (const { lists } of this.#relations ?? []) lists.close()
    this.#relations = null
  }

  #addSeeds({ seeds }: SampleRequest): void {
    requireKnown(
      seeds.map((group) => group.nodeType),
      this.nodeTypes,
      'the seeds',
    )
    for (const { nodeType, ids } of seeds) {
      const { index } = this.#nodesOf(nodeType).state
      for (const node of ids) {
        if (!this.#graph.hasNode(nodeType, node)) throw invalid(`Seed ${node} of ${nodeType} does not exist.`)
        if (!index.add(node, 0)) throw invalid(`Seed ${node} of ${nodeType} is given twice: seeds must be distinct.`)
      }
    }
  }

  /** Nodes that entered since the last call give to their neighbours. */
  #giveToNeighbours(): void {
    for (const { state } of this.#nodes) state.to = state.index.count
    for (const relation of this.#opened()) {
      const { owners, neighbours, lists } = relation
      const { index, from, to } = owners.state
      for (let local = from; local < to; local++) {
        const count = this.#look(relation, index.ids[local]!)
        for (let i = 0; i < count; i++) {
          const neighbour = lists.neighbour(this.#positionAt(i))
          if (neighbours.state.index.find(neighbour, 0) < 0) neighbours.candidates.give(neighbour, 1 / count)
        }
      }
    }
    for (const { state } of this.#nodes) state.from = state.to
  }

  #takeCandidates({ state, candidates, counts, keyWord }: HgtNodes, hop: number): void {
    const random = this.#random
    random.continue(this.#base)
    random.absorb(CANDIDATE_WORD)
    random.absorb(hop)
    random.absorb(keyWord)
    for (const node of candidates.take(counts[hop]!, random)) state.index.add(node, 0)
  }

  /** Loads the in-edges of a node. @returns how many of them count; {@link #positionAt} tells which. */
  #look({ lists, keyWord }: Relation, node: number): number {
    lists.load(node)
    const picks = this.#picks
    picks.count = 0
    if (lists.degree <= this.#maxDegree) return lists.degree
    const random = this.#random
    random.continue(this.#base)
    random.absorb(keyWord)
    random.start(node)
    if (this.#maxDegree <= SCANNED_PICKS) picks.drawFew(random, lists.degree, this.#maxDegree)
    else picks.drawMany(random, lists.degree, this.#maxDegree)
    picks.sort()
    return picks.count
  }

  #positionAt(i: number): number {
    return this.#picks.count === 0 ? i : this.#picks.positions[i]!
  }

  #edgesOf(relation: Relation): SampledEdges {
    const { edgeType, lists, owners, neighbours } = relation
    const edges = new EdgeBuffer(this.#options.withEdgeIds ?? true)
    const { index } = owners.state
    for (let local = 0; local < index.count; local++) {
      const count = this.#look(relation, index.ids[local]!)
      for (let i = 0; i < count; i++) {
        const position = this.#positionAt(i)
        const neighbour = neighbours.state.index.find(lists.neighbour(position), 0)
        if (neighbour < 0) continue
        edges.reserve(1)
        edges.rows[edges.count] = neighbour
        edges.cols[edges.count] = local
        if (edges.withIds) edges.ids[edges.count] = lists.edge(position)
        edges.count++
      }
    }
    const ids = edges.withIds ? edges.ids.slice(0, edges.count) : null
    return { edgeType, edgeIndex: edges.edgeIndex(), ids, perHop: null }
  }

  #opened(): readonly Relation[] {
    this.#relations ??= this.edgeTypes.map((edgeType) => ({
      edgeType,
      keyWord: hashText(edgeTypeKey(edgeType)),
      lists: new NeighbourLists(this.#graph.adjacency(edgeType, 'bwd', this.#options.withEdgeIds ?? true), null, true),
      neighbours: this.#nodesOf(edgeType[0]),
      owners: this.#nodesOf(edgeType[2]),
    }))
    return this.#relations
  }

  #nodesOf(nodeType: string): HgtNodes {
    return this.#nodes.find(({ state }) => state.nodeType === nodeType)!
  }
}

function countsByType(
  given: HgtSamplerOptions['numSamples'],
  nodeTypes: readonly string[],
): readonly (readonly number[])[] {
  const isList = (list: HgtSamplerOptions['numSamples']): list is readonly number[] => Array.isArray(list)
  const byType: Readonly<Record<string, readonly number[]>> = isList(given)
    ? Object.fromEntries(nodeTypes.map((type) => [type, given]))
    : given
  requireKnown(Object.keys(byType), nodeTypes, 'the numbers of samples')
  const hops = Object.values(byType)[0]?.length ?? 0
  if (hops === 0) throw invalid('The numbers of samples have no hops: give at least one number per node type.')
  return nodeTypes.map((type) => {
    const list = byType[type]
    if (list === undefined) throw invalid(`The numbers of samples say nothing about ${type}.`)
    if (list.length !== hops) throw invalid(`${type} has ${list.length} hops, others have ${hops}.`)
    const wrong = list.find((count) => !Number.isInteger(count) || count < 0)
    if (wrong !== undefined)
      throw invalid(`A number of samples is a whole number of at least 0, not ${wrong} (${type}).`)
    return list
  })
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}
