import type { BufferPoolApi } from '../../bufferpool/buffer-pool.ts'
import { PAGE_BYTES } from '../../bufferpool/page-source.ts'
import { readInt64, readUint64 } from '../../types/int-words.ts'
import type { NumericArray, Value } from '../../types/value.ts'
import { moveDoubles } from '../../util/memory-moves.ts'
import type { PlainElement } from '../column-base.ts'
import type { ChunkPages } from '../page-pins.ts'
import type { TouchGroup } from '../rows/touch-group.ts'
import { ELEMENT_BYTES, rowsPerPage } from './plain-layout.ts'

/** Views of a slab that plain elements are read through. */
export type PlainView =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/** Arrays that plain rows can be copied to. */
export type PlainTarget = Exclude<PlainView, BigUint64Array>

/** Reads plain rows: `rowElements` elements of a fixed width each. */
export class PlainRun {
  readonly element: PlainElement
  readonly rowElements: number
  readonly #pages: ChunkPages
  readonly #at: number
  readonly #elementBytes: number
  readonly #rowBytes: number
  /** 0: rows follow each other without gaps. */
  readonly #perPage: number
  readonly #firstPage: number
  /** Where rows start in each page. */
  readonly #skip: number
  /** Frame of the row that was located last. */
  #frame = 0

  constructor(
    encoding: { readonly element: PlainElement; readonly rowElements: number; readonly at: number },
    rows: number,
    pages: ChunkPages,
  ) {
    this.element = encoding.element
    this.rowElements = encoding.rowElements
    this.#pages = pages
    this.#at = encoding.at
    this.#elementBytes = ELEMENT_BYTES[encoding.element]
    this.#rowBytes = this.#elementBytes * encoding.rowElements
    this.#perPage = rowsPerPage(this.#rowBytes, rows, encoding.at)
    this.#firstPage = Math.floor(encoding.at / PAGE_BYTES)
    this.#skip = encoding.at % PAGE_BYTES
  }

  /** Byte of the chunk at which a row begins. */
  #rowAt(row: number): number {
    if (this.#perPage === 0) return this.#at + row * this.#rowBytes
    const page = (row / this.#perPage) | 0
    return (this.#firstPage + page) * PAGE_BYTES + this.#skip + (row - page * this.#perPage) * this.#rowBytes
  }

  /** @returns the page that holds all of a row, or -1 when it straddles pages. */
  #pageOfRow(at: number): number {
    const page = Math.floor(at / PAGE_BYTES)
    return at + this.#rowBytes <= (page + 1) * PAGE_BYTES ? page : -1
  }

  /** Copies a row to `target` from element `to` on, converting as typed arrays do. Cost: one memcpy when the types are the same. */
  copyRow(row: number, target: PlainTarget, to: number): void {
    const at = this.#rowAt(row)
    const page = this.#pageOfRow(at)
    if (page < 0) {
      this.#copyStraddling(at, target, to)
      return
    }
    const pages = this.#pages
    const origin = (pages.pin(page) * 4 + at - page * PAGE_BYTES) / this.#elementBytes
    const view = plainView(pages.pool, pages.frame(page), this.element)
    target.set(view.subarray(origin, origin + this.rowElements) as never, to)
  }

  /** Has a row touched with others before they are read; one that straddles pages is left out. Pins its page. */
  touchRow(row: number, group: TouchGroup): void {
    const origin = this.#locate(row)
    if (origin >= 0) group.add(this.#pages.pool.i32(this.#frame), origin >>> 2)
  }

  /**
   * fast path: copies a row to doubles `target` from `to` on, bit by bit. Cost: 40 ns for 512 bytes that are in the processor's cache.
   * @returns false, having done nothing, for a row that straddles pages or is not made of whole doubles.
   */
  moveRow(row: number, target: Float64Array, to: number): boolean {
    const origin = this.#locate(row)
    if (origin < 0 || ((origin | this.#rowBytes) & 7) !== 0) return false
    moveDoubles(this.#pages.pool.f64(this.#frame), origin >>> 3, target, to, this.#rowBytes >>> 3)
    return true
  }

  /** Pins the page of a row. @returns the byte of {@link #frame}'s slab at which it begins, until the next pin; -1 when it straddles pages. */
  #locate(row: number): number {
    const at = this.#rowAt(row)
    const page = this.#pageOfRow(at)
    if (page < 0) return -1
    const pages = this.#pages
    const origin = pages.pin(page) * 4 + at - page * PAGE_BYTES
    this.#frame = pages.frame(page)
    return origin
  }

  #copyStraddling(at: number, target: PlainTarget, to: number): void {
    const end = at + this.#rowBytes
    const pages = this.#pages
    while (at < end) {
      const page = Math.floor(at / PAGE_BYTES)
      const stop = Math.min(end, (page + 1) * PAGE_BYTES)
      const origin = (pages.pin(page) * 4 + at - page * PAGE_BYTES) / this.#elementBytes
      const count = (stop - at) / this.#elementBytes
      target.set(plainView(pages.pool, pages.frame(page), this.element).subarray(origin, origin + count) as never, to)
      to += count
      at = stop
    }
  }

  /** @returns one element of a FLOAT or DOUBLE run as a number. Cost: about 8 ns while its page is pinned. */
  numberAt(row: number): number {
    const at = this.#rowAt(row)
    const page = (at / PAGE_BYTES) | 0
    const pages = this.#pages
    const byte = pages.pin(page) * 4 + at - page * PAGE_BYTES
    const frame = pages.frame(page)
    return this.element === 'f32' ? pages.pool.f32(frame)[byte >>> 2]! : pages.pool.f64(frame)[byte >>> 3]!
  }

  /** Writes rows [start, end) of a FLOAT or DOUBLE run to `target` from `to` on. Cost: a memcpy that widens. */
  decode(start: number, end: number, target: Float64Array, to: number): void {
    const perPage = PAGE_BYTES / this.#elementBytes
    const pages = this.#pages
    const first = this.#at / this.#elementBytes
    for (let at = first + start, stop = 0; at < first + end; at = stop) {
      const page = Math.floor(at / perPage)
      stop = Math.min(first + end, (page + 1) * perPage)
      const origin = (pages.pin(page) * 4) / this.#elementBytes - page * perPage
      const view = plainView(pages.pool, pages.frame(page), this.element)
      target.set(view.subarray(origin + at, origin + stop) as Float64Array, to)
      to += stop - at
    }
  }

  /** @returns a fresh array of the elements of a row: a typed array, or numbers and bigints for 8-byte integers. */
  rowValue(row: number): NumericArray | Value[] {
    if (this.element === 'i64' || this.element === 'u64') return this.#wideRow(row)
    const target = freshArray(this.element, this.rowElements)
    this.copyRow(row, target, 0)
    return target
  }

  #wideRow(row: number): Value[] {
    const wide = new BigInt64Array(this.rowElements)
    this.copyRow(row, wide, 0)
    const words = new Int32Array(wide.buffer)
    const unsigned = new BigUint64Array(wide.buffer)
    return Array.from(wide, (_, i) =>
      this.element === 'i64' ? readInt64(words, wide, i) : readUint64(words, unsigned, i),
    )
  }
}

/** @returns the pool's view of a frame's slab for elements of this format. */
function plainView(pool: BufferPoolApi, frame: number, element: PlainElement): PlainView {
  switch (element) {
    case 'f32':
      return pool.f32(frame)
    case 'f64':
      return pool.f64(frame)
    case 'i32':
      return pool.i32(frame)
    case 'u32':
      return pool.u32(frame)
    case 'i64':
    case 'u64':
      return pool.i64(frame)
    case 'u8':
      return pool.u8(frame)
    case 'u16':
      return pool.u16(frame)
    case 'i8': {
      const bytes = pool.u8(frame)
      return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    case 'i16': {
      const units = pool.u16(frame)
      return new Int16Array(units.buffer, units.byteOffset, units.length)
    }
  }
}

type SmallElement = Exclude<PlainElement, 'i64' | 'u64'>

const ARRAY_OF = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
}

/** @returns whether elements of this format are what the array holds, so that rows can be copied bit by bit. */
export function isArrayOf(element: PlainElement, target: PlainTarget): boolean {
  if (element === 'i64' || element === 'u64') return target instanceof BigInt64Array
  return target instanceof ARRAY_OF[element]
}

function freshArray(element: SmallElement, length: number): NumericArray {
  return new ARRAY_OF[element](length)
}
