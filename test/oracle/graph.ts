import { Catalog } from '../../src/catalog/catalog.ts'
import type { TableEntry } from '../../src/catalog/entries.ts'
import type { Value } from '../../src/types/value.ts'
import { type FakeNodeTable, type FakeRelTable, FakeView } from './fake-view.ts'

/** A small property graph over arrays, from which views, catalogs and naive answers are made. */
export class Graph {
  readonly nodes: readonly FakeNodeTable[]
  readonly rels: readonly FakeRelTable[]

  constructor(nodes: readonly FakeNodeTable[], rels: readonly FakeRelTable[]) {
    this.nodes = nodes
    this.rels = rels
  }

  view(): FakeView {
    return new FakeView(this.nodes, this.rels)
  }

  nodeTable(id: number): FakeNodeTable {
    return this.nodes.find((t) => t.id === id)!
  }

  relTable(id: number): FakeRelTable {
    return this.rels.find((t) => t.id === id)!
  }

  value(table: number, columnId: number, row: number): Value {
    const found = this.nodes.find((t) => t.id === table) ?? this.relTable(table)
    return found.columns[columnId]!.values[row]!
  }

  named(table: number, name: string, row: number): Value {
    const found = this.nodes.find((t) => t.id === table) ?? this.relTable(table)
    return found.columns.find((c) => c.name === name)?.values[row] ?? null
  }

  label(table: number): string {
    return (this.nodes.find((t) => t.id === table) ?? this.relTable(table)).name
  }

  catalog(): Catalog {
    const properties = (t: FakeNodeTable | FakeRelTable) =>
      t.columns.map((c, columnId) => ({ columnId, name: c.name, type: c.type, serial: false, defaultText: null }))
    const base = { comment: '', nextColumnId: 100 }
    const tables: TableEntry[] = [
      ...this.nodes.map((t): TableEntry => {
        return { ...base, kind: 'node', id: t.id, name: t.name, properties: properties(t), primaryKey: t.primaryKey }
      }),
      ...this.rels.map(
        (t): TableEntry => ({
          ...base,
          kind: 'rel',
          id: t.id + 1000,
          name: t.name,
          properties: properties(t),
          pairs: [{ id: t.id, from: t.from, to: t.to }],
          multiplicity: 'MANY_MANY',
          storageDirection: 'both',
        }),
      ),
    ]
    return new Catalog({ nextId: 10_000, tables, sequences: [], types: [], macros: [] })
  }
}
