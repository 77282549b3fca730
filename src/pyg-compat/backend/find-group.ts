import { type Catalog, findProperty } from '../../catalog/catalog.ts'
import type { NodeTableEntry, PropertyEntry, RelPairEntry, RelTableEntry, TableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { NodeTableReader, ReadView, RelTableReader } from '../../storage/read-view.ts'
import { didYouMean } from '../did-you-mean.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { GroupName } from './tensor-attr.ts'

/** A node table, or one FROM-TO pair of a rel table, by the name that PyG has for it. */
export type Group =
  | { readonly kind: 'node'; readonly name: string; readonly table: NodeTableEntry; readonly storageId: number }
  | {
      readonly kind: 'rel'
      readonly name: EdgeType
      readonly table: RelTableEntry
      readonly pair: RelPairEntry
      readonly storageId: number
    }

/** A {@link Group} of edges. */
export type EdgeGroup = Extract<Group, { readonly kind: 'rel' }>

/**
 * @param name null: the only node table.
 * @throws {DatabaseError} UNKNOWN_TABLE with the nearest name; INVALID_ARGUMENT for null where there are several tables or none.
 */
export function findGroup(catalog: Catalog, name: GroupName): Group {
  if (name === null) return nodeGroup(onlyNodeTable(catalog))
  if (typeof name !== 'string') return findEdgeGroup(catalog, name)
  const table = catalog.table(name)
  if (table?.kind === 'node') return nodeGroup(table)
  const names = catalog.nodeTables.map((known) => known.name)
  const hint = table === undefined ? didYouMean(name, names) : ` It is a rel table: name it with its ends.`
  throw new DatabaseError('UNKNOWN_TABLE', `Node table ${name} does not exist.${hint}`, { facts: { table: name } })
}

/** @param name null: the only edge type. @throws {DatabaseError} UNKNOWN_TABLE with the nearest name; INVALID_ARGUMENT. */
export function findEdgeGroup(catalog: Catalog, name: EdgeType | null): EdgeGroup {
  const groups = edgeGroups(catalog)
  if (name === null) {
    if (groups.length === 1) return groups[0]!
    throw new DatabaseError('INVALID_ARGUMENT', `The database has ${groups.length} edge types: name one of them.`)
  }
  if (!Array.isArray(name) || name.length !== 3) {
    throw new DatabaseError('INVALID_ARGUMENT', 'An edge type is [source table, rel table, target table].')
  }
  const key = edgeTypeKey(name).toLowerCase()
  const found = groups.find((group) => edgeTypeKey(group.name).toLowerCase() === key)
  if (found !== undefined) return found
  const known = groups.map((group) => edgeTypeKey(group.name))
  const text = `Edge type ${edgeTypeKey(name)} does not exist.${hintOf(name, groups, known)}`
  throw new DatabaseError('UNKNOWN_TABLE', text, { facts: { source: name[0], rel: name[1], target: name[2] } })
}

/** @returns every edge type of a database. */
export function edgeGroups(catalog: Catalog): EdgeGroup[] {
  return catalog.relTables.flatMap((table) =>
    table.pairs.map((pair) => {
      const [source, target] = [pair.from, pair.to].map((id) => catalog.nodeTableById(id)!.name) as [string, string]
      return { kind: 'rel', name: [source, table.name, target], table, pair, storageId: pair.id } as const
    }),
  )
}

/** @returns every node table. */
export function nodeGroups(catalog: Catalog): Group[] {
  return catalog.nodeTables.map(nodeGroup)
}

/** @throws {DatabaseError} UNKNOWN_PROPERTY with the nearest name. */
export function requireColumn(group: Group, name: string): PropertyEntry {
  const property = findProperty(group.table, name)
  if (property !== undefined) return property
  const names = group.table.properties.map((known) => known.name)
  const text = `Table ${group.table.name} has no column ${name}.${didYouMean(name, names)}`
  throw new DatabaseError('UNKNOWN_PROPERTY', text, { facts: { table: group.table.name, column: name } })
}

/** @returns the reader of a group's table. */
export function groupReader(view: ReadView, group: Group): NodeTableReader | RelTableReader {
  return group.kind === 'node' ? view.nodeTable(group.storageId) : view.relTable(group.storageId)
}

/** @returns the table as storage knows it: every FROM-TO pair has its own. */
export function storageIds(table: TableEntry): number[] {
  return table.kind === 'node' ? [table.id] : table.pairs.map(({ id }) => id)
}

function nodeGroup(table: NodeTableEntry): Group {
  return { kind: 'node', name: table.name, table, storageId: table.id }
}

function onlyNodeTable(catalog: Catalog): NodeTableEntry {
  const { nodeTables } = catalog
  if (nodeTables.length === 1) return nodeTables[0]!
  throw new DatabaseError('INVALID_ARGUMENT', `The database has ${nodeTables.length} node tables: name one of them.`)
}

function hintOf([, rel]: EdgeType, groups: readonly EdgeGroup[], known: readonly string[]): string {
  const pairs = groups.filter((group) => group.table.name.toLowerCase() === rel.toLowerCase())
  if (pairs.length > 0) return ` Did you mean ${pairs.map((group) => edgeTypeKey(group.name)).join(' or ')}?`
  return didYouMean(
    rel,
    groups.map((group) => group.table.name),
  ).replace(/mean (.*)\?$/, (_, name: string) => `mean ${known[groups.findIndex((g) => g.table.name === name)]}?`)
}
