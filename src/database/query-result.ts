import type { Table } from 'apache-arrow'
import type { Catalog } from '../catalog/catalog.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { RunStatistics } from '../executor/context.ts'
import { formatterFor } from '../types/format.ts'
import { printJson, toJson } from '../types/json/print-json.ts'
import type { LogicalType } from '../types/logical-type.ts'
import { printType } from '../types/print-type.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'
import { toArrowTable } from './arrow.ts'
import type { IntegerMode, JsValue } from './js-value.ts'
import type { ResultConversions } from './result-conversions.ts'
import { type RowMaker, rowMaker } from './row-maker.ts'
import { toJsConverter, unchanged } from './to-js-value.ts'

/** A row of a result, keyed by column name. */
export type Row = Record<string, JsValue>

/** Where the time of a statement went, in milliseconds. */
export interface QueryTiming {
  readonly compilingMs: number
  readonly executingMs: number
}

/**
 * A printed form of the values of a row: `full`; `short`, in which lists of more than 8 elements show the first three and their length,
 * `[0.12, -0.3, 0.7, ... 128]`; or `json`, a JSON document for each value, NULL being `null`.
 */
export type RowTextForm = 'full' | 'short' | 'json'

/** What a statement gave, before anybody looks at it. */
export interface ResultTable {
  readonly names: readonly string[]
  readonly types: readonly LogicalType[]
  readonly columns: readonly Vector[]
  readonly rowCount: number
  readonly timing: QueryTiming
  /** What the operators did; null for statements that are no queries. */
  readonly statistics: RunStatistics | null
  /** Names of the snapshot that it comes from. */
  readonly catalog?: Catalog
}

/**
 * The rows of one statement, held in memory column by column in Arrow's layout.
 *
 * Rows become JavaScript objects when they are asked for, so that a large result costs nothing until then. Reading does not touch
 * the database: a result stays valid after its connection is closed.
 */
export class QueryResult {
  #table: ResultTable | null
  readonly #integers: IntegerMode
  #maker: RowMaker | null = null
  #readers: ((row: number) => JsValue)[] | null = null
  readonly #printers = new Map<RowTextForm, ((row: number) => string | null)[]>()
  #position = 0

  /**
   * @returns the nodes and rels of the result as a graph, with primary keys by position, what could not be a tensor, and edge properties.
   * @throws {DatabaseError} INVALID_ARGUMENT for a rel whose nodes are not in the result, and for a result without nodes and rels; CLOSED.
   */
  declare getAsTorchGeometric: ResultConversions['getAsTorchGeometric']
  /** {@link getAsTorchGeometric} by its Python name. */
  declare get_as_torch_geometric: ResultConversions['getAsTorchGeometric']

  /** Made by {@link Connection}. */
  constructor(table: ResultTable, integers: IntegerMode) {
    this.#table = table
    this.#integers = integers
  }

  #open(): ResultTable {
    if (this.#table === null) throw new DatabaseError('CLOSED', 'The query result is closed.')
    return this.#table
  }

  /** @returns the maker of rows, made at the first call. */
  #rows(): RowMaker {
    this.#maker ??= rowMaker(this.#open().names, this.#columnReaders())
    return this.#maker
  }

  #columnReaders(): ((row: number) => JsValue)[] {
    const { columns, types } = this.#open()
    this.#readers ??= columns.map((vector, i) => columnReader(vector, types[i]!, this.#integers))
    return this.#readers
  }

  /** @returns all rows, from the first. Cost: one object a row. @throws {DatabaseError} CLOSED. */
  getAllSync(): Row[] {
    const { rowCount } = this.#open()
    const make = this.#rows()
    const rows = new Array<Row>(rowCount)
    for (let i = 0; i < rowCount; i++) rows[i] = make(i)
    return rows
  }

  /** {@link getAllSync} as a promise. */
  async getAll(): Promise<Row[]> {
    return this.getAllSync()
  }

  /** @returns whether {@link getNextSync} has another row. */
  hasNext(): boolean {
    return this.#position < this.#open().rowCount
  }

  /** @returns the next row, or null after the last. @throws {DatabaseError} CLOSED. */
  getNextSync(): Row | null {
    return this.hasNext() ? this.#rows()(this.#position++) : null
  }

  /** {@link getNextSync} as a promise. */
  async getNext(): Promise<Row | null> {
    return this.getNextSync()
  }

  /** Rows from the current position on; `for await` and `for` both work. */
  *[Symbol.iterator](): Generator<Row> {
    for (let row = this.getNextSync(); row !== null; row = this.getNextSync()) yield row
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    yield* this[Symbol.iterator]()
  }

  /** Starts again at the first row. */
  resetIterator(): void {
    this.#open()
    this.#position = 0
  }

  /** Calls `onRow` for each remaining row, then `onDone`; a failure goes to `onError`. */
  each(onRow: (row: Row) => void, onDone: () => void, onError: (error: Error) => void): void {
    try {
      for (const row of this) onRow(row)
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)))
      return
    }
    onDone()
  }

  /** Gives all rows to `onAll`; a failure goes to `onError`. */
  all(onAll: (rows: Row[]) => void, onError: (error: Error) => void): void {
    this.getAll().then(onAll, onError)
  }

  getNumTuples(): number {
    return this.#open().rowCount
  }

  getNumColumns(): number {
    return this.#open().names.length
  }

  getColumnNamesSync(): string[] {
    return [...this.#open().names]
  }

  async getColumnNames(): Promise<string[]> {
    return this.getColumnNamesSync()
  }

  /** @returns type names as the dialect prints them: `INT64`, `FLOAT[128]`, `STRUCT(a INT64)`. */
  getColumnDataTypesSync(): string[] {
    return this.#open().types.map(printType)
  }

  async getColumnDataTypes(): Promise<string[]> {
    return this.getColumnDataTypesSync()
  }

  /**
   * @param index row, 0-based, whatever the iterator's position.
   * @returns the values of one row in the dialect's printed form, null for NULL. Only rows that are asked for are formatted.
   * @throws {DatabaseError} CLOSED, INVALID_ARGUMENT for an index outside of the result.
   */
  getRowText(index: number, form: RowTextForm = 'full'): (string | null)[] {
    this.#checkIndex(index)
    let printers = this.#printers.get(form)
    if (printers === undefined) {
      const { columns, types } = this.#open()
      printers = columns.map((vector, i) => columnPrinter(vector, types[i]!, form))
      this.#printers.set(form, printers)
    }
    return printers.map((print) => print(index))
  }

  /**
   * @param index row, 0-based, whatever the iterator's position.
   * @returns the values of one row in the order of the columns, which may share a name.
   * @throws {DatabaseError} CLOSED, INVALID_ARGUMENT for an index outside of the result.
   */
  getRowValues(index: number): JsValue[] {
    this.#checkIndex(index)
    return this.#columnReaders().map((read) => read(index))
  }

  #checkIndex(index: number): void {
    const { rowCount } = this.#open()
    if (index >= 0 && index < rowCount) return
    throw new DatabaseError('INVALID_ARGUMENT', `Row ${index} is outside of a result of ${rowCount} rows.`)
  }

  /** @returns how long planning and running took. */
  getTiming(): QueryTiming {
    return this.#open().timing
  }

  /**
   * @returns the rows as an apache-arrow Table over the result's own buffers: numeric columns, lists and structs of such are not copied.
   * The first call of a process loads apache-arrow (about 0.1 s).
   */
  async toArrow(): Promise<Table> {
    return toArrowTable(this.#open())
  }

  /** How integers come out. For layers of this package. @internal */
  get integerMode(): IntegerMode {
    return this.#integers
  }

  /** The columns as they lie in memory. For layers of this package. @internal */
  columnVectors(): ResultTable {
    return this.#open()
  }

  /** Frees the rows. Using the result afterwards is an error; closing twice is not. */
  close(): void {
    this.#table = null
    this.#maker = null
    this.#readers = null
    this.#printers.clear()
  }
}

/** @returns the reader of one column, NULL included. Values that need no conversion go through at no cost. */
function columnReader(vector: Vector, type: LogicalType, integers: IntegerMode): (row: number) => JsValue {
  const read = vectorReader(vector)
  const convert = toJsConverter(type, integers)
  if (convert === unchanged) return read as (row: number) => JsValue
  return (row) => {
    const value = read(row)
    return value === null ? null : convert(value)
  }
}

/** @returns the printer of one column. */
function columnPrinter(vector: Vector, type: LogicalType, form: RowTextForm): (row: number) => string | null {
  const read = vectorReader(vector)
  if (form === 'json') return (row) => printJson(toJson(type, read(row)))
  const print = formatterFor(type, form === 'full' ? 'shell' : 'short')
  return (row) => {
    const value = read(row)
    return value === null ? null : print(value)
  }
}
