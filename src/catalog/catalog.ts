import { DatabaseError } from '../errors/database-error.ts'
import type {
  MacroEntry,
  NodeTableEntry,
  PropertyEntry,
  RelTableEntry,
  SequenceEntry,
  TableEntry,
  TypeEntry,
} from './entries.ts'

/** Everything that a catalog holds, as plain data. */
export interface CatalogData {
  /** Next free id for node tables, rel tables and FROM-TO pairs, which share one number space. Ids are never reused. */
  readonly nextId: number
  readonly tables: readonly TableEntry[]
  readonly sequences: readonly SequenceEntry[]
  readonly types: readonly TypeEntry[]
  readonly macros: readonly MacroEntry[]
}

const EMPTY: CatalogData = { nextId: 0, tables: [], sequences: [], types: [], macros: [] }

/**
 * Names of one snapshot: tables, sequences, types and macros. Immutable; every change gives a new catalog, so that a plan, a
 * transaction and a reader can each keep the one they began with. Names are compared without regard to case.
 * Cost: look-ups are one hash probe; changes copy the maps (hundreds of tables: microseconds).
 */
export class Catalog {
  readonly data: CatalogData
  readonly #tableByName = new Map<string, TableEntry>()
  readonly #tableById = new Map<number, TableEntry>()
  readonly #relByPair = new Map<number, RelTableEntry>()

  constructor(data: CatalogData = EMPTY) {
    this.data = data
    for (const table of data.tables) {
      this.#tableByName.set(table.name.toLowerCase(), table)
      this.#tableById.set(table.id, table)
      if (table.kind === 'rel') for (const pair of table.pairs) this.#relByPair.set(pair.id, table)
    }
  }

  get nodeTables(): readonly NodeTableEntry[] {
    return this.data.tables.filter((t) => t.kind === 'node')
  }

  get relTables(): readonly RelTableEntry[] {
    return this.data.tables.filter((t) => t.kind === 'rel')
  }

  /** @returns the table of this name, or undefined. */
  table(name: string): TableEntry | undefined {
    return this.#tableByName.get(name.toLowerCase())
  }

  /** @throws {DatabaseError} UNKNOWN_TABLE */
  requireTable(name: string): TableEntry {
    const table = this.table(name)
    if (table === undefined)
      throw new DatabaseError('UNKNOWN_TABLE', `Table ${name} does not exist.`, { facts: { table: name } })
    return table
  }

  /** @returns the node table with this id, or undefined. */
  nodeTableById(id: number): NodeTableEntry | undefined {
    const table = this.#tableById.get(id)
    return table?.kind === 'node' ? table : undefined
  }

  /** @returns the rel table that this FROM-TO pair belongs to, or undefined. */
  relTableOfPair(pairId: number): RelTableEntry | undefined {
    return this.#relByPair.get(pairId)
  }

  sequence(name: string): SequenceEntry | undefined {
    return this.data.sequences.find((s) => s.name.toLowerCase() === name.toLowerCase())
  }

  type(name: string): TypeEntry | undefined {
    return this.data.types.find((t) => t.name.toLowerCase() === name.toLowerCase())
  }

  macro(name: string): MacroEntry | undefined {
    return this.data.macros.find((m) => m.name.toLowerCase() === name.toLowerCase())
  }

  /** @returns a catalog with the table added, or put in the place of the one with the same id. `idsUsed` are taken from nextId. */
  withTable(table: TableEntry, idsUsed = 0): Catalog {
    const others = this.data.tables.filter((t) => t.id !== table.id)
    const at = this.data.tables.findIndex((t) => t.id === table.id)
    const tables = [...others]
    tables.splice(at < 0 ? others.length : at, 0, table)
    return new Catalog({ ...this.data, tables, nextId: this.data.nextId + idsUsed })
  }

  withoutTable(id: number): Catalog {
    return new Catalog({ ...this.data, tables: this.data.tables.filter((t) => t.id !== id) })
  }

  /** Adds a sequence or puts it in the place of the one with the same name. */
  withSequence(sequence: SequenceEntry): Catalog {
    const others = this.data.sequences.filter((s) => s.name.toLowerCase() !== sequence.name.toLowerCase())
    return new Catalog({ ...this.data, sequences: [...others, sequence] })
  }

  withoutSequence(name: string): Catalog {
    return new Catalog({
      ...this.data,
      sequences: this.data.sequences.filter((s) => s.name.toLowerCase() !== name.toLowerCase()),
    })
  }

  withType(type: TypeEntry): Catalog {
    return new Catalog({ ...this.data, types: [...this.data.types, type] })
  }

  withMacro(macro: MacroEntry): Catalog {
    return new Catalog({ ...this.data, macros: [...this.data.macros, macro] })
  }
}

/** @returns the property of this name (case-insensitive), or undefined. */
export function findProperty(table: TableEntry, name: string): PropertyEntry | undefined {
  const lower = name.toLowerCase()
  return table.properties.find((p) => p.name.toLowerCase() === lower)
}

/** Name of the sequence behind a SERIAL column. */
export function serialSequenceName(table: string, column: string): string {
  return `${table}_${column}_serial`
}
