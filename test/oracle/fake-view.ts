import type {
  AdjacencyCursor,
  ColumnReader,
  ColumnStatistics,
  Direction,
  NodeTableReader,
  RangePredicate,
  ReadView,
  RelTableReader,
} from '../../src/storage/read-view.ts'
import { comparatorFor } from '../../src/types/compare.ts'
import type { LogicalType } from '../../src/types/logical-type.ts'
import type { Value } from '../../src/types/value.ts'
import type { Vector } from '../../src/types/vector.ts'
import { vectorReader } from '../../src/types/vector-reader.ts'

/** A column as an array of values. */
export interface FakeColumn {
  readonly name: string
  readonly type: LogicalType
  readonly values: readonly Value[]
}

/** A node table as columns; the column id is the position. */
export interface FakeNodeTable {
  readonly id: number
  readonly name: string
  readonly columns: readonly FakeColumn[]
  readonly primaryKey: number
  readonly rowCount: number
  readonly deleted: ReadonlySet<number>
}

/** A FROM-TO pair as an edge list; the rel id is the position. */
export interface FakeRelTable {
  readonly id: number
  readonly name: string
  readonly from: number
  readonly to: number
  readonly sources: Uint32Array | readonly number[]
  readonly targets: Uint32Array | readonly number[]
  readonly columns: readonly FakeColumn[]
  readonly deleted: ReadonlySet<number>
}

/** What the readers of a fake view were asked for: tests assert on it. */
export class ReadCounters {
  values = 0
  lists = 0
  degrees = 0
  filters = 0
}

/** Snapshot over plain arrays that obeys the contract of the real one. Lists are in the order of rel ids. */
export class FakeView implements ReadView {
  readonly commitNumber = 1
  readonly counters = new ReadCounters()
  readonly #nodes: ReadonlyMap<number, FakeNodeReader>
  readonly #rels: ReadonlyMap<number, FakeRelReader>

  constructor(nodes: readonly FakeNodeTable[], rels: readonly FakeRelTable[]) {
    const rowCounts = new Map(nodes.map((t) => [t.id, t.rowCount]))
    this.#nodes = new Map(nodes.map((t) => [t.id, new FakeNodeReader(t, this.counters)]))
    this.#rels = new Map(rels.map((t) => [t.id, new FakeRelReader(t, rowCounts, this.counters)]))
  }

  nodeTable(tableId: number): NodeTableReader {
    const table = this.#nodes.get(tableId)
    if (table === undefined) throw new Error(`no node table ${tableId}`)
    return table
  }

  relTable(relTableId: number): RelTableReader {
    const table = this.#rels.get(relTableId)
    if (table === undefined) throw new Error(`no rel table ${relTableId}`)
    return table
  }

  close(): void {}
}

class FakeNodeReader implements NodeTableReader {
  readonly tableId: number
  readonly rowCount: number
  readonly liveCount: number
  readonly deleted: Uint32Array | null
  readonly #columns: readonly FakeColumnReader[]
  readonly #keys = new Map<Value, number>()

  constructor(table: FakeNodeTable, counters: ReadCounters) {
    this.tableId = table.id
    this.rowCount = table.rowCount
    this.liveCount = table.rowCount - table.deleted.size
    this.deleted = table.deleted.size === 0 ? null : new Uint32Array((table.rowCount >>> 5) + 1)
    for (const row of table.deleted) this.deleted![row >>> 5]! |= 1 << (row & 31)
    this.#columns = table.columns.map((c) => new FakeColumnReader(c, counters))
    const keys = table.columns[table.primaryKey]?.values ?? []
    keys.forEach((key, row) => {
      if (!table.deleted.has(row)) this.#keys.set(key, row)
    })
  }

  column(columnId: number): ColumnReader {
    const column = this.#columns[columnId]
    if (column === undefined) throw new Error(`no column ${columnId} in node table ${this.tableId}`)
    return column
  }

  lookup(key: Value): number {
    return this.#keys.get(key) ?? -1
  }

  lookupAll(keys: Vector, target: Uint32Array): void {
    const read = vectorReader(keys)
    for (let i = 0; i < keys.length; i++) target[i] = this.lookup(read(i))
  }
}

class FakeColumnReader implements ColumnReader {
  readonly type: LogicalType
  readonly statistics: ColumnStatistics
  readonly neverNull: boolean
  readonly safeNumber: boolean
  readonly #values: readonly Value[]
  readonly #numbers: Float64Array
  readonly #nulls: Uint8Array
  readonly #counters: ReadCounters

  constructor(column: FakeColumn, counters: ReadCounters) {
    this.type = column.type
    this.#values = column.values
    this.#counters = counters
    const present = column.values.filter((v) => v !== null)
    this.neverNull = present.length === column.values.length
    this.safeNumber = present.every((v) => typeof v === 'number')
    this.#numbers = this.safeNumber ? Float64Array.from(column.values, (v) => Number(v ?? 0)) : new Float64Array(0)
    this.#nulls = Uint8Array.from(column.values, (v) => (v === null ? 1 : 0))
    this.statistics = statisticsOf(column.type, present, column.values.length - present.length)
  }

  isNull(row: number): boolean {
    return this.#nulls[row] === 1
  }

  number(row: number): number {
    this.#counters.values++
    return this.#numbers[row]!
  }

  string(row: number): string {
    this.#counters.values++
    return this.#values[row] as string
  }

  value(row: number): Value {
    this.#counters.values++
    return this.#values[row]!
  }

  copyElements(row: number, target: Float32Array, at: number): boolean {
    const list = this.#values[row] as ArrayLike<number> | null
    for (let i = 0; i < (list?.length ?? 0); i++) target[at + i] = list![i]!
    return true
  }

  copyRows(rows: ArrayLike<number>, from: number, to: number, target: Float32Array, at: number): number {
    const width = (this.type as Extract<LogicalType, { id: 'ARRAY' }>).length
    for (let i = from; i < to; i++) this.copyElements(rows[i]!, target, at + (i - from) * width)
    return to - from
  }

  numbers(): { values: Float64Array; base: number } {
    return { values: this.#numbers, base: 0 }
  }

  filterRange(predicate: RangePredicate, selection: Uint32Array, count: number): number {
    this.#counters.filters++
    const passes = predicateTest(this.type, predicate)
    let kept = 0
    for (let i = 0; i < count; i++) {
      const row = selection[i]!
      if (passes(this.#values[row]!)) selection[kept++] = row
    }
    return kept
  }

  filterDense(predicate: RangePredicate, start: number, end: number, selection: Uint32Array): number {
    for (let row = start; row < end; row++) selection[row - start] = row
    return this.filterRange(predicate, selection, end - start)
  }

  countDense(predicate: RangePredicate, start: number, end: number): number {
    return this.filterDense(predicate, start, end, new Uint32Array(end - start))
  }
}

function statisticsOf(type: LogicalType, present: readonly Value[], nullCount: number): ColumnStatistics {
  const compare = comparatorFor(type)
  let [min = null] = present
  let [max = null] = present
  if (type.id !== 'ARRAY' && type.id !== 'LIST') {
    for (const v of present) {
      if (compare(v, min) < 0) min = v
      if (compare(v, max) > 0) max = v
    }
  }
  return { min, max, nullCount, distinct: present.length }
}

function predicateTest(type: LogicalType, p: RangePredicate): (v: Value) => boolean {
  const compare = comparatorFor(type)
  return (v) => {
    if (v === null) return false
    const low = p.min === null ? 1 : compare(v, p.min)
    const high = p.max === null ? -1 : compare(v, p.max)
    const inside = (low > 0 || (low === 0 && p.minInclusive)) && (high < 0 || (high === 0 && p.maxInclusive))
    return inside !== p.negate
  }
}

/** CSR of one direction, built from the edge list. */
interface Lists {
  readonly offsets: Uint32Array
  readonly neighbours: Uint32Array
  readonly relIds: Uint32Array
}

class FakeRelReader implements RelTableReader {
  readonly relTableId: number
  readonly fromTableId: number
  readonly toTableId: number
  readonly rowCount: number
  readonly liveCount: number
  readonly #columns: readonly FakeColumnReader[]
  readonly #forward: Lists
  readonly #backward: Lists
  readonly #counters: ReadCounters

  constructor(table: FakeRelTable, rowCounts: ReadonlyMap<number, number>, counters: ReadCounters) {
    this.relTableId = table.id
    this.fromTableId = table.from
    this.toTableId = table.to
    this.rowCount = table.sources.length
    this.liveCount = table.sources.length - table.deleted.size
    this.#columns = table.columns.map((c) => new FakeColumnReader(c, counters))
    this.#forward = buildLists(table.sources, table.targets, rowCounts.get(table.from)!, table.deleted)
    this.#backward = buildLists(table.targets, table.sources, rowCounts.get(table.to)!, table.deleted)
    this.#counters = counters
  }

  column(columnId: number): ColumnReader {
    return this.#columns[columnId]!
  }

  cursor(direction: Direction, withRelIds: boolean): AdjacencyCursor {
    return new FakeCursor(direction === 'fwd' ? this.#forward : this.#backward, withRelIds, this.#counters)
  }

  degreeSum(direction: Direction, start: number, end: number): number {
    const { offsets } = direction === 'fwd' ? this.#forward : this.#backward
    return offsets[end]! - offsets[start]!
  }
}

function buildLists(
  keys: Uint32Array | readonly number[],
  others: Uint32Array | readonly number[],
  nodeCount: number,
  deleted: ReadonlySet<number>,
): Lists {
  const offsets = new Uint32Array(nodeCount + 1)
  for (let i = 0; i < keys.length; i++) if (!deleted.has(i)) offsets[keys[i]! + 1]!++
  for (let n = 0; n < nodeCount; n++) offsets[n + 1]! += offsets[n]!
  const next = offsets.slice()
  const neighbours = new Uint32Array(offsets[nodeCount]!)
  const relIds = new Uint32Array(offsets[nodeCount]!)
  for (let i = 0; i < keys.length; i++) {
    if (deleted.has(i)) continue
    const at = next[keys[i]!]!++
    neighbours[at] = others[i]!
    relIds[at] = i
  }
  return { offsets, neighbours, relIds }
}

class FakeCursor implements AdjacencyCursor {
  neighbours: Uint32Array
  lo = 0
  hi = 0
  relIds: Uint32Array | null
  relShift = 0
  readonly #offsets: Uint32Array
  readonly #counters: ReadCounters

  constructor(lists: Lists, withRelIds: boolean, counters: ReadCounters) {
    this.#offsets = lists.offsets
    this.neighbours = lists.neighbours
    this.relIds = withRelIds ? lists.relIds : null
    this.#counters = counters
  }

  load(node: number): void {
    this.#counters.lists++
    this.lo = this.#offsets[node]!
    this.hi = this.#offsets[node + 1]!
  }

  degree(node: number): number {
    this.#counters.degrees++
    return this.#offsets[node + 1]! - this.#offsets[node]!
  }

  close(): void {}
}
