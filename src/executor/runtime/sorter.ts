import { comparatorFor, compareFloats } from '../../types/compare.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import { type NumberKey, radixOrder } from './radix-order.ts'
import type { RowBuffer } from './row-buffer.ts'

/** One sort key in a row buffer: where its value and, for numbers and booleans that may be NULL, its NULL flag are. */
export interface SortColumn {
  readonly column: number
  readonly nullColumn: number
  readonly type: LogicalType
  readonly descending: boolean
}

type CompareRows = (a: number, b: number) => number

/** From this many rows on, numbers are sorted by digits. */
const RADIX_ROWS = 4096

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
  readonly #noBound: number
  /** Row that the next keys are written to. */
  spare = -1
  /**
   * A row whose first key, a number, is larger (descending: smaller) than element 0 cannot stay; infinity while every row may.
   * NULL and NaN are for {@link accepts} to judge.
   */
  readonly worst = new Float64Array(1)
  /** Rows in order once {@link finish} was called. */
  order: Uint32Array = new Uint32Array(0)
  #heapOrder: CompareRows | null = null
  #heap: number[] = []

  constructor(buffer: RowBuffer, keys: readonly SortColumn[], skip: number, end: number) {
    this.buffer = buffer
    this.#keys = keys
    this.#skip = skip
    this.#end = end
    this.#noBound = keys[0]?.descending === true ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    this.worst[0] = this.#noBound
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
    this.#heapOrder = null
    this.worst[0] = this.#noBound
  }

  /** @returns the row to write keys to. @throws {DatabaseError} OUT_OF_MEMORY */
  next(): number {
    if (this.spare < 0) this.spare = this.buffer.add()
    return this.spare
  }

  /** Decides about the row whose keys were written last. @returns whether it stays. */
  accepts(): boolean {
    const row = this.spare
    const heap = this.#heap
    if (heap.length < this.#bound) {
      this.spare = -1
      if (this.#bound !== Number.POSITIVE_INFINITY) heap.push(row)
      return true
    }
    const compare = this.#heapOrder ?? this.#makeHeap()
    if (heap.length === 0 || compare(row, heap[0]!) >= 0) return false
    this.spare = heap[0]!
    heap[0] = row
    this.#siftDown(0, compare)
    this.#noteWorst()
    return true
  }

  /** The first key of the row on top of the heap, for rows that are worse by it to be passed over unseen. */
  #noteWorst(): void {
    const [key] = this.#keys
    const row = this.#heap[0]
    if (key === undefined || row === undefined || this.buffer.kinds[key.column] !== 'f64') return
    const isNull = key.nullColumn >= 0 && (this.buffer.columns[key.nullColumn] as Uint8Array)[row] === 1
    const value = (this.buffer.columns[key.column] as Float64Array)[row]!
    this.worst[0] = isNull || Number.isNaN(value) ? this.#noBound : value
  }

  /** Sorts what has stayed. */
  finish(): void {
    const rows = this.#bound === Number.POSITIVE_INFINITY ? this.#sortAll() : Uint32Array.from(this.#heap)
    if (this.#bound !== Number.POSITIVE_INFINITY) rows.sort(counted(this.#comparator()))
    this.order = rows.subarray(Math.min(this.#skip, rows.length), Math.min(this.#end, rows.length))
  }

  #sortAll(): Uint32Array {
    const { columns, kinds, length } = this.buffer
    if (length >= RADIX_ROWS && this.#keys.every((k) => kinds[k.column] === 'f64')) {
      const keys = this.#keys.map(({ column, nullColumn, descending }): NumberKey => {
        const nulls = nullColumn < 0 ? null : (columns[nullColumn] as Uint8Array)
        return { values: columns[column] as Float64Array, nulls, descending }
      })
      return radixOrder(length, keys)
    }
    const rows = new Uint32Array(length)
    for (let i = 0; i < length; i++) rows[i] = i
    return rows.sort(counted(this.#comparator()))
  }

  /** Columns must not grow while the comparator is in use. */
  #comparator(): CompareRows {
    return chain(this.#keys.map((key) => compareColumn(this.buffer, key)))
  }

  /** The first `bound` rows become a heap with the worst on top; from now on the buffer does not grow. */
  #makeHeap(): CompareRows {
    const compare = this.#comparator()
    this.#heapOrder = compare
    for (let at = (this.#heap.length >> 1) - 1; at >= 0; at--) this.#siftDown(at, compare)
    this.#noteWorst()
    return compare
  }

  #siftDown(start: number, compare: CompareRows): void {
    const heap = this.#heap
    const row = heap[start]!
    let at = start
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

function counted(compare: CompareRows): CompareRows {
  return (a, b) => {
    countWork(1)
    return compare(a, b)
  }
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
  const column = buffer.columns[key.column]!
  if (buffer.kinds[key.column] === 'any') {
    const compare = comparatorFor(key.type)
    const values = column as Value[]
    return (a, b) => sign * nullsLast(compare, values[a]!, values[b]!)
  }
  const numbers = column as Float64Array
  if (key.nullColumn < 0) return (a, b) => sign * compareFloats(numbers[a]!, numbers[b]!)
  const nulls = buffer.columns[key.nullColumn] as Uint8Array
  return (a, b) => {
    const order = nulls[a]! - nulls[b]!
    if (order !== 0) return sign * order
    return nulls[a] === 1 ? 0 : sign * compareFloats(numbers[a]!, numbers[b]!)
  }
}

function nullsLast(compare: (a: Value, b: Value) => number, a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compare(a, b)
}
