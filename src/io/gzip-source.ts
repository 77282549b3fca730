import { crc32 } from 'node:zlib'
import { DatabaseError } from '../errors/database-error.ts'
import type { ByteSource } from './byte-source.ts'
import { InflateError, Inflater } from './inflate.ts'

const HAS_HEADER_CRC = 2
const HAS_EXTRA = 4
const HAS_NAME = 8
const HAS_COMMENT = 16

/** The decompressed bytes of a .gz file, one or several members. Memory: about 200 KiB whatever the size of the file. Source: RFC 1952. */
export class GzipSource implements ByteSource {
  readonly #source: ByteSource
  readonly #inflater: Inflater
  #insideMember = false
  #members = 0
  #crc = 0
  #length = 0

  /** @param source the compressed bytes; closed together with this one. */
  constructor(source: ByteSource) {
    this.#source = source
    this.#inflater = new Inflater(source)
  }

  get path(): string {
    return this.#source.path
  }

  get bytesRead(): number {
    return this.#source.bytesRead
  }

  get bytesTotal(): number {
    return this.#source.bytesTotal
  }

  /** @throws {DatabaseError} IO: not gzip, damaged (checksum), or cut off. */
  read(target: Uint8Array, offset: number, length: number): number {
    try {
      for (;;) {
        if (!this.#insideMember && !this.#nextMember()) return 0
        const count = this.#inflater.read(target, offset, length)
        if (count > 0) {
          this.#crc = crc32(target.subarray(offset, offset + count), this.#crc)
          this.#length = (this.#length + count) >>> 0
          return count
        }
        this.#endMember()
      }
    } catch (error) {
      if (error instanceof InflateError) throw this.#error(`Damaged GZIP data: ${error.message}.`)
      throw error
    }
  }

  close(): void {
    this.#source.close()
  }

  #nextMember(): boolean {
    const first = this.#inflater.rawByte()
    if (first < 0 && this.#members > 0) return false
    if (first !== 0x1f || this.#inflater.rawByte() !== 0x8b) {
      if (this.#members > 0 && first === 0) return false // padding after the last member
      throw this.#error('Input is not a GZIP stream.')
    }
    if (this.#inflater.rawByte() !== 8) throw this.#error('Unsupported GZIP compression method.')
    const flags = this.#headerByte()
    if ((flags & 0xe0) !== 0) throw this.#error('Unsupported GZIP archive.')
    this.#skip(6)
    if ((flags & HAS_EXTRA) !== 0) this.#skip(this.#headerByte() | (this.#headerByte() << 8))
    for (const flag of [HAS_NAME, HAS_COMMENT]) {
      if ((flags & flag) !== 0) while (this.#headerByte() !== 0);
    }
    if ((flags & HAS_HEADER_CRC) !== 0) this.#skip(2)
    this.#inflater.restart()
    this.#insideMember = true
    this.#members++
    this.#crc = 0
    this.#length = 0
    return true
  }

  #endMember(): void {
    const crc = this.#word()
    const length = this.#word()
    if (crc !== this.#crc || length !== this.#length) throw this.#error('Damaged GZIP data: wrong checksum.')
    this.#insideMember = false
  }

  #word(): number {
    let word = 0
    for (let i = 0; i < 4; i++) word += this.#headerByte() * 2 ** (8 * i)
    return word
  }

  #skip(count: number): void {
    for (let i = 0; i < count; i++) this.#headerByte()
  }

  #headerByte(): number {
    const byte = this.#inflater.rawByte()
    if (byte < 0) throw this.#error('Damaged GZIP data: unexpected end of file.')
    return byte
  }

  #error(text: string): DatabaseError {
    return new DatabaseError('IO', `${text} (${this.path})`, { facts: { file: this.path } })
  }
}
