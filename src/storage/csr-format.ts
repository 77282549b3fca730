import { PAGE_BYTES } from '../bufferpool/page-source.ts'

/** 32-bit elements of one page. */
export const PAGE_ELEMENTS = PAGE_BYTES / 4

/** A group's elements are addressed by 32-bit signed arithmetic. */
export const MAX_GROUP_RELS = 1_000_000_000

/**
 * Adjacency lists of one node group (nodes [g << 17, (g + 1) << 17)) in one direction: one run of consecutive pages, its content one sequence of
 * little-endian u32 elements, {@link PAGE_ELEMENTS} a page:
 *
 *   [0, nodeCount + 1)   offsets: the rels of local node i are positions [offset i, offset i + 1), unit: rels since the start of the group
 *   then relCount        neighbours: offset of the node at the other end, by position
 *   then relCount        rel ids by position, only if firstRelId is -1
 *
 * Worked example: nodes 0 and 2 with rels 0 -> 5, 2 -> 7, 2 -> 1 and implicit ids: elements 0 1 1 3 | 5 7 1, nodeCount 3, relCount 3.
 */
export interface CsrGroup {
  /** 0 when the group has no rels; then there are no pages. */
  readonly firstPage: number
  /** Nodes up to the last one with a rel; later nodes of the group have none. */
  readonly nodeCount: number
  readonly relCount: number
  readonly maxDegree: number
  /** Position p has rel id firstRelId + p; -1: ids are stored. */
  readonly firstRelId: number
}

/** Group without rels. */
export const EMPTY_GROUP: CsrGroup = { firstPage: 0, nodeCount: 0, relCount: 0, maxDegree: 0, firstRelId: 0 }

/** @returns the number of pages of a group. */
export function groupPages(group: CsrGroup): number {
  return group.relCount === 0 ? 0 : Math.ceil(groupElements(group) / PAGE_ELEMENTS)
}

/** @returns the number of elements of a group that has rels. */
export function groupElements(group: CsrGroup): number {
  return group.nodeCount + 1 + group.relCount * (group.firstRelId < 0 ? 2 : 1)
}
