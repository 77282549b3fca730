import { isUtf8 } from 'node:buffer'
import type { ByteSource } from './byte-source.ts'

const LF = 10
const WINDOW_BYTES = 1 << 20
const SMALLEST_WINDOW = 1 << 14

/** Longest record that can be read. An unclosed quote makes one record of the rest of a file, which must not fill the memory. */
export const MAX_RECORD_BYTES = 64 << 20

/**
 * A moving window over the bytes of a file. Records lie in it as a whole: what is left of one at the end of the buffer is moved to
 * its front before the next read. Memory: 1 MiB, more only for records longer than that.
 */
export class CsvWindow {
  readonly #source: ByteSource
  readonly maxRecordBytes: number
  bytes: Uint8Array<ArrayBuffer>
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
  constructor(source: ByteSource, maxRecordBytes = MAX_RECORD_BYTES) {
    this.#source = source
    this.maxRecordBytes = maxRecordBytes
    // A small file needs no large window; one that decompresses to more than this guess makes it grow.
    this.bytes = new Uint8Array(Math.min(WINDOW_BYTES, Math.max(SMALLEST_WINDOW, 16 * source.bytesTotal)))
    this.fill()
    const { bytes } = this
    if (this.end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3
  }

  get source(): ByteSource {
    return this.#source
  }

  /**
   * Reads on, keeping what follows {@link at}.
   * @returns false if there was nothing more to read, or if the record that begins at `at` is longer than {@link maxRecordBytes}.
   * @throws {DatabaseError} IO.
   */
  fill(): boolean {
    if (this.atEnd) return false
    const kept = this.end - this.at
    if (kept >= this.maxRecordBytes) return false
    const size = this.bytes.length
    const isFull = kept > size / 2 || (size < WINDOW_BYTES && this.end === size)
    if (isFull) {
      const larger = new Uint8Array(2 * size)
      larger.set(this.bytes.subarray(this.at, this.end))
      this.bytes = larger
    } else {
      this.bytes.copyWithin(0, this.at, this.end)
    }
    this.at = 0
    this.end = kept
    while (this.end < this.bytes.length && !this.atEnd) {
      const got = this.#source.read(this.bytes, this.end, this.bytes.length - this.end)
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
