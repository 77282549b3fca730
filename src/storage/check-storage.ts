import { PAGE_BYTES, type PageSource } from '../bufferpool/page-source.ts'
import { checkColumn, checkRowCounts } from './check-column.ts'
import { checkKeys } from './check-keys.ts'
import { checkLists } from './check-lists.ts'
import { type CheckProgress, ProblemList, type StorageCheckResult } from './check-report.ts'
import type { PageRange } from './page-store.ts'
import type { SnapshotReadView } from './read-view-snapshot.ts'
import type { TableState } from './transaction-table-state.ts'
import { pagesOf } from './transaction-tables.ts'

/**
 * Looks at everything that a snapshot consists of: each page is there and has its checksum, read from the file and not from the pool; no page belongs to two
 * things; chunks have the rows that tables say; values lie within the bounds that their chunk promises, and as many are NULL; lists are in order, lead to
 * rows that are there, and say the same in both directions; each key is found where it is. Yields between pieces of work of some milliseconds.
 * Cost: reads every page once from the file, and every value except those of fixed numeric lists once through the pool.
 */
export function* checkStorage(
  view: SnapshotReadView,
  source: PageSource,
  result: StorageCheckResult,
): Generator<CheckProgress, void> {
  const states = [...view.tables.values()]
  const pages = states.reduce((sum, s) => sum + pagesOf(s).reduce((n, r) => n + r.count, 0), 0)
  const rows = states.reduce((sum, s) => sum + s.base.rowCount, 0)
  const total = pages + rows
  let done = 0
  checkOverlaps(states, result)
  for (const state of states) {
    result.tables++
    for (const count of checkPages(state, source, result)) {
      done += count
      yield { done, total }
    }
  }
  // what is built of damaged pages would only repeat it
  if (result.problems.length > 0) return
  for (const state of states) {
    for (const _step of checkTable(state, view, result)) yield { done, total }
    done += state.base.rowCount
    yield { done, total }
  }
}

function* checkTable(state: TableState, view: SnapshotReadView, result: StorageCheckResult): Generator<void, void> {
  const { name } = state.schema
  checkRowCounts(state, new ProblemList(result.problems, name, 'columns'))
  const reader = state.kind === 'node' ? view.nodeTable(state.tableId) : view.relTable(state.tableId)
  for (const column of state.base.columns) {
    const problems = new ProblemList(result.problems, name, `column ${column.columnId}`)
    yield* checkColumn(column, reader.column(column.columnId), state.delta.isEmpty, result, problems)
  }
  if (state.kind === 'node') {
    result.rows += view.nodeTable(state.tableId).liveCount
    yield* checkKeys(state, view, new ProblemList(result.problems, name, 'primary key'))
  } else {
    result.rels += view.relTable(state.tableId).liveCount
    yield* checkLists(state, view, (place) => new ProblemList(result.problems, name, place))
  }
}

/** Reads every page of a table. @yields pages read since the last step. */
function* checkPages(state: TableState, source: PageSource, result: StorageCheckResult): Generator<number, void> {
  const page = new Uint8Array(PAGE_BYTES)
  const problems = new ProblemList(result.problems, state.schema.name, 'pages')
  let read = 0
  for (const { first, count } of pagesOf(state)) {
    for (let id = first; id < first + count; id++) {
      try {
        source.readPageInto(id, page)
      } catch (error) {
        problems.add((error as Error).message)
      }
      result.pages++
      if (++read === 64) {
        yield read
        read = 0
      }
    }
  }
  yield read
}

function checkOverlaps(states: readonly TableState[], result: StorageCheckResult): void {
  const ranges = states.flatMap((state) =>
    pagesOf(state).map((range): PageRange & { name: string } => ({ ...range, name: state.schema.name })),
  )
  ranges.sort((a, b) => a.first - b.first)
  for (let i = 1; i < ranges.length; i++) {
    const [before, after] = [ranges[i - 1]!, ranges[i]!]
    if (before.first + before.count <= after.first) continue
    new ProblemList(result.problems, after.name, 'pages').add(`page ${after.first} belongs to table ${before.name} too`)
  }
}
