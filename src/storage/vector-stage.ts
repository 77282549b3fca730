import type { LogicalType } from '../types/logical-type.ts'
import { type Vector, type VectorData, vectorByteSize } from '../types/vector.ts'
import { assert } from '../util/assert.ts'

type DataConstructor = new (length: number) => VectorData

/**
 * Collects rows of vectors of one type into one vector, in memory that is used again for the next. Cost: a memcpy of what is appended
 * (bitmaps bit by bit unless both sides are at a byte).
 */
export class VectorStage {
  readonly type: LogicalType
  #length = 0
  #nullCount = 0
  #validity: Uint8Array | null = null
  #bits: Uint8Array = new Uint8Array(0)
  #data: VectorData | null = null
  #dataElements = 0
  #offsets: Int32Array | null = null
  #bytes: Uint8Array | null = null
  #children: VectorStage[] | null = null

  constructor(type: LogicalType) {
    this.type = type
  }

  get length(): number {
    return this.#length
  }

  /** Bytes of the rows held, children included. */
  get byteSize(): number {
    return this.#length === 0 ? 0 : vectorByteSize(this.view())
  }

  /** Appends rows [from, to) of a vector of the stage's type. */
  append(source: Vector, from: number, to: number): void {
    if (from === to) return
    this.#appendValidity(source, from, to)
    if (this.type.id === 'UNION') this.#appendUnion(source, from, to)
    else if (source.offsets !== null) this.#appendRanges(source, from, to)
    else {
      this.#appendData(source, from, to)
      const perRow = this.type.id === 'ARRAY' ? this.type.length : 1
      this.#appendChildren(source, from * perRow, to * perRow)
    }
    this.#length += to - from
  }

  /** @returns the rows held as a vector over the stage's own memory: valid until the next call of append or clear. */
  view(): Vector {
    const rows = this.#length
    const bytes = this.#bytes === null ? null : this.#bytes.subarray(0, this.#offsets![rows])
    return {
      type: this.type,
      length: rows,
      nullCount: this.#nullCount,
      validity: this.#nullCount === 0 ? null : this.#validity!.subarray(0, (rows + 7) >> 3),
      data: this.#viewData(),
      offsets: this.#offsets === null ? null : this.#offsets.subarray(0, this.type.id === 'UNION' ? rows : rows + 1),
      bytes,
      children: this.#children === null ? [] : this.#children.map((child) => child.view()),
    }
  }

  /** Forgets the rows, keeps the memory. */
  clear(): void {
    this.#length = 0
    this.#nullCount = 0
    this.#dataElements = 0
    this.#bits.fill(0)
    for (const child of this.#children ?? []) child.clear()
  }

  #viewData(): VectorData | null {
    if (this.type.id === 'BOOL') return this.#bits.subarray(0, (this.#length + 7) >> 3)
    return this.#data === null ? null : this.#data.subarray(0, this.#dataElements)
  }

  #appendValidity(source: Vector, from: number, to: number): void {
    const { validity } = source
    if (validity === null && this.#nullCount === 0) return
    const needed = (this.#length + to - from + 7) >> 3
    if (this.#validity === null || this.#validity.length < needed) {
      this.#validity = grownBytes(this.#validity ?? new Uint8Array(0), needed)
    }
    const target = this.#validity
    if (this.#nullCount === 0) setBits(target, 0, this.#length)
    if (validity === null) setBits(target, this.#length, this.#length + to - from)
    else this.#nullCount += to - from - copyBits(validity, from, to, target, this.#length)
  }

  #appendData(source: Vector, from: number, to: number): void {
    const { data } = source
    if (data === null) return
    if (this.type.id === 'BOOL') {
      const needed = (this.#length + to - from + 7) >> 3
      if (this.#bits.length < needed) this.#bits = grownBytes(this.#bits, needed)
      copyBits(data as Uint8Array, from, to, this.#bits, this.#length)
      return
    }
    const perRow = elementsPerRow(this.type)
    const count = (to - from) * perRow
    this.#reserveData(data, count)
    this.#data!.set(data.subarray(from * perRow, to * perRow) as never, this.#dataElements)
    this.#dataElements += count
  }

  #reserveData(like: VectorData, extra: number): void {
    const needed = this.#dataElements + extra
    if (this.#data !== null && this.#data.length >= needed) return
    const grown = new (like.constructor as DataConstructor)(Math.max(needed, 2 * (this.#data?.length ?? 0)))
    if (this.#data !== null) grown.set(this.#data.subarray(0, this.#dataElements) as never)
    this.#data = grown
  }

  #reserveOffsets(rows: number): Int32Array {
    if (this.#offsets === null || this.#offsets.length < rows + 1) {
      const grown = new Int32Array(Math.max(rows + 1, 2 * (this.#offsets?.length ?? 0)))
      if (this.#offsets !== null) grown.set(this.#offsets)
      this.#offsets = grown
    }
    return this.#offsets
  }

  #appendRanges(source: Vector, from: number, to: number): void {
    const sourceOffsets = source.offsets!
    const offsets = this.#reserveOffsets(this.#length + to - from)
    const first = sourceOffsets[from]!
    const end = sourceOffsets[to]!
    const start = this.#length === 0 ? 0 : offsets[this.#length]!
    assert(start + end - first < 2 ** 31, 'a chunk of text or lists passes 2 GiB')
    offsets[0] = 0
    for (let row = from, at = this.#length + 1; row < to; row++) offsets[at++] = start + sourceOffsets[row + 1]! - first
    if (source.bytes === null) {
      this.#appendChildren(source, first, end)
      return
    }
    const needed = start + end - first
    if (this.#bytes === null || this.#bytes.length < needed) {
      this.#bytes = grownBytes(this.#bytes ?? new Uint8Array(0), needed)
    }
    this.#bytes.set(source.bytes.subarray(first, end), start)
  }

  #appendChildren(source: Vector, from: number, to: number): void {
    if (source.children.length === 0) return
    this.#children ??= source.children.map((child) => new VectorStage(child.type))
    for (const [k, child] of source.children.entries()) this.#children[k]!.append(child, from, to)
  }

  #appendUnion(source: Vector, from: number, to: number): void {
    this.#appendData(source, from, to)
    this.#children ??= source.children.map((child) => new VectorStage(child.type))
    const tags = source.data as Int8Array
    const offsets = this.#reserveOffsets(this.#length + to - from)
    for (let row = from, at = this.#length; row < to; row++) {
      const tag = tags[row]!
      const member = this.#children[tag]!
      const position = source.offsets![row]!
      offsets[at++] = member.length
      member.append(source.children[tag]!, position, position + 1)
    }
  }
}

/** Elements of `data` for each row. */
function elementsPerRow(type: LogicalType): number {
  switch (type.id) {
    case 'INT128':
    case 'DECIMAL':
    case 'INTERVAL':
      return 4
    case 'INTERNAL_ID':
      return 2
    default:
      return 1
  }
}

function grownBytes(bytes: Uint8Array, needed: number): Uint8Array {
  const grown = new Uint8Array(Math.max(needed, 2 * bytes.length))
  grown.set(bytes)
  return grown
}

function setBits(target: Uint8Array, from: number, to: number): void {
  while (from < to && (from & 7) !== 0) {
    target[from >> 3]! |= 1 << (from & 7)
    from++
  }
  target.fill(0xff, from >> 3, to >> 3)
  for (let i = Math.max(from, to & ~7); i < to; i++) target[i >> 3]! |= 1 << (i & 7)
}

/** Copies bits [from, to) to `at` on; bits of `target` past its end may be anything. @returns how many of them are set. */
function copyBits(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  let set = 0
  for (let i = from; i < to; i++, at++) {
    const bit = (source[i >> 3]! >> (i & 7)) & 1
    set += bit
    target[at >> 3] = (target[at >> 3]! & ~(1 << (at & 7))) | (bit << (at & 7))
  }
  return set
}

/**
 * @returns rows [from, to) of a vector without copying, or null when its form does not allow that (text, lists, bitmaps inside a byte, types whose
 * buffers do not start at a row).
 */
export function sliceVector(vector: Vector, from: number, to: number): Vector | null {
  if (from === 0 && to === vector.length) return vector
  if (vector.offsets !== null || vector.type.id === 'BOOL') return null
  if (vector.validity !== null && (from & 7) !== 0) return null
  const perRow = vector.type.id === 'ARRAY' ? vector.type.length : 1
  const children: Vector[] = []
  for (const child of vector.children) {
    const part = sliceVector(child, from * perRow, to * perRow)
    if (part === null) return null
    children.push(part)
  }
  const elements = elementsPerRow(vector.type)
  const validity = vector.validity === null ? null : vector.validity.subarray(from >> 3, (to + 7) >> 3)
  return {
    ...vector,
    length: to - from,
    nullCount: validity === null ? 0 : to - from - countBits(validity, to - from),
    validity,
    data: vector.data === null ? null : vector.data.subarray(from * elements, to * elements),
    children,
  }
}

function countBits(bits: Uint8Array, count: number): number {
  let set = 0
  for (let i = 0; i < count; i++) set += (bits[i >> 3]! >> (i & 7)) & 1
  return set
}
