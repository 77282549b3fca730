import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type {
  AlterTableStatement,
  ColumnDefinition,
  CreateMacroStatement,
  CreateNodeTableStatement,
  CreateRelTableStatement,
  CreateSequenceStatement,
  Name,
  Option,
  RelEndpoints,
} from '../../parser/ast.ts'
import { isConstant } from '../../plan/expression-parts.ts'
import type { AlterAction, PropertyDefinition, QueryPlan, StatementPlan } from '../../plan/statement.ts'
import { fitsInt } from '../../types/int.ts'
import type { LogicalType, TypeId } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import { type BindState, withAggregates, withScope } from './bind-state.ts'
import { implicitCast } from './bound.ts'
import { bindExpression, resolveType } from './expression.ts'
import { sourceText } from './lambda.ts'
import { bindOptions } from './load.ts'
import { Scope } from './scope.ts'
import { requireTable } from './tables.ts'

type Plan<K extends StatementPlan['kind']> = Extract<StatementPlan, { kind: K }>

const RESERVED = ['_id', '_label', '_src', '_dst', '_nodes', '_rels', '_src_offset', '_dst_offset', '_length']

const KEY_TYPES: readonly TypeId[] = [
  'STRING',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'INT128',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'SERIAL',
  'FLOAT',
  'DOUBLE',
  'DECIMAL',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP_NS',
  'TIMESTAMP_MS',
  'TIMESTAMP_SEC',
  'TIMESTAMP_TZ',
  'UUID',
  'BLOB',
]

/** @throws {DatabaseError} DUPLICATE_NAME, BINDER for reserved names, TYPE_MISMATCH for a default, UNKNOWN_TYPE */
function bindColumns(state: BindState, columns: readonly ColumnDefinition[]): PropertyDefinition[] {
  const names = new Set<string>()
  return columns.map((column) => {
    checkName(column.name)
    const key = column.name.text.toLowerCase()
    if (names.has(key)) {
      const text = `Duplicated column name: ${column.name.text}, column name must be unique.`
      throw new DatabaseError('DUPLICATE_NAME', text, { span: column.name.span })
    }
    names.add(key)
    return bindColumn(state, column)
  })
}

function checkName(name: Name): void {
  if (!RESERVED.includes(name.text.toLowerCase())) return
  throw new DatabaseError('BINDER', `${name.text} is a reserved property name.`, { span: name.span })
}

function bindColumn(state: BindState, column: ColumnDefinition): PropertyDefinition {
  const type = resolveType(state, column.type.text, column.type.span)
  const serial = type.id === 'SERIAL'
  const { default: given } = column
  const base = { name: column.name.text, type, serial }
  if (given === undefined) return { ...base, defaultValue: null, defaultText: null }
  if (serial) {
    throw new DatabaseError('BINDER', 'No DEFAULT value should be set for SERIAL columns', { span: given.span })
  }
  const bound = withAggregates(state, null, () => withScope(state, new Scope(), () => bindExpression(state, given)))
  const value = implicitCast(bound, type, given.span)
  return { ...base, defaultValue: value.expression, defaultText: sourceText(state, given) }
}

/** CREATE NODE TABLE; with AS its columns are those of the query. @throws {DatabaseError} BINDER, DUPLICATE_NAME, UNKNOWN_TYPE, TYPE_MISMATCH */
export function bindCreateNodeTable(
  state: BindState,
  statement: CreateNodeTableStatement,
  query: QueryPlan | null,
): Plan<'createNodeTable'> {
  refuseExisting(state, statement.name, statement.ifNotExists)
  const properties = query === null ? bindColumns(state, statement.columns) : queryProperties(query, 0)
  const keyName = statement.primaryKey ?? { text: properties[0]?.name ?? '', span: statement.name.span }
  const key = properties.find((p) => p.name.toLowerCase() === keyName.text.toLowerCase())
  if (key === undefined) {
    const text = `Primary key ${keyName.text} does not match any of the predefined node properties.`
    throw new DatabaseError('BINDER', text, { span: keyName.span })
  }
  checkKeyType(key.type, keyName)
  const { ifNotExists } = statement
  return { kind: 'createNodeTable', name: statement.name.text, ifNotExists, properties, primaryKey: key.name, query }
}

function checkKeyType(type: LogicalType, name: Name): void {
  if (KEY_TYPES.includes(type.id)) return
  const text = `Invalid primary key column type ${printType(type)}. Primary keys must be either STRING or a numeric type.`
  throw new DatabaseError('BINDER', text, { span: name.span })
}

function queryProperties(query: QueryPlan, skip: number): PropertyDefinition[] {
  return query.columns
    .slice(skip)
    .map(({ name, type }) => ({ name, type, serial: false, defaultValue: null, defaultText: null }))
}

/** CREATE REL TABLE. @throws {DatabaseError} UNKNOWN_TABLE, BINDER, DUPLICATE_NAME, UNKNOWN_TYPE, TYPE_MISMATCH, RUNTIME */
export function bindCreateRelTable(
  state: BindState,
  statement: CreateRelTableStatement,
  query: QueryPlan | null,
): Plan<'createRelTable'> {
  const { name, ifNotExists, endpoints, multiplicity, options } = statement
  refuseExisting(state, name, ifNotExists)
  if (query !== null && endpoints.length > 1) {
    const text = 'Multiple FROM/TO pairs are not supported for CREATE REL TABLE AS.'
    throw new DatabaseError('BINDER', text, { span: statement.span })
  }
  return {
    kind: 'createRelTable',
    name: name.text,
    ifNotExists,
    pairs: bindPairs(state, endpoints),
    properties: query === null ? bindColumns(state, statement.columns) : queryProperties(query, 2),
    multiplicity: multiplicity === undefined ? 'MANY_MANY' : bindMultiplicity(multiplicity),
    storageDirection: bindDirection(state, options),
    query,
  }
}

function bindPairs(state: BindState, endpoints: readonly RelEndpoints[]): { from: string; to: string }[] {
  const seen = new Set<string>()
  return endpoints.map(({ from, to, span }) => {
    const pair = { from: requireNode(state, from), to: requireNode(state, to) }
    const label = `${pair.from}-${pair.to}`
    if (seen.has(label)) {
      throw new DatabaseError('BINDER', `Found duplicate FROM-TO ${label} pairs.`, { span })
    }
    seen.add(label)
    return pair
  })
}

function requireNode(state: BindState, name: Name): string {
  const table = requireTable(state.context, name)
  if (table.kind === 'node') return table.name
  throw new DatabaseError('BINDER', `${table.name} is not of type NODE.`, { span: name.span })
}

const MULTIPLICITIES = ['ONE_ONE', 'ONE_MANY', 'MANY_ONE', 'MANY_MANY'] as const

function bindMultiplicity(name: Name): (typeof MULTIPLICITIES)[number] {
  const found = MULTIPLICITIES.find((m) => m === name.text.toUpperCase())
  if (found !== undefined) return found
  throw new DatabaseError('BINDER', `Cannot bind ${name.text} as relationship multiplicity.`, { span: name.span })
}

function bindDirection(state: BindState, options: readonly Option[]): 'fwd' | 'bwd' | 'both' {
  const direction = bindOptions(state, options)['STORAGE_DIRECTION'] ?? 'both'
  const text = String(direction).toLowerCase()
  if (text === 'fwd' || text === 'bwd' || text === 'both') return text
  throw new DatabaseError('RUNTIME', `Cannot parse ${String(direction)} as ExtendDirection.`, {
    span: options[0]!.span,
  })
}

/** ALTER TABLE. @throws {DatabaseError} UNKNOWN_TABLE, BINDER, RUNTIME for a default that a rel table cannot have */
export function bindAlterTable(state: BindState, statement: AlterTableStatement): Plan<'alterTable'> {
  const table = requireTable(state.context, statement.table)
  return { kind: 'alterTable', name: table.name, action: bindChange(state, statement, table.kind === 'rel') }
}

function bindChange(state: BindState, { change, span }: AlterTableStatement, isRel: boolean): AlterAction {
  switch (change.kind) {
    case 'add-column': {
      checkName(change.column.name)
      const property = bindColumn(state, change.column)
      if (isRel && (property.serial || (property.defaultValue !== null && !isConstant(property.defaultValue)))) {
        const text = 'Cannot set a non-constant default value when adding columns on REL tables.'
        throw new DatabaseError('RUNTIME', text, { span })
      }
      return { action: 'addProperty', ifNotExists: change.ifNotExists, property }
    }
    case 'drop-column':
      return { action: 'dropProperty', ifExists: change.ifExists, name: change.column.text }
    case 'rename-column':
      checkName(change.to)
      return { action: 'renameProperty', name: change.column.text, to: change.to.text }
    case 'rename-table':
      return { action: 'renameTable', to: change.to.text }
    case 'add-endpoints': {
      const [pair] = bindPairs(state, [change.endpoints])
      return { action: 'addPair', ifNotExists: change.ifNotExists, ...pair! }
    }
    case 'drop-endpoints': {
      const [pair] = bindPairs(state, [change.endpoints])
      return { action: 'dropPair', ifExists: change.ifExists, ...pair! }
    }
  }
}

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

function withinInt64(value: number | bigint, span: Span): bigint {
  if (fitsInt(value, 'INT64')) return BigInt(value)
  throw new DatabaseError('BINDER', 'Out of bounds: SEQUENCE accepts integers within INT64.', { span })
}

function refuseExisting(state: BindState, { text, span }: Name, ifNotExists: boolean): void {
  if (ifNotExists || state.context.catalog.table(text) === undefined) return
  throw new DatabaseError('DUPLICATE_NAME', `${text} already exists in catalog.`, { span, facts: { table: text } })
}

/** CREATE SEQUENCE: a descending one starts at its upper end. @throws {DatabaseError} BINDER */
export function bindCreateSequence(statement: CreateSequenceStatement): Plan<'createSequence'> {
  const { span } = statement
  const increment = withinInt64(statement.increment ?? 1, span)
  if (increment === 0n) throw new DatabaseError('BINDER', 'INCREMENT must be non-zero.', { span })
  const ascending = increment > 0n
  const min = withinInt64(statement.minValue ?? (ascending ? 1n : INT64_MIN), span)
  const max = withinInt64(statement.maxValue ?? (ascending ? INT64_MAX : -1n), span)
  const start = withinInt64(statement.start ?? (ascending ? min : max), span)
  if (max < min) {
    const text = 'SEQUENCE MAXVALUE should be greater than or equal to MINVALUE.'
    throw new DatabaseError('BINDER', text, { span })
  }
  if (start < min || start > max) {
    const text = 'SEQUENCE START value should be between MINVALUE and MAXVALUE.'
    throw new DatabaseError('BINDER', text, { span })
  }
  const { name, ifNotExists, cycle } = statement
  return { kind: 'createSequence', name: name.text, ifNotExists, start, increment, min, max, cycle }
}

/** CREATE MACRO: kept as text, bound where it is used. @throws {DatabaseError} DUPLICATE_NAME for two parameters of one name */
export function bindCreateMacro(state: BindState, statement: CreateMacroStatement): Plan<'createMacro'> {
  const names = new Set<string>()
  for (const { name } of statement.parameters) {
    const key = name.text.toLowerCase()
    if (names.has(key)) {
      throw new DatabaseError('DUPLICATE_NAME', `Duplicated macro parameter: ${name.text}.`, { span: name.span })
    }
    names.add(key)
  }
  return { kind: 'createMacro', name: statement.name.text, text: sourceText(state, statement) }
}
