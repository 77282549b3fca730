import { findProperty } from '../../catalog/catalog.ts'
import type { NodeTableEntry, PropertyEntry, RelTableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type { BoundExpression, PropertySource } from '../../plan/bound-expression.ts'
import { unifiedType } from '../../types/common-type.ts'
import { type Field, INTERNAL_ID, type LogicalType, STRING } from '../../types/logical-type.ts'
import type { BindState } from './bind-state.ts'
import type { Bound } from './bound.ts'
import { didYouMean } from './did-you-mean.ts'
import type { BoundProperty, NodeVariable, RelVariable } from './variable.ts'

/** Properties of several tables under one name each, in the order in which they come. */
function unifiedProperties(tables: readonly (NodeTableEntry | RelTableEntry)[]): Field[] {
  const fields = new Map<string, Field>()
  for (const table of tables) {
    for (const property of table.properties) {
      const key = property.name.toLowerCase()
      const known = fields.get(key)
      const type = known === undefined ? property.type : unifiedType(known.type, property.type)
      fields.set(key, { name: known?.name ?? property.name, type })
    }
  }
  return [...fields.values()]
}

/** @returns NODE type with the properties of all tables. */
export function nodeType(tables: readonly NodeTableEntry[]): LogicalType {
  const own = [
    { name: '_ID', type: INTERNAL_ID },
    { name: '_LABEL', type: STRING },
  ]
  return { id: 'NODE', fields: [...own, ...unifiedProperties(tables)] }
}

/** @returns REL type with the properties of all tables. */
export function relType(tables: readonly RelTableEntry[]): LogicalType {
  const own = [
    { name: '_SRC', type: INTERNAL_ID },
    { name: '_DST', type: INTERNAL_ID },
    { name: '_LABEL', type: STRING },
    { name: '_ID', type: INTERNAL_ID },
  ]
  return { id: 'REL', fields: [...own, ...unifiedProperties(tables)] }
}

/** Names that `v.*` gives. */
export function propertyNames(variable: NodeVariable | RelVariable): readonly string[] {
  return unifiedProperties(variable.tables).map((f) => f.name)
}

function source(table: number, property: PropertyEntry | undefined, type: LogicalType): PropertySource {
  return { table, columnId: property?.columnId ?? -1, type: property?.type ?? type }
}

function sourcesOf(table: NodeTableEntry | RelTableEntry, name: string, type: LogicalType): PropertySource[] {
  const property = findProperty(table, name)
  if (table.kind === 'node') return [source(table.id, property, type)]
  return table.pairs.map((pair) => source(pair.id, property, type))
}

/** @returns the INTERNAL_ID of a node or rel. */
export function idOf(variable: NodeVariable | RelVariable): Bound {
  return {
    expression: { kind: 'internalId', type: INTERNAL_ID, slot: variable.slot, of: 'self' },
    name: `${variable.name}._ID`,
  }
}

/** Names of what the database itself keeps about nodes and rels. */
const SYSTEM_NAMES = ['_id', '_label', '_src', '_dst', '_length']

/**
 * A property of a node or rel variable, over all its tables (tables without it give NULL).
 * @throws {DatabaseError} UNKNOWN_PROPERTY when no table has it, BINDER for `_id` and its like
 */
export function bindProperty(variable: NodeVariable | RelVariable, name: string, span: Span): Bound {
  if (SYSTEM_NAMES.includes(name.toLowerCase())) {
    const text = `${name} is reserved for system usage. External access is not allowed.`
    throw new DatabaseError('BINDER', text, { span })
  }
  const known = variable.properties.get(name.toLowerCase()) ?? resolve(variable, name, span)
  return { expression: known.expression, name: `${variable.name}.${known.name}` }
}

function resolve(variable: NodeVariable | RelVariable, name: string, span: Span): BoundProperty {
  const fields = unifiedProperties(variable.tables)
  const field = fields.find((f) => f.name.toLowerCase() === name.toLowerCase())
  if (field === undefined) {
    const hint = didYouMean(
      name,
      fields.map((f) => f.name),
    )
    throw new DatabaseError('UNKNOWN_PROPERTY', `Cannot find property ${name} for ${variable.name}.${hint}`, {
      span,
      facts: { property: name, variable: variable.name },
    })
  }
  const sources = variable.tables.flatMap((table) => sourcesOf(table, field.name, field.type))
  const expression: BoundExpression = {
    kind: 'property',
    type: field.type,
    slot: variable.slot,
    name: field.name,
    sources,
    isPrimaryKey: isPrimaryKey(variable, field.name),
  }
  const bound = { name: field.name, expression, sources } as BoundProperty
  variable.properties.set(field.name.toLowerCase(), bound)
  return bound
}

function isPrimaryKey(variable: NodeVariable | RelVariable, name: string): boolean {
  const [table, ...others] = variable.tables
  if (variable.kind !== 'node' || table?.kind !== 'node' || others.length > 0) return false
  return findProperty(table, name)?.columnId === table.primaryKey
}

/** Adds tables to a node that is named again with other labels; properties that were bound before see them too. */
export function addTables(variable: NodeVariable, tables: readonly NodeTableEntry[]): void {
  const added = tables.filter((t) => !variable.tables.includes(t))
  if (added.length === 0) return
  variable.tables = [...variable.tables, ...added].sort((a, b) => a.id - b.id)
  for (const [key, property] of variable.properties) {
    for (const table of added) property.sources.push(...sourcesOf(table, property.name, property.expression.type))
    const expression = { ...property.expression, isPrimaryKey: false }
    variable.properties.set(key, { ...property, expression })
  }
}

/** Restricts a node that a pattern introduces to some of its tables. */
export function setTables(state: BindState, variable: NodeVariable, tables: readonly NodeTableEntry[]): void {
  variable.tables = tables
  variable.properties.clear()
  const slot = state.slots[variable.slot]!
  slot.type = nodeType(tables)
  slot.tables = tables.map((t) => t.id)
}
