import { findProperty } from '../../catalog/catalog.ts'
import type { NodeTableEntry, PropertyEntry, RelPairEntry, RelTableEntry, TableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type { CopyFromStatement, CopyToStatement, Name } from '../../parser/ast.ts'
import type { FileSource } from '../../plan/operator.ts'
import type { CopyFromPlan, OutputColumn, QueryPlan, StatementPlan } from '../../plan/statement.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import type { BindState } from './bind-state.ts'
import { castTo } from './bound.ts'
import { bindDefault } from './default-value.ts'
import { didYouMean } from './did-you-mean.ts'
import { bindOptions, describeFiles, type ExpectedColumn } from './load.ts'
import { requireTable } from './tables.ts'

interface Target {
  readonly table: TableEntry
  readonly storageId: number
  readonly fromTable: number
  readonly toTable: number
  /** Keys of the two ends of a rel; empty for nodes. */
  readonly keys: readonly ExpectedColumn[]
}

/**
 * COPY FROM files or a query: columns go by position to the listed properties, or to all that are not SERIAL.
 * @param query the planned source, where it is a query.
 * @throws {DatabaseError} UNKNOWN_TABLE, BINDER, and what describing files throws
 */
export function bindCopyFrom(state: BindState, statement: CopyFromStatement, query: QueryPlan | null): CopyFromPlan {
  const table = requireTable(state.context, statement.table)
  const all = bindOptions(state, statement.options)
  const { FROM: from, TO: to, ...options } = all
  const target = targetOf(state, table, from, to, statement.span)
  const listed = listedProperties(table, statement.columns)
  const expected = [...target.keys, ...listed]
  const source =
    query === null
      ? fileSource(state, statement, table, options, expected)
      : { query: castColumns(query, expected, statement.span) }
  return {
    kind: 'copyFrom',
    tableName: table.name,
    table: target.storageId,
    isRel: table.kind === 'rel',
    fromTable: target.fromTable,
    toTable: target.toTable,
    source,
    columns: table.properties.map((property) => {
      const at = listed.indexOf(property)
      const defaultValue = at >= 0 || property.serial ? null : bindDefault(state, table, property)
      return { source: at < 0 ? null : target.keys.length + at, type: property.type, defaultValue }
    }),
    keyColumn: table.kind === 'node' ? table.properties.findIndex((p) => p.columnId === table.primaryKey) : -1,
    slots: query?.slots ?? state.slots,
    ignoreErrors: isTrue(options['IGNORE_ERRORS']),
  }
}

function isTrue(value: Value | undefined): boolean {
  return value === true || value === 1 || String(value).toLowerCase() === 'true'
}

function targetOf(
  state: BindState,
  table: TableEntry,
  from: Value | undefined,
  to: Value | undefined,
  span: Span,
): Target {
  if (table.kind === 'node') return { table, storageId: table.id, fromTable: -1, toTable: -1, keys: [] }
  const pair = pairOf(state, table, from, to, span)
  const ends = [pair.from, pair.to].map((id) => state.context.catalog.nodeTableById(id)!)
  return {
    table,
    storageId: pair.id,
    fromTable: pair.from,
    toTable: pair.to,
    keys: ends.map((end, i) => ({ name: i === 0 ? 'from' : 'to', type: keyType(end) })),
  }
}

function keyType(table: NodeTableEntry): LogicalType {
  return table.properties.find((p) => p.columnId === table.primaryKey)!.type
}

function pairOf(
  state: BindState,
  table: RelTableEntry,
  from: Value | undefined,
  to: Value | undefined,
  span: Span,
): RelPairEntry {
  const [only, ...others] = table.pairs
  if (from === undefined || to === undefined) {
    if (only !== undefined && others.length === 0) return only
    const text = `The table ${table.name} has multiple FROM and TO pairs defined in the schema. A specific pair of FROM and TO options is expected when copying data into the ${table.name} table.`
    throw new DatabaseError('BINDER', text, { span })
  }
  const ends = [from, to].map((name) => endTable(state, String(name), span))
  const found = table.pairs.find((p) => p.from === ends[0]!.id && p.to === ends[1]!.id)
  if (found !== undefined) return found
  const text = `Rel table ${table.name} does not contain ${ends[0]!.name}-${ends[1]!.name} from-to pair.`
  throw new DatabaseError('BINDER', text, { span })
}

function endTable(state: BindState, name: string, span: Span): TableEntry {
  const table = state.context.catalog.table(name)
  if (table !== undefined) return table
  throw new DatabaseError('CATALOG', `${name} does not exist in catalog.`, { span, facts: { table: name } })
}

/** Properties that the source fills, in its order. @throws {DatabaseError} BINDER */
function listedProperties(table: TableEntry, names: readonly Name[] | undefined): readonly PropertyEntry[] {
  if (names === undefined) return table.properties.filter((p) => !p.serial)
  const listed: PropertyEntry[] = []
  for (const { text, span } of names) {
    const property = findProperty(table, text)
    if (property === undefined) {
      const hint = didYouMean(
        text,
        table.properties.map((p) => p.name),
      )
      throw new DatabaseError('BINDER', `Table ${table.name} does not contain column ${text}.${hint}`, { span })
    }
    if (listed.includes(property)) {
      throw new DatabaseError('BINDER', `Detect duplicate column name ${text} during COPY.`, { span })
    }
    listed.push(property)
  }
  return listed
}

function castColumns(query: QueryPlan, expected: readonly ExpectedColumn[], span: Span): QueryPlan {
  if (query.columns.length !== expected.length) {
    const text = `Query returns ${query.columns.length} columns but ${expected.length} columns were expected.`
    throw new DatabaseError('BINDER', text, { span })
  }
  const columns = query.columns.map((column, i): OutputColumn => {
    const { expression } = castTo(column, expected[i]!.type)
    return { name: column.name, type: expression.type, expression }
  })
  return { ...query, columns }
}

/** Text files are read straight into the table's types; others keep theirs and are cast. */
function fileSource(
  state: BindState,
  statement: CopyFromStatement,
  table: TableEntry,
  options: Record<string, Value>,
  expected: readonly ExpectedColumn[],
): FileSource {
  const { source } = statement
  if (source.kind === 'files' && source.byColumn && table.kind === 'rel') {
    throw new DatabaseError('BINDER', 'Copy by column is not supported for relationship table.', { span: source.span })
  }
  if (source.kind === 'files' && source.byColumn && source.paths.length !== expected.length) {
    const text = `Number of columns mismatch. Expected ${expected.length} but got ${source.paths.length}.`
    throw new DatabaseError('BINDER', text, { span: source.span })
  }
  const described = describeFiles(state, source, options, expected)
  if (described.columns.length !== expected.length) {
    const text = `Number of columns mismatch. Expected ${expected.length} but got ${described.columns.length}.`
    throw new DatabaseError('BINDER', text, { span: source.span })
  }
  const isText = described.format === 'csv' || described.format === 'json'
  const columns = expected.map(({ name, type }, i) => ({
    name: isText ? name : (described.columns[i]?.name ?? name),
    type: isText ? type : (described.columns[i]?.type ?? type),
  }))
  return { ...described, columns }
}

const WRITABLE = ['csv', 'parquet', 'json'] as const

/** COPY TO: the format is the extension of the file. @throws {DatabaseError} RUNTIME for a format that cannot be written */
export function bindCopyTo(
  state: BindState,
  statement: CopyToStatement,
  query: QueryPlan,
): Extract<StatementPlan, { kind: 'copyTo' }> {
  const { path } = statement
  const { FILE_FORMAT: given, ...options } = bindOptions(state, statement.options)
  const extension = path.includes('.') ? path.slice(path.lastIndexOf('.') + 1) : ''
  const wanted = typeof given === 'string' ? given : extension
  const format = WRITABLE.find((f) => f === wanted.toLowerCase())
  if (format === undefined) {
    const text = `Exporting query result to the '${wanted}' file is currently not supported.`
    throw new DatabaseError('RUNTIME', text, { span: statement.span })
  }
  return { kind: 'copyTo', query, path, format, options }
}
