import type { AdjacencyCursor } from '../../storage/read-view.ts'

/**
 * The neighbours of one node at a time: a list of edges, or two lists one after the other where edges are followed both ways.
 * Valid until the next {@link load}.
 */
export class NeighbourLists {
  /** Number of edges of the node. */
  degree = 0
  readonly #first: AdjacencyCursor
  readonly #second: AdjacencyCursor | null
  /** Edges in the first list. */
  #split = 0

  readonly #firstIsIn: boolean

  /** @param firstIsIn the first list holds in-edges. A second list holds out-edges. */
  constructor(first: AdjacencyCursor, second: AdjacencyCursor | null, firstIsIn: boolean) {
    this.#first = first
    this.#second = second
    this.#firstIsIn = firstIsIn
  }

  /** The only list, for loops that need nothing else; null when there are two. */
  get single(): AdjacencyCursor | null {
    return this.#second === null ? this.#first : null
  }

  load(node: number): void {
    const first = this.#first
    first.load(node)
    this.#split = first.hi - first.lo
    this.degree = this.#split
    if (this.#second === null) return
    this.#second.load(node)
    this.degree += this.#second.hi - this.#second.lo
  }

  /** @returns the neighbour at a position below {@link degree}. */
  neighbour(position: number): number {
    const first = this.#first
    if (position < this.#split) return first.neighbours[first.lo + position]!
    const second = this.#second!
    return second.neighbours[second.lo + position - this.#split]!
  }

  /** @returns the edge at a position. Only of cursors that were opened with edge ids. */
  edge(position: number): number {
    return position < this.#split ? edgeAt(this.#first, position) : edgeAt(this.#second!, position - this.#split)
  }

  /** Whether the edge at a position leads from the neighbour to the node. */
  isInEdge(position: number): boolean {
    return this.#firstIsIn && position < this.#split
  }

  close(): void {
    this.#first.close()
    this.#second?.close()
  }
}

function edgeAt(cursor: AdjacencyCursor, position: number): number {
  const at = cursor.lo + position + cursor.relShift
  return cursor.relIds === null ? at : cursor.relIds[at]!
}
