import { type Catalog, findProperty, serialSequenceName } from '../catalog/catalog.ts'
import type { NodeTableEntry, PropertyEntry, RelPairEntry, RelTableEntry, SequenceEntry } from '../catalog/entries.ts'
import { nodeTableSchema, relTableSchema } from '../catalog/table-schema-of.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { PropertyDefinition, StatementPlan } from '../plan/statement.ts'
import type { WriteTransaction } from '../storage/write-transaction.ts'

type Plan<K extends StatementPlan['kind']> = Extract<StatementPlan, { kind: K }>

/** What a schema statement leaves behind: the catalog of the transaction from now on, and its one-line answer. */
export interface DdlOutcome {
  readonly catalog: Catalog
  readonly message: string
  /** The table made just now, for CREATE ... AS. */
  readonly created?: NodeTableEntry | RelTableEntry
}

const INT64_MAX = 2n ** 63n - 1n

/** @returns the entry of a new property. A SERIAL counts from 0. */
export function propertyEntry(definition: PropertyDefinition, columnId: number): PropertyEntry {
  const { name, type, serial, defaultText } = definition
  return { columnId, name, type, serial, defaultText }
}

/** @returns the sequence behind a SERIAL column. */
export function serialSequence(table: string, column: string): SequenceEntry {
  const name = serialSequenceName(table, column)
  return { name, start: 0n, increment: 1n, min: 0n, max: INT64_MAX, cycle: false, last: null }
}

function alreadyExists(catalog: Catalog, name: string, ifNotExists: boolean): DdlOutcome | null {
  const existing = catalog.table(name)
  if (existing === undefined) return null
  if (ifNotExists) return { catalog, message: `Table ${existing.name} already exists.` }
  throw new DatabaseError('DUPLICATE_NAME', `${name} already exists in catalog.`, { facts: { table: name } })
}

function withSerialSequences(catalog: Catalog, table: string, properties: readonly PropertyDefinition[]): Catalog {
  return properties.filter((p) => p.serial).reduce((c, p) => c.withSequence(serialSequence(table, p.name)), catalog)
}

/** @throws {DatabaseError} DUPLICATE_NAME, BINDER. */
export function createNodeTable(plan: Plan<'createNodeTable'>, catalog: Catalog, tx: WriteTransaction): DdlOutcome {
  const exists = alreadyExists(catalog, plan.name, plan.ifNotExists)
  if (exists !== null) return exists
  const properties = plan.properties.map(propertyEntry)
  const key = properties.find((p) => p.name.toLowerCase() === plan.primaryKey.toLowerCase())
  if (key === undefined) {
    throw new DatabaseError(
      'BINDER',
      `Primary key ${plan.primaryKey} does not match any of the predefined node properties.`,
    )
  }
  const table: NodeTableEntry = {
    kind: 'node',
    id: catalog.data.nextId,
    name: plan.name,
    comment: '',
    properties,
    nextColumnId: properties.length,
    primaryKey: key.columnId,
  }
  tx.createNodeTable(nodeTableSchema(table))
  const changed = withSerialSequences(catalog.withTable(table, 1), plan.name, plan.properties)
  return { catalog: changed, message: `Table ${plan.name} has been created.`, created: table }
}

function pairEntries(
  catalog: Catalog,
  pairs: readonly { from: string; to: string }[],
  firstId: number,
): RelPairEntry[] {
  return pairs.map(({ from, to }, i) => {
    const ends = [from, to].map((name) => {
      const table = catalog.requireTable(name)
      if (table.kind === 'node') return table.id
      throw new DatabaseError('BINDER', `Table ${name} is not a node table.`, { facts: { table: name } })
    })
    return { id: firstId + i, from: ends[0]!, to: ends[1]! }
  })
}

/** @throws {DatabaseError} DUPLICATE_NAME, UNKNOWN_TABLE. */
export function createRelTable(plan: Plan<'createRelTable'>, catalog: Catalog, tx: WriteTransaction): DdlOutcome {
  const exists = alreadyExists(catalog, plan.name, plan.ifNotExists)
  if (exists !== null) return exists
  const id = catalog.data.nextId
  const pairs = pairEntries(catalog, plan.pairs, id + 1)
  const properties = plan.properties.map(propertyEntry)
  const table: RelTableEntry = {
    kind: 'rel',
    id,
    name: plan.name,
    comment: '',
    properties,
    nextColumnId: properties.length,
    pairs,
    multiplicity: plan.multiplicity,
    storageDirection: plan.storageDirection,
  }
  for (const pair of pairs) tx.createRelTable(relTableSchema(table, pair))
  const changed = withSerialSequences(catalog.withTable(table, 1 + pairs.length), plan.name, plan.properties)
  return { catalog: changed, message: `Table ${plan.name} has been created.`, created: table }
}

/** @throws {DatabaseError} UNKNOWN_TABLE; BINDER if a rel table still uses the node table. */
export function dropTable(plan: Plan<'drop'>, catalog: Catalog, tx: WriteTransaction): DdlOutcome {
  const table = catalog.table(plan.name)
  if (table === undefined) {
    if (plan.ifExists) return { catalog, message: `Table ${plan.name} does not exist.` }
    throw new DatabaseError('UNKNOWN_TABLE', `Table ${plan.name} does not exist.`, { facts: { table: plan.name } })
  }
  if (table.kind === 'node') {
    const user = catalog.relTables.find((r) => r.pairs.some((p) => p.from === table.id || p.to === table.id))
    if (user !== undefined) {
      const text = `Cannot delete node table ${table.name} because it is referenced by relationship table ${user.name}.`
      throw new DatabaseError('BINDER', text, { facts: { table: table.name, usedBy: user.name } })
    }
    tx.dropTable(table.id)
  } else {
    for (const pair of table.pairs) tx.dropTable(pair.id)
  }
  const serials = table.properties.filter((p) => p.serial)
  const without = serials.reduce((c, p) => c.withoutSequence(serialSequenceName(table.name, p.name)), catalog)
  return { catalog: without.withoutTable(table.id), message: `Table ${table.name} has been dropped.` }
}

/** @throws {DatabaseError} UNKNOWN_TABLE. */
export function commentOnTable(plan: Plan<'comment'>, catalog: Catalog): DdlOutcome {
  const table = catalog.requireTable(plan.table)
  return {
    catalog: catalog.withTable({ ...table, comment: plan.text }),
    message: `Comment added to table ${table.name}.`,
  }
}

/** @returns storage ids and schemas of a table: one for a node table, one per pair for a rel table. */
export function storageTables(table: NodeTableEntry | RelTableEntry) {
  if (table.kind === 'node') return [{ id: table.id, schema: nodeTableSchema(table) }]
  return table.pairs.map((pair) => ({ id: pair.id, schema: relTableSchema(table, pair) }))
}

/** @throws {DatabaseError} RUNTIME. */
export function requireProperty(table: NodeTableEntry | RelTableEntry, name: string): PropertyEntry {
  const property = findProperty(table, name)
  if (property !== undefined) return property
  const facts = { table: table.name, property: name }
  throw new DatabaseError('RUNTIME', `${table.name} table does not have property ${name}.`, { facts })
}
