import { PAGE_BYTES } from '../../bufferpool/page-source.ts'
import { assert } from '../../util/assert.ts'
import type { PageSink } from '../page-sink.ts'

/** Every run starts at a multiple of this many bytes, so that no element of up to 16 bytes straddles a page. */
const RUN_ALIGNMENT = 16

/**
 * Writes the bytes of one chunk as a run of consecutive pages. Runs are written one after the other; each starts at a multiple of 16 bytes.
 * Cost: whole pages go from the caller's memory to the sink without a copy; the rest is copied once into one page buffer.
 */
export class ExtentWriter {
  readonly #sink: PageSink
  readonly #page = new Uint8Array(PAGE_BYTES)
  readonly #firstPage: number
  readonly #maxPages: number
  #fill = 0
  #pageCount = 0

  /** @param maxPages upper bound of the pages that the chunk will have; so many ids are reserved. */
  constructor(sink: PageSink, maxPages: number) {
    this.#sink = sink
    this.#firstPage = sink.reserve(maxPages)
    this.#maxPages = maxPages
  }

  /** Byte offset from the start of the chunk at which the next byte goes. */
  get position(): number {
    return this.#pageCount * PAGE_BYTES + this.#fill
  }

  /** Moves to the next multiple of 16. @returns the position. */
  startRun(): number {
    const to = (this.#fill + RUN_ALIGNMENT - 1) & -RUN_ALIGNMENT
    this.#page.fill(0, this.#fill, to)
    this.#fill = to
    if (to === PAGE_BYTES) this.#flush()
    return this.position
  }

  /** Moves to the start of a page, unless it is there. @returns the position. */
  startPage(): number {
    if (this.#fill > 0) this.#flush()
    return this.position
  }

  write(bytes: Uint8Array): void {
    let from = 0
    while (from < bytes.length) {
      if (this.#fill === 0 && bytes.length - from >= PAGE_BYTES) {
        this.#emit(bytes.subarray(from, from + PAGE_BYTES))
        from += PAGE_BYTES
        continue
      }
      const count = Math.min(PAGE_BYTES - this.#fill, bytes.length - from)
      this.#page.set(bytes.subarray(from, from + count), this.#fill)
      this.#fill += count
      from += count
      if (this.#fill === PAGE_BYTES) this.#flush()
    }
  }

  /** Writes one page that may be short; the next byte goes to the page after it. Only at the start of a page. */
  writePage(bytes: Uint8Array): void {
    assert(this.#fill === 0 && bytes.length <= PAGE_BYTES, 'not at the start of a page')
    this.#emit(bytes)
  }

  /** Writes what is left. @returns the pages of the chunk; the first page is 0 when there are none. */
  finish(): { firstPage: number; pageCount: number } {
    if (this.#fill > 0) this.#flush()
    return { firstPage: this.#pageCount === 0 ? 0 : this.#firstPage, pageCount: this.#pageCount }
  }

  #flush(): void {
    this.#emit(this.#page.subarray(0, this.#fill))
    this.#fill = 0
  }

  #emit(bytes: Uint8Array): void {
    assert(this.#pageCount < this.#maxPages, 'chunk larger than its bound', { maxPages: this.#maxPages })
    this.#sink.put(this.#firstPage + this.#pageCount++, bytes)
  }
}
