import type { Value } from '../../types/value.ts'
import type { Run } from '../run.ts'
import { GrowingIds } from './growing-ids.ts'
import { type GraphHop, type RecursiveGraph, relIdAt } from './recursive-graph.ts'
import type { RecursivePathValues } from './recursive-path-values.ts'
import { RecursiveSearch, type SearchOptions } from './recursive-search.ts'
import type { TargetDistances } from './recursive-target.ts'

/**
 * Lists paths one by one, depth first: WALK with its paths, TRAIL (no rel twice), ACYCLIC (no node twice between the ends; an end may be one of them, as
 * Kùzu has it). The rels that could come next lie on a stack of arrays. Memory: the degrees along one path.
 */
export class PathSearch extends RecursiveSearch {
  readonly #distances: TargetDistances | null
  /** The stack: node that a rel leads to, the rel, its hop. */
  readonly #nodes: GrowingIds
  readonly #relIds: GrowingIds
  readonly #hops: GrowingIds
  /** By depth: the next rel to take, and the end of those that can be taken. */
  readonly #next: number[] = []
  readonly #end: number[] = []
  /** By depth: the rel taken. */
  readonly #chosen: number[] = []
  #top = -1
  #start = 0
  /** Node of the last result that the search goes on from; -1: it does not. */
  #descend = -1
  #givesStart = false

  constructor(
    run: Run,
    graph: RecursiveGraph,
    options: SearchOptions,
    values: RecursivePathValues | null,
    distances: TargetDistances | null,
  ) {
    super(graph, options, values)
    this.#nodes = new GrowingIds(run)
    this.#relIds = new GrowingIds(run)
    this.#hops = new GrowingIds(run)
    this.#distances = distances
  }

  protected stop(): void {
    this.#top = -1
    this.#descend = -1
    this.#givesStart = false
  }

  protected begin(node: number): void {
    this.stop()
    this.#distances?.aim(this.target)
    this.#start = node
    this.values?.changedFrom(0)
    this.#givesStart = this.options.lower === 0 && this.isEnd(node)
    if (this.options.upper > 0) this.#push(node)
  }

  next(): boolean {
    if (this.#givesStart) {
      this.#givesStart = false
      return this.found(this.#start, 0, 1)
    }
    if (this.#descend >= 0) this.#push(this.#descend)
    this.#descend = -1
    const { lower, upper } = this.options
    while (this.#top >= 0) {
      const at = this.#next[this.#top]!++
      if (at >= this.#end[this.#top]!) {
        this.#top--
        continue
      }
      if (!this.#mayTake(at)) continue
      this.#chosen[this.#top] = at
      this.values?.changedFrom(this.#top)
      const node = this.#nodes.data[at]!
      const length = this.#top + 1
      const goesOn = length < upper && this.#mayPass(node)
      if (length >= lower && this.isEnd(node)) {
        if (goesOn) this.#descend = node
        return this.found(node, length, 1)
      }
      if (goesOn) this.#push(node)
    }
    return false
  }

  /** Puts the rels of a node on the stack, those only that can still lead to an end. */
  #push(node: number): void {
    const { graph } = this
    const start = this.#top < 0 ? 0 : this.#end[this.#top]!
    this.#top++
    this.#truncate(start)
    for (const hop of graph.tableOf(node).hops) this.#pushHop(hop, node)
    this.#next[this.#top] = start
    this.#end[this.#top] = this.#nodes.length
  }

  #truncate(length: number): void {
    this.#nodes.length = length
    this.#relIds.length = length
    this.#hops.length = length
  }

  #pushHop(hop: GraphHop, node: number): void {
    const { graph, target } = this
    const distances = this.#distances
    const left = this.options.upper - this.#top - 1
    const { neighbours, lo, hi } = graph.load(hop, node)
    const { base } = hop.to
    for (let k = lo; k < hi; k++) {
      const next = neighbours[k]! + base
      if (left === 0 ? target >= 0 && next !== target : distances !== null && !distances.isWithin(next, left)) continue
      if (!graph.passesRel(hop, k, node)) continue
      this.#nodes.push(next)
      this.#relIds.push(relIdAt(hop, k))
      this.#hops.push(hop.index)
    }
  }

  #mayTake(at: number): boolean {
    if (this.options.semantic !== 'TRAIL') return true
    const relIds = this.#relIds.data
    const hops = this.#hops.data
    for (let depth = 0; depth < this.#top; depth++) {
      const other = this.#chosen[depth]!
      if (relIds[other] === relIds[at] && this.#pair(hops[other]!) === this.#pair(hops[at]!)) return false
    }
    return true
  }

  #pair(hop: number): number {
    return this.graph.hops[hop]!.relTable
  }

  /** @returns whether the path may go on behind the node that has just been reached. */
  #mayPass(node: number): boolean {
    if (this.options.semantic === 'ACYCLIC') {
      const nodes = this.#nodes.data
      for (let depth = 0; depth < this.#top; depth++) if (nodes[this.#chosen[depth]!] === node) return false
    }
    return this.graph.passesNode(node)
  }

  path(): Value {
    const values = this.values!
    for (let step = values.built; step < this.length; step++) {
      const at = this.#chosen[step]!
      const from = step === 0 ? this.#start : this.#nodes.data[this.#chosen[step - 1]!]!
      values.add(this.graph.hops[this.#hops.data[at]!]!, this.#relIds.data[at]!, from, this.#nodes.data[at]!)
    }
    return values.build(this.length)
  }
}
