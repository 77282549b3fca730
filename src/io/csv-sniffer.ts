import { DatabaseError } from '../errors/database-error.ts'
import { ANY, type LogicalType } from '../types/logical-type.ts'
import { parseType, type TypeResolver } from '../types/parse-type.ts'
import type { ByteSource } from './byte-source.ts'
import { detectDialect } from './csv-dialect.ts'
import type { CsvOptions } from './csv-options.ts'
import { type CsvDialect, HAS_ESCAPES, RecordSplitter, unescapeField } from './csv-record.ts'
import { CsvWindow } from './csv-window.ts'
import { inferCellType, widenCellType, withoutAny } from './infer-type.ts'

/** A column with its name. */
export interface NamedColumn {
  readonly name: string
  readonly type: LogicalType
}

/** What the first rows of a CSV file say about it. */
export interface SniffedCsv {
  readonly dialect: CsvDialect
  readonly header: boolean
  /** The expected columns if there were any, otherwise what was found; none for a file without records. */
  readonly columns: readonly NamedColumn[]
}

/**
 * Looks at the first rows of a file: dialect, header, names and types of the columns.
 * @param source read from its start and closed.
 * @param resolveType finds user-defined types in a header like `id:myType`.
 * @param expected columns that the file is meant to have (COPY, LOAD WITH HEADERS); then only dialect and header are found out.
 * @throws {DatabaseError} BINDER if all sampled rows have more fields than columns are expected; IO.
 */
export function sniffCsv(
  source: ByteSource,
  options: CsvOptions,
  expected: readonly NamedColumn[] | undefined,
  resolveType?: TypeResolver,
): SniffedCsv {
  const window = new CsvWindow(source)
  try {
    skipLines(window, options)
    const dialect = detectDialect(window, options, expected?.length)
    const rows = sampleRows(window, dialect, options)
    if (expected !== undefined) checkColumnCount(rows, expected.length)
    const types = expected?.map((column) => column.type) ?? columnTypes(rows.slice(1), options)
    const header = options.header ?? (options.autoDetect && rows.length > 0 && looksLikeHeader(rows, types))
    const columns = expected ?? foundColumns(rows, header, types, options, resolveType)
    return { dialect, header, columns }
  } finally {
    window.close()
  }
}

/** Rows to skip are taken as lines here: the dialect that would tell more is not known yet. */
function skipLines(window: CsvWindow, options: CsvOptions): void {
  for (let i = 0; i < options.skip; i++) {
    let to = window.at
    while (to < window.end && window.bytes[to] !== 10 && window.bytes[to] !== 13) to++
    if (window.bytes[to] === 13 && window.bytes[to + 1] === 10) to++
    window.at = Math.min(window.end, to + 1)
    if (window.end - window.at < window.bytes.length / 2) window.fill()
  }
}

/** @returns the texts of the first records, blank lines left out; as far as they can be split. */
function sampleRows(window: CsvWindow, dialect: CsvDialect, options: CsvOptions): string[][] {
  const splitter = new RecordSplitter(dialect)
  const rows: string[][] = []
  const wanted = Math.max(1, options.sampleSize) + (options.header === false ? 0 : 1)
  while (rows.length < wanted && (window.at < window.end || window.fill())) {
    const found = splitter.split(window.bytes, window.at, window.end, window.atEnd)
    // The reader will say what is wrong with a record that cannot be split, and where.
    if (found === 'error' || (found === 'need-more' && (rows.length > 0 || !window.fill()))) break
    if (found === 'need-more') continue
    const cells = recordCells(window.bytes, splitter, dialect)
    window.at = splitter.next
    if (cells.length > 1 || cells[0] !== '') rows.push(cells)
  }
  return rows
}

function recordCells(bytes: Uint8Array, splitter: RecordSplitter, dialect: CsvDialect): string[] {
  const cells: string[] = []
  for (let i = 0; i < splitter.count; i++) {
    let cell = bytes.subarray(splitter.starts[i]!, splitter.ends[i]!)
    if ((splitter.flags[i]! & HAS_ESCAPES) !== 0) {
      const plain = new Uint8Array(cell.length)
      cell = plain.subarray(0, unescapeField(cell, 0, cell.length, dialect, plain, 0))
    }
    cells.push(Buffer.from(cell.buffer, cell.byteOffset, cell.length).toString())
  }
  return cells
}

function checkColumnCount(rows: readonly string[][], expected: number): void {
  const first = rows[0]?.length ?? expected
  if (rows.length < 2 || first <= expected || rows.some((row) => row.length !== first)) return
  if (first === expected + 1 && rows.every((row) => row.at(-1) === '')) return // a delimiter behind each row
  throw new DatabaseError('BINDER', `Number of columns mismatch. Expected ${expected} but got ${first}.`, {
    facts: { expected, actual: first },
  })
}

function columnTypes(rows: readonly string[][], options: CsvOptions): LogicalType[] {
  const types: LogicalType[] = []
  if (options.sampleSize === 0) return types
  for (const row of rows) {
    for (const [i, cell] of row.entries()) {
      const known = types[i] ?? ANY
      if (known.id !== 'STRING') types[i] = widenCellType(known, cellType(cell, options))
    }
  }
  return types
}

function cellType(cell: string, options: CsvOptions): LogicalType {
  return options.nullStrings.includes(cell) ? ANY : inferCellType(cell)
}

/** `12x` is a slip of the pen rather than the name of a column. */
const BAD_NUMBER = /^\s*[-+.]?\d/

/**
 * The first row is a header if it has words where the column's type is not text, and more of them than cells that would be of such a type. (Kùzu
 * takes one text cell as enough, and so loses a first row with one bad cell without a word.)
 */
function looksLikeHeader(rows: readonly string[][], types: readonly LogicalType[]): boolean {
  let texts = 0
  let fitting = 0
  const first = rows[0]!
  if (first.length < types.length) return false
  for (const [i, cell] of first.entries()) {
    const type = types[i]?.id ?? 'ANY'
    if (type === 'ANY' || type === 'STRING' || type === 'BLOB' || type === 'UNION' || type === 'JSON') continue
    const found = inferCellType(cell).id
    if (found === 'STRING' && !BAD_NUMBER.test(cell)) texts++
    else if (found !== 'ANY') fitting++
  }
  return texts > fitting
}

function foundColumns(
  rows: readonly string[][],
  header: boolean,
  typesBelow: readonly LogicalType[],
  options: CsvOptions,
  resolveType: TypeResolver | undefined,
): NamedColumn[] {
  const first = rows[0] ?? []
  const types = header ? typesBelow : columnTypes(rows, options)
  const count = header ? first.length : rows.reduce((most, row) => Math.max(most, row.length), 0)
  const columns: NamedColumn[] = []
  const taken = new Map<string, number>()
  for (let i = 0; i < count; i++) {
    const typed = header && options.header === true ? typedName(first[i]!, resolveType) : undefined
    const name = typed?.name ?? (header ? first[i]! : `column${i}`)
    columns.push({ name: uniqueName(name, taken), type: typed?.type ?? withoutAny(types[i] ?? ANY) })
  }
  return columns
}

/** `id:INT64` in a header that was announced as one. */
function typedName(cell: string, resolveType: TypeResolver | undefined): NamedColumn | undefined {
  const at = cell.lastIndexOf(':')
  if (at < 0) return undefined
  try {
    return { name: cell.slice(0, at), type: parseType(cell.slice(at + 1), resolveType) }
  } catch {
    return undefined // a name with a colon in it
  }
}

function uniqueName(name: string, taken: Map<string, number>): string {
  let unique = name
  for (let times = taken.get(unique); times !== undefined; times = taken.get(unique)) {
    taken.set(unique, times + 1)
    unique = `${unique}_${times + 1}`
  }
  taken.set(unique, 0)
  return unique
}
