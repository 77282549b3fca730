import { writeInt64, writeInt128 } from '../int-words.ts'
import type { LogicalType } from '../logical-type.ts'
import type { Int, InternalId, Interval, Value } from '../value.ts'
import type { Vector } from '../vector.ts'
import { ColumnBuilder, trim } from './column-builder.ts'

/** Buffers up to this size are left longer than needed: making another takes longer than the rest of a look-up's result. */
const SMALL_BYTES = 128

/** Column of 8-byte integers: INT64, UINT64, SERIAL and the TIMESTAMP family. */
export class Int64Builder extends ColumnBuilder {
  #words: Int32Array

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.#words = new Int32Array(2 * capacity)
  }

  protected override get ownBytes(): number {
    return this.#words.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = new Int32Array(2 * capacity)
    longer.set(this.#words)
    this.#words = longer
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow()
    writeInt64(this.#words, row, v as Int)
  }

  override appendNumber(v: number): void {
    const row = this.takeRow()
    this.#words[2 * row] = v | 0
    this.#words[2 * row + 1] = Math.floor(v / 4294967296)
  }

  override finish(): Vector {
    const { buffer } = this.#words.byteLength <= SMALL_BYTES ? this.#words : trim(this.#words, 2 * this.length)
    const { length } = this
    const data =
      this.type.id === 'UINT64' ? new BigUint64Array(buffer, 0, length) : new BigInt64Array(buffer, 0, length)
    return this.vector(data, null, null, [])
  }
}

/** Column of 16-byte integers: INT128 and DECIMAL (unscaled). */
export class Int128Builder extends ColumnBuilder {
  #words: Uint32Array

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.#words = new Uint32Array(4 * capacity)
  }

  protected override get ownBytes(): number {
    return this.#words.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = new Uint32Array(4 * capacity)
    longer.set(this.#words)
    this.#words = longer
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow()
    writeInt128(this.#words, row, v as Int)
  }

  override appendNumber(v: number): void {
    const row = this.takeRow()
    writeInt128(this.#words, row, v)
  }

  override finish(): Vector {
    return this.vector(trim(this.#words, 4 * this.length), null, null, [])
  }
}

/** Column of INTERVAL. */
export class IntervalBuilder extends ColumnBuilder {
  #words: Int32Array

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.#words = new Int32Array(4 * capacity)
  }

  protected override get ownBytes(): number {
    return this.#words.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = new Int32Array(4 * capacity)
    longer.set(this.#words)
    this.#words = longer
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow()
    const interval = v as Interval
    this.#words[4 * row] = interval.months
    this.#words[4 * row + 1] = interval.days
    writeInt64(this.#words, 2 * row + 1, interval.micros)
  }

  override finish(): Vector {
    return this.vector(trim(this.#words, 4 * this.length), null, null, [])
  }
}

/** Column of INTERNAL_ID. */
export class InternalIdBuilder extends ColumnBuilder {
  #words: Uint32Array

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.#words = new Uint32Array(2 * capacity)
  }

  protected override get ownBytes(): number {
    return this.#words.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = new Uint32Array(2 * capacity)
    longer.set(this.#words)
    this.#words = longer
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow()
    const id = v as InternalId
    this.#words[2 * row] = id.offset
    this.#words[2 * row + 1] = id.table
  }

  override finish(): Vector {
    return this.vector(trim(this.#words, 2 * this.length), null, null, [])
  }
}
