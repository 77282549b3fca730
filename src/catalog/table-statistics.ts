import type { ColumnStatistics } from '../storage/read-view.ts'

/** What the planner may ask about the data of a snapshot. Cheap: reads descriptors, never pages. */
export interface TableStatistics {
  /** Live nodes of a node table. */
  nodeCount(tableId: number): number
  /** Live rels of a FROM-TO pair. */
  relCount(pairId: number): number
  /** @param tableId node table, or FROM-TO pair if `isRel`. */
  column(tableId: number, columnId: number, isRel: boolean): ColumnStatistics
}
