import type { CommandRecord } from '../commands/registry.ts'

/** A property, function, setting or table, with a few words about it. */
export interface NamedThing {
  readonly name: string
  /** Type, signature or value; may be empty. */
  readonly detail: string
}

/** A table of the database. */
export interface TableThing {
  readonly name: string
  readonly kind: 'node' | 'rel'
}

/** Node tables that a rel table joins. */
export interface Endpoints {
  readonly from: string
  readonly to: string
}

/** Everything that completion knows, as it is now. Every call answers at once: what it needs is in memory or quickly read. */
export interface Knowledge {
  tables(): readonly TableThing[]
  /** Properties of a table (any case of its name); none for an unknown one. */
  properties(table: string): readonly NamedThing[]
  /** FROM-TO pairs of a rel table (any case of its name); none for an unknown one. */
  endpoints(table: string): readonly Endpoints[]
  functions(): readonly NamedThing[]
  settings(): readonly NamedThing[]
  /** Parameters that have a value, without the dollar sign. */
  parameters(): readonly string[]
  /** Names in a folder, folders with a slash at the end; none if it cannot be read. */
  list(folder: string): readonly string[]
  readonly commands: readonly CommandRecord[]
  readonly modes: readonly string[]
}

/** A function that CALL runs, with the columns that YIELD may name. */
export interface TableFunction extends NamedThing {
  readonly columns: readonly string[]
}

/** Functions that CALL runs. A copy of the engine's list, which a shell may not import; a test compares the two. */
export const TABLE_FUNCTIONS: readonly TableFunction[] = [
  {
    name: 'bm_info',
    detail: 'buffer pool',
    columns: ['mem_limit', 'mem_usage', 'hits', 'misses', 'evictions', 'bytes_read', 'pins'],
  },
  { name: 'catalog_version', detail: 'number of the newest commit', columns: ['version'] },
  { name: 'clear_warnings', detail: 'forgets warnings', columns: [] },
  { name: 'current_setting', detail: "('setting')", columns: [] },
  { name: 'db_version', detail: 'version of the package', columns: ['version'] },
  { name: 'settings', detail: 'every setting with its value', columns: ['name', 'value', 'description'] },
  {
    name: 'show_connection',
    detail: "('rel table')",
    columns: [
      'source table name',
      'destination table name',
      'source table primary key',
      'destination table primary key',
    ],
  },
  { name: 'show_functions', detail: 'every function', columns: ['name', 'type', 'signature'] },
  { name: 'show_schema', detail: 'statements that make the tables', columns: ['name', 'kind', 'statement'] },
  {
    name: 'show_sequences',
    detail: 'every sequence',
    columns: ['name', 'database name', 'start value', 'increment', 'min value', 'max value', 'cycle'],
  },
  { name: 'show_tables', detail: 'every table', columns: ['id', 'name', 'type', 'database name', 'comment'] },
  {
    name: 'show_warnings',
    detail: 'rows that COPY skipped',
    columns: ['query_id', 'message', 'file_path', 'line_number', 'skipped_line_or_record'],
  },
  { name: 'stats_info', detail: "('table')", columns: ['property', 'cardinality', 'distinct', 'nulls'] },
  {
    name: 'storage_info',
    detail: "('table')",
    columns: ['kind', 'column', 'pair', 'chunk', 'rows', 'nulls', 'compression', 'first_page', 'pages', 'bytes'],
  },
  {
    name: 'table_info',
    detail: "('table')",
    columns: ['property id', 'name', 'type', 'default expression', 'primary key', 'storage_direction'],
  },
]

/** Names of types that a column or CAST may have. */
export const TYPE_NAMES: readonly string[] = [
  'BLOB',
  'BOOL',
  'DATE',
  'DECIMAL(',
  'DOUBLE',
  'FLOAT',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'INT128',
  'INTERVAL',
  'JSON',
  'MAP(',
  'SERIAL',
  'STRING',
  'STRUCT(',
  'TIMESTAMP',
  'TIMESTAMP_MS',
  'TIMESTAMP_NS',
  'TIMESTAMP_SEC',
  'TIMESTAMP_TZ',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'UNION(',
  'UUID',
]
