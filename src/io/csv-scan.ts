import { statSync } from 'node:fs'
import { textParser } from '../types/cast/text-parser.ts'
import type { LogicalType } from '../types/logical-type.ts'
import { type ByteSource, FileSource } from './byte-source.ts'
import type { CsvColumnSpec, TextParser } from './csv-column.ts'
import { type CsvOptions, parseCsvOptions } from './csv-options.ts'
import { CsvReader, type CsvWarning } from './csv-reader.ts'
import { type NamedColumn, sniffCsv } from './csv-sniffer.ts'
import { isCompressed } from './file-format.ts'
import type { FileScan, ScanBatch, ScanRequest } from './file-scan.ts'
import { GzipSource } from './gzip-source.ts'
import { ioError } from './io-error.ts'
import { type TextParserOf, unbracedListParser } from './unbraced-list.ts'

const WARNING_LIMIT = 8192

/** CSV files one after the other. Dialect and header are found out for each, so that files with and without one may be mixed. */
export class CsvScan implements FileScan {
  readonly format = 'csv'
  readonly columns: readonly NamedColumn[]
  readonly bytesTotal: number
  readonly warnings: CsvWarning[] = []
  warningCount = 0
  readonly #paths: readonly string[]
  readonly #options: CsvOptions
  readonly #specs: readonly CsvColumnSpec[]
  readonly #warningLimit: number
  #reader: CsvReader | undefined
  #source: ByteSource | undefined
  #fileIndex = 0
  #bytesBefore = 0

  /** @throws {DatabaseError} UNKNOWN_OPTION, BINDER, IO. */
  constructor(request: ScanRequest) {
    this.#paths = request.paths
    this.#options = parseCsvOptions(request.options)
    this.#warningLimit = request.warningLimit ?? WARNING_LIMIT
    this.bytesTotal = request.paths.reduce((sum, path) => sum + fileBytes(path), 0)
    this.columns =
      request.columns ?? sniffCsv(openSource(request.paths[0]!), this.#options, undefined, request.resolveType).columns
    this.#specs = this.columns.map(({ type }, i) => ({
      type,
      wanted: request.wanted?.[i] ?? true,
      parse: cellParser(type, request.textParser ?? textParser, this.#options),
    }))
  }

  get bytesRead(): number {
    return this.#bytesBefore + (this.#source?.bytesRead ?? 0)
  }

  next(maxRows: number): ScanBatch | null {
    if (this.columns.length === 0) return null
    while (this.#fileIndex < this.#paths.length) {
      const file = this.#paths[this.#fileIndex]!
      const batch = this.#openReader(file).next(maxRows)
      if (batch !== null) {
        const { length, columns, lines } = batch
        return { length, columns, placeOf: (row) => ({ file, line: lines[row]! }) }
      }
      this.#bytesBefore += this.#source?.bytesRead ?? 0
      this.close()
      this.#fileIndex++
    }
    return null
  }

  nextStored(maxRows: number): ScanBatch | null {
    return this.next(maxRows)
  }

  close(): void {
    this.#reader?.close()
    this.#reader = undefined
    this.#source = undefined
  }

  #openReader(path: string): CsvReader {
    if (this.#reader !== undefined) return this.#reader
    const { dialect, header } = sniffCsv(openSource(path), this.#options, this.columns)
    this.#source = openSource(path)
    const { skip, nullStrings, ignoreErrors } = this.#options
    const onWarning = (warning: CsvWarning): void => {
      this.warningCount++
      if (this.warnings.length < this.#warningLimit) this.warnings.push(warning)
    }
    const config = { dialect, header, skip, nullStrings, ignoreErrors, onWarning }
    this.#reader = new CsvReader(this.#source, config, this.#specs)
    return this.#reader
  }
}

function openSource(path: string): ByteSource {
  const source = new FileSource(path)
  return isCompressed(path) ? new GzipSource(source) : source
}

function fileBytes(path: string): number {
  try {
    return statSync(path).size
  } catch (cause) {
    throw ioError('open', path, cause)
  }
}

/** A cell may be the word `null` whatever its type is (but for text, which is not parsed). */
function cellParser(type: LogicalType, makeParser: TextParserOf, options: CsvOptions): TextParser {
  const parse = options.listUnbraced ? unbracedListParser(type, makeParser) : makeParser(type)
  return (text) => (text.length <= 8 && text.trim().toLowerCase() === 'null' ? null : parse(text))
}
