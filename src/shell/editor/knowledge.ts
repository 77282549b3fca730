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

/** Everything that completion knows, as it is now. Every call answers at once: what it needs is in memory or quickly read. */
export interface Knowledge {
  tables(): readonly TableThing[]
  /** Properties of a table (any case of its name); none for an unknown one. */
  properties(table: string): readonly NamedThing[]
  functions(): readonly NamedThing[]
  settings(): readonly NamedThing[]
  /** Parameters that have a value, without the dollar sign. */
  parameters(): readonly string[]
  /** Names in a folder, folders with a slash at the end; none if it cannot be read. */
  list(folder: string): readonly string[]
  readonly commands: readonly CommandRecord[]
  readonly modes: readonly string[]
}

/** Functions that CALL runs. A copy of the engine's list, which a shell may not import; a test compares the two. */
export const TABLE_FUNCTIONS: readonly NamedThing[] = [
  { name: 'bm_info', detail: 'buffer pool' },
  { name: 'catalog_version', detail: 'number of the newest commit' },
  { name: 'clear_warnings', detail: 'forgets warnings' },
  { name: 'current_setting', detail: "('setting')" },
  { name: 'db_version', detail: 'version of the package' },
  { name: 'settings', detail: 'every setting with its value' },
  { name: 'show_connection', detail: "('rel table')" },
  { name: 'show_functions', detail: 'every function' },
  { name: 'show_schema', detail: 'statements that make the tables' },
  { name: 'show_sequences', detail: 'every sequence' },
  { name: 'show_tables', detail: 'every table' },
  { name: 'show_warnings', detail: 'rows that COPY skipped' },
  { name: 'stats_info', detail: "('table')" },
  { name: 'storage_info', detail: "('table')" },
  { name: 'table_info', detail: "('table')" },
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
