import type { BufferPoolStats } from '../bufferpool/buffer-pool.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { serialSequenceName } from '../catalog/catalog.ts'
import type { NodeTableEntry, PropertyEntry, RelTableEntry } from '../catalog/entries.ts'
import { schemaStatements } from '../catalog/schema-statements.ts'
import { DatabaseError } from '../errors/database-error.ts'
import { AGGREGATES } from '../functions/aggregate/aggregate-record.ts'
import { SCALAR_FUNCTIONS } from '../functions/registry.ts'
import { TABLE_FUNCTIONS } from '../functions/table-functions.ts'
import type { ReadView } from '../storage/read-view.ts'
import { storageParts } from '../storage/storage-info.ts'
import { normaliseInt } from '../types/int.ts'
import { printType } from '../types/print-type.ts'
import type { Value } from '../types/value.ts'

/** A row that COPY or LOAD skipped. */
export interface Warning {
  readonly queryId: number
  readonly message: string
  readonly filePath: string
  readonly lineNumber: number
  readonly skipped: string
}

/** What table functions may ask about the database and the connection. */
export interface TableFunctionServices {
  readonly packageVersion: string
  readonly poolStatistics: () => BufferPoolStats
  readonly settings: () => readonly { name: string; value: string; description: string }[]
  /** @throws {DatabaseError} RUNTIME for an unknown name. */
  readonly settingText: (name: string) => string
  readonly warnings: () => readonly Warning[]
  readonly addWarning: (warning: Omit<Warning, 'queryId'>) => void
  readonly clearWarnings: () => void
}

/** What a table function is called with. */
export interface TableFunctionCall {
  readonly args: readonly Value[]
  readonly catalog: Catalog
  readonly view: ReadView
  readonly services: TableFunctionServices
}

/** All rows of a call, values in the order of the function's columns. */
type RowsOf = (call: TableFunctionCall) => readonly (readonly Value[])[]

const DATABASE_NAME = 'local(nisaba)'

const ROWS: Readonly<Record<string, RowsOf>> = {
  show_tables: ({ catalog }) =>
    catalog.data.tables.map((t) => [t.id, t.name, t.kind === 'node' ? 'NODE' : 'REL', DATABASE_NAME, t.comment]),
  table_info: (call) => tableInfo(call),
  show_connection: (call) => showConnection(call),
  current_setting: ({ args, services }) => [[services.settingText(String(args[0]))]],
  settings: ({ services }) => services.settings().map((s) => [s.name, s.value, s.description]),
  db_version: ({ services }) => [[services.packageVersion]],
  catalog_version: ({ view }) => [[view.commitNumber]],
  show_functions: () => functionRows(),
  show_sequences: ({ catalog }) =>
    catalog.data.sequences.map((s) => [
      s.name,
      DATABASE_NAME,
      ...[s.start, s.increment, s.min, s.max].map(normaliseInt),
      s.cycle,
    ]),
  bm_info: ({ services }) => [bufferPoolRow(services.poolStatistics())],
  show_warnings: ({ services }) =>
    services.warnings().map((w) => [w.queryId, w.message, w.filePath, w.lineNumber, w.skipped]),
  clear_warnings: ({ services }) => {
    services.clearWarnings()
    return []
  },
  stats_info: (call) => statsInfo(call),
  storage_info: (call) => storageInfo(call),
  show_schema: ({ catalog }) => schemaStatements(catalog).map((s) => [s.name, s.kind, s.statement]),
}

/** @returns the rows of a table function. @throws {DatabaseError} UNKNOWN_FUNCTION, UNKNOWN_TABLE, and what the function says. */
export function tableFunctionRows(name: string, call: TableFunctionCall): readonly (readonly Value[])[] {
  const rows = ROWS[name.toLowerCase()]
  if (rows === undefined) throw new DatabaseError('UNKNOWN_FUNCTION', `function ${name.toUpperCase()} does not exist.`)
  return rows(call)
}

function tableArgument(call: TableFunctionCall): NodeTableEntry | RelTableEntry {
  const name = String(call.args[0])
  const table = call.catalog.table(name)
  if (table === undefined)
    throw new DatabaseError('CATALOG', `${name} does not exist in catalog.`, { facts: { table: name } })
  return table
}

function defaultText(table: string, property: PropertyEntry): string {
  if (property.serial) return `nextval('${serialSequenceName(table, property.name)}')`
  return property.defaultText ?? 'NULL'
}

function tableInfo(call: TableFunctionCall): readonly (readonly Value[])[] {
  const table = tableArgument(call)
  // a rel's own id comes first and is not shown
  const firstId = table.kind === 'node' ? 0 : 1
  return table.properties.map((p) => [
    p.columnId + firstId,
    p.name,
    p.serial ? 'SERIAL' : printType(p.type),
    defaultText(table.name, p),
    table.kind === 'node' ? p.columnId === table.primaryKey : table.storageDirection,
  ])
}

function showConnection(call: TableFunctionCall): readonly (readonly Value[])[] {
  const table = tableArgument(call)
  if (table.kind !== 'rel') throw new DatabaseError('BINDER', 'Show connection can only be called on a rel table!')
  return table.pairs.map((pair) => {
    const ends = [call.catalog.nodeTableById(pair.from)!, call.catalog.nodeTableById(pair.to)!]
    const keys = ends.map((end) => end.properties.find((p) => p.columnId === end.primaryKey)!.name)
    return [...ends.map((end) => end.name), ...keys]
  })
}

function bufferPoolRow(pool: BufferPoolStats): readonly Value[] {
  return [pool.limitBytes, pool.usedBytes, pool.hits, pool.misses, pool.evictions, pool.bytesRead, pool.pinned]
}

function statsInfo(call: TableFunctionCall): readonly (readonly Value[])[] {
  const table = tableArgument(call)
  const readers =
    table.kind === 'node' ? [call.view.nodeTable(table.id)] : table.pairs.map((p) => call.view.relTable(p.id))
  const cardinality = readers.reduce((sum, r) => sum + r.liveCount, 0)
  return table.properties.map((p) => {
    const columns = readers.map((r) => r.column(p.columnId).statistics)
    const total = (of: 'distinct' | 'nullCount') => columns.reduce((sum, c) => sum + c[of], 0)
    return [p.name, cardinality, total('distinct'), total('nullCount')]
  })
}

function storageInfo(call: TableFunctionCall): readonly (readonly Value[])[] {
  const table = tableArgument(call)
  const names = new Map(table.properties.map((p) => [p.columnId, p.name]))
  const pairs = table.kind === 'node' ? [{ id: table.id, pair: null }] : table.pairs.map((p) => ({ id: p.id, pair: p }))
  return pairs.flatMap(({ id, pair }) => {
    const nameOf = (node: number) => call.catalog.nodeTableById(node)!.name
    const ends = pair === null ? null : `${nameOf(pair.from)}->${nameOf(pair.to)}`
    return storageParts(call.view, id).map((part) => [
      part.kind,
      names.get(part.columnId) ?? null,
      ends,
      part.chunk,
      part.rows,
      part.nulls,
      part.encoding,
      part.pages === 0 ? null : part.firstPage,
      part.pages,
      part.bytes,
    ])
  })
}

/** One row per overload of every name, aliases included. */
function functionRows(): readonly (readonly Value[])[] {
  const scalars = SCALAR_FUNCTIONS.flatMap((f) =>
    [f.name, ...f.aliases].flatMap((name) =>
      f.overloads.map((o) => [
        name.toUpperCase(),
        'SCALAR FUNCTION',
        `(${o.parameters.join(',')}${o.variadic ? '...' : ''}) -> ${o.returns}`,
      ]),
    ),
  )
  const aggregates = AGGREGATES.map((f) => [
    f.name.toUpperCase(),
    'AGGREGATE FUNCTION',
    `(${f.accepts.join('|')}) -> ${f.returns(f.accepts[0])}`,
  ])
  const tables = TABLE_FUNCTIONS.map((f) => [
    f.name.toUpperCase(),
    'TABLE FUNCTION',
    `(${f.parameters.map(printType).join(',')})`,
  ])
  return [...scalars, ...aggregates, ...tables]
}
