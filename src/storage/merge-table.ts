import { openColumn } from './column-reader.ts'
import { DeltaColumnOverlay } from './delta-overlay.ts'
import type { LoadContext } from './load-context.ts'
import { mergeNodeTable } from './merge-node.ts'
import { mergeRelTable } from './merge-rel.ts'
import type { MergeColumns } from './merge-rows.ts'
import type { Steps } from './merge-steps.ts'
import type { PageRange } from './page-store.ts'
import type { ReaderContext } from './reader-context.ts'
import { NodeTableState, newVersion, RelTableState, type TableState } from './transaction-table-state.ts'

/**
 * Merges a table's delta, everything that is visible at `commit`, into a new base.
 * @returns the table with the new base and an empty delta, and the pages that the new base does not use.
 */
export function* mergeTable(
  state: TableState,
  context: LoadContext,
  readers: ReaderContext,
  commit: number,
): Steps<{ readonly merged: TableState; readonly freed: readonly PageRange[] }> {
  const columns = mergeColumnsOf(state, readers, commit)
  if (state.kind === 'node') {
    const { base, freed } = yield* mergeNodeTable(state, context, readers, columns)
    return { merged: new NodeTableState(state.schema, newVersion(), base), freed }
  }
  const { base, freed } = yield* mergeRelTable(state, context, columns)
  return { merged: new RelTableState(state.schema, newVersion(), base), freed }
}

function mergeColumnsOf(state: TableState, readers: ReaderContext, commit: number): MergeColumns {
  const rowCount = state.delta.baseRows + state.delta.insertedCount
  const overlay = (columnId: number): DeltaColumnOverlay | null => {
    const column = state.delta.columns.get(columnId)!
    if (column.updateCount === 0 && column.inserted.length === 0) return null
    return new DeltaColumnOverlay(column, { commit, live: false }, rowCount)
  }
  return {
    overlay,
    reader: (columnId) => {
      const base = state.base.columns.find((column) => column.columnId === columnId)!
      const owner = { table: state.schema.name, column: String(columnId) }
      return openColumn(base, overlay(columnId), readers, owner)
    },
  }
}
