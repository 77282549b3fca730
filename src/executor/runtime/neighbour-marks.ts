import type { AdjacencyCursor } from '../../storage/read-view.ts'
import type { Run } from '../run.ts'

/**
 * The neighbours of one node as an array of stamps, so that "how many rels lead to x" costs one read. For patterns that close a
 * cycle: the outer loop's node is marked once, the inner loop asks. Changing the node costs its degree; nothing is ever cleared.
 */
export class NeighbourMarks {
  readonly cursor: AdjacencyCursor
  readonly #stamps: Uint32Array
  readonly #several = new Map<number, number>()
  #node = -1
  #stamp = 0

  /** @param nodeCount rows of the table that the neighbours are in. @throws {DatabaseError} OUT_OF_MEMORY */
  constructor(run: Run, cursor: AdjacencyCursor, nodeCount: number) {
    run.reserve(nodeCount * 4)
    this.cursor = cursor
    this.#stamps = new Uint32Array(nodeCount)
  }

  /** Marks the neighbours of a node unless they are marked already. @returns rels visited. */
  mark(node: number): number {
    if (node === this.#node) return 0
    this.#node = node
    if (++this.#stamp > 0xffffffff) {
      this.#stamps.fill(0)
      this.#stamp = 1
    }
    this.#several.clear()
    const { cursor } = this
    cursor.load(node)
    const { neighbours, lo, hi } = cursor
    const stamps = this.#stamps
    const stamp = this.#stamp
    for (let k = lo; k < hi; k++) {
      const n = neighbours[k]!
      if (stamps[n] === stamp) this.#several.set(n, (this.#several.get(n) ?? 1) + 1)
      else stamps[n] = stamp
    }
    return hi - lo
  }

  /** @returns the number of rels between the marked node and this one. */
  count(neighbour: number): number {
    if (this.#stamps[neighbour] !== this.#stamp) return 0
    return this.#several.size === 0 ? 1 : (this.#several.get(neighbour) ?? 1)
  }
}
