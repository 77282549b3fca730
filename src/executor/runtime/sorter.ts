import { comparatorFor, compareFloats } from '../../types/compare.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import type { RowBuffer } from './row-buffer.ts'

/** One sort key in a row buffer: where its value and, for numbers and booleans that may be NULL, its NULL flag are. */
export interface SortColumn {
  readonly column: number
  readonly nullColumn: number
  readonly type: LogicalType
  readonly descending: boolean
}

type CompareRows = (a: number, b: number) => number

/** Above this many rows a heap of the best rows is no cheaper than a sort of all. */
const HEAP_LIMIT = 1 << 17

/**
 * Collects rows in a buffer and gives them back in order. With a bound on the rows wanted it keeps only the best ones: a row's keys are written to
 * {@link spare}, {@link accepts} tells whether the row stays, and only then its other columns need to be written.
 */
export class Sorter {
  readonly buffer: RowBuffer
  readonly #keys: readonly SortColumn[]
  readonly #skip: number
  readonly #end: number
  readonly #bound: number
  /** Row that the next keys are written to. */
  spare = -1
  /** Rows in order once {@link finish} was called. */
  order: Uint32Array = new Uint32Array(0)
  #compare: CompareRows | null = null
  #heap: number[] = []

  constructor(buffer: RowBuffer, keys: readonly SortColumn[], skip: number, end: number) {
    this.buffer = buffer
    this.#keys = keys
    this.#skip = skip
    this.#end = end
    this.#bound = end <= HEAP_LIMIT ? end : Number.POSITIVE_INFINITY
  }

  /** Rows that come out. */
  get length(): number {
    return this.order.length
  }

  clear(): void {
    this.buffer.clear()
    this.spare = -1
    this.#heap = []
  }

  /** @returns the row to write keys to. @throws {DatabaseError} OUT_OF_MEMORY */
  next(): number {
    if (this.spare < 0) this.spare = this.buffer.add()
    return this.spare
  }

  /** Decides about the row whose keys were written last. @returns whether it stays. */
  accepts(): boolean {
    const row = this.spare
    if (this.#bound === Number.POSITIVE_INFINITY) {
      this.spare = -1
      return true
    }
    const heap = this.#heap
    if (heap.length < this.#bound) {
      this.spare = -1
      heap.push(row)
      this.#siftUp(heap.length - 1)
      return true
    }
    const compare = this.#comparator()
    if (heap.length === 0 || compare(row, heap[0]!) >= 0) return false
    this.spare = heap[0]!
    heap[0] = row
    this.#siftDown()
    return true
  }

  /** Sorts what has stayed. */
  finish(): void {
    const rows = this.#bound === Number.POSITIVE_INFINITY ? allRows(this.buffer.length) : Uint32Array.from(this.#heap)
    this.#sort(rows)
    this.order = rows.subarray(Math.min(this.#skip, rows.length), Math.min(this.#end, rows.length))
  }

  #sort(rows: Uint32Array): void {
    this.#compare = null
    rows.sort(this.#comparator())
  }

  /** Columns are looked up again after they have grown. */
  #comparator(): CompareRows {
    this.#compare ??= chain(this.#keys.map((key) => compareColumn(this.buffer, key)))
    return this.#compare
  }

  #siftUp(at: number): void {
    const heap = this.#heap
    const compare = this.#comparator()
    const row = heap[at]!
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (compare(row, heap[parent]!) <= 0) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = row
  }

  #siftDown(): void {
    const heap = this.#heap
    const compare = this.#comparator()
    const row = heap[0]!
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && compare(heap[child + 1]!, heap[child]!) > 0) child++
      if (compare(row, heap[child]!) >= 0) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = row
  }
}

function allRows(count: number): Uint32Array {
  const rows = new Uint32Array(count)
  for (let i = 0; i < count; i++) rows[i] = i
  return rows
}

function chain(parts: readonly CompareRows[]): CompareRows {
  const [first, second] = parts
  if (first === undefined) return () => 0
  if (second === undefined) return first
  if (parts.length === 2) return (a, b) => first(a, b) || second(a, b)
  return (a, b) => {
    for (const part of parts) {
      const order = part(a, b)
      if (order !== 0) return order
    }
    return 0
  }
}

function compareColumn(buffer: RowBuffer, key: SortColumn): CompareRows {
  const sign = key.descending ? -1 : 1
  const values = (): ArrayLike<Value> => buffer.columns[key.column] as ArrayLike<Value>
  if (buffer.kinds[key.column] === 'any') {
    const compare = comparatorFor(key.type)
    return (a, b) => sign * nullsLast(compare, values()[a]!, values()[b]!)
  }
  const numbers = (): ArrayLike<number> => buffer.columns[key.column] as ArrayLike<number>
  if (key.nullColumn < 0) return (a, b) => sign * compareFloats(numbers()[a]!, numbers()[b]!)
  return (a, b) => {
    const nulls = buffer.columns[key.nullColumn] as Uint8Array
    const order = nulls[a]! - nulls[b]!
    if (order !== 0) return sign * order
    return nulls[a] === 1 ? 0 : sign * compareFloats(numbers()[a]!, numbers()[b]!)
  }
}

function nullsLast(compare: (a: Value, b: Value) => number, a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compare(a, b)
}
