import type { Value } from '../../types/value.ts'
import type { GraphHop, RecursiveGraph } from './recursive-graph.ts'
import { checkPathCount, RecursiveSearch, type SearchOptions } from './recursive-search.ts'
import type { TargetDistances } from './recursive-target.ts'

/** Nodes of one level with the number of walks that lead to each. */
interface Level {
  nodes: Uint32Array
  /** By node; 0 for nodes that are not in the level. */
  counts: Float64Array
  length: number
}

function emptyLevel(): Level {
  return { nodes: new Uint32Array(0), counts: new Float64Array(0), length: 0 }
}

/**
 * Walks without their paths: level by level, how many walks of that length lead to each node. Cost: per level one read of the list of each node in
 * it, however many walks there are.
 */
export class LevelSearch extends RecursiveSearch {
  #level = emptyLevel()
  #nextLevel = emptyLevel()
  readonly #distances: TargetDistances | null
  #depth = 0
  #position = 0
  #isSummed = false

  /** @param distances how far nodes are from a bound end; null if that is not known. */
  constructor(graph: RecursiveGraph, options: SearchOptions, distances: TargetDistances | null) {
    super(graph, options, null)
    this.#distances = distances
  }

  protected stop(): void {
    for (const level of [this.#level, this.#nextLevel]) clear(level)
    this.#depth = this.options.upper
    this.#position = 0
    this.#isSummed = true
  }

  protected begin(node: number): void {
    this.stop()
    this.#makeRoom()
    this.#distances?.aim(this.target)
    this.#level.nodes[0] = node
    this.#level.counts[node] = 1
    this.#level.length = 1
    this.#depth = 0
    this.#isSummed = false
  }

  #makeRoom(): void {
    const { nodeCount } = this.graph
    if (this.#level.counts.length >= nodeCount) return
    this.graph.reserve(24)
    for (const level of [this.#level, this.#nextLevel]) {
      level.nodes = new Uint32Array(nodeCount)
      level.counts = new Float64Array(nodeCount)
    }
  }

  next(): boolean {
    const { lower, upper, ignoresEnd, isDistinct } = this.options
    for (;;) {
      if (this.#depth >= lower) {
        if (this.target >= 0 || (ignoresEnd && !isDistinct)) {
          if (this.#sum()) return true
        } else if (this.#nextInLevel()) return true
      }
      if (this.#depth >= upper || this.#level.length === 0) return false
      if (this.#isLastOfSums()) return this.#sumByDegrees()
      this.#expandLevel()
    }
  }

  #nextInLevel(): boolean {
    const { nodes, counts, length } = this.#level
    while (this.#position < length) {
      const node = nodes[this.#position++]!
      if (!this.isEnd(node)) continue
      checkPathCount(counts[node]!)
      return this.found(node, this.#depth, counts[node]!)
    }
    return false
  }

  /** The level as one result: all walks to the bound end, or to any end. */
  #sum(): boolean {
    if (this.#isSummed) return false
    this.#isSummed = true
    const { nodes, counts, length } = this.#level
    if (this.target >= 0) {
      const count = counts[this.target]!
      checkPathCount(count)
      return count !== 0 && this.found(this.target, this.#depth, count)
    }
    let sum = 0
    for (let i = 0; i < length; i++) if (this.isEnd(nodes[i]!)) sum += counts[nodes[i]!]!
    checkPathCount(sum)
    return sum !== 0 && this.found(nodes[0]!, this.#depth, sum)
  }

  #isLastOfSums(): boolean {
    const { upper, ignoresEnd, isDistinct } = this.options
    return this.#depth === upper - 1 && ignoresEnd && !isDistinct && this.target < 0 && this.graph.relTest === null
  }

  /** fast path: how many walks the last level has follows from degrees. */
  #sumByDegrees(): boolean {
    const { graph } = this
    const { nodes, counts, length } = this.#level
    const end = nodes[0]!
    let sum = 0
    for (let i = 0; i < length; i++) {
      const node = nodes[i]!
      if (this.#depth > 0 && !graph.passesNode(node)) continue
      for (const hop of graph.tableOf(node).hops) {
        if (this.isEndTable(hop.to)) sum += counts[node]! * graph.degree(hop, node)
      }
    }
    const depth = this.#depth + 1
    checkPathCount(sum)
    this.stop()
    return sum !== 0 && this.found(end, depth, sum)
  }

  #expandLevel(): void {
    const { graph } = this
    const level = this.#level
    for (let i = 0; i < level.length; i++) {
      const node = level.nodes[i]!
      if (this.#depth > 0 && !graph.passesNode(node)) continue
      for (const hop of graph.tableOf(node).hops) this.#expand(hop, node, level.counts[node]!)
    }
    clear(level)
    this.#level = this.#nextLevel
    this.#nextLevel = level
    this.#depth++
    this.#position = 0
    this.#isSummed = false
  }

  #expand(hop: GraphHop, node: number, count: number): void {
    const { graph, options } = this
    const distances = this.#distances
    const left = options.upper - this.#depth - 1
    const { neighbours, lo, hi } = graph.load(hop, node)
    const { base } = hop.to
    const next = this.#nextLevel
    const { counts, nodes } = next
    for (let k = lo; k < hi; k++) {
      const to = neighbours[k]! + base
      if (distances !== null && !distances.isWithin(to, left)) continue
      if (!graph.passesRel(hop, k, node)) continue
      if (counts[to] === 0) nodes[next.length++] = to
      counts[to] = options.isDistinct ? 1 : counts[to]! + count
    }
  }

  path(): Value {
    throw new TypeError('a search by levels has no paths')
  }
}

function clear(level: Level): void {
  for (let i = 0; i < level.length; i++) level.counts[level.nodes[i]!] = 0
  level.length = 0
}
