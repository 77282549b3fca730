import type { OptionValue } from '../io/csv-options.ts'
import type { RowPlace } from '../io/file-scan.ts'
import { openScan } from '../io/open-scan.ts'
import type { FileSource } from '../plan/operator.ts'
import { textParser } from '../types/cast/text-parser.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { StoredRows } from '../types/stored-rows.ts'
import type { Vector } from '../types/vector.ts'
import type { CopyInput, SkippedReport } from './copy-task.ts'

/** Rows on their way into a table. */
export interface CopyBatch {
  readonly length: number
  /** Lists of numbers may still lie in their file. */
  readonly columns: readonly (Vector | StoredRows)[]
  /** @returns where a row came from, or null when it comes from a query. */
  placeOf(row: number): RowPlace | null
}

/** Where COPY takes its rows from. */
export interface CopySource {
  readonly bytesRead: number
  readonly bytesTotal: number
  /** Rows that the source itself has left out so far. */
  readonly skipped: SkippedReport
  next(maxRows: number): CopyBatch | null
  close(): void
}

/** @returns the rows of an input. @throws {DatabaseError} IO, BAD_FILE, BINDER. */
export function openCopySource(input: CopyInput, warningLimit: number): CopySource {
  return input.kind === 'files' ? fileSource(input.files, input.types, warningLimit) : rowsSource(input)
}

/** @param types types that the columns must have; the readers parse straight to them. */
function fileSource(source: FileSource, types: readonly LogicalType[], warningLimit: number): CopySource {
  const columns = types.map((type, i) => ({ name: source.columns[i]?.name ?? `column${i}`, type }))
  const options = source.options as Readonly<Record<string, OptionValue>>
  const scan = openScan({ paths: source.paths, options, columns, textParser, warningLimit })
  return {
    get bytesRead() {
      return scan.bytesRead
    },
    get bytesTotal() {
      return scan.bytesTotal
    },
    get skipped() {
      const rows = scan.warnings.map(({ message, filePath, lineNumber, skippedLine }) => ({
        message,
        origin: { file: filePath, line: lineNumber },
        record: skippedLine,
      }))
      return { rows, count: scan.warningCount }
    },
    next: (maxRows) => scan.nextStored(maxRows),
    close: () => scan.close(),
  }
}

/** The rows of a finished query as one batch. */
function rowsSource({ rowCount, columns }: Extract<CopyInput, { kind: 'rows' }>): CopySource {
  let done = rowCount === 0
  return {
    bytesRead: 0,
    bytesTotal: 0,
    skipped: { rows: [], count: 0 },
    next() {
      if (done) return null
      done = true
      return { length: rowCount, columns, placeOf: () => null }
    },
    close() {
      done = true
    },
  }
}
