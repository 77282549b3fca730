import { BOOL, INT64, type LogicalType, STRING, scalar } from '../types/logical-type.ts'

/** A column that a table function gives. */
export interface TableFunctionColumn {
  readonly name: string
  readonly type: LogicalType
}

/** A function that is called with CALL and gives rows. The binder takes names and types from here, the executor the order of columns. */
export interface TableFunctionSignature {
  readonly name: string
  /** Types that the positional arguments are cast to. */
  readonly parameters: readonly LogicalType[]
  /** Columns that do not depend on the arguments; the others have their own rule in the binder. */
  readonly columns: readonly TableFunctionColumn[]
  readonly description: string
}

const UINT64 = scalar('UINT64')
const INT32 = scalar('INT32')

function column(name: string, type: LogicalType = STRING): TableFunctionColumn {
  return { name, type }
}

/** Columns of `table_info`, whose last one depends on the kind of table. */
export function tableInfoColumns(kind: 'node' | 'rel'): readonly TableFunctionColumn[] {
  const common = [column('property id', INT32), column('name'), column('type'), column('default expression')]
  return [...common, kind === 'node' ? column('primary key', BOOL) : column('storage_direction')]
}

/** `current_setting(name)` gives one column, called like the setting. */
export function currentSettingColumns(setting: string): readonly TableFunctionColumn[] {
  return [column(setting)]
}

/** Every table function. `table_info` and `current_setting` take their columns from the functions above. */
export const TABLE_FUNCTIONS: readonly TableFunctionSignature[] = [
  {
    name: 'show_tables',
    parameters: [],
    columns: [column('id', UINT64), column('name'), column('type'), column('database name'), column('comment')],
    description: 'Tables of the database.',
  },
  { name: 'table_info', parameters: [STRING], columns: [], description: 'Properties of one table.' },
  {
    name: 'show_connection',
    parameters: [STRING],
    columns: [
      column('source table name'),
      column('destination table name'),
      column('source table primary key'),
      column('destination table primary key'),
    ],
    description: 'FROM-TO pairs of a rel table.',
  },
  { name: 'current_setting', parameters: [STRING], columns: [], description: 'Value of one setting.' },
  {
    name: 'settings',
    parameters: [],
    columns: [column('name'), column('value'), column('description')],
    description: 'Every setting with its value.',
  },
  { name: 'db_version', parameters: [], columns: [column('version')], description: 'Version of this package.' },
  {
    name: 'catalog_version',
    parameters: [],
    columns: [column('version', UINT64)],
    description: 'Number of the newest commit.',
  },
  {
    name: 'show_functions',
    parameters: [],
    columns: [column('name'), column('type'), column('signature')],
    description: 'Every function.',
  },
  {
    name: 'show_sequences',
    parameters: [],
    columns: [
      column('name'),
      column('database name'),
      column('start value', INT64),
      column('increment', INT64),
      column('min value', INT64),
      column('max value', INT64),
      column('cycle', BOOL),
    ],
    description: 'Sequences, those of SERIAL columns included.',
  },
  {
    name: 'bm_info',
    parameters: [],
    columns: [
      column('mem_limit', UINT64),
      column('mem_usage', UINT64),
      column('hits', UINT64),
      column('misses', UINT64),
      column('evictions', UINT64),
      column('bytes_read', UINT64),
      column('pins', UINT64),
    ],
    description: 'Buffer pool: limit and use in bytes, and its counters.',
  },
  {
    name: 'show_warnings',
    parameters: [],
    columns: [
      column('query_id', UINT64),
      column('message'),
      column('file_path'),
      column('line_number', UINT64),
      column('skipped_line_or_record'),
    ],
    description: 'Rows that COPY or LOAD skipped with IGNORE_ERRORS.',
  },
  { name: 'clear_warnings', parameters: [], columns: [], description: 'Forgets the warnings of this connection.' },
  {
    name: 'stats_info',
    parameters: [STRING],
    columns: [column('property'), column('cardinality', INT64), column('distinct', INT64), column('nulls', INT64)],
    description: 'Statistics of one table, as the planner sees them.',
  },
  {
    name: 'storage_info',
    parameters: [STRING],
    columns: [
      column('kind'),
      column('column'),
      column('pair'),
      column('chunk', INT64),
      column('rows', INT64),
      column('nulls', INT64),
      column('compression'),
      column('first_page', UINT64),
      column('pages', INT64),
      column('bytes', INT64),
    ],
    description: 'How one table is stored: chunks of its columns, lists, indexes.',
  },
  {
    name: 'show_schema',
    parameters: [],
    columns: [column('name'), column('kind'), column('statement')],
    description: 'Statements that make an empty database into one with the same tables.',
  },
]

/** @returns the signature of a table function (any case), or undefined. */
export function tableFunction(name: string): TableFunctionSignature | undefined {
  const lower = name.toLowerCase()
  return TABLE_FUNCTIONS.find((f) => f.name === lower)
}
