import { isUtf8 } from 'node:buffer'
import { DatabaseError } from '../errors/database-error.ts'
import type { Vector } from '../types/vector.ts'
import type { ByteSource } from './byte-source.ts'
import { CsvColumn, type CsvColumnSpec, SKIPPED, TEXT_BYTES } from './csv-column.ts'
import { FastParser } from './csv-fast-parser.ts'
import { type CsvDialect, HAS_ESCAPES, RecordSplitter, unescapeField } from './csv-record.ts'
import { CsvWindow } from './csv-window.ts'

/** A row that was left out under IGNORE_ERRORS. */
export interface CsvWarning {
  readonly message: string
  readonly filePath: string
  /** 1-based line of the file that the record starts on. */
  readonly lineNumber: number
  readonly skippedLine: string
}

/** What a reader has to know about a file besides its columns. */
export interface CsvReaderConfig {
  readonly dialect: CsvDialect
  /** Lines passed over at the start, before the header. */
  readonly skip: number
  readonly header: boolean
  readonly nullStrings: readonly string[]
  readonly ignoreErrors: boolean
  /** Receives the rows left out under {@link ignoreErrors}. */
  readonly onWarning?: (warning: CsvWarning) => void
  /** Longest record; default 64 MiB. */
  readonly maxRecordBytes?: number
  /** false: leave everything to the general parser, so that tests can compare the two. */
  readonly fast?: boolean
}

/** Rows of one file: a vector per wanted column, and the line that each row starts on. The caller owns all of it. */
export interface CsvBatch {
  readonly length: number
  readonly columns: readonly Vector[]
  readonly lines: Uint32Array
}

/** A batch ends early when its texts pass this, so that long cells do not fill the memory. */
const BATCH_TEXT_BYTES = 32 << 20
const LF = 10
const CR = 13
const SHOWN_BYTES = 4096

/**
 * Reads one CSV file into batches of column vectors. Plain records go straight from bytes to typed arrays ({@link FastParser}), all
 * others through {@link RecordSplitter} and the column's text parser. Memory: one window of 1 MiB and one batch.
 */
export class CsvReader {
  readonly #window: CsvWindow
  readonly #config: CsvReaderConfig
  readonly #columns: readonly CsvColumn[]
  readonly #splitter: RecordSplitter
  readonly #fast: FastParser
  readonly #fastUsable: boolean
  readonly #emptyIsNull: boolean
  readonly #nullStrings: ReadonlySet<string>
  /** Lengths in bytes of the null strings: a text of another length is none of them. */
  readonly #nullLengths: ReadonlySet<number>
  #view: Buffer = Buffer.alloc(0)
  #scratch = new Uint8Array(256)
  #begun = false
  /** Records to leave to the general parser before the fast one is tried again. */
  #pause = 0
  #pauseLength = 1

  /** @param source read and closed by the reader. */
  constructor(source: ByteSource, config: CsvReaderConfig, specs: readonly CsvColumnSpec[]) {
    this.#window = new CsvWindow(source, config.maxRecordBytes)
    this.#config = config
    this.#columns = specs.map((spec) => new CsvColumn(spec))
    this.#splitter = new RecordSplitter(config.dialect)
    this.#nullStrings = new Set(config.nullStrings)
    this.#nullLengths = new Set(config.nullStrings.map((text) => Buffer.byteLength(text)))
    this.#emptyIsNull = this.#nullStrings.has('')
    this.#fast = new FastParser(this.#columns, config.dialect, this.#emptyIsNull)
    const onlyEmptyIsNull = config.nullStrings.every((text) => text === '')
    this.#fastUsable = config.fast !== false && onlyEmptyIsNull && specs.length > 0 && FastParser.suits(config.dialect)
  }

  /**
   * @returns the next rows, at most `maxRows`, or null at the end of the file.
   * @throws {DatabaseError} BAD_FILE naming file, line and record: too few or too many fields, a cell that does not fit its column, a
   *   bad quote or escape, text that is not UTF-8. IO.
   */
  next(maxRows: number): CsvBatch | null {
    if (!this.#begun) this.#begin()
    for (const column of this.#columns) column.begin(maxRows)
    const lines = new Uint32Array(maxRows)
    const fast = this.#fast
    fast.row = 0
    fast.textBytes = 0
    while (fast.row < maxRows && fast.textBytes <= BATCH_TEXT_BYTES) {
      if (this.#fastUsable && this.#pause === 0 && this.#fastRecords(maxRows, lines)) continue
      if (this.#pause > 0) this.#pause--
      if (!this.#generalRecord(lines)) break
    }
    if (fast.row === 0) return null
    const wanted = this.#columns.filter((column) => column.kind !== SKIPPED)
    return { length: fast.row, columns: wanted.map((column) => column.finish(fast.row)), lines }
  }

  close(): void {
    this.#window.close()
  }

  /** @returns whether records were read and the fast parser may go on after a look at the limits. */
  #fastRecords(maxRows: number, lines: Uint32Array): boolean {
    const window = this.#window
    if (window.at >= window.linesEnd && !window.fill()) return false
    if (!window.valid || window.at >= window.linesEnd) return false
    const fast = this.#fast
    const before = fast.row
    window.at = fast.parse(window.bytes, window.at, window.linesEnd, maxRows, BATCH_TEXT_BYTES, lines)
    if (!fast.stopped) return true
    for (const column of this.#columns) column.clearNull(fast.row) // what was begun of a record does not count
    // Where most records are not plain, trying each one twice would only cost time.
    this.#pauseLength = fast.row - before > 16 ? 1 : Math.min(64, this.#pauseLength * 2)
    this.#pause = this.#pauseLength
    return false
  }

  /** Passes over the rows to skip and the header. */
  #begin(): void {
    this.#begun = true
    for (let i = 0; i < this.#config.skip; i++) this.#passLine(this.#window.at)
    if (this.#config.header) {
      while (this.#blankLine() && this.#passRecord());
      this.#passRecord()
    }
  }

  #blankLine(): boolean {
    const { bytes, at, end } = this.#window
    return at < end && (bytes[at] === LF || bytes[at] === CR)
  }

  #passRecord(): boolean {
    const found = this.#split()
    if (found === 'end') return false
    if (found === 'record') this.#advance()
    else this.#passLine(this.#window.at)
    return true
  }

  /** Reads one record of any form. @returns false at the end of the file. */
  #generalRecord(lines: Uint32Array): boolean {
    const found = this.#split()
    if (found === 'end') return false
    const splitter = this.#splitter
    if (found === 'error') {
      const unclosed = splitter.errorEnd >= this.#window.end
      const resume = unclosed ? this.#window.at : splitter.errorEnd
      this.#reject(splitter.error, unclosed ? this.#firstLineEnd() : splitter.errorEnd)
      this.#passLine(resume)
      return true
    }
    const blank = splitter.count === 1 && splitter.starts[0] === splitter.ends[0]
    if ((!blank || this.#columns.length === 1) && this.#storeRecord()) {
      lines[this.#fast.row] = this.#fast.line
      this.#fast.row++
    }
    this.#advance()
    return true
  }

  /** Splits the record at the window's position, reading on as far as it goes. */
  #split(): 'record' | 'error' | 'end' {
    const window = this.#window
    const splitter = this.#splitter
    for (;;) {
      if (window.at >= window.end && !window.fill()) return 'end'
      const result = splitter.split(window.bytes, window.at, window.end, window.atEnd)
      if (result !== 'need-more') return result
      if (!window.fill() && !window.atEnd) {
        splitter.error = `the record is longer than ${window.maxRecordBytes} bytes; is a quote not closed?`
        splitter.errorEnd = window.end
        return 'error'
      }
    }
  }

  #advance(): void {
    this.#window.at = this.#splitter.next
    this.#fast.line += this.#splitter.lines
  }

  /** @returns whether the record became a row. */
  #storeRecord(): boolean {
    const columns = this.#columns
    const { count, starts, ends, rawEnds } = this.#splitter
    const row = this.#fast.row
    const spare = count === columns.length + 1 && starts[columns.length] === ends[columns.length] // a trailing delimiter
    if (count > columns.length && !spare) {
      this.#reject(`expected ${columns.length} values per row, but got more.`, rawEnds[columns.length]!)
      return false
    }
    if (count < columns.length) {
      this.#reject(`expected ${columns.length} values per row, but got ${count}.`, rawEnds[count - 1]!)
      return false
    }
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c]!
      if (column.kind === SKIPPED) continue
      column.clearNull(row)
      const problem = this.#storeField(column, c, row)
      if (problem === undefined) continue
      for (let i = 0; i <= c; i++) columns[i]!.clearNull(row)
      this.#reject(problem, rawEnds[c]!)
      return false
    }
    return true
  }

  /** @returns what is wrong with the field, or undefined. */
  #storeField(column: CsvColumn, field: number, row: number): string | undefined {
    const { starts, ends, flags } = this.#splitter
    let { bytes } = this.#window
    let start = starts[field]!
    let end = ends[field]!
    if (!this.#window.valid || end > this.#window.linesEnd) {
      if (!isUtf8(bytes.subarray(start, end))) return 'Invalid UTF8-encoded string.'
    }
    if ((flags[field]! & HAS_ESCAPES) !== 0) {
      if (this.#scratch.length < end - start) this.#scratch = new Uint8Array(2 * (end - start))
      end = unescapeField(bytes, start, end, this.#config.dialect, this.#scratch, 0)
      start = 0
      bytes = this.#scratch as Uint8Array<ArrayBuffer>
    }
    if (start === end && this.#emptyIsNull) {
      column.setNull(row)
      return undefined
    }
    this.#fast.textBytes += end - start
    const needsText = column.kind !== TEXT_BYTES || this.#nullLengths.has(end - start)
    const text = needsText ? this.#decode(bytes, start, end) : ''
    if (needsText && this.#nullStrings.has(text)) column.setNull(row)
    else if (column.kind === TEXT_BYTES) column.setText(row, bytes, start, end)
    else return this.#storeParsed(column, text, row)
    return undefined
  }

  #decode(bytes: Uint8Array, start: number, end: number): string {
    // A Buffer over the window is made once and not for each cell, which would take longer than the decoding.
    if (this.#view.buffer !== bytes.buffer) this.#view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return this.#view.toString('utf8', start, end)
  }

  #storeParsed(column: CsvColumn, text: string, row: number): string | undefined {
    try {
      const value = column.spec.parse(text)
      if (value === null) column.setNull(row)
      else column.setValue(row, value)
      return undefined
    } catch (error) {
      if (error instanceof DatabaseError) return error.message
      throw error
    }
  }

  /**
   * Reports the record at the window's position.
   * @param errorEnd up to where the record was read.
   * @throws {DatabaseError} BAD_FILE unless errors are ignored.
   */
  #reject(reason: string, errorEnd: number): void {
    const { bytes, at, end, source } = this.#window
    const whole = errorEnd >= end || bytes[errorEnd] === LF || bytes[errorEnd] === CR
    const shownEnd = Math.min(errorEnd, at + SHOWN_BYTES)
    const shown = Buffer.from(bytes.buffer, at, shownEnd - at).toString()
    const skippedLine = whole && shownEnd === errorEnd ? shown : `${shown}...`
    const { line } = this.#fast
    if (!this.#config.ignoreErrors) {
      const text = `Error in file ${source.path} on line ${line}: ${reason} Line/record containing the error: '${skippedLine}'`
      throw new DatabaseError('BAD_FILE', text, { facts: { file: source.path, line, record: skippedLine } })
    }
    this.#config.onWarning?.({ message: reason, filePath: source.path, lineNumber: line, skippedLine })
  }

  /** @returns where the physical line at the window's position ends. */
  #firstLineEnd(): number {
    const { bytes, end } = this.#window
    let to = this.#window.at
    while (to < end && bytes[to] !== LF && bytes[to] !== CR) to++
    return to
  }

  /** Moves on to the line after the one that holds `from`, counting the lines in between; quotes mean nothing here. */
  #passLine(from: number): void {
    const window = this.#window
    for (let i = window.at; i < from; i++) {
      if (window.bytes[i] === LF || (window.bytes[i] === CR && window.bytes[i + 1] !== LF)) this.#fast.line++
    }
    window.at = from
    do {
      const to = this.#firstLineEnd()
      if (to < window.end) {
        if (window.bytes[to] === CR && to + 1 >= window.end) window.at = to
        else {
          window.at = window.bytes[to] === CR && window.bytes[to + 1] === LF ? to + 2 : to + 1
          this.#fast.line++
          return
        }
      } else window.at = window.end
    } while (window.fill())
    window.at = window.end
  }
}
