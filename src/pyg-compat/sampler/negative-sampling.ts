import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { CheckedColumn } from './checked-column.ts'
import { EdgeLookup } from './edge-lookup.ts'
import { NodeDraw } from './node-draw.ts'
import { RandomStream } from './random.ts'
import type { SamplerGraph } from './sampler-graph.ts'

/** How links that do not exist are made up beside those that do. */
export interface NegativeSampling {
  /** 'binary': pairs of a random source and a random target. 'triplet': random targets for each link's source. */
  readonly mode: 'binary' | 'triplet'
  /** Negatives per link, above 0; a whole number for triplets. Default 1. */
  readonly amount?: number
  /** Weights by node of sources and of targets. Default: all alike. */
  readonly srcWeight?: ArrayLike<number>
  readonly dstWeight?: ArrayLike<number>
  /** Never make up a link that is stored: each one is looked up. Default false, as in PyG. */
  readonly exact?: boolean
}

/** The links that negatives are made up for. */
export interface NegativeRequest {
  readonly sources: Uint32Array
  /** Times of the links: end points of their negatives are not later. Link k gives its time to negatives k, k + P, k + 2P … */
  readonly times: ArrayLike<number> | null
  readonly epoch: number
  readonly batch: number
}

/** What negatives are made from. */
export interface NegativeSamplerOptions extends NegativeSampling {
  readonly seed?: number
  /** Column with the times of nodes, for requests with times; types without it are as old as can be. */
  readonly timeColumn?: string
}

/** Made-up links. Both arrays [ceil(P * amount)]. */
export interface Negatives {
  /** null for triplets: negative k has the source of link k mod P. */
  readonly sources: Uint32Array | null
  readonly targets: Uint32Array
}

/** A deleted node is drawn anew so many times, then the next one that is not deleted is taken. */
const LIVE_ROUNDS = 4096
/** Sets these numbers apart from others of a batch. */
const NEGATIVE_WORD = 0x4e45_4721
/** A candidate that is too late is drawn anew so many times, then the oldest node is taken. */
const TIME_ROUNDS = 5
/** A pair that is stored is drawn anew so many times, then targets are tried one after the other. */
const EXACT_ROUNDS = 64

/**
 * Makes up links for the links of a batch. A negative depends on the seed, epoch, batch and its number alone. Deleted nodes are never drawn.
 * Cost: some 10 ns a negative; exact ones read a list each.
 */
export class NegativeSampler {
  readonly mode: 'binary' | 'triplet'
  readonly amount: number
  readonly #graph: SamplerGraph
  readonly #edgeType: EdgeType
  readonly #seed: number
  readonly #sources: NodeDraw | null
  readonly #targets: NodeDraw
  readonly #lookup: EdgeLookup | null
  readonly #sourceTimes: CheckedColumn | null
  readonly #targetTimes: CheckedColumn | null
  readonly #random = new RandomStream()
  readonly #oldest = new Map<string, number>()

  /** @throws {DatabaseError} INVALID_ARGUMENT: an amount out of range, weights that do not fit; BINDER: exact, but edges are stored one way only. */
  constructor(graph: SamplerGraph, edgeType: EdgeType, options: NegativeSamplerOptions) {
    const { mode, amount = 1, srcWeight, dstWeight, exact = false, seed = 0, timeColumn } = options
    if (!(amount > 0) || !Number.isFinite(amount))
      throw invalid(`The amount of negatives must be above 0, not ${amount}.`)
    if (mode === 'triplet' && !Number.isInteger(amount)) {
      throw invalid(`The amount of negatives of triplets must be a whole number, not ${amount}.`)
    }
    if (mode === 'triplet' && srcWeight !== undefined) throw invalid('Triplets draw no sources: leave srcWeight out.')
    const [source, , target] = edgeType
    this.mode = mode
    this.amount = amount
    this.#graph = graph
    this.#edgeType = edgeType
    this.#seed = seed
    this.#sources = mode === 'binary' ? new NodeDraw(source, graph.nodeCount(source), srcWeight) : null
    this.#targets = new NodeDraw(target, graph.nodeCount(target), dstWeight)
    this.#lookup = exact ? new EdgeLookup(graph, edgeType) : null
    this.#sourceTimes = timeColumn === undefined ? null : timesOf(graph, source, timeColumn)
    this.#targetTimes = timeColumn === undefined ? null : timesOf(graph, target, timeColumn)
  }

  /** @returns the number of negatives for so many links. */
  countFor(links: number): number {
    return Math.ceil(links * this.amount)
  }

  /** @throws {DatabaseError} RUNTIME: there is no node, or no link that is not stored; a time that is no number. */
  draw(request: NegativeRequest): Negatives {
    const links = request.sources.length
    const count = this.countFor(links)
    const sources = this.mode === 'triplet' ? null : new Uint32Array(count)
    const targets = new Uint32Array(count)
    const random = this.#random
    random.scope(this.#seed)
    random.absorb(NEGATIVE_WORD)
    random.absorb(request.epoch)
    random.absorb(request.batch)
    for (let k = 0; k < count; k++) {
      random.start(k)
      const latest = request.times === null ? Number.POSITIVE_INFINITY : request.times[k % links]!
      this.#drawOne(k, request.sources[k % links]!, latest, sources, targets)
    }
    return { sources, targets }
  }

  close(): void {
    this.#lookup?.close()
  }

  #drawOne(k: number, link: number, latest: number, sources: Uint32Array | null, targets: Uint32Array): void {
    const [sourceType, , targetType] = this.#edgeType
    for (let round = 0; ; round++) {
      const source = sources === null ? link : this.#drawNode(this.#sources!, sourceType, this.#sourceTimes, latest)
      let target = this.#drawNode(this.#targets, targetType, this.#targetTimes, latest)
      if (this.#lookup?.has(source, target)) {
        if (round < EXACT_ROUNDS) continue
        target = this.#nextUnlinked(this.#lookup, source, target, latest)
        if (target < 0) {
          // other sources may have room; a triplet has no other
          if (sources !== null && round < 2 * EXACT_ROUNDS) continue
          throw new DatabaseError(
            'RUNTIME',
            `There is no target that node ${source} has no ${edgeTypeKey(this.#edgeType)} edge to.`,
          )
        }
      }
      if (sources !== null) sources[k] = source
      targets[k] = target
      return
    }
  }

  /** @returns the first target after `start`, all round, that could be drawn and that the source has no edge to; -1 if there is none. */
  #nextUnlinked(lookup: EdgeLookup, source: number, start: number, latest: number): number {
    const [, , targetType] = this.#edgeType
    const count = this.#graph.nodeCount(targetType)
    for (let step = 1; step < count; step++) {
      const target = (start + step) % count
      if (!this.#graph.hasNode(targetType, target) || lookup.has(source, target)) continue
      if (this.#targetTimes === null || this.#targetTimes.at(target) <= latest) return target
    }
    return -1
  }

  #drawNode(draw: NodeDraw, nodeType: string, times: CheckedColumn | null, latest: number): number {
    for (let round = 0; ; round++) {
      const node = this.#drawLive(draw, nodeType)
      if (times === null || latest === Number.POSITIVE_INFINITY || times.at(node) <= latest) return node
      if (round === TIME_ROUNDS) return this.#oldestNode(nodeType, times)
    }
  }

  #drawLive(draw: NodeDraw, nodeType: string): number {
    let node = draw.draw(this.#random)
    for (let round = 0; !this.#graph.hasNode(nodeType, node); round++) {
      if (round === LIVE_ROUNDS) return this.#nextLive(nodeType, node)
      node = draw.draw(this.#random)
    }
    return node
  }

  /** @returns the first node after `start`, all round, that is not deleted. @throws {DatabaseError} RUNTIME: there is none. */
  #nextLive(nodeType: string, start: number): number {
    const count = this.#graph.nodeCount(nodeType)
    for (let step = 1; step < count; step++) {
      const node = (start + step) % count
      if (this.#graph.hasNode(nodeType, node)) return node
    }
    throw new DatabaseError('RUNTIME', `There are no nodes of ${nodeType} to draw negatives from.`)
  }

  /** @returns the node with the smallest time. Cost: reads all times, once. */
  #oldestNode(nodeType: string, times: CheckedColumn): number {
    const known = this.#oldest.get(nodeType)
    if (known !== undefined) return known
    let oldest = -1
    let time = Number.POSITIVE_INFINITY
    const count = this.#graph.nodeCount(nodeType)
    for (let node = 0; node < count; node++) {
      if (!this.#graph.hasNode(nodeType, node)) continue
      const at = times.at(node)
      if (oldest >= 0 && at >= time) continue
      oldest = node
      time = at
    }
    this.#oldest.set(nodeType, oldest)
    return oldest
  }
}

function timesOf(graph: SamplerGraph, nodeType: string, column: string): CheckedColumn | null {
  try {
    return new CheckedColumn(graph.nodeNumbers(nodeType, column), `${nodeType}.${column}`)
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'UNKNOWN_PROPERTY') return null
    throw error
  }
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}
