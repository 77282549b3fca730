import { type Catalog, findProperty } from '../../catalog/catalog.ts'
import type { RelTableEntry, TableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { PlainTarget } from '../../storage/encoding/plain-run.ts'
import type { ColumnReader, ReadView } from '../../storage/read-view.ts'
import { openRowGatherer } from '../../storage/rows/open-row-gatherer.ts'
import type { RowGatherer } from '../../storage/rows/row-gatherer.ts'
import { printType } from '../../types/print-type.ts'
import type { EdgeType } from '../edge-type.ts'
import type { DType, TypedArray } from '../tensor.ts'
import { AnnouncedRows } from './announced-rows.ts'
import { checkTarget, rowOutside } from './check-gather.ts'
import { ColumnRows } from './column-rows.ts'
import type { FeatureSource, FeatureSourceStats } from './feature-source.ts'
import { type RowFormat, rowFormat } from './row-format.ts'

/** What a feature source of a database reads: a snapshot and its names. */
export interface FeatureDatabase {
  /** Must stay open as long as the source. */
  readonly view: ReadView
  readonly catalog: Catalog
}

/** How a column is read. */
export interface FeatureOptions {
  /** Stands for each element of a NULL row, and for NULL elements; without it they are refused. */
  readonly impute?: number
  /**
   * Memory for rows of a wide column, in bytes, taken from the buffer pool as it is needed. Default: three quarters of what no
   * other such source has of the pool, at most what the column needs. Where nothing is left, rows are read as pages, slower.
   */
  readonly cacheBytes?: number
  /** 0: only the gathering thread reads rows from the file. Otherwise a process reads them or, where there can be none, so many threads. Default 8. */
  readonly ioThreads?: number
}

const DEFAULT_IO_THREADS = 8

/**
 * Opens a column of a node table (`group` is its name) or of one FROM-TO pair of a rel table (`group` is the edge type; rows are rel ids).
 * @throws {DatabaseError} UNKNOWN_TABLE, UNKNOWN_PROPERTY, BINDER for a FROM-TO pair that the table does not have; NOT_SUPPORTED for a type
 *   whose values are no elements of a typed array.
 */
export function openDatabaseFeatures(
  database: FeatureDatabase,
  group: string | EdgeType,
  column: string,
  options: FeatureOptions = {},
): FeatureSource {
  const found = findColumn(database, group, column)
  const format = rowFormat(found.reader.type)
  if (format === null) {
    const text = `Column ${column} of table ${found.table} has type ${printType(found.reader.type)}, which has no tensor form. Read it with a query.`
    throw new DatabaseError('NOT_SUPPORTED', text, { facts: { table: found.table, column } })
  }
  return new DatabaseFeatureSource(found, format, options)
}

/** A column in one snapshot. */
interface FoundColumn {
  readonly table: string
  readonly column: string
  readonly reader: ColumnReader
  readonly rowCount: number
}

/** Rows of a column of a database. See {@link openDatabaseFeatures}. */
class DatabaseFeatureSource implements FeatureSource {
  readonly dtype: DType
  readonly rowShape: readonly number[]
  readonly width: number
  readonly rowCount: number
  readonly #what: string
  readonly #rows: ColumnRows
  readonly #openGatherer: () => RowGatherer | null
  /** Opened with the first rows; null for a column whose rows are read as pages. */
  #gatherer: RowGatherer | null | undefined
  readonly #announced = new AnnouncedRows()
  #gathered = 0
  #open = true

  constructor({ table, column, reader, rowCount }: FoundColumn, format: RowFormat, options: FeatureOptions) {
    this.dtype = format.dtype
    this.rowShape = format.rowShape
    this.width = format.width
    this.rowCount = rowCount
    this.#what = `column ${column} of table ${table}`
    this.#rows = new ColumnRows(reader, format, { table, column, impute: options.impute ?? null })
    const request = {
      ...(options.cacheBytes === undefined ? {} : { cacheBytes: options.cacheBytes }),
      threads: options.ioThreads ?? DEFAULT_IO_THREADS,
      copyElsewhere: (row: number, target: PlainTarget, at: number): void => this.#rows.copy(row, target, at),
    }
    this.#openGatherer = () => openRowGatherer(reader, rowCount, request)
  }

  announce(rows: Uint32Array): void {
    this.#assertOpen()
    this.#checkRows(rows)
    this.#announced.add(rows)
    this.#opened()?.announce(rows)
  }

  forget(): void {
    this.#assertOpen()
    this.#announced.clear()
    this.#gatherer?.forget()
  }

  gather(rows: Uint32Array, target: TypedArray): void {
    this.#assertOpen()
    checkTarget(this.dtype, this.width, rows.length, target)
    if (!this.#announced.take(rows)) this.#checkRows(rows)
    const { width } = this
    const gatherer = this.#opened()
    if (gatherer !== null) gatherer.gather(rows, target as PlainTarget)
    else for (let k = 0; k < rows.length; k++) this.#rows.copy(rows[k]!, target, k * width)
    this.#gathered += rows.length
  }

  stats(): FeatureSourceStats {
    const { rowsRead, bytesRead } = this.#gatherer?.stats() ?? { rowsRead: 0, bytesRead: 0 }
    return { rows: this.#gathered, rowsRead, bytesRead }
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#announced.clear()
    this.#gatherer?.close()
  }

  #opened(): RowGatherer | null {
    if (this.#gatherer === undefined) this.#gatherer = this.#openGatherer()
    return this.#gatherer
  }

  #assertOpen(): void {
    if (!this.#open) throw new DatabaseError('CLOSED', 'The feature source is closed.')
  }

  #checkRows(rows: Uint32Array): void {
    const { rowCount } = this
    for (let k = 0; k < rows.length; k++) {
      if (rows[k]! >= rowCount) throw rowOutside(rows[k]!, rowCount, this.#what)
    }
  }
}

function findColumn({ view, catalog }: FeatureDatabase, group: string | EdgeType, name: string): FoundColumn {
  const table = catalog.requireTable(typeof group === 'string' ? group : group[1])
  const column = findProperty(table, name)
  if (column === undefined) {
    const text = `Cannot find property ${name} for ${table.name}.`
    throw new DatabaseError('UNKNOWN_PROPERTY', text, { facts: { table: table.name, column: name } })
  }
  const owner = { table: table.name, column: column.name }
  if (typeof group === 'string') {
    if (table.kind === 'node') {
      const reader = view.nodeTable(table.id)
      return { ...owner, reader: reader.column(column.columnId), rowCount: reader.rowCount }
    }
    throw new DatabaseError(
      'BINDER',
      `${table.name} is a rel table: name it with its ends, [from, '${table.name}', to].`,
    )
  }
  const pair = findPair(catalog, table, group)
  const reader = view.relTable(pair)
  return { ...owner, reader: reader.column(column.columnId), rowCount: reader.rowCount }
}

function findPair(catalog: Catalog, table: TableEntry, [from, , to]: EdgeType): number {
  const pair = table.kind === 'rel' ? pairOf(catalog, table, from, to) : undefined
  if (pair !== undefined) return pair
  const text = `No edges of type ${table.name} from ${from} to ${to} exist.`
  throw new DatabaseError('BINDER', text, { facts: { table: table.name, from, to } })
}

function pairOf(catalog: Catalog, table: RelTableEntry, from: string, to: string): number | undefined {
  const source = catalog.table(from)?.id
  const target = catalog.table(to)?.id
  return table.pairs.find((pair) => pair.from === source && pair.to === target)?.id
}
