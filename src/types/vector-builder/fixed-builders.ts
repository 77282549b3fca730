import type { LogicalType } from '../logical-type.ts'
import type { NumericArray, Value } from '../value.ts'
import type { Vector } from '../vector.ts'
import { ColumnBuilder, trim } from './column-builder.ts'

/** Column of BOOL as a bitmap. */
export class BoolBuilder extends ColumnBuilder {
  #bits: Uint8Array

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.#bits = new Uint8Array((capacity + 7) >> 3)
  }

  protected override get ownBytes(): number {
    return this.#bits.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = new Uint8Array((capacity + 7) >> 3)
    longer.set(this.#bits)
    this.#bits = longer
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow()
    if (v === true) this.#bits[row >> 3]! |= 1 << (row & 7)
  }

  override finish(): Vector {
    return this.vector(trim(this.#bits, (this.length + 7) >> 3), null, null, [])
  }
}

/** Column of FLOAT or DOUBLE. */
export class FloatBuilder extends ColumnBuilder {
  #data: Float32Array | Float64Array

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.#data = type.id === 'FLOAT' ? new Float32Array(capacity) : new Float64Array(capacity)
  }

  protected override get ownBytes(): number {
    return this.#data.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = this.type.id === 'FLOAT' ? new Float32Array(capacity) : new Float64Array(capacity)
    longer.set(this.#data)
    this.#data = longer
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow() // first: it may replace the buffer
    this.#data[row] = v as number
  }

  override appendNumber(v: number): void {
    const row = this.takeRow() // first: it may replace the buffer
    this.#data[row] = v
  }

  override roomForNumbers(count: number): NumericArray {
    this.reserve(this.length + count)
    return this.#data
  }

  override appendRange(source: ArrayLike<number>, start: number, end: number): void {
    this.reserve(this.length + end - start)
    copyNumbers(this.#data, this.length, source, start, end)
    this.length += end - start
  }

  override appendFiller(): void {
    this.takeRow()
  }

  override finish(): Vector {
    return this.vector(trim(this.#data, this.length), null, null, [])
  }
}

/** Column of INT32 or DATE. */
export class Int32Builder extends ColumnBuilder {
  #data: Int32Array

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.#data = new Int32Array(capacity)
  }

  protected override get ownBytes(): number {
    return this.#data.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = new Int32Array(capacity)
    longer.set(this.#data)
    this.#data = longer
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow() // first: it may replace the buffer
    this.#data[row] = v as number
  }

  override appendNumber(v: number): void {
    const row = this.takeRow() // first: it may replace the buffer
    this.#data[row] = v
  }

  override roomForNumbers(count: number): NumericArray {
    this.reserve(this.length + count)
    return this.#data
  }

  override appendRange(source: ArrayLike<number>, start: number, end: number): void {
    this.reserve(this.length + end - start)
    copyNumbers(this.#data, this.length, source, start, end)
    this.length += end - start
  }

  override appendFiller(): void {
    this.takeRow()
  }

  override finish(): Vector {
    return this.vector(trim(this.#data, this.length), null, null, [])
  }
}

type SmallArray = Int8Array | Int16Array | Uint8Array | Uint16Array | Uint32Array

/** Column of one of the less frequent integer types up to 32 bits. Kept apart so that the frequent ones stay monomorphic. */
export class SmallIntBuilder extends ColumnBuilder {
  #data: SmallArray

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.#data = smallArray(type, capacity)
  }

  protected override get ownBytes(): number {
    return this.#data.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = smallArray(this.type, capacity)
    longer.set(this.#data)
    this.#data = longer
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow() // first: it may replace the buffer
    this.#data[row] = v as number
  }

  override appendNumber(v: number): void {
    const row = this.takeRow() // first: it may replace the buffer
    this.#data[row] = v
  }

  override roomForNumbers(count: number): NumericArray {
    this.reserve(this.length + count)
    return this.#data
  }

  override appendRange(source: ArrayLike<number>, start: number, end: number): void {
    this.reserve(this.length + end - start)
    copyNumbers(this.#data, this.length, source, start, end)
    this.length += end - start
  }

  override appendFiller(): void {
    this.takeRow()
  }

  override finish(): Vector {
    return this.vector(trim(this.#data, this.length), null, null, [])
  }
}

function smallArray(type: LogicalType, capacity: number): SmallArray {
  switch (type.id) {
    case 'INT8':
      return new Int8Array(capacity)
    case 'INT16':
      return new Int16Array(capacity)
    case 'UINT8':
      return new Uint8Array(capacity)
    case 'UINT16':
      return new Uint16Array(capacity)
    default:
      return new Uint32Array(capacity)
  }
}

type NumberArray = SmallArray | Int32Array | Float32Array | Float64Array

function copyNumbers(to: NumberArray, at: number, source: ArrayLike<number>, start: number, end: number): void {
  if (ArrayBuffer.isView(source)) to.set((source as unknown as NumberArray).subarray(start, end), at)
  else for (let i = start; i < end; i++) to[at++] = source[i]!
}
