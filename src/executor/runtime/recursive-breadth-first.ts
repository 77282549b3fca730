import type { Value } from '../../types/value.ts'
import { type GraphHop, type RecursiveGraph, relIdAt } from './recursive-graph.ts'
import type { RecursivePathValues } from './recursive-path-values.ts'
import { RecursiveSearch, type SearchOptions } from './recursive-search.ts'

/**
 * Breadth-first search that gives each node once, nearest first: SHORTEST, and every semantic whose paths only have to exist. Levels are computed when
 * they are asked for. Cost: each list is read at most once per start; arrays over all nodes are stamped, never cleared.
 */
export class BreadthFirstSearch extends RecursiveSearch {
  readonly #returnsStart: boolean
  #stamps = new Uint32Array(0)
  #stamp = 0
  /** Nodes in the order in which they were reached; the start is in it once or twice. */
  #order = new Uint32Array(0)
  /** By node, for paths: where it was reached from. */
  #parents = new Uint32Array(0)
  #parentRels = new Uint32Array(0)
  #parentHops = new Uint16Array(0)
  #reached = 0
  #levelStart = 0
  #cursor = 0
  #level = 0
  #isOver = true

  /** @param returnsStart the start is a result, too, once a rel leads back to it (or at once for paths of length 0). */
  constructor(
    graph: RecursiveGraph,
    options: SearchOptions,
    values: RecursivePathValues | null,
    returnsStart: boolean,
  ) {
    super(graph, options, values)
    this.#returnsStart = returnsStart
  }

  protected stop(): void {
    this.#isOver = true
    this.#cursor = this.#reached
  }

  protected begin(node: number): void {
    this.#makeRoom()
    if (++this.#stamp > 0xffffffff) {
      this.#stamps.fill(0)
      this.#stamp = 1
    }
    this.#order[0] = node
    this.#reached = 1
    this.#levelStart = 0
    this.#level = 0
    this.#isOver = !this.#returnsStart && node === this.target
    const isResult = this.#returnsStart && this.options.lower === 0
    this.#cursor = isResult ? 0 : 1
    if (!this.#returnsStart || isResult) this.#stamps[node] = this.#stamp
  }

  #makeRoom(): void {
    const { graph, values } = this
    if (this.#stamps.length >= graph.nodeCount) return
    graph.reserve(values === null ? 8 : 18)
    this.#stamps = new Uint32Array(graph.nodeCount)
    this.#stamp = 0
    this.#order = new Uint32Array(graph.nodeCount + 1)
    if (values === null) return
    this.#parents = new Uint32Array(graph.nodeCount)
    this.#parentRels = new Uint32Array(graph.nodeCount)
    this.#parentHops = new Uint16Array(graph.nodeCount)
  }

  next(): boolean {
    for (;;) {
      while (this.#cursor < this.#reached) {
        const node = this.#order[this.#cursor++]!
        if (!this.isEnd(node)) continue
        if (this.target >= 0) this.stop()
        return this.found(node, this.#level, 1)
      }
      if (this.#isOver || this.#level >= this.options.upper) return false
      this.#expandLevel()
    }
  }

  #expandLevel(): void {
    const { graph } = this
    const end = this.#reached
    for (let i = this.#levelStart; i < end; i++) {
      const node = this.#order[i]!
      if (this.#level > 0 && !graph.passesNode(node)) continue
      for (const hop of graph.tableOf(node).hops) this.#expand(hop, node)
    }
    this.#levelStart = end
    this.#cursor = end
    this.#level++
    this.#isOver = this.#reached === end
  }

  #expand(hop: GraphHop, node: number): void {
    const { graph, values } = this
    const { neighbours, lo, hi } = graph.load(hop, node)
    const { base } = hop.to
    const stamps = this.#stamps
    const stamp = this.#stamp
    for (let k = lo; k < hi; k++) {
      const next = neighbours[k]! + base
      if (stamps[next] === stamp || !graph.passesRel(hop, k, node)) continue
      stamps[next] = stamp
      this.#order[this.#reached++] = next
      if (values === null) continue
      this.#parents[next] = node
      this.#parentRels[next] = relIdAt(hop, k)
      this.#parentHops[next] = hop.index
    }
  }

  path(): Value {
    const values = this.values!
    const { graph, length } = this
    const nodes = [graph.nodeOf(this.table, this.offset)]
    for (let step = 1; step < length; step++) nodes.push(this.#parents[nodes[step - 1]!]!)
    values.changedFrom(0)
    for (let step = length - 1; step >= 0; step--) {
      const node = nodes[step]!
      values.add(graph.hops[this.#parentHops[node]!]!, this.#parentRels[node]!, this.#parents[node]!, node)
    }
    return values.build(length)
  }
}
