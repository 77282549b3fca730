import { assert } from '../util/assert.ts'

/** Growing little-endian byte buffer. */
export class RedoByteWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  /** @returns a view of what was written, valid until the next write. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  u8(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  u32(value: number): void {
    this.#reserve(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  f64(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  /** Unsigned integer up to 2^53 - 1, seven bits a byte, low ones first. */
  varint(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Writes the elements of a typed array in memory order (all supported machines are little-endian). */
  array(array: Int8Array | Int16Array | Int32Array | Uint32Array | Float32Array | Float64Array | BigInt64Array): void {
    this.raw(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  }

  /** Leaves room for a u32 that {@link patch} fills in. @returns its position. */
  hole(): number {
    this.u32(0)
    return this.#length - 4
  }

  patch(position: number, value: number): void {
    this.#view.setUint32(position, value, true)
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}

/** Reads what {@link RedoByteWriter} wrote. Reading past the end is an INTERNAL error, so a torn record never passes for a short one. */
export class RedoByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get position(): number {
    return this.#at
  }

  set position(at: number) {
    assert(at <= this.#bytes.length, 'position outside of the record', { at })
    this.#at = at
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), true)
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }

  /** @returns a copy of the next bytes, over memory of its own (never shared). */
  raw(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#advance(length)
    const copy = new Uint8Array(length)
    copy.set(this.#bytes.subarray(at, at + length))
    return copy
  }

  #advance(bytes: number): number {
    const at = this.#at
    assert(at + bytes <= this.#bytes.length, 'commit record is cut short', { at, bytes })
    this.#at = at + bytes
    return at
  }
}
