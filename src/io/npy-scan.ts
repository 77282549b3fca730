import { DatabaseError } from '../errors/database-error.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { StoredRows } from '../types/stored-rows.ts'
import type { Vector, VectorData } from '../types/vector.ts'
import type { CsvWarning } from './csv-reader.ts'
import type { NamedColumn } from './csv-sniffer.ts'
import type { FileScan, ScanBatch, ScanRequest } from './file-scan.ts'
import { commonRowCount, type NpyColumnReader, npyColumnReader, npyColumnType } from './npy-column-reader.ts'
import { elementArray } from './npy-convert.ts'
import { type NpyFile, openNpy } from './npy-file.ts'
import { badNpy } from './npy-header.ts'

/** Rows are cut so that a batch of wide columns stays below this. */
const BATCH_BYTES = 16 << 20
/** The same for batches whose wide columns stay in the file: they only bound the time until the next look around. */
const STORED_BATCH_BYTES = 64 << 20

/** One .npy file per column, read side by side. */
export class NpyScan implements FileScan {
  readonly format = 'npy'
  readonly columns: readonly NamedColumn[]
  readonly warnings: readonly CsvWarning[] = []
  readonly warningCount = 0
  readonly bytesTotal: number
  bytesRead = 0
  readonly #files: readonly NpyFile[]
  readonly #readers: readonly NpyColumnReader[]
  readonly #rows: number
  #row = 0

  /** @throws {DatabaseError} BINDER for options, or files in another number than columns; BAD_FILE; IO. */
  constructor(request: ScanRequest) {
    checkOptions(request)
    const files: NpyFile[] = []
    try {
      for (const path of request.paths) files.push(openNpy(path))
      this.#files = files
      this.#rows = commonRowCount(files)
      this.columns = request.columns ?? files.map((file, i) => ({ name: `column${i}`, type: npyColumnType(file) }))
      const readers = this.columns.map(({ type }, i) => npyColumnReader(files[i]!, type))
      this.#readers = readers.filter((_, i) => request.wanted?.[i] ?? true)
      this.bytesTotal = this.#readers.reduce((sum, { file }) => sum + file.rows * file.rowBytes, 0)
    } catch (error) {
      for (const file of files) file.close()
      throw error
    }
  }

  /** Number of rows that the scan will give. */
  get rowCount(): number {
    return this.#rows
  }

  /** Readers of the wanted columns, for callers that want the rows in memory of their own (see {@link NpyColumnReader.read}). */
  get readers(): readonly NpyColumnReader[] {
    return this.#readers
  }

  next(maxRows: number): ScanBatch | null {
    return this.#next(maxRows, BATCH_BYTES, readVector)
  }

  nextStored(maxRows: number): ScanBatch<Vector | StoredRows> | null {
    return this.#next(maxRows, STORED_BATCH_BYTES, (reader, start, count) =>
      reader.type.id === 'ARRAY' && reader.elementKind !== 'b1'
        ? storedRows(reader, reader.type, start, count)
        : readVector(reader, start, count),
    )
  }

  #next<C extends Vector | StoredRows>(
    maxRows: number,
    maxBytes: number,
    read: (reader: NpyColumnReader, start: number, count: number) => C,
  ): ScanBatch<C> | null {
    const rowBytes = this.#readers.reduce((bytes, reader) => bytes + reader.rowBytes, 1)
    // a power of two, so that batches and chunks of wide columns begin together
    const fitting = 2 ** Math.floor(Math.log2(Math.max(1, maxBytes / rowBytes)))
    const count = Math.min(maxRows, this.#rows - this.#row, fitting)
    if (count === 0) return null
    const start = this.#row
    const columns = this.#readers.map((reader) => read(reader, start, count))
    for (const { file } of this.#readers) this.bytesRead += count * file.rowBytes
    this.#row += count
    const file = this.#files[0]!.path
    return { length: count, columns, placeOf: (row) => ({ file, line: start + row + 1 }) }
  }

  close(): void {
    for (const file of this.#files) file.close()
  }
}

function checkOptions({ options, paths, columns }: ScanRequest): void {
  for (const name of Object.keys(options)) {
    if (name.toLowerCase() === 'ignore_errors') continue
    throw new DatabaseError('UNKNOWN_OPTION', 'Copy from numpy cannot have options other than IGNORE_ERRORS.', {
      facts: { option: name },
    })
  }
  if (columns !== undefined && columns.length !== paths.length) {
    const text = `Number of columns mismatch. Expected ${columns.length} but got ${paths.length}.`
    throw new DatabaseError('BINDER', text, { facts: { expected: columns.length, actual: paths.length } })
  }
  if (paths.length === 0) throw badNpy('', 'no file was given.')
}

function storedRows(reader: NpyColumnReader, type: StoredRows['type'], start: number, length: number): StoredRows {
  const { rowBytes } = reader
  return { type, length, rowBytes, read: (from, count, target) => reader.read(start + from, count, target) }
}

function readVector(reader: NpyColumnReader, start: number, count: number): Vector {
  const elements = count * reader.rowElements
  const bytes = new Uint8Array(count * reader.rowBytes)
  reader.read(start, count, bytes)
  const { type } = reader
  if (type.id !== 'ARRAY') return elementVector(type, reader, bytes, count)
  const child = elementVector(type.child, reader, bytes, elements)
  const none = { data: null, offsets: null, bytes: null, validity: null }
  return { type, length: count, nullCount: 0, ...none, children: [child] }
}

function elementVector(type: LogicalType, reader: NpyColumnReader, bytes: Uint8Array, count: number): Vector {
  const data: VectorData =
    reader.elementKind === 'b1' ? packBits(bytes) : elementArray(reader.elementKind, bytes.buffer, 0, count)
  return { type, length: count, nullCount: 0, validity: null, data, offsets: null, bytes: null, children: [] }
}

function packBits(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array((bytes.length + 7) >> 3)
  for (let i = 0; i < bytes.length; i++) bits[i >> 3]! |= bytes[i]! << (i & 7)
  return bits
}
