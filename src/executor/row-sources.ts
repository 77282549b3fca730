import type { Catalog } from '../catalog/catalog.ts'
import { DatabaseError } from '../errors/database-error.ts'
import {
  currentSettingColumns,
  type TableFunctionColumn,
  tableFunction,
  tableInfoColumns,
} from '../functions/table-functions.ts'
import type { OptionValue } from '../io/csv-options.ts'
import { openScan } from '../io/open-scan.ts'
import type { ReadView } from '../storage/read-view.ts'
import { textParser } from '../types/cast/text-parser.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { vectorBuilder } from '../types/vector-builder.ts'
import type { OpenRowSource, RowSource, SourceOperator } from './context.ts'
import { type TableFunctionServices, tableFunctionRows } from './table-function-rows.ts'

/** What row sources read besides files. */
export interface RowSourceServices extends TableFunctionServices {
  readonly catalog: Catalog
  readonly view: ReadView
}

const BATCH_ROWS = 2048

/** @returns the opener of table functions and file scans for one statement. */
export function rowSources(services: RowSourceServices): OpenRowSource {
  return (operator, args) =>
    operator.op === 'scanFile' ? fileRows(operator, services) : functionRows(operator, args, services)
}

function fileRows(operator: Extract<SourceOperator, { op: 'scanFile' }>, services: RowSourceServices): RowSource {
  const { paths, options, columns } = operator.source
  const outputs = operator.outputs.map((o) => o.column)
  const wanted = columns.map((_c, i) => outputs.includes(i))
  const scan = openScan({
    paths,
    options: options as Readonly<Record<string, OptionValue>>,
    columns,
    wanted,
    textParser,
  })
  const position = new Map(columns.flatMap((_c, i) => (wanted[i] ? [i] : [])).map((column, i) => [column, i]))
  return {
    next() {
      const batch = scan.next(BATCH_ROWS)
      return batch === null ? null : outputs.map((column) => batch.columns[position.get(column)!]!)
    },
    close() {
      for (const { message, filePath, lineNumber, skippedLine } of scan.warnings) {
        services.addWarning({ message, filePath, lineNumber, skipped: skippedLine })
      }
      scan.close()
    },
  }
}

/** Columns of a call; those of table_info and current_setting depend on the argument. */
function columnsOf(name: string, args: readonly Value[], catalog: Catalog): readonly TableFunctionColumn[] {
  const signature = tableFunction(name)
  if (signature === undefined)
    throw new DatabaseError('UNKNOWN_FUNCTION', `function ${name.toUpperCase()} does not exist.`)
  if (signature.name === 'table_info') return tableInfoColumns(catalog.table(String(args[0]))?.kind ?? 'node')
  if (signature.name === 'current_setting') return currentSettingColumns(String(args[0]))
  return signature.columns
}

function functionRows(
  operator: Extract<SourceOperator, { op: 'tableFunction' }>,
  args: readonly Value[],
  services: RowSourceServices,
): RowSource {
  const { catalog, view } = services
  const columns = columnsOf(operator.name, args, catalog)
  const rows = tableFunctionRows(operator.name, { args, catalog, view, services })
  let done = rows.length === 0
  return {
    next() {
      if (done) return null
      done = true
      return operator.outputs.map((output) => columnVector(columns, output.column, rows))
    },
    close() {
      done = true
    },
  }
}

function columnVector(
  columns: readonly TableFunctionColumn[],
  name: string,
  rows: readonly (readonly Value[])[],
): Vector {
  const index = columns.findIndex((c) => c.name === name)
  const builder = vectorBuilder(columns[index]!.type, rows.length)
  for (const row of rows) {
    const value = row[index]!
    if (value === null) builder.appendNull()
    else builder.append(value)
  }
  return builder.finish()
}
