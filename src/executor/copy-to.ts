import { DatabaseError } from '../errors/database-error.ts'
import { type OptionValue, parseCsvOptions } from '../io/csv-options.ts'
import { CsvWriter, checkExportPath } from '../io/csv-writer.ts'
import type { StatementPlan } from '../plan/statement.ts'
import type { QueryResultData } from './context.ts'

/**
 * COPY (query) TO 'file': writes the rows of a finished query. The file appears only when all of it is written.
 * @throws {DatabaseError} IO, RUNTIME for a format that cannot be written, UNKNOWN_OPTION.
 */
export function copyTo(plan: Extract<StatementPlan, { kind: 'copyTo' }>, data: QueryResultData): void {
  if (plan.format !== 'csv') {
    throw new DatabaseError('NOT_SUPPORTED', `Writing ${plan.format} files is not supported.`, {
      facts: { file: plan.path },
    })
  }
  checkExportPath(plan.path)
  const options = parseCsvOptions(plan.options as Readonly<Record<string, OptionValue>>)
  const columns = plan.query.columns.map((c) => ({ name: c.name, type: c.type }))
  const writer = new CsvWriter(plan.path, columns, options)
  try {
    writer.writeVectors(data.columns, data.rowCount)
    writer.finish()
  } catch (error) {
    writer.abort()
    throw error
  }
}
