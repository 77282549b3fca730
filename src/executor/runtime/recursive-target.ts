import type { RecursiveGraph } from './recursive-graph.ts'

/**
 * How far nodes are from the end of a search whose end is given: a short breadth-first search against the rels. A path of which `left` rels are left can be
 * given up at a node that is further away. Conditions are not looked at: they could only make distances larger.
 */
export class TargetDistances {
  readonly #graph: RecursiveGraph
  readonly #depth: number
  /** By node: rels to the end; 255: more than the depth of the search. */
  #distances = new Uint8Array(0)
  #order = new Uint32Array(0)
  #reached = 0
  #target = -1

  /**
   * @param graph the same rels the other way round, with the same numbers of nodes.
   * @param upper most rels of a path; half of them are looked at from here.
   */
  constructor(graph: RecursiveGraph, upper: number) {
    this.#graph = graph
    this.#depth = Math.min(254, upper >> 1)
  }

  /** Finds the distances from a node, unless they are those already known. */
  aim(target: number): void {
    const graph = this.#graph
    graph.refresh()
    if (target === this.#target && this.#distances.length === graph.nodeCount) return
    this.#forget()
    this.#target = target
    this.#distances[target] = 0
    this.#order[0] = target
    this.#reached = 1
    let start = 0
    for (let depth = 1; depth <= this.#depth && start < this.#reached; depth++) start = this.#expand(start, depth)
  }

  #forget(): void {
    const { nodeCount } = this.#graph
    if (this.#distances.length < nodeCount) {
      this.#graph.reserve(5)
      this.#distances = new Uint8Array(nodeCount).fill(255)
      this.#order = new Uint32Array(nodeCount)
    }
    for (let i = 0; i < this.#reached; i++) this.#distances[this.#order[i]!] = 255
    this.#reached = 0
  }

  /** @returns where the next level starts. */
  #expand(start: number, depth: number): number {
    const graph = this.#graph
    const distances = this.#distances
    const end = this.#reached
    for (let i = start; i < end; i++) {
      const node = this.#order[i]!
      for (const hop of graph.tableOf(node).hops) {
        const { neighbours, lo, hi } = graph.load(hop, node)
        const { base } = hop.to
        for (let k = lo; k < hi; k++) {
          const next = neighbours[k]! + base
          if (distances[next] !== 255) continue
          distances[next] = depth
          this.#order[this.#reached++] = next
        }
      }
    }
    return end
  }

  /** @returns false when the end is surely more than `left` rels away. */
  isWithin(node: number, left: number): boolean {
    const distance = this.#distances[node]!
    return distance === 255 ? left > this.#depth : distance <= left
  }
}
