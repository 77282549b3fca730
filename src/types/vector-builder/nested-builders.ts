import { countWork } from '../../util/work.ts'
import type { LogicalType } from '../logical-type.ts'
import type { NumericArray, Value } from '../value.ts'
import type { Vector } from '../vector.ts'
import { ColumnBuilder, trim } from './column-builder.ts'

/** Appends the elements of a LIST or ARRAY value, which may be a typed array, to the element column. */
function appendElements(child: ColumnBuilder, v: Value): number {
  if (ArrayBuffer.isView(v)) {
    const numbers = v as unknown as ArrayLike<number>
    child.appendRange(numbers, 0, numbers.length)
    return numbers.length
  }
  const elements = v as readonly Value[]
  for (let i = 0; i < elements.length; i++) {
    countWork(1)
    child.append(elements[i]!)
  }
  return elements.length
}

/** Columns with a range of child rows per row. */
abstract class RangesBuilder extends ColumnBuilder {
  protected offsets: Int32Array

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.offsets = new Int32Array(capacity + 1)
  }

  protected override resize(capacity: number): void {
    const longer = new Int32Array(capacity + 1)
    longer.set(this.offsets)
    this.offsets = longer
  }

  override appendNull(): void {
    super.appendNull()
    this.offsets[this.length] = this.offsets[this.length - 1]!
  }
}

/** Column of LIST. */
export class ListBuilder extends RangesBuilder {
  readonly #child: ColumnBuilder

  constructor(type: LogicalType, capacity: number, child: ColumnBuilder) {
    super(type, capacity)
    this.#child = child
  }

  protected override get ownBytes(): number {
    return this.offsets.byteLength + this.#child.byteSize
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    this.takeRow()
    appendElements(this.#child, v)
    this.offsets[this.length] = this.#child.length
  }

  override finish(): Vector {
    return this.vector(null, trim(this.offsets, this.length + 1), null, [this.#child.finish()])
  }
}

/** Column of MAP. */
export class MapBuilder extends RangesBuilder {
  readonly #keys: ColumnBuilder
  readonly #values: ColumnBuilder

  constructor(type: LogicalType, capacity: number, keys: ColumnBuilder, values: ColumnBuilder) {
    super(type, capacity)
    this.#keys = keys
    this.#values = values
  }

  protected override get ownBytes(): number {
    return this.offsets.byteLength + this.#keys.byteSize + this.#values.byteSize
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    this.takeRow()
    for (const pair of v as readonly (readonly Value[])[]) {
      countWork(1)
      this.#keys.append(pair[0]!)
      this.#values.append(pair[1]!)
    }
    this.offsets[this.length] = this.#keys.length
  }

  override finish(): Vector {
    const children = [this.#keys.finish(), this.#values.finish()]
    return this.vector(null, trim(this.offsets, this.length + 1), null, children)
  }
}

/** Column of ARRAY: a fixed number of child rows per row. */
export class ArrayBuilder extends ColumnBuilder {
  readonly #child: ColumnBuilder
  readonly #width: number

  constructor(type: LogicalType, capacity: number, child: ColumnBuilder, width: number) {
    super(type, capacity)
    this.#child = child
    this.#width = width
  }

  protected override get ownBytes(): number {
    return this.#child.byteSize
  }

  protected override resize(): void {}

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    this.takeRow()
    appendElements(this.#child, v)
  }

  override appendNull(): void {
    super.appendNull()
    for (let i = 0; i < this.#width; i++) this.#child.appendFiller()
  }

  override roomForRows(count: number): NumericArray {
    return this.#child.roomForNumbers(count * this.#width)
  }

  override appendWritten(count: number): void {
    this.reserve(this.length + count)
    this.length += count
    this.#child.length += count * this.#width
  }

  override finish(): Vector {
    return this.vector(null, null, null, [this.#child.finish()])
  }
}

/** Column of STRUCT, NODE, REL or RECURSIVE_REL: one child row per field and row. */
export class StructBuilder extends ColumnBuilder {
  readonly #fields: readonly ColumnBuilder[]

  constructor(type: LogicalType, capacity: number, fields: readonly ColumnBuilder[]) {
    super(type, capacity)
    this.#fields = fields
  }

  protected override get ownBytes(): number {
    return this.#fields.reduce((sum, f) => sum + f.byteSize, 0)
  }

  protected override resize(): void {}

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    this.takeRow()
    const values = v as readonly Value[]
    for (let i = 0; i < this.#fields.length; i++) this.#fields[i]!.append(values[i]!)
  }

  override appendNull(): void {
    super.appendNull()
    for (const field of this.#fields) field.appendNull()
  }

  override finish(): Vector {
    const children = this.#fields.map((f) => f.finish())
    return this.vector(null, null, null, children)
  }
}

/** Column of UNION: member index and position in that member's column. */
export class UnionBuilder extends ColumnBuilder {
  readonly #members: readonly ColumnBuilder[]
  #indexes: Int8Array
  #positions: Int32Array

  constructor(type: LogicalType, capacity: number, members: readonly ColumnBuilder[]) {
    super(type, capacity)
    this.#members = members
    this.#indexes = new Int8Array(capacity)
    this.#positions = new Int32Array(capacity)
  }

  protected override get ownBytes(): number {
    const members = this.#members.reduce((sum, f) => sum + f.byteSize, 0)
    return members + this.#indexes.byteLength + this.#positions.byteLength
  }

  protected override resize(capacity: number): void {
    const indexes = new Int8Array(capacity)
    indexes.set(this.#indexes)
    this.#indexes = indexes
    const positions = new Int32Array(capacity)
    positions.set(this.#positions)
    this.#positions = positions
  }

  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const row = this.takeRow()
    const [index, held] = v as readonly [number, Value]
    const member = this.#members[index]!
    this.#indexes[row] = index
    this.#positions[row] = member.length
    member.append(held)
  }

  override appendNull(): void {
    super.appendNull()
    const first = this.#members[0]!
    this.#positions[this.length - 1] = first.length
    first.appendNull()
  }

  override finish(): Vector {
    const members = this.#members.map((f) => f.finish())
    return this.vector(trim(this.#indexes, this.length), trim(this.#positions, this.length), null, members)
  }
}
