import { PAGE_BYTES } from '../../bufferpool/page-source.ts'
import type { ChunkPages } from '../page-pins.ts'
import { decodeUtf8 } from './utf8.ts'

/** Reads a run of bytes that begins at byte `at` of a chunk. Positions count from there. */
export class ByteRun {
  readonly #pages: ChunkPages
  readonly #at: number

  constructor(pages: ChunkPages, at: number) {
    this.#pages = pages
    this.#at = at
  }

  byteAt(position: number): number {
    const at = this.#at + position
    const page = (at / PAGE_BYTES) | 0
    return this.#pages.bytes[page]![this.#pages.pin(page) * 4 + at - page * PAGE_BYTES]!
  }

  /** Copies bytes [from, to) to `target` from `targetAt` on. */
  copy(from: number, to: number, target: Uint8Array, targetAt: number): void {
    let at = this.#at + from
    const end = this.#at + to
    while (at < end) {
      const page = Math.floor(at / PAGE_BYTES)
      const stop = Math.min(end, (page + 1) * PAGE_BYTES)
      const origin = this.#pages.pin(page) * 4 - page * PAGE_BYTES
      target.set(this.#pages.bytes[page]!.subarray(origin + at, origin + stop), targetAt)
      targetAt += stop - at
      at = stop
    }
  }

  slice(from: number, to: number): Uint8Array {
    const target = new Uint8Array(to - from)
    this.copy(from, to, target, 0)
    return target
  }

  /** @returns the text of UTF-8 bytes [from, to). Cost: as decodeUtf8 unless they straddle pages, then one copy more. */
  text(from: number, to: number): string {
    if (from === to) return ''
    const page = Math.floor((this.#at + from) / PAGE_BYTES)
    if (this.#at + to > (page + 1) * PAGE_BYTES) {
      const copied = this.slice(from, to)
      return decodeUtf8(copied, 0, copied.length)
    }
    const origin = this.#pages.pin(page) * 4 - page * PAGE_BYTES + this.#at
    return decodeUtf8(this.#pages.bytes[page]!, origin + from, origin + to)
  }

  /** @returns whether bytes [from, to) are those of `wanted`. */
  equals(from: number, to: number, wanted: Uint8Array): boolean {
    return to - from === wanted.length && this.compare(from, to, wanted) === 0
  }

  /** Compares bytes [from, to) with those of `other`: negative, zero or positive. */
  compare(from: number, to: number, other: Uint8Array): number {
    const count = Math.min(to - from, other.length)
    let done = 0
    while (done < count) {
      const at = this.#at + from + done
      const page = Math.floor(at / PAGE_BYTES)
      const stop = Math.min(count, done + (page + 1) * PAGE_BYTES - at)
      const origin = this.#pages.pin(page) * 4 - page * PAGE_BYTES + at - done
      const bytes = this.#pages.bytes[page]!
      for (; done < stop; done++) {
        const difference = bytes[origin + done]! - other[done]!
        if (difference !== 0) return difference
      }
    }
    return to - from - other.length
  }
}
