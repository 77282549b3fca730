import type { Catalog } from '../../catalog/catalog.ts'
import type { TableEntry } from '../../catalog/entries.ts'
import type { ReadView } from '../../storage/read-view.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'

interface EntityTable {
  readonly label: string
  /** Reads of the properties, in field order; constant null where the table has no such property. */
  readonly properties: readonly ((row: number) => Value)[]
  readonly fromTable: number
  readonly toTable: number
}

const NODE_HEADER = 2
const REL_HEADER = 4

/**
 * Builds NODE and REL values of one type: positional arrays, `[_ID, _LABEL, …]` and `[_SRC, _DST, _LABEL, _ID, …]`. Fields are found by name in
 * the catalog, once per table. Cost per value: one read per property.
 */
export class EntityReader {
  readonly #view: ReadView
  readonly #catalog: Catalog
  readonly #fields: readonly { readonly name: string }[]
  readonly #tables = new Map<number, EntityTable>()

  constructor(view: ReadView, catalog: Catalog, type: LogicalType) {
    this.#view = view
    this.#catalog = catalog
    this.#fields = 'fields' in type ? type.fields : []
  }

  node(table: number, offset: number): Value {
    const known = this.#tables.get(table) ?? this.#open(table, false)
    const value: Value[] = [{ table, offset }, known.label]
    for (const read of known.properties) value.push(read(offset))
    return value
  }

  rel(pair: number, id: number, source: number, target: number): Value {
    const known = this.#tables.get(pair) ?? this.#open(pair, true)
    const value: Value[] = [
      { table: known.fromTable, offset: source },
      { table: known.toTable, offset: target },
      known.label,
      { table: pair, offset: id },
    ]
    for (const read of known.properties) value.push(read(id))
    return value
  }

  #open(table: number, isRel: boolean): EntityTable {
    const entry: TableEntry | undefined = isRel
      ? this.#catalog.relTableOfPair(table)
      : this.#catalog.nodeTableById(table)
    const reader = isRel ? this.#view.relTable(table) : this.#view.nodeTable(table)
    const properties = this.#fields.slice(isRel ? REL_HEADER : NODE_HEADER).map((field) => {
      const property = entry?.properties.find((p) => p.name.toLowerCase() === field.name.toLowerCase())
      if (property === undefined) return () => null
      const column = reader.column(property.columnId)
      return (row: number) => column.value(row)
    })
    const fromTable = 'fromTableId' in reader ? reader.fromTableId : -1
    const toTable = 'toTableId' in reader ? reader.toTableId : -1
    const opened = { label: entry?.name ?? '', properties, fromTable, toTable }
    this.#tables.set(table, opened)
    return opened
  }
}
