import type { AdjacencyCursor, Direction } from '../../storage/read-view.ts'
import type { EdgeType } from '../edge-type.ts'

/** Numbers of one column by row (node offset or edge id), as samplers need them for weights and times. ColumnReader is one. */
export interface NumberColumn {
  isNull(row: number): boolean
  /** Value of a non-null row. */
  number(row: number): number
}

/**
 * The topology that a sampler walks, in one thread: a read view of a database, or typed arrays in memory.
 *
 * Node ids are offsets of node tables, edge ids are rel ids of one FROM-TO pair; both below 2^32. What it hands out dies with it.
 */
export interface SamplerGraph {
  readonly nodeTypes: readonly string[]
  readonly edgeTypes: readonly EdgeType[]
  /** Lists lie in pages that may have to be read: who loads many does well to load them in ascending order of nodes. */
  readonly paged?: boolean
  /** Upper end of the node ids of a type, deleted ones included. */
  nodeCount(nodeType: string): number
  /** @returns whether the node exists (false for deleted ones). */
  hasNode(nodeType: string, node: number): boolean
  /** Upper end of the edge ids of a type, deleted ones included. */
  edgeCount(edgeType: EdgeType): number
  /**
   * @param direction 'bwd': `load(target)` lists the sources of its in-edges (how PyG samples); 'fwd': `load(source)` lists targets.
   * @returns a cursor of its own; nested loops over one edge type need one each. Edge ids only if asked for.
   */
  adjacency(edgeType: EdgeType, direction: Direction, withEdgeIds: boolean): AdjacencyCursor
  /** @throws {DatabaseError} UNKNOWN_PROPERTY: no such column; TYPE_MISMATCH: its values are not exact as JS numbers. */
  nodeNumbers(nodeType: string, column: string): NumberColumn
  /** @throws {DatabaseError} as {@link nodeNumbers}. */
  edgeNumbers(edgeType: EdgeType, column: string): NumberColumn
}
