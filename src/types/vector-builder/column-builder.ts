import { DatabaseError } from '../../errors/database-error.ts'
import type { LogicalType } from '../logical-type.ts'
import type { NumericArray, Value } from '../value.ts'
import type { Vector, VectorData } from '../vector.ts'

/** What all column builders share: length, validity and growth. See `VectorBuilder` for the public contract. */
export abstract class ColumnBuilder {
  readonly type: LogicalType
  length = 0
  protected capacity: number
  #nullCount = 0
  #validity: Uint8Array | null = null

  constructor(type: LogicalType, capacity: number) {
    this.type = type
    this.capacity = capacity
  }

  abstract append(v: Value): void
  abstract finish(): Vector

  /** Moves the value buffers to new ones of `capacity` rows. */
  protected abstract resize(capacity: number): void

  /** Bytes of the buffers and children of the subclass. */
  protected abstract get ownBytes(): number

  get byteSize(): number {
    return this.ownBytes + (this.#validity?.byteLength ?? 0)
  }

  appendNumber(_v: number): void {
    throw new DatabaseError('INTERNAL', `values of ${this.type.id} are no numbers`)
  }

  roomForRows(_count: number): NumericArray {
    throw new DatabaseError('INTERNAL', `values of ${this.type.id} are no fixed lists of numbers`)
  }

  appendWritten(_count: number): void {
    throw new DatabaseError('INTERNAL', `values of ${this.type.id} are no fixed lists of numbers`)
  }

  /** Room for `count` more numbers. @returns the array that holds the column. */
  roomForNumbers(_count: number): NumericArray {
    throw new DatabaseError('INTERNAL', `values of ${this.type.id} are no numbers`)
  }

  /** Appends `source[start..end)` as that many rows. Only numeric columns have a fast form. */
  appendRange(source: ArrayLike<number>, start: number, end: number): void {
    for (let i = start; i < end; i++) this.append(source[i]!)
  }

  /** Fills a row that belongs to a NULL of the parent. */
  appendFiller(): void {
    this.appendNull()
  }

  appendNull(): void {
    const row = this.takeRow()
    this.#nullCount++
    if (this.#validity === null) {
      this.#validity = new Uint8Array((this.capacity + 7) >> 3).fill(0xff)
    }
    this.#validity[row >> 3]! &= ~(1 << (row & 7))
  }

  /** @returns the number of a new row, for which there is room. It counts as valid, and its buffers hold zeroes. */
  protected takeRow(): number {
    if (this.length === this.capacity) this.reserve(this.length + 1)
    return this.length++
  }

  /** Makes room for `rows` rows in all. */
  protected reserve(rows: number): void {
    if (rows <= this.capacity) return
    let capacity = this.capacity * 2
    while (capacity < rows) capacity *= 2
    this.resize(capacity)
    if (this.#validity !== null) {
      const longer = new Uint8Array((capacity + 7) >> 3).fill(0xff)
      longer.set(this.#validity)
      this.#validity = longer
    }
    this.capacity = capacity
  }

  protected vector(
    data: VectorData | null,
    offsets: Int32Array | null,
    bytes: Uint8Array | null,
    children: readonly Vector[],
  ): Vector {
    return {
      type: this.type,
      length: this.length,
      nullCount: this.#nullCount,
      validity: this.#validity === null ? null : this.#validity.slice(0, (this.length + 7) >> 3),
      data,
      offsets,
      bytes,
      children,
    }
  }
}

/** @returns the first `length` elements, in a buffer of their own when the array is longer. */
export function trim<T extends VectorData>(array: T, length: number): T {
  return array.length === length ? array : (array.slice(0, length) as T)
}
