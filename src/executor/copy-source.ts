import type { OptionValue } from '../io/csv-options.ts'
import type { FileScan, RowPlace } from '../io/file-scan.ts'
import { openScan } from '../io/open-scan.ts'
import type { FileSource } from '../plan/operator.ts'
import type { LogicalType } from '../types/logical-type.ts'
import { textParser } from '../types/cast/text-parser.ts'
import type { Vector } from '../types/vector.ts'
import type { QueryResultData } from './context.ts'

/** Rows on their way into a table. */
export interface CopyBatch {
  readonly length: number
  readonly columns: readonly Vector[]
  /** @returns where a row came from, or null when it comes from a query. */
  placeOf(row: number): RowPlace | null
}

/** Where COPY takes its rows from. */
export interface CopySource {
  readonly bytesRead: number
  readonly bytesTotal: number
  next(maxRows: number): CopyBatch | null
  close(): void
}

/** A scan whose rows may be loaded, with the warnings of rows that it left out itself. */
export interface FileCopySource extends CopySource {
  readonly scan: FileScan
}

/**
 * @param types types that the columns must have; the readers parse straight to them.
 * @returns the rows of files.
 * @throws {DatabaseError} IO, BAD_FILE, BINDER.
 */
export function fileCopySource(
  source: FileSource,
  types: readonly LogicalType[],
  warningLimit: number,
): FileCopySource {
  const columns = types.map((type, i) => ({ name: source.columns[i]?.name ?? `column${i}`, type }))
  const options = source.options as Readonly<Record<string, OptionValue>>
  const scan = openScan({ paths: source.paths, options, columns, textParser, warningLimit })
  return {
    scan,
    get bytesRead() {
      return scan.bytesRead
    },
    get bytesTotal() {
      return scan.bytesTotal
    },
    next: (maxRows) => scan.next(maxRows),
    close: () => scan.close(),
  }
}

/** @returns the rows of a finished query as one batch. */
export function queryCopySource(data: QueryResultData): CopySource {
  let done = data.rowCount === 0
  return {
    bytesRead: 0,
    bytesTotal: 0,
    next() {
      if (done) return null
      done = true
      return { length: data.rowCount, columns: data.columns, placeOf: () => null }
    },
    close() {
      done = true
    },
  }
}
