import type { Value } from '../../types/value.ts'
import type { Run } from '../run.ts'
import { type GraphHop, type RecursiveGraph, relIdAt } from './recursive-graph.ts'
import { PathDag } from './recursive-path-dag.ts'
import type { RecursivePathValues } from './recursive-path-values.ts'
import { checkPathCount, RecursiveSearch, type SearchOptions } from './recursive-search.ts'

/**
 * ALL SHORTEST: breadth-first search that counts the shortest paths to each node or, when they are asked for, keeps the rels that they consist of.
 * The start is never a result.
 */
export class AllShortestSearch extends RecursiveSearch {
  readonly #dag: PathDag | null
  #stamps = new Uint32Array(0)
  #stamp = 0
  /** By node: its distance from the start, and its position in the order. */
  #depths = new Uint32Array(0)
  #positions = new Uint32Array(0)
  #order = new Uint32Array(0)
  /** By position: paths that lead there. */
  #counts = new Float64Array(0)
  #reached = 0
  #levelStart = 0
  #cursor = 0
  #level = 0
  #isOver = true
  #isListing = false

  constructor(run: Run, graph: RecursiveGraph, options: SearchOptions, values: RecursivePathValues | null) {
    super(graph, options, values)
    this.#dag = values === null ? null : new PathDag(run, graph)
  }

  protected stop(): void {
    this.#isOver = true
    this.#cursor = this.#reached
    this.#isListing = false
  }

  protected begin(node: number): void {
    this.#makeRoom()
    if (++this.#stamp > 0xffffffff) {
      this.#stamps.fill(0)
      this.#stamp = 1
    }
    this.#reached = 0
    this.#dag?.clear()
    this.#reach(node, 0)
    this.#counts[0] = 1
    this.#levelStart = 0
    this.#cursor = 1
    this.#level = 0
    this.#isOver = node === this.target
    this.#isListing = false
  }

  #makeRoom(): void {
    const { graph } = this
    if (this.#stamps.length >= graph.nodeCount) return
    graph.reserve(24)
    this.#stamps = new Uint32Array(graph.nodeCount)
    this.#stamp = 0
    this.#depths = new Uint32Array(graph.nodeCount)
    this.#positions = new Uint32Array(graph.nodeCount)
    this.#order = new Uint32Array(graph.nodeCount)
    this.#counts = new Float64Array(graph.nodeCount)
  }

  /** @returns the position of a node that has been reached for the first time. */
  #reach(node: number, depth: number): number {
    const position = this.#reached++
    this.#stamps[node] = this.#stamp
    this.#depths[node] = depth
    this.#positions[node] = position
    this.#order[position] = node
    this.#counts[position] = 0
    this.#dag?.addState(node)
    return position
  }

  next(): boolean {
    for (;;) {
      if (this.#isListing && this.#dag!.nextPath()) return true
      while (this.#cursor < this.#reached) {
        const position = this.#cursor++
        const node = this.#order[position]!
        if (this.isEnd(node)) return this.#give(node, position)
      }
      if (this.#isOver || this.#level >= this.options.upper) return false
      this.#expandLevel()
    }
  }

  #give(node: number, position: number): true {
    if (this.target >= 0) this.stop()
    if (this.#dag === null) {
      const count = this.#counts[position]!
      checkPathCount(count)
      return this.found(node, this.#level, count)
    }
    this.#isListing = true
    this.#dag.list(position, this.#level)
    this.#dag.nextPath()
    return this.found(node, this.#level, 1)
  }

  #expandLevel(): void {
    const { graph } = this
    const end = this.#reached
    for (let i = this.#levelStart; i < end; i++) {
      const node = this.#order[i]!
      if (this.#level > 0 && !graph.passesNode(node)) continue
      for (const hop of graph.tableOf(node).hops) this.#expand(hop, node, i)
    }
    this.#levelStart = end
    this.#cursor = end
    this.#level++
    this.#isOver = this.#reached === end
  }

  #expand(hop: GraphHop, node: number, from: number): void {
    const { graph } = this
    const { neighbours, lo, hi } = graph.load(hop, node)
    const { base } = hop.to
    const depth = this.#level + 1
    for (let k = lo; k < hi; k++) {
      const next = neighbours[k]! + base
      const isKnown = this.#stamps[next] === this.#stamp
      if (isKnown && this.#depths[next] !== depth) continue
      if (!graph.passesRel(hop, k, node)) continue
      const position = isKnown ? this.#positions[next]! : this.#reach(next, depth)
      this.#counts[position]! += this.#counts[from]!
      this.#dag?.addRel(position, from, hop.index, relIdAt(hop, k))
    }
  }

  path(): Value {
    return this.#dag!.path(this.values!)
  }
}
