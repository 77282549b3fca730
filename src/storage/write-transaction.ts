import type { MessagePort } from 'node:worker_threads'
import type { StoredRows } from '../types/stored-rows.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import type { LoadOutcome, LoadTicket } from './load-ticket.ts'
import type { ReadView } from './read-view.ts'
import type { NodeTableSchema, RelTableSchema } from './table-schema.ts'

/** Where a row came from, for error messages of bulk loads. */
export interface RowOrigin {
  readonly file: string
  readonly line: number
}

/**
 * The one write transaction that a database can have at a time. Changes live in memory (the delta, stamped as this transaction's)
 * until {@link commit}; {@link view} shows them on top of the snapshot that the transaction began with.
 *
 * Failure rule: when a method throws because of the data (duplicate key, multiplicity, connected node), the change it was asked for has not
 * happened and the transaction is still usable; the caller decides to roll back.
 */
export interface WriteTransaction {
  /** Snapshot plus own changes. Readers taken from it see later changes of this transaction too. */
  readonly view: ReadView

  /** The catalog of this transaction, an opaque record of the catalog layer that is committed with the data. */
  setCatalog(record: Uint8Array): void
  createNodeTable(schema: NodeTableSchema): void
  createRelTable(schema: RelTableSchema): void
  dropTable(tableId: number): void
  /** Adds a column; existing rows get `defaultValue`. */
  addColumn(tableId: number, columnId: number, schema: NodeTableSchema | RelTableSchema, defaultValue: Value): void
  dropColumn(tableId: number, columnId: number): void
  /**
   * Writes all rows of a column anew, deleted ones included, straight to base pages; not a primary key.
   * @param values the rows in order, in pieces of any length; nothing of them is kept.
   */
  replaceColumn(tableId: number, columnId: number, values: Iterable<Vector | StoredRows>): void

  /**
   * @param values one per column, in schema order.
   * @returns the offset of the new node.
   * @throws {DatabaseError} DUPLICATE_KEY, NULL_KEY, LIMIT.
   */
  insertNode(tableId: number, values: readonly Value[]): number
  /** @throws {DatabaseError} DUPLICATE_KEY, NULL_KEY if the column is the primary key. */
  updateNode(tableId: number, offset: number, columnId: number, value: Value): void
  /** Deletes a node that has no rels left. The caller has checked {@link connectedTable}. */
  deleteNode(tableId: number, offset: number): void
  /** @returns the rel table id and direction of some live rel at this node, or null if there is none. */
  connectedTable(tableId: number, offset: number): { relTableId: number; direction: 'fwd' | 'bwd' } | null
  /** Deletes all rels at this node. @returns how many. */
  detach(tableId: number, offset: number): number

  /** @returns the rel id. @throws {DatabaseError} MULTIPLICITY, LIMIT. */
  insertRel(relTableId: number, source: number, target: number, values: readonly Value[]): number
  updateRel(relTableId: number, relId: number, columnId: number, value: Value): void
  /** Deletes a rel; deleting it twice is allowed and does nothing. */
  deleteRel(relTableId: number, source: number, target: number, relId: number): void

  /** Appends many nodes straight to base pages; visible to the transaction only after finish(). */
  bulkLoadNodes(tableId: number): NodeBulkLoader
  bulkLoadRels(relTableId: number): RelBulkLoader

  /** Merges earlier changes of a table in slices, which the calls that begin a load would do in one go. */
  prepareLoad(tableId: number): Promise<void>
  /**
   * Describes a bulk load for a worker thread, which runs it with AttachedStorage.openLoad and sends the outcome back. Until
   * then the table must not be changed. `transfer` belongs into the transfer list of the message that carries the ticket.
   */
  describeLoad(tableId: number): { readonly ticket: LoadTicket; readonly transfer: readonly MessagePort[] }
  /** Makes a finished load of a worker thread part of the transaction. @returns the number of rows loaded. */
  acceptLoad(ticket: LoadTicket, outcome: LoadOutcome): number
  /** Deletes what a failed load has written. Does nothing for one that was accepted, or after the transaction's end. */
  abandonLoad(ticket: LoadTicket): Promise<void>

  /** Makes the changes durable and visible, waiting without blocking this thread. */
  commit(): Promise<number>
  /** The same, blocking this thread. */
  commitSync(): number
  rollback(): void
}

/** Streaming load of a node table. Memory stays bounded: full chunks are encoded and written as they come. */
export interface NodeBulkLoader {
  /**
   * @param columns one column per column of the schema, all of the same length; the loader keeps and transfers nothing of it.
   * @param originOf tells the file and line of row i of this batch, asked only for an error message.
   * @throws {DatabaseError} DUPLICATE_KEY, NULL_KEY naming the key, file and line.
   */
  append(columns: readonly (Vector | StoredRows)[], originOf?: (row: number) => RowOrigin): void
  /** @returns the number of rows loaded. */
  finish(): number
  /** Gives everything back; nothing of the load is ever visible. */
  abort(): void
}

/** Streaming load of one FROM-TO pair; spills to temporary files beside the database, so memory stays bounded. */
export interface RelBulkLoader {
  /**
   * Offsets must exist (the caller has looked the keys up).
   * @param properties one vector per column of the schema, of length `count`.
   */
  append(sources: Uint32Array, targets: Uint32Array, count: number, properties: readonly Vector[]): void
  /** Builds the lists of both directions. @throws {DatabaseError} MULTIPLICITY. @returns the number of rels loaded. */
  finish(): number
  /** {@link finish} in steps of some milliseconds each, so that the event loop can have its turns: `yield*` it, or run it to its end. */
  finishSteps(): Generator<void, number>
  abort(): void
}
