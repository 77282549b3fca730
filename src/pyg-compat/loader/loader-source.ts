import type { ResultTable } from '../../database/query-result.ts'
import type { EdgeType } from '../edge-type.ts'
import type { RowFormat } from '../features/row-format.ts'
import type { TypedArray } from '../tensor.ts'
import type { PoolUse } from './loader-statistics.ts'
import type { SourceTicket, ThreadSource } from './thread-source.ts'

/** A value that a primary key may have. */
export type KeyValue = string | number | bigint

/** Names, counts and columns of one snapshot. */
export interface SourceSchema {
  readonly nodeTypes: readonly string[]
  readonly edgeTypes: readonly EdgeType[]
  /** Columns that have a tensor form, in order of definition. @throws {DatabaseError} UNKNOWN_TABLE. */
  nodeColumns(nodeType: string): ReadonlyMap<string, RowFormat>
  edgeColumns(edgeType: EdgeType): ReadonlyMap<string, RowFormat>
  /** @returns the elements of a column's first row; null in an empty table. @throws {DatabaseError} UNKNOWN_PROPERTY, NOT_SUPPORTED, RUNTIME for NULL. */
  firstRow(nodeType: string, column: string): TypedArray | null
  /** Upper end of node ids. */
  nodeCount(nodeType: string): number
  hasNode(nodeType: string, node: number): boolean
  /** Upper end of edge ids. */
  edgeCount(edgeType: EdgeType): number
  /** Nodes and edges, deleted ones included, as text: two snapshots that differ here differ in what is sampled. */
  fingerprint(): string
}

/** One snapshot that a loader holds, on the main thread. Data in memory have one snapshot, for ever. */
export interface PinnedSource {
  readonly commitNumber: number
  readonly schema: SourceSchema
  /** @returns a source for this thread; it ends with the snapshot. */
  openHere(): ThreadSource
  /** @returns the snapshot for another thread. */
  ticket(): SourceTicket
  /** @returns offsets of the nodes with these primary keys. @throws {DatabaseError} INVALID_ARGUMENT, naming the first that there is not. */
  offsetsOf(nodeType: string, keys: ArrayLike<KeyValue>): Uint32Array
  /** @returns the node type with this table id, or null. */
  nodeTypeOf(tableId: number): string | null
  /** @returns all live edges of a type: sources, targets, ids. */
  allEdges(edgeType: EdgeType): LinkList
  /** Lets the snapshot go; views in other threads must be closed. Twice is allowed. */
  release(): void
}

/** Links by end points, with their rel ids where they are stored edges. */
export interface LinkList {
  readonly sources: Uint32Array
  readonly targets: Uint32Array
  readonly ids: Uint32Array | null
}

/** What a loader reads from: the stores of a database, or a graph in memory. */
export interface LoaderSource {
  /** Whether reading is free, so that there is no point in looking ahead. */
  readonly isMemory: boolean
  /** @returns the newest snapshot, held by the caller. @throws {DatabaseError} CLOSED, TOO_MANY_READERS. */
  pin(): PinnedSource
  /** Whether a pinned snapshot still is the newest one. @throws {DatabaseError} CLOSED. */
  isNewest(pinned: PinnedSource): boolean
  /**
   * Runs a reading query over the newest commit.
   * @throws {DatabaseError} whatever the query's stage says; TRANSACTION if it writes; NOT_SUPPORTED for data in memory.
   */
  query(text: string): ResultTable
  /** @returns what the buffer pool did so far; null for data in memory and once the database is closed. */
  poolUse(): PoolUse | null
  /** Takes back what a worker thread of a loader held, if it did not end properly. Only once it has ended. @param thread its threadId. */
  threadEnded(thread: number): void
  /** @throws {DatabaseError} CLOSED when the database or the backend is closed. */
  assertOpen(): void
  /** Registers what must end before the database closes. @returns a function that takes it back. */
  onClose(listener: () => Promise<void>): () => void
}
