import type { LogicalType } from '../types/logical-type.ts'
import type { TypeResolver } from '../types/parse-type.ts'
import type { StoredRows } from '../types/stored-rows.ts'
import type { Vector } from '../types/vector.ts'
import type { TextParser } from './csv-column.ts'
import type { OptionValue } from './csv-options.ts'
import type { CsvWarning } from './csv-reader.ts'
import type { NamedColumn } from './csv-sniffer.ts'
import type { FileFormat } from './file-format.ts'

/** Place of a row in its file. */
export interface RowPlace {
  readonly file: string
  /** CSV: 1-based line of the file; NPY: 1-based row. */
  readonly line: number
}

/** Rows of a scan. The caller owns the vectors. */
export interface ScanBatch<C extends Vector | StoredRows = Vector> {
  readonly length: number
  /** One column per wanted column, in the order of {@link FileScan.columns}: see {@link FileScan.next}. */
  readonly columns: readonly C[]
  /** Tells where a row came from; meant for error messages. */
  placeOf(row: number): RowPlace
}

/** Rows of one or several files of a format, from first to last. */
export interface FileScan {
  readonly format: FileFormat
  /** All columns of the files, also those that were not asked for. */
  readonly columns: readonly NamedColumn[]
  /** Rows left out under IGNORE_ERRORS so far, the first ones with their reasons. */
  readonly warnings: readonly CsvWarning[]
  readonly warningCount: number
  /** Bytes of the files read so far (compressed bytes where they are compressed), and of all files together. */
  readonly bytesRead: number
  readonly bytesTotal: number
  /**
   * @returns the next rows, at most `maxRows`, or null at the end. A batch never holds rows of two files.
   * @throws {DatabaseError} BAD_FILE naming file and place; IO.
   */
  next(maxRows: number): ScanBatch | null
  /** {@link next}, but columns that need not be looked at may come as {@link StoredRows}. */
  nextStored(maxRows: number): ScanBatch<Vector | StoredRows> | null
  /** Closes the files; must be called, also after an error. */
  close(): void
}

/** What to read and how. */
export interface ScanRequest {
  /** Existing files, see `expandPaths`. */
  readonly paths: readonly string[]
  /** Options of the statement, `file_format` among them. */
  readonly options: Readonly<Record<string, OptionValue>>
  /** Names and types that the columns must have; without them they are found out. */
  readonly columns?: readonly NamedColumn[] | undefined
  /** Which columns are read; all if absent. */
  readonly wanted?: readonly boolean[] | undefined
  /** @returns the parser for cells of a type; the one of types/ if absent. */
  readonly textParser?: ((type: LogicalType) => TextParser) | undefined
  /** Finds user-defined types in a header like `id:myType`. */
  readonly resolveType?: TypeResolver | undefined
  /** Warnings kept with their reasons; more are only counted. Default 8192. */
  readonly warningLimit?: number | undefined
}
