import type { Catalog } from '../../catalog/catalog.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { ReadView } from '../../storage/read-view.ts'
import { printType } from '../../types/print-type.ts'
import { ColumnRows } from '../features/column-rows.ts'
import { arrayOf, rowFormat } from '../features/row-format.ts'
import { findGroup, groupReader, requireColumn } from './find-group.ts'
import type { ReadableColumn } from './read-tensor.ts'
import type { GroupName } from './tensor-attr.ts'

/**
 * Opens a column for reading ranges and rows of it. Valid as long as the view.
 * @param poolBytes size of the pool, which decides how rows are read.
 * @throws {DatabaseError} UNKNOWN_TABLE, UNKNOWN_PROPERTY; NOT_SUPPORTED for a column without a tensor form.
 */
export function openColumn(
  { view, catalog }: { readonly view: ReadView; readonly catalog: Catalog },
  groupName: GroupName,
  attrName: string,
  poolBytes: number,
): ReadableColumn {
  const group = findGroup(catalog, groupName)
  const { name: column, columnId } = requireColumn(group, attrName)
  const table = groupReader(view, group)
  const { rowCount } = table
  const reader = table.column(columnId)
  const { name } = group.table
  const format = rowFormat(reader.type)
  if (format === null) {
    const text = `Column ${column} of table ${name} has type ${printType(reader.type)}, which has no tensor form. Read it with getValues() or a query.`
    throw new DatabaseError('NOT_SUPPORTED', text, { facts: { table: name, column } })
  }
  const deleted = 'deleted' in table ? table.deleted : null
  const rows = new ColumnRows(reader, format, { table: name, column, impute: null })
  const fitsPool = rowCount * format.width * arrayOf(format.dtype, 0).BYTES_PER_ELEMENT <= poolBytes / 2
  return { table: name, column, rowCount, reader, deleted, format, rows, fitsPool }
}
