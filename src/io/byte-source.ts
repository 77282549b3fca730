import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { ioError } from './io-error.ts'

/** Bytes in order, read once from first to last. */
export interface ByteSource {
  readonly path: string
  /** Bytes of the file read so far; compressed ones where the file is compressed. */
  readonly bytesRead: number
  /** Length of the file. */
  readonly bytesTotal: number
  /**
   * Reads up to `length` bytes to `target[offset…]`.
   * @returns how many, at least 1; 0 at the end.
   * @throws {DatabaseError} IO.
   */
  read(target: Uint8Array, offset: number, length: number): number
  /** Gives the descriptor back; a second call does nothing. */
  close(): void
}

/** The bytes of a file as they are. Holds one descriptor. */
export class FileSource implements ByteSource {
  readonly path: string
  readonly bytesTotal: number
  #descriptor: number | undefined
  #read = 0

  /** @throws {DatabaseError} IO: missing or unreadable. */
  constructor(path: string) {
    this.path = path
    try {
      this.#descriptor = openSync(path, 'r')
      this.bytesTotal = fstatSync(this.#descriptor).size
    } catch (cause) {
      throw ioError('open', path, cause)
    }
  }

  get bytesRead(): number {
    return this.#read
  }

  read(target: Uint8Array, offset: number, length: number): number {
    if (this.#descriptor === undefined || length === 0) return 0
    try {
      const got = readSync(this.#descriptor, target, offset, length, null)
      this.#read += got
      return got
    } catch (cause) {
      throw ioError('read', this.path, cause)
    }
  }

  close(): void {
    if (this.#descriptor === undefined) return
    closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}
