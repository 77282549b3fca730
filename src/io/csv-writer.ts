import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { DatabaseError } from '../errors/database-error.ts'
import { formatterFor } from '../types/format.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'
import type { CsvOptions } from './csv-options.ts'
import type { NamedColumn } from './csv-sniffer.ts'
import { fileExtension, isCompressed } from './file-format.ts'
import { ioError } from './io-error.ts'

const FLUSH_LENGTH = 1 << 20

let serial = 0

/**
 * @throws {DatabaseError} RUNTIME if query results cannot be written to a file of this name, IO if it is a compressed one.
 */
export function checkExportPath(path: string): void {
  if (isCompressed(path)) throw new DatabaseError('IO', 'Writing to compressed files is not supported yet.')
  const extension = fileExtension(path)
  if (extension.toLowerCase() === 'csv') return
  const text = `Exporting query result to the '${extension}' file is currently not supported.`
  throw new DatabaseError('RUNTIME', text, { facts: { file: path } })
}

/**
 * Writes rows as a CSV file, for COPY TO. NULL is nothing, the empty string `""`; lists are always quoted, other values when they
 * contain the delimiter, the quote or a line end. The file appears under its name only when {@link finish} has succeeded: until then it
 * is a temporary one beside it. Memory: about 2 MiB of text.
 */
export class CsvWriter {
  readonly #path: string
  readonly #temporary: string
  readonly #delimiter: string
  readonly #cells: readonly ((value: Value) => string)[]
  #descriptor: number | undefined
  #ended = false
  #text = ''
  #rows = 0
  #bytes = 0

  /**
   * @param options DELIM, QUOTE, ESCAPE and HEADER (off unless set) count.
   * @throws {DatabaseError} RUNTIME, IO: a name that cannot be written, a folder that is missing or cannot be written to.
   */
  constructor(path: string, columns: readonly NamedColumn[], options: CsvOptions) {
    checkExportPath(path)
    const quote = options.quote ?? '"'
    this.#path = path
    // What is there and is no plain file (a pipe, a device) is written to as it is: a rename would replace it.
    this.#temporary = isSpecialFile(path) ? path : `${path}.${process.pid}-${++serial}.tmp`
    this.#delimiter = options.delimiter ?? ','
    const write = cellWriter(this.#delimiter, quote, options.escape ?? quote)
    this.#cells = columns.map(({ type }) => columnWriter(type, write))
    try {
      this.#descriptor = openSync(this.#temporary, 'w')
    } catch (cause) {
      throw ioError('open', path, cause)
    }
    if (options.header === true) this.#text = `${columns.map(({ name }) => write(name, false)).join(this.#delimiter)}\n`
  }

  /** Appends `length` rows. @throws {DatabaseError} IO, DISK_FULL; the file is then gone. */
  writeVectors(columns: readonly Vector[], length: number): void {
    const readers = columns.map(vectorReader)
    for (let row = 0; row < length; row++) {
      let line = ''
      for (let c = 0; c < readers.length; c++) {
        if (c > 0) line += this.#delimiter
        line += this.#cells[c]!(readers[c]!(row))
      }
      this.#append(line)
    }
  }

  /** Appends one row. @throws {DatabaseError} IO, DISK_FULL; the file is then gone. */
  writeRow(values: readonly Value[]): void {
    this.#append(values.map((value, c) => this.#cells[c]!(value)).join(this.#delimiter))
  }

  /**
   * Writes what is left and gives the file its name.
   * @returns what the file holds.
   * @throws {DatabaseError} IO, DISK_FULL; the file is then gone.
   */
  finish(): { readonly rows: number; readonly bytes: number } {
    this.#flush()
    try {
      const descriptor = this.#descriptor!
      this.#descriptor = undefined
      closeSync(descriptor)
      if (this.#temporary !== this.#path) renameSync(this.#temporary, this.#path)
    } catch (cause) {
      this.abort()
      throw ioError('write', this.#path, cause)
    }
    this.#ended = true
    return { rows: this.#rows, bytes: this.#bytes }
  }

  /** Takes back everything; a file that had the name before is untouched. A second call, or one after {@link finish}, does nothing. */
  abort(): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
    if (this.#temporary !== this.#path) rmSync(this.#temporary, { force: true })
  }

  #append(line: string): void {
    this.#text += line
    this.#text += '\n'
    this.#rows++
    if (this.#text.length >= FLUSH_LENGTH) this.#flush()
  }

  #flush(): void {
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor!, bytes, done, bytes.length - done)
      }
    } catch (cause) {
      this.abort()
      throw ioError('write', this.#path, cause)
    }
    this.#bytes += bytes.length
  }
}

function isSpecialFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && !stats.isFile()
}

type CellWriter = (text: string, always: boolean) => string

function cellWriter(delimiter: string, quote: string, escaper: string): CellWriter {
  const pattern = (characters: string) => `[${characters.replace(/[\\\]^-]/g, '\\$&')}]`
  const special = new RegExp(pattern(`${delimiter}${quote}\n\r`))
  const escaped = new RegExp(pattern(`${quote}${escaper}`), 'g')
  return (text, always) => {
    if (!always && text !== '' && !special.test(text)) return text
    return quote + text.replace(escaped, `${escaper.replace('$', '$$$$')}$&`) + quote
  }
}

function columnWriter(type: LogicalType, write: CellWriter): (value: Value) => string {
  const format = formatterFor(type)
  const always = type.id === 'LIST' || type.id === 'ARRAY'
  return (value) => (value === null ? '' : write(format(value), always))
}
