import { isUtf8 } from 'node:buffer'
import type { ByteSource } from './byte-source.ts'

const LF = 10
const INITIAL_BYTES = 1 << 20

/** Longest record that can be read. An unclosed quote makes one record of the rest of a file, which must not fill the memory. */
export const MAX_RECORD_BYTES = 64 << 20

/**
 * A moving window over the bytes of a file. Records lie in it as a whole: what is left of one at the end of the buffer is moved to
 * its front before the next read. Memory: 1 MiB, more only for records longer than that.
 */
export class CsvWindow {
  readonly #source: ByteSource
  bytes = new Uint8Array(INITIAL_BYTES)
  /** Start of the next record; the reader moves it on. */
  at = 0
  /** End of the bytes read so far. */
  end = 0
  /** `end` is the end of the file. */
  atEnd = false
  /** End of the last complete line before `end`, or `at` if there is none. */
  linesEnd = 0
  /** bytes[at, linesEnd) is valid UTF-8. */
  valid = true

  /** @param source read and closed by this object. A byte order mark at the start is passed over. */
  constructor(source: ByteSource) {
    this.#source = source
    this.fill()
    const { bytes } = this
    if (this.end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3
  }

  get source(): ByteSource {
    return this.#source
  }

  /**
   * Reads on, keeping what follows {@link at}.
   * @returns false if there was nothing more to read, or if the record that begins at `at` is longer than {@link MAX_RECORD_BYTES}.
   * @throws {DatabaseError} IO.
   */
  fill(): boolean {
    if (this.atEnd) return false
    const kept = this.end - this.at
    if (kept >= MAX_RECORD_BYTES) return false
    const size = kept > this.bytes.length / 2 ? this.bytes.length * 2 : this.bytes.length
    const old = this.bytes
    if (size !== old.length) this.bytes = new Uint8Array(size)
    if (size === old.length) this.bytes.copyWithin(0, this.at, this.end)
    else this.bytes.set(old.subarray(this.at, this.end))
    this.at = 0
    this.end = kept
    while (this.end < size && !this.atEnd) {
      const got = this.#source.read(this.bytes, this.end, size - this.end)
      if (got === 0) this.atEnd = true
      this.end += got
    }
    this.linesEnd = this.end === 0 ? 0 : this.bytes.lastIndexOf(LF, this.end - 1) + 1
    this.valid = isUtf8(this.bytes.subarray(0, this.linesEnd))
    return this.end > kept
  }

  close(): void {
    this.#source.close()
  }
}
