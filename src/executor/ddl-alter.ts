import { type Catalog, findProperty, serialSequenceName } from '../catalog/catalog.ts'
import type { NodeTableEntry, RelTableEntry } from '../catalog/entries.ts'
import { relTableSchema } from '../catalog/table-schema-of.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { BoundExpression } from '../plan/bound-expression.ts'
import { isVolatile } from '../plan/expression-parts.ts'
import type { AlterAction } from '../plan/statement.ts'
import type { WriteTransaction } from '../storage/write-transaction.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'
import { type DdlOutcome, propertyEntry, requireProperty, serialSequence, storageTables } from './ddl-tables.ts'

type Table = NodeTableEntry | RelTableEntry
type Action<K extends AlterAction['action']> = Extract<AlterAction, { action: K }>

/** @returns the values of a default for so many rows: one for all of them, unless the expression is volatile. */
export type DefaultEvaluator = (expression: BoundExpression, rows: number) => Vector

/** What every action works on. */
interface AlterContext {
  readonly catalog: Catalog
  readonly tx: WriteTransaction
  readonly defaults: DefaultEvaluator
}

/**
 * ALTER TABLE.
 * @throws {DatabaseError} UNKNOWN_TABLE, RUNTIME (properties that are there or not), DUPLICATE_NAME, BINDER (the primary key cannot be dropped).
 */
export function alterTable(name: string, action: AlterAction, context: AlterContext): DdlOutcome {
  const table = context.catalog.requireTable(name)
  switch (action.action) {
    case 'addProperty':
      return addProperty(table, action, context)
    case 'dropProperty':
      return dropProperty(table, action, context)
    case 'renameProperty':
      return renameProperty(table, action, context.catalog)
    case 'renameTable':
      return renameTable(table, action, context.catalog)
    case 'addPair':
      return addPair(table, action, context)
    case 'dropPair':
      return dropPair(table, action, context)
  }
}

function addProperty(table: Table, action: Action<'addProperty'>, { catalog, tx, defaults }: AlterContext): DdlOutcome {
  const { property } = action
  if (findProperty(table, property.name) !== undefined) {
    if (action.ifNotExists) return { catalog, message: `${table.name} table already has property ${property.name}.` }
    throw new DatabaseError('RUNTIME', `${table.name} table already has property ${property.name}.`)
  }
  const columnId = table.nextColumnId
  const entry = propertyEntry(property, columnId)
  const changed: Table = { ...table, properties: [...table.properties, entry], nextColumnId: columnId + 1 }
  const { defaultValue } = property
  const perRow = defaultValue !== null && isVolatile(defaultValue)
  const value = defaultValue === null || perRow ? null : vectorReader(defaults(defaultValue, 1))(0)
  for (const { id, schema } of storageTables(changed)) tx.addColumn(id, columnId, schema, value)
  let result = catalog.withTable(changed)
  if (property.serial) result = result.withSequence(fillSerial(table, columnId, property.name, tx))
  if (perRow) fillRows(table.id, columnId, tx, (count) => vectorReader(defaults(defaultValue, count)))
  return { catalog: result, message: `Property ${property.name} added to table ${table.name}.` }
}

/** Numbers the rows that are there already; new ones go on from there. */
function fillSerial(table: Table, columnId: number, name: string, tx: WriteTransaction) {
  if (table.kind === 'rel') throw new DatabaseError('BINDER', 'Serial property in rel table is not supported.')
  const count = fillRows(table.id, columnId, tx, () => (index) => index)
  return { ...serialSequence(table.name, name), last: count === 0 ? null : BigInt(count - 1) }
}

/** Gives each row of a node table its own value. @param valuesOf gives the values for so many rows. @returns the number of rows. */
function fillRows(
  tableId: number,
  columnId: number,
  tx: WriteTransaction,
  valuesOf: (count: number) => (index: number) => Value,
): number {
  const { rowCount, liveCount, deleted } = tx.view.nodeTable(tableId)
  const value = valuesOf(liveCount)
  let index = 0
  for (let row = 0; row < rowCount; row++) {
    if (deleted !== null && (deleted[row >>> 5]! & (1 << (row & 31))) !== 0) continue
    tx.updateNode(tableId, row, columnId, value(index++))
  }
  return index
}

function dropProperty(table: Table, action: Action<'dropProperty'>, { catalog, tx }: AlterContext): DdlOutcome {
  if (action.ifExists && findProperty(table, action.name) === undefined) {
    return { catalog, message: `${table.name} table does not have property ${action.name}.` }
  }
  const property = requireProperty(table, action.name)
  if (table.kind === 'node' && property.columnId === table.primaryKey) {
    const text = `Cannot drop property ${action.name} in table ${table.name} because it is used as primary key.`
    throw new DatabaseError('BINDER', text, { facts: { table: table.name, property: action.name } })
  }
  for (const { id } of storageTables(table)) tx.dropColumn(id, property.columnId)
  let result = catalog.withTable({ ...table, properties: table.properties.filter((p) => p !== property) })
  if (property.serial) result = result.withoutSequence(serialSequenceName(table.name, property.name))
  return { catalog: result, message: `Property ${action.name} has been dropped from table ${table.name}.` }
}

function renameProperty(table: Table, action: Action<'renameProperty'>, catalog: Catalog): DdlOutcome {
  const property = requireProperty(table, action.name)
  if (findProperty(table, action.to) !== undefined) {
    throw new DatabaseError('RUNTIME', `${table.name} table already has property ${action.to}.`)
  }
  const properties = table.properties.map((p) => (p === property ? { ...p, name: action.to } : p))
  const renamed = renameSequence(
    catalog,
    serialSequenceName(table.name, property.name),
    serialSequenceName(table.name, action.to),
  )
  const message = `Property ${property.name} renamed to ${action.to}.`
  return { catalog: renamed.withTable({ ...table, properties }), message }
}

/** Serial sequences are found by the names of table and column, so they follow both. */
function renameSequence(catalog: Catalog, from: string, to: string): Catalog {
  const sequence = catalog.sequence(from)
  if (sequence === undefined) return catalog
  return catalog.withoutSequence(from).withSequence({ ...sequence, name: to })
}

function renameTable(table: Table, action: Action<'renameTable'>, catalog: Catalog): DdlOutcome {
  if (catalog.table(action.to) !== undefined) {
    throw new DatabaseError('DUPLICATE_NAME', `Table ${action.to} already exists.`, { facts: { table: action.to } })
  }
  const serials = table.properties.filter((p) => p.serial)
  const renamed = serials.reduce(
    (c, p) => renameSequence(c, serialSequenceName(table.name, p.name), serialSequenceName(action.to, p.name)),
    catalog.withTable({ ...table, name: action.to }),
  )
  return { catalog: renamed, message: `Table ${table.name} renamed to ${action.to}.` }
}

function pairTables(table: Table, from: string, to: string, catalog: Catalog) {
  if (table.kind !== 'rel') throw new DatabaseError('BINDER', `Table ${table.name} is not a rel table.`)
  const ends = { from: catalog.requireTable(from), to: catalog.requireTable(to) }
  const pair = table.pairs.find((p) => p.from === ends.from.id && p.to === ends.to.id)
  return { rel: table, ends, pair, label: `${ends.from.name}->${ends.to.name}` }
}

function addPair(table: Table, action: Action<'addPair'>, { catalog, tx }: AlterContext): DdlOutcome {
  const { rel, ends, pair, label } = pairTables(table, action.from, action.to, catalog)
  if (pair !== undefined) {
    if (action.ifNotExists) return { catalog, message: `${label} already exists in ${rel.name} table.` }
    throw new DatabaseError('DUPLICATE_NAME', `${label} already exists in ${rel.name} table.`)
  }
  const entry = { id: catalog.data.nextId, from: ends.from.id, to: ends.to.id }
  const changed: RelTableEntry = { ...rel, pairs: [...rel.pairs, entry] }
  tx.createRelTable(relTableSchema(changed, entry))
  return { catalog: catalog.withTable(changed, 1), message: `${label} added to table ${rel.name}.` }
}

function dropPair(table: Table, action: Action<'dropPair'>, { catalog, tx }: AlterContext): DdlOutcome {
  const { rel, pair, label } = pairTables(table, action.from, action.to, catalog)
  if (pair === undefined) {
    if (action.ifExists) return { catalog, message: `${label} does not exist in ${rel.name} table.` }
    throw new DatabaseError('BINDER', `${label} does not exist in ${rel.name} table.`)
  }
  tx.dropTable(pair.id)
  const changed = { ...rel, pairs: rel.pairs.filter((p) => p !== pair) }
  return { catalog: catalog.withTable(changed), message: `${label} has been dropped from table ${rel.name}.` }
}
