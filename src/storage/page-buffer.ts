import { PAGE_BYTES, type PageId } from '../bufferpool/page-source.ts'
import type { PageSink } from './page-sink.ts'
import type { PageRun } from './page-store.ts'

/** Ids taken from the store at a time, so that small chunks do not ask for each of theirs. */
const RESERVE_AHEAD = 256

/** Where a {@link PageBuffer} gets its ids and sends its pages. */
export interface PageTarget {
  /** @returns the first of `count` consecutive new page ids. */
  allocate(count: number): PageId
  /**
   * Takes full pages; their memory is shared and is reused when the call has returned.
   * @throws {DatabaseError} whatever the store throws (DISK_FULL, MAP_FULL, IO …).
   */
  write(runs: readonly PageRun[]): void
}

/**
 * Collects pages in shared memory and writes them many at a time, so that the writer thread reads them in place.
 * Cost: one copy of each page. Memory: `pages` * PAGE_BYTES, allocated at the first page.
 */
export class PageBuffer implements PageSink {
  readonly #target: PageTarget
  readonly #capacity: number
  #memory: Uint8Array | null = null
  readonly #ids: PageId[] = []
  #next: PageId = 0
  #end: PageId = 0
  #pagesPut = 0

  /** @param pages how many pages to hold before they are written. */
  constructor(target: PageTarget, pages = 128) {
    this.#target = target
    this.#capacity = pages
  }

  /** Pages put so far. */
  get pagesPut(): number {
    return this.#pagesPut
  }

  reserve(count: number): PageId {
    if (this.#end - this.#next < count) {
      const taken = Math.max(count, RESERVE_AHEAD)
      this.#next = this.#target.allocate(taken)
      this.#end = this.#next + taken
    }
    const first = this.#next
    this.#next += count
    return first
  }

  put(id: PageId, bytes: Uint8Array): void {
    this.#memory ??= new Uint8Array(new SharedArrayBuffer(this.#capacity * PAGE_BYTES))
    if (this.#ids.length === this.#capacity) this.flush()
    const at = this.#ids.length * PAGE_BYTES
    this.#memory.set(bytes, at)
    if (bytes.length < PAGE_BYTES) this.#memory.fill(0, at + bytes.length, at + PAGE_BYTES)
    this.#ids.push(id)
    this.#pagesPut++
  }

  /** Writes what is held. @throws {DatabaseError} as the target's write. */
  flush(): void {
    if (this.#ids.length === 0) return
    const runs: PageRun[] = []
    for (let from = 0, to = 1; from < this.#ids.length; from = to++) {
      while (to < this.#ids.length && this.#ids[to] === this.#ids[to - 1]! + 1) to++
      runs.push({ first: this.#ids[from]!, bytes: this.#memory!.subarray(from * PAGE_BYTES, to * PAGE_BYTES) })
    }
    this.#target.write(runs)
    this.#ids.length = 0
  }
}
