import type { NodeTableBase } from './column-base.ts'
import type { NodeDelta } from './delta-table.ts'
import { extendKeyIndex } from './key-index-merge.ts'
import type { LoadContext } from './load-context.ts'
import { type MergeColumns, mergeColumns } from './merge-rows.ts'
import type { Steps } from './merge-steps.ts'
import { readDeletedRows, writeDeletedRows } from './node-deleted-rows.ts'
import type { PageRange } from './page-store.ts'
import type { RowBitset } from './read-view.ts'
import type { ReaderContext } from './reader-context.ts'
import type { NodeTableState } from './transaction-table-state.ts'

/** A merged base, and the pages of the old one that it does not use. */
export interface NodeMergeResult {
  readonly base: NodeTableBase
  readonly freed: readonly PageRange[]
}

/**
 * Merges a node table's delta, all of it, into a new base: changed chunks are rewritten, inserted rows appended, deleted rows noted in the bitset
 * and new keys added to the index. Offsets stay what they are; those of deleted rows are not used again.
 */
export function* mergeNodeTable(
  state: NodeTableState,
  context: LoadContext,
  readers: ReaderContext,
  columns: MergeColumns,
): Steps<NodeMergeResult> {
  const { base, delta, schema } = state
  const freed: PageRange[] = []
  const merged = yield* mergeColumns(base.columns, delta, context.sink, columns, freed)
  const rowCount = base.rowCount + delta.insertedCount
  const deleted = mergedDeletes(base, delta, rowCount, readers)
  const key = columns.reader(schema.primaryKey)
  const { type } = schema.columns.find((column) => column.columnId === schema.primaryKey)!
  const index = extendKeyIndex(
    {
      type,
      table: schema.name,
      base: base.keyIndex,
      keyOf: (row) => key.value(row),
      isDeleted: (row) => deleted !== null && isSet(deleted, row),
      sink: context.sink,
      context: readers,
      memoryBytes: context.memoryBytes >> 1,
      openSpill: context.openSpill,
    },
    rowsWithNewKeys(state, deleted),
  )
  freed.push(...index.freed)
  const unchanged = delta.deletes.count === 0
  if (!unchanged && base.deleted !== null) {
    freed.push({ first: base.deleted.firstPage, count: base.deleted.pageCount })
  }
  const deletedPages = unchanged || deleted === null ? base.deleted : writeDeletedRows(deleted, rowCount, context.sink)
  context.flush()
  return {
    base: {
      tableId: base.tableId,
      rowCount,
      deletedCount: base.deletedCount + delta.deletes.count,
      deleted: deletedPages,
      columns: merged,
      keyIndex: index.base,
    },
    freed,
  }
}

/** @returns deleted rows of base and delta, long enough for all rows; null when there are none. */
function mergedDeletes(
  base: NodeTableBase,
  delta: NodeDelta,
  rowCount: number,
  readers: ReaderContext,
): RowBitset | null {
  if (base.deleted === null && delta.deletes.count === 0) return null
  const bits = new Uint32Array((rowCount + 31) >>> 5)
  const old = readDeletedRows(base, readers)
  if (old !== null) bits.set(old)
  for (const row of delta.deletes.rows) bits[row >>> 5] = bits[row >>> 5]! | (1 << (row & 31))
  return bits
}

/** Inserted rows that are alive, then base rows whose key was updated. */
function* rowsWithNewKeys({ delta, schema }: NodeTableState, deleted: RowBitset | null): Generator<number> {
  for (let row = delta.baseRows; row < delta.baseRows + delta.insertedCount; row++) {
    if (deleted === null || !isSet(deleted, row)) yield row
  }
  const updated = new Set(delta.columns.get(schema.primaryKey)!.updateRows)
  for (const row of updated) {
    if (row < delta.baseRows && !(deleted !== null && isSet(deleted, row))) yield row
  }
}

function isSet(bits: RowBitset, row: number): boolean {
  return ((bits[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0
}
