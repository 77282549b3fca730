import { type Catalog, findProperty } from '../../catalog/catalog.ts'
import type { NodeTableEntry, RelTableEntry, TableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type {
  AdjacencyCursor,
  ColumnReader,
  Direction,
  NodeTableReader,
  ReadView,
  RelTableReader,
} from '../../storage/read-view.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { NumberColumn, SamplerGraph } from './sampler-graph.ts'

/** Which tables of a database make up the graph. Default: all node tables, and all rel tables between them. */
export interface DatabaseGraphOptions {
  readonly nodeTypes?: readonly string[]
  readonly edgeTypes?: readonly EdgeType[]
}

interface StoredPair {
  readonly table: RelTableEntry
  readonly reader: RelTableReader
}

/**
 * The topology of a database in one snapshot, read page by page through the buffer pool. Node types are node tables; edge types are the FROM-TO pairs of
 * rel tables, in the order of their definition. Names are compared without regard to case and reported as they were defined.
 *
 * Belongs to the thread of its view and lives as long as that.
 */
export class DatabaseGraph implements SamplerGraph {
  readonly paged = true
  readonly nodeTypes: readonly string[]
  readonly edgeTypes: readonly EdgeType[]
  readonly #nodes = new Map<string, { readonly table: NodeTableEntry; readonly reader: NodeTableReader }>()
  readonly #pairs = new Map<string, StoredPair>()

  /** @throws {DatabaseError} UNKNOWN_TABLE: a type that there is not; BINDER: an edge type whose node types are left out. */
  constructor(view: ReadView, catalog: Catalog, options: DatabaseGraphOptions = {}) {
    for (const table of chosenNodes(catalog, options.nodeTypes)) {
      this.#nodes.set(table.name, { table, reader: view.nodeTable(table.id) })
    }
    this.nodeTypes = [...this.#nodes.keys()]
    const all = storedEdgeTypes(catalog)
    const chosen = options.edgeTypes?.map((type) => requireEdgeType(all, type)) ?? all.filter((e) => this.#hasEnds(e))
    for (const { edgeType, table, pairId } of chosen) {
      const missing = [edgeType[0], edgeType[2]].find((end) => !this.#nodes.has(end))
      if (missing !== undefined) {
        throw new DatabaseError('BINDER', `Edge type ${edgeTypeKey(edgeType)} needs the nodes of ${missing}.`)
      }
      this.#pairs.set(edgeTypeKey(edgeType), { table, reader: view.relTable(pairId) })
    }
    this.edgeTypes = chosen.map(({ edgeType }) => edgeType)
  }

  nodeCount(nodeType: string): number {
    return this.#nodesOf(nodeType).reader.rowCount
  }

  hasNode(nodeType: string, node: number): boolean {
    const { reader } = this.#nodesOf(nodeType)
    if (node >= reader.rowCount) return false
    const { deleted } = reader
    return deleted === null || (deleted[node >>> 5]! & (1 << (node & 31))) === 0
  }

  edgeCount(edgeType: EdgeType): number {
    return this.#pairOf(edgeType).reader.rowCount
  }

  adjacency(edgeType: EdgeType, direction: Direction, withEdgeIds: boolean): AdjacencyCursor {
    const { table, reader } = this.#pairOf(edgeType)
    if (table.storageDirection !== 'both' && table.storageDirection !== direction) {
      throw new DatabaseError(
        'BINDER',
        `Table ${table.name} stores relationships in direction ${table.storageDirection} only: its ${direction} lists cannot be sampled.`,
        { facts: { table: table.name } },
      )
    }
    return reader.cursor(direction, withEdgeIds)
  }

  nodeNumbers(nodeType: string, column: string): NumberColumn {
    const { table, reader } = this.#nodesOf(nodeType)
    return numbersOf(table, column, (columnId) => reader.column(columnId))
  }

  edgeNumbers(edgeType: EdgeType, column: string): NumberColumn {
    const { table, reader } = this.#pairOf(edgeType)
    return numbersOf(table, column, (columnId) => reader.column(columnId))
  }

  #hasEnds({ edgeType }: NamedPair): boolean {
    return this.#nodes.has(edgeType[0]) && this.#nodes.has(edgeType[2])
  }

  #nodesOf(nodeType: string) {
    const nodes = this.#nodes.get(nodeType)
    if (nodes !== undefined) return nodes
    throw new DatabaseError('UNKNOWN_TABLE', `Unknown node type ${nodeType}. Known: ${this.nodeTypes.join(', ')}.`)
  }

  #pairOf(edgeType: EdgeType): StoredPair {
    const pair = this.#pairs.get(edgeTypeKey(edgeType))
    if (pair !== undefined) return pair
    throw unknownEdgeType(edgeType, this.edgeTypes)
  }
}

interface NamedPair {
  readonly edgeType: EdgeType
  readonly table: RelTableEntry
  readonly pairId: number
}

function chosenNodes(catalog: Catalog, names: readonly string[] | undefined): readonly NodeTableEntry[] {
  if (names === undefined) return catalog.nodeTables
  return names.map((name) => {
    const table = catalog.requireTable(name)
    if (table.kind === 'node') return table
    throw new DatabaseError('UNKNOWN_TABLE', `${name} is a rel table, not a node type.`, { facts: { table: name } })
  })
}

function storedEdgeTypes(catalog: Catalog): NamedPair[] {
  return catalog.relTables.flatMap((table) =>
    table.pairs.map(({ id, from, to }) => ({
      edgeType: [catalog.nodeTableById(from)!.name, table.name, catalog.nodeTableById(to)!.name] as const,
      table,
      pairId: id,
    })),
  )
}

function requireEdgeType(all: readonly NamedPair[], wanted: EdgeType): NamedPair {
  const key = edgeTypeKey(wanted).toLowerCase()
  const found = all.find(({ edgeType }) => edgeTypeKey(edgeType).toLowerCase() === key)
  if (found !== undefined) return found
  throw unknownEdgeType(
    wanted,
    all.map(({ edgeType }) => edgeType),
  )
}

function unknownEdgeType(wanted: EdgeType, known: readonly EdgeType[]): DatabaseError {
  const names = known.map(edgeTypeKey).join(', ')
  return new DatabaseError('UNKNOWN_TABLE', `Unknown edge type ${edgeTypeKey(wanted)}. Known: ${names}.`)
}

function numbersOf(table: TableEntry, name: string, open: (columnId: number) => ColumnReader): NumberColumn {
  const property = findProperty(table, name)
  if (property === undefined) {
    throw new DatabaseError('UNKNOWN_PROPERTY', `Cannot find property ${name} for ${table.name}.`, {
      facts: { table: table.name, column: name },
    })
  }
  const column = open(property.columnId)
  if (column.safeNumber) return column
  throw new DatabaseError('TYPE_MISMATCH', `Values of ${table.name}.${name} are not exact as numbers.`, {
    facts: { table: table.name, column: name },
  })
}
