import type { CsrDirection } from './csr-direction.ts'
import { PAGE_ELEMENTS } from './csr-format.ts'

/** Numbers of a group in {@link makePageTable}, and where each stands. */
export const GROUP_FIELDS = 4
export const NODE_COUNT = 0
export const PAGES_AT = 1
export const NEIGHBOURS_AT = 2
export const IDS_AT = 3

/** Entry of a page that is not pinned. Others are {@link pageEntry}s, which are odd. */
export const UNPINNED = 0

/**
 * What a cursor looks up on its way to a list, in one array, because each array in the way costs as much as the look-up: four numbers a group (nodes up
 * to the last one with a rel, where the entries of its pages begin, its first neighbour, its first rel id), then an entry for each page.
 * Memory: 4 bytes a page of the direction, taken from the system as they are used.
 */
export function makePageTable(direction: CsrDirection): Int32Array {
  const { groupCount, nodeCounts, relCounts, ordinals } = direction
  const firstEntry = groupCount * GROUP_FIELDS
  const table = new Int32Array(firstEntry + direction.pageCount + 1) // an empty list may begin past the last page
  for (let group = 0; group < groupCount; group++) {
    const at = group * GROUP_FIELDS
    const neighboursAt = nodeCounts[group]! + 1
    table[at + NODE_COUNT] = nodeCounts[group]!
    table[at + PAGES_AT] = firstEntry + ordinals[group]!
    table[at + NEIGHBOURS_AT] = neighboursAt
    table[at + IDS_AT] = neighboursAt + relCounts[group]!
  }
  return table
}

/**
 * @param base word of the slab at which the page's frame begins: a multiple of four, as is the number of elements of a page.
 * @param page number of the page in its group.
 * @returns the entry of a pinned page: element e of the group is word `entry - 1 + e` of the slab. Never {@link UNPINNED}.
 */
export function pageEntry(base: number, page: number): number {
  return base - page * PAGE_ELEMENTS + 1
}
