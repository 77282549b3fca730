import { type ElementArray, elementArray, halfToNumber } from '../../io/npy-convert.ts'
import { badNpy, NPY_PREFIX_BYTES, type NpyHeader, npyHeadBytes, parseNpyHeader } from '../../io/npy-header.ts'
import type { ByteStream } from './byte-stream.ts'

const BYTES: Readonly<Record<string, number>> = { '1': 1, '2': 2, '4': 4, '8': 8 }

/** The elements of an .npy array as they come, as numbers of the kind that is wanted. Memory: one batch. */
export class NpyStream {
  readonly header: NpyHeader
  readonly #bytes: ByteStream
  readonly #name: string
  readonly #elementBytes: number
  #buffer = new ArrayBuffer(0)

  private constructor(header: NpyHeader, bytes: ByteStream, name: string, elementBytes: number) {
    this.header = header
    this.#bytes = bytes
    this.#name = name
    this.#elementBytes = elementBytes
  }

  /** Reads the head. @throws {DatabaseError} BAD_FILE: no .npy array, or one of text, objects, or in another order than C's. */
  static async open(bytes: ByteStream, name: string): Promise<NpyStream> {
    const prefix = new Uint8Array(NPY_PREFIX_BYTES)
    const got = await bytes.read(prefix)
    const head = new Uint8Array(Math.max(NPY_PREFIX_BYTES, npyHeadBytes(prefix.subarray(0, got), name)))
    head.set(prefix)
    await bytes.read(head.subarray(NPY_PREFIX_BYTES))
    const header = parseNpyHeader(head, name)
    const { kind, bigEndian, fortranOrder, elementType, shape } = header
    if (kind === undefined || bigEndian) throw badNpy(name, `elements of type ${elementType} are not supported.`)
    if (fortranOrder && shape.length > 1) throw badNpy(name, 'arrays in Fortran order are not supported.')
    return new NpyStream(header, bytes, name, BYTES[kind[1]!]!)
  }

  get shape(): readonly number[] {
    return this.header.shape
  }

  /** Leaves elements out. @throws {DatabaseError} BAD_FILE at the end of the array. */
  async skip(elements: number): Promise<void> {
    const bytes = elements * this.#elementBytes
    if ((await this.#bytes.skip(bytes)) < bytes) throw this.#cutOff()
  }

  /** Reads the next elements into `target`, rounding as numpy does. @throws {DatabaseError} BAD_FILE at the end of the array. */
  async readFloats(target: Float32Array): Promise<void> {
    const source = await this.#read(target.length)
    if (this.header.kind === 'f2') {
      const table = halfTable()
      for (let i = 0; i < target.length; i++) target[i] = table[source[i] as number]!
    } else if (source instanceof BigInt64Array || source instanceof BigUint64Array) {
      for (let i = 0; i < target.length; i++) target[i] = Number(source[i]!)
    } else target.set(source)
  }

  /**
   * Reads the next elements into `target`.
   * @param missing what NaN becomes.
   * @throws {DatabaseError} BAD_FILE at the end of the array, and for what is no whole number of 32 bits.
   */
  async readInts(target: Int32Array | Uint32Array, missing: number | null = null): Promise<void> {
    const source = await this.#read(target.length)
    const table = this.header.kind === 'f2' ? halfTable() : null
    if (source instanceof BigInt64Array && missing === null) {
      // the low words alone, without a bigint each
      const words = new Int32Array(source.buffer, source.byteOffset, 2 * target.length)
      const signed = target instanceof Int32Array
      for (let i = 0; i < target.length; i++) {
        const low = words[2 * i]!
        if (words[2 * i + 1] !== (signed ? low >> 31 : 0)) throw this.#noInteger(source[i]!)
        target[i] = low
      }
      return
    }
    for (let i = 0; i < target.length; i++) {
      const value = table === null ? Number(source[i]!) : table[source[i] as number]!
      target[i] = missing !== null && Number.isNaN(value) ? missing : value
      if (target[i] !== value && !Number.isNaN(value)) throw this.#noInteger(value)
      if (missing === null && Number.isNaN(value)) throw this.#noInteger(value)
    }
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.#bytes.close()
  }

  async #read(elements: number): Promise<ElementArray> {
    const length = elements * this.#elementBytes
    if (this.#buffer.byteLength < length) this.#buffer = new ArrayBuffer(length)
    if ((await this.#bytes.read(new Uint8Array(this.#buffer, 0, length))) < length) throw this.#cutOff()
    return elementArray(this.header.kind!, this.#buffer, 0, elements)
  }

  #cutOff(): Error {
    return badNpy(this.#name, `the array is cut off before its [${this.shape.join(', ')}] elements.`)
  }

  #noInteger(value: number | bigint): Error {
    return badNpy(this.#name, `${value} is no whole number of 32 bits.`)
  }
}

let halves: Float32Array | null = null

/** @returns the value of every 16-bit float. Cost: a quarter of a MiB, once. */
function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => halfToNumber(bits))
  return halves
}
