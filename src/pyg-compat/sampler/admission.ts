import type { RowBitset } from '../../storage/read-view.ts'
import type { CheckedColumn } from './checked-column.ts'
import type { EdgeExclusion } from './edge-exclusion.ts'
import type { NeighbourLists } from './neighbour-lists.ts'

/** What edges of a relation have to pass; null: no such condition. */
export interface AdmissionParts {
  readonly nodeFilter: RowBitset | null
  readonly edgeFilter: RowBitset | null
  /** Times by neighbour node, or by edge id. */
  readonly times: CheckedColumn | null
  readonly timesOfEdges: boolean
}

/** Decides which edges of one node may be drawn. {@link begin} a node, then ask by position in its list. */
export class Admission {
  /** Edges left out of the running batch. */
  exclusion: EdgeExclusion | null = null
  readonly #nodeFilter: RowBitset | null
  readonly #edgeFilter: RowBitset | null
  readonly #times: CheckedColumn | null
  readonly #timesOfEdges: boolean
  #node = 0
  #latest = Number.POSITIVE_INFINITY

  constructor(parts: AdmissionParts) {
    this.#nodeFilter = parts.nodeFilter
    this.#edgeFilter = parts.edgeFilter
    this.#times = parts.times
    this.#timesOfEdges = parts.timesOfEdges
  }

  get admitsAll(): boolean {
    return this.#nodeFilter === null && this.#edgeFilter === null && this.#times === null && this.exclusion === null
  }

  /** Whether any condition looks at edge ids, other than exclusions. */
  get readsEdges(): boolean {
    return this.#edgeFilter !== null || (this.#times !== null && this.#timesOfEdges)
  }

  get hasTimes(): boolean {
    return this.#times !== null
  }

  /** @param node that draws. @param latest time of its seed. */
  begin(node: number, latest: number): void {
    this.#node = node
    this.#latest = latest
  }

  admits(lists: NeighbourLists, position: number): boolean {
    return hasBit(this.#nodeFilter, lists, position) && this.admitsEdge(lists, position)
  }

  /** As {@link admits}, whatever the neighbour is. */
  admitsEdge(lists: NeighbourLists, position: number): boolean {
    const edges = this.#edgeFilter
    if (edges !== null) {
      const edge = lists.edge(position)
      if ((edges[edge >>> 5]! & (1 << (edge & 31))) === 0) return false
    }
    if (this.#times !== null && this.timeOf(lists, position) > this.#latest) return false
    return this.exclusion === null || !this.#isExcluded(this.exclusion, lists, position)
  }

  /** Time of the edge at a position, or of its neighbour. Only with {@link hasTimes}. */
  timeOf(lists: NeighbourLists, position: number): number {
    return this.#times!.at(this.#timesOfEdges ? lists.edge(position) : lists.neighbour(position))
  }

  #isExcluded(exclusion: EdgeExclusion, lists: NeighbourLists, position: number): boolean {
    const neighbour = lists.neighbour(position)
    const isIn = lists.isInEdge(position)
    return exclusion.has(isIn ? neighbour : this.#node, isIn ? this.#node : neighbour, lists.edge(position))
  }
}

function hasBit(bits: RowBitset | null, lists: NeighbourLists, position: number): boolean {
  if (bits === null) return true
  const node = lists.neighbour(position)
  return (bits[node >>> 5]! & (1 << (node & 31))) !== 0
}
