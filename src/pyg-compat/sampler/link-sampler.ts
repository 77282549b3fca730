import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { type LinkEnds, type LinkSeeds, seedsOfLinks } from './link-seeds.ts'
import { NegativeSampler, type NegativeSampling } from './negative-sampling.ts'
import type { NeighborSampler } from './neighbor-sampler.ts'
import { requireKnown, reverseName } from './relations.ts'
import type { SampledNodes, SampledSubgraph } from './sampled-subgraph.ts'
import type { SamplerGraph } from './sampler-graph.ts'
import type { ExcludedEdges } from './sampler-options.ts'

/** What links are sampled with: a NeighborSampler, or one of the user's own. */
export type LinkNeighbors = Pick<NeighborSampler, 'sample' | 'disjoint'>

/** How links are sampled. */
export interface LinkSamplerOptions {
  /** The type of the links: its end points name the node types. It need not be an edge type of the graph unless edges are excluded or negatives exact. */
  readonly edgeType: EdgeType
  readonly negSampling?: NegativeSampling
  /** Key of the negatives' random numbers. Default 0. */
  readonly seed?: number
  /** Column with the times of nodes, for negatives that are not later than their link. */
  readonly timeColumn?: string
  /**
   * Which stored edges must not carry messages, since a model would read the answer off them: 'none' (PyG leaves this to its user), the links of the batch
   * themselves, or these and their reverses.
   */
  readonly exclude: 'none' | 'self' | 'reverse'
  /** Type of the reverses; default: 'rev_…' if there is such a type, else the type itself when it joins nodes of one type. */
  readonly reverseEdgeType?: EdgeType
}

/** Links of one batch. */
export interface LinkRequest {
  readonly sources: Uint32Array
  readonly targets: Uint32Array
  /** Edge ids of the links: only these are excluded, not other edges between the same nodes. */
  readonly ids?: Uint32Array
  /** Times of the links: all or none, and only for samplers in time. */
  readonly times?: ArrayLike<number>
  readonly epoch: number
  readonly batch: number
}

/** Where the end points of links are in the sampled nodes: local ids. P links, N negatives. */
export type SampledLinks =
  | {
      readonly mode: 'none' | 'binary'
      readonly subgraph: SampledSubgraph
      /** [2, P + N] sources, then targets; links first, negatives after them. */
      readonly edgeLabelIndex: Int32Array
      readonly negatives: number
      /** [P + N]; null without times. */
      readonly times: Float64Array | null
    }
  | {
      readonly mode: 'triplet'
      readonly subgraph: SampledSubgraph
      /** [P]. */
      readonly srcIndex: Int32Array
      readonly dstPosIndex: Int32Array
      /** [P, amount], row-major. */
      readonly dstNegIndex: Int32Array
      readonly amount: number
      /** [P]; null without times. */
      readonly times: Float64Array | null
    }

/**
 * Turns links into seeds and samples around them.
 *
 * Not disjoint: seeds of a type are its distinct end points, sorted. Disjoint: every end point grows a tree of its own, sources before targets, links
 * before negatives; `batch` numbers trees by their link, so that all trees of a link and of its negatives share its number.
 * Source: PyG's LinkNeighborLoader.
 */
export class LinkSampler {
  readonly #sampler: LinkNeighbors
  readonly #options: LinkSamplerOptions
  readonly #negatives: NegativeSampler | null
  readonly #reverse: EdgeType | null
  readonly #timed: boolean

  /**
   * @param timed whether the sampler goes by times: links must have some then, and must not otherwise.
   * @throws {DatabaseError} INVALID_ARGUMENT: unknown types; what {@link NegativeSampler} throws.
   */
  constructor(graph: SamplerGraph, sampler: LinkNeighbors, options: LinkSamplerOptions, timed: boolean) {
    const { edgeType, negSampling, seed = 0, timeColumn, exclude } = options
    requireKnown([edgeType[0], edgeType[2]], graph.nodeTypes, 'the links')
    const known = graph.edgeTypes.map(edgeTypeKey)
    if (exclude !== 'none') requireKnown([edgeTypeKey(edgeType)], known, 'the links whose edges are excluded')
    const more = { seed, ...(timeColumn === undefined ? {} : { timeColumn }) }
    this.#sampler = sampler
    this.#options = options
    this.#negatives =
      negSampling === undefined ? null : new NegativeSampler(graph, edgeType, { ...negSampling, ...more })
    this.#reverse = exclude === 'reverse' ? reverseOf(edgeType, options.reverseEdgeType, graph.edgeTypes) : null
    this.#timed = timed
  }

  /** @throws {DatabaseError} INVALID_ARGUMENT: arrays of different lengths, times missing or unasked for, end points that do not exist; what sampling throws. */
  sample(request: LinkRequest): SampledLinks {
    this.#check(request)
    const { edgeType } = this.#options
    const links = request.sources.length
    const times = request.times ?? null
    const negatives = this.#negatives?.draw({ ...request, times }) ?? null
    const ends: LinkEnds = {
      sources: joined(request.sources, negatives?.sources ?? null),
      targets: joined(request.targets, negatives?.targets ?? null),
      times: times === null ? null : Float64Array.from(times),
      links,
    }
    const seeds = seedsOfLinks(edgeType, ends, this.#sampler.disjoint)
    const { epoch, batch } = request
    const subgraph = this.#sampler.sample({ seeds: seeds.groups, epoch, batch, exclude: this.#excluded(request) })
    const numbered = this.#sampler.disjoint ? withLinkNumbers(subgraph, seeds) : subgraph
    return this.#result(numbered, seeds, ends)
  }

  close(): void {
    this.#negatives?.close()
  }

  #result(subgraph: SampledSubgraph, seeds: LinkSeeds, { times, links, targets }: LinkEnds): SampledLinks {
    const { sources, targets: locals } = seeds
    if (this.#negatives?.mode !== 'triplet') {
      const edgeLabelIndex = new Int32Array(sources.length + locals.length)
      edgeLabelIndex.set(sources)
      edgeLabelIndex.set(locals, sources.length)
      const all = times === null ? null : Float64Array.from({ length: targets.length }, (_, k) => times[k % links]!)
      const mode = this.#negatives === null ? 'none' : 'binary'
      return { mode, subgraph, edgeLabelIndex, negatives: targets.length - links, times: all }
    }
    const { amount } = this.#negatives
    const dstNegIndex = new Int32Array(links * amount)
    // negatives are made copy by copy, reported link by link
    for (let k = 0; k < links * amount; k++)
      dstNegIndex[(k % links) * amount + Math.floor(k / links)] = locals[links + k]!
    const dstPosIndex = locals.slice(0, links)
    return { mode: 'triplet', subgraph, srcIndex: sources, dstPosIndex, dstNegIndex, amount, times }
  }

  #excluded({ sources, targets, ids }: LinkRequest): readonly ExcludedEdges[] {
    const { exclude, edgeType } = this.#options
    if (exclude === 'none') return []
    const own: ExcludedEdges = ids === undefined ? { edgeType, sources, targets } : { edgeType, ids }
    return this.#reverse === null ? [own] : [own, { edgeType: this.#reverse, sources: targets, targets: sources }]
  }

  #check({ sources, targets, ids, times }: LinkRequest): void {
    const lengths = [targets.length, ids?.length ?? sources.length, times?.length ?? sources.length]
    if (lengths.some((length) => length !== sources.length)) {
      throw invalid('Sources, targets, edge ids and times of links must be equally many.')
    }
    if (this.#timed && times === undefined) throw invalid('Links have no times, but the sampler goes by time.')
    if (!this.#timed && times !== undefined)
      throw invalid('Links have times, but the sampler was given no time column.')
  }
}

/** @returns labels for links that get negatives: where the smallest is 0, all one more, since 0 then means negative. */
export function labelsBesideNegatives<Labels extends Float32Array | Float64Array | Int32Array>(labels: Labels): Labels {
  const shifted = labels.slice() as Labels
  if (labels.length > 0 && labels.every((label) => label !== 0)) return shifted
  for (let i = 0; i < shifted.length; i++) shifted[i]! += 1
  return shifted
}

function reverseOf(edgeType: EdgeType, given: EdgeType | undefined, known: readonly EdgeType[]): EdgeType {
  const keys = known.map(edgeTypeKey)
  if (given !== undefined) {
    requireKnown([edgeTypeKey(given)], keys, 'the reverse of the links')
    return given
  }
  const [source, relation, target] = edgeType
  const reverse: EdgeType = [target, reverseName(relation), source]
  if (keys.includes(edgeTypeKey(reverse))) return reverse
  if (source === target) return edgeType
  throw invalid(`Which edges are the reverses of ${edgeTypeKey(edgeType)}? Name their type. Known: ${keys.join(', ')}.`)
}

function withLinkNumbers(subgraph: SampledSubgraph, { linkOfTree }: LinkSeeds): SampledSubgraph {
  const renumbered = (nodes: SampledNodes): SampledNodes => ({
    ...nodes,
    batch: nodes.batch!.map((tree) => linkOfTree[tree]!),
  })
  return { nodes: subgraph.nodes.map(renumbered), edges: subgraph.edges }
}

function joined(first: Uint32Array, second: Uint32Array | null): Uint32Array {
  if (second === null) return first
  const both = new Uint32Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}
