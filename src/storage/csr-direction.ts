import { type CsrGroup, groupPages } from './csr-format.ts'

/**
 * The groups of one direction of a rel table as typed arrays for cursors: element g describes group g. Pages of all groups are numbered
 * through (`ordinals`), so that a page is known by one small integer. Immutable; shared by all readers of a table version in a thread.
 */
export class CsrDirection {
  readonly groups: readonly CsrGroup[]
  readonly groupCount: number
  /** Number of the group's first page among all pages of the direction. */
  readonly ordinals: Int32Array
  readonly pageCount: number
  readonly firstPages: Float64Array
  readonly nodeCounts: Int32Array
  readonly relCounts: Int32Array
  /** -1: ids are stored. */
  readonly firstRelIds: Float64Array
  readonly #maxDegree: number

  constructor(groups: readonly CsrGroup[]) {
    this.groups = groups
    this.groupCount = groups.length
    this.ordinals = new Int32Array(groups.length)
    this.firstPages = Float64Array.from(groups, (g) => g.firstPage)
    this.nodeCounts = Int32Array.from(groups, (g) => (g.relCount === 0 ? 0 : g.nodeCount))
    this.relCounts = Int32Array.from(groups, (g) => g.relCount)
    this.firstRelIds = Float64Array.from(groups, (g) => g.firstRelId)
    let pages = 0
    for (let g = 0; g < groups.length; g++) {
      this.ordinals[g] = pages
      pages += groupPages(groups[g]!)
    }
    this.pageCount = pages
    this.#maxDegree = groups.reduce((max, g) => Math.max(max, g.maxDegree), 0)
  }

  /** Largest number of rels of one node of the base. */
  get maxDegree(): number {
    return this.#maxDegree
  }

  /** @returns the group that a page number of {@link ordinals} belongs to. Cost: O(log groups). */
  groupOf(ordinal: number): number {
    let low = 0
    let high = this.groupCount - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.ordinals[middle]! <= ordinal) low = middle
      else high = middle - 1
    }
    return low
  }
}
