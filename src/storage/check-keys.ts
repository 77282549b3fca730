import { CHECK_STEP_ROWS, type ProblemList } from './check-report.ts'
import type { SnapshotReadView } from './read-view-snapshot.ts'
import type { NodeTableState } from './transaction-table-state.ts'

/** The key of every live row leads to that row, and none is NULL. */
export function* checkKeys(
  { tableId, schema, base }: NodeTableState,
  view: SnapshotReadView,
  problems: ProblemList,
): Generator<void, void> {
  const table = view.nodeTable(tableId)
  const { deleted } = table
  const isDeleted = (row: number) => deleted !== null && (deleted[row >>> 5]! & (1 << (row & 31))) !== 0
  const keys = table.column(schema.primaryKey)
  let live = 0
  for (let row = 0; row < table.rowCount; row++) {
    if (row % CHECK_STEP_ROWS === 0) yield
    if (isDeleted(row)) continue
    live++
    const key = keys.value(row)
    if (key === null) problems.add(`row ${row} has no key`)
    else if (table.lookup(key) !== row) problems.add(`the key of row ${row} leads to row ${table.lookup(key)}`)
  }
  if (live !== table.liveCount) problems.add(`${live} rows are not deleted, the table says ${table.liveCount}`)
  if (base.deletedCount > base.rowCount) problems.add(`${base.deletedCount} of ${base.rowCount} rows are deleted`)
}
