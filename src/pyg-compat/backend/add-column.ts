import type { Catalog } from '../../catalog/catalog.ts'
import type { PropertyEntry, TableEntry } from '../../catalog/entries.ts'
import { nodeTableSchema, relTableSchema } from '../../catalog/table-schema-of.ts'
import type { WriteTransaction } from '../../storage/write-transaction.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { findGroup, type Group } from './find-group.ts'

/** A table, and the column to write. */
export interface Place {
  readonly catalog: Catalog
  readonly group: Group
  readonly property: PropertyEntry
}

/** Adds a column, with the same value in every row, to a table that has none of that name. Cost: no pages. @returns the changed catalog, and the column in it. */
export function addColumn(
  tx: WriteTransaction,
  catalog: Catalog,
  group: Group,
  name: string,
  type: LogicalType,
  value: Value = null,
): Place {
  const { table } = group
  const property = { columnId: table.nextColumnId, name, type, serial: false, defaultText: null }
  const changed = { ...table, properties: [...table.properties, property], nextColumnId: property.columnId + 1 }
  if (changed.kind === 'node') tx.addColumn(changed.id, property.columnId, nodeTableSchema(changed), value)
  else for (const p of changed.pairs) tx.addColumn(p.id, property.columnId, relTableSchema(changed, p), value)
  const after = catalog.withTable(changed as TableEntry)
  return { catalog: after, group: findGroup(after, group.name), property }
}
