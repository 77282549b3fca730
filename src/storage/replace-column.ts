import type { StoredRows } from '../types/stored-rows.ts'
import type { Vector } from '../types/vector.ts'
import { assert } from '../util/assert.ts'
import { ColumnAppender } from './column-appender.ts'
import type { ColumnBase } from './column-base.ts'
import type { LoadContext } from './load-context.ts'
import { droppedChunks, emptyColumn } from './merge-column.ts'
import type { PageRange } from './page-store.ts'

/**
 * Writes all rows of a column anew.
 * @param values the new rows in order, as many as there were, in pieces of any length.
 * @returns the new column and the pages of the old one. Memory: one chunk. Cost: encoding.
 */
export function replaceColumn(
  old: ColumnBase,
  values: Iterable<Vector | StoredRows>,
  context: LoadContext,
): { readonly column: ColumnBase; readonly freed: readonly PageRange[] } {
  const appender = new ColumnAppender(emptyColumn(old.columnId, old.type), () => null, context.sink)
  for (const piece of values) appender.append(piece)
  const { column } = appender.finish()
  assert(column.rowCount === old.rowCount, 'another number of rows', { rows: column.rowCount, wanted: old.rowCount })
  context.flush()
  return { column, freed: droppedChunks(old, null) }
}
