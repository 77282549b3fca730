import type { NodeTableSchema, RelTableSchema } from '../storage/table-schema.ts'
import type { NodeTableEntry, PropertyEntry, RelPairEntry, RelTableEntry } from './entries.ts'

function columnsOf(properties: readonly PropertyEntry[]): NodeTableSchema['columns'] {
  return properties.map((p) => ({ columnId: p.columnId, type: p.type }))
}

/** @returns what storage needs to know about a node table. */
export function nodeTableSchema(table: NodeTableEntry): NodeTableSchema {
  return { tableId: table.id, columns: columnsOf(table.properties), primaryKey: table.primaryKey, name: table.name }
}

/** @returns what storage needs to know about one FROM-TO pair. The left word of the multiplicity is the source side's cardinality. */
export function relTableSchema(table: RelTableEntry, pair: RelPairEntry): RelTableSchema {
  const [left, right] = table.multiplicity.split('_') as ['ONE' | 'MANY', 'ONE' | 'MANY']
  return {
    relTableId: pair.id,
    fromTableId: pair.from,
    toTableId: pair.to,
    columns: columnsOf(table.properties),
    perSource: right === 'ONE' ? 'one' : 'many',
    perTarget: left === 'ONE' ? 'one' : 'many',
    storesForward: table.storageDirection !== 'bwd',
    storesBackward: table.storageDirection !== 'fwd',
    name: table.name,
  }
}
