import { BLOCKS_PER_PAGE, PAGE_BYTES, type PageId } from '../bufferpool/page-source.ts'
import { computeChecksums, storedLength } from './checksum.ts'
import type { PageSink } from './page-sink.ts'
import type { BulkWriter, PageRun } from './page-store.ts'

/** Ids taken from the store at a time, so that small chunks do not ask for each of theirs. */
const RESERVE_AHEAD = 256

/** One half of the memory: pages being collected, or on their way to the file. */
interface Half {
  memory: Uint8Array | null
  /** Checksums of its pages, BLOCKS_PER_PAGE for each; only those that {@link summed} names are set. */
  sums: Uint32Array | null
  readonly ids: PageId[]
  /** For each page whether its checksums are there. */
  readonly summed: boolean[]
  /** Waits until the pages are in the file; null when they are not on their way. */
  written: (() => void) | null
}

/**
 * Collects pages in shared memory and sends them to a bulk load many at a time, so that the writer thread reads them in place. There are two halves: while one is being written
 * the other fills, and the caller waits only when it is the faster one.
 *
 * Cost: one copy of each page. Memory: `pages` * PAGE_BYTES, allocated as it is needed.
 */
export class PageBuffer implements PageSink {
  readonly #target: Pick<BulkWriter, 'allocate' | 'writeLater'>
  readonly #capacity: number
  #filling: Half = { memory: null, sums: null, ids: [], summed: [], written: null }
  #other: Half = { memory: null, sums: null, ids: [], summed: [], written: null }
  #next: PageId = 0
  #end: PageId = 0
  #pagesPut = 0

  /** @param pages how many pages to hold at most, both halves together. */
  constructor(target: Pick<BulkWriter, 'allocate' | 'writeLater'>, pages = 512) {
    this.#target = target
    this.#capacity = Math.max(1, pages >> 1)
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
    this.#store(id, bytes.length, (target) => target.set(bytes))
    this.#filling.summed.push(false)
  }

  /**
   * {@link PageSink.fill}. Whoever fills pages in place has little work with them, and would wait for the writer thread: the checksums are computed here,
   * while the page is in the processor's cache.
   */
  fill(id: PageId, length: number, write: (target: Uint8Array) => void): void {
    const page = this.#store(id, length, write)
    const half = this.#filling
    half.sums ??= new Uint32Array(new SharedArrayBuffer(this.#capacity * BLOCKS_PER_PAGE * 4))
    computeChecksums(page.subarray(0, storedLength(page)), half.sums.subarray(half.summed.length * BLOCKS_PER_PAGE))
    half.summed.push(true)
  }

  #store(id: PageId, length: number, write: (target: Uint8Array) => void): Uint8Array {
    if (this.#filling.ids.length === this.#capacity) this.#send()
    const half = this.#filling
    half.memory ??= new Uint8Array(new SharedArrayBuffer(this.#capacity * PAGE_BYTES))
    const at = half.ids.length * PAGE_BYTES
    write(half.memory.subarray(at, at + length))
    if (length < PAGE_BYTES) half.memory.fill(0, at + length, at + PAGE_BYTES)
    half.ids.push(id)
    this.#pagesPut++
    return half.memory.subarray(at, at + PAGE_BYTES)
  }

  /**
   * Returns when all pages are in the file.
   * @throws {DatabaseError} whatever the store throws (DISK_FULL, MAP_FULL, IO …); {@link PageBuffer.put} does too.
   */
  flush(): void {
    this.#send()
    settle(this.#other)
  }

  /** Waits for pages on their way without caring whether they arrive. The buffer must not be used afterwards. */
  abandon(): void {
    for (const half of [this.#filling, this.#other]) {
      try {
        settle(half)
      } catch {
        // the load has failed already
      }
    }
  }

  /** Sends the filled half, and makes the other one, once it is written, the one to fill. */
  #send(): void {
    const half = this.#filling
    if (half.ids.length > 0) half.written = this.#target.writeLater(runsOf(half))
    settle(this.#other)
    this.#filling = this.#other
    this.#other = half
  }
}

function settle(half: Half): void {
  const { written } = half
  half.written = null
  half.ids.length = 0
  half.summed.length = 0
  written?.()
}

/** @returns the pages of a half, neighbours joined unless only one of them has checksums. */
function runsOf({ ids, summed, memory, sums }: Half): PageRun[] {
  const runs: PageRun[] = []
  for (let from = 0, to = 1; from < ids.length; from = to++) {
    while (to < ids.length && ids[to] === ids[to - 1]! + 1 && summed[to] === summed[from]) to++
    const run = { first: ids[from]!, bytes: memory!.subarray(from * PAGE_BYTES, to * PAGE_BYTES) }
    runs.push(summed[from] ? { ...run, sums: sums!.subarray(from * BLOCKS_PER_PAGE, to * BLOCKS_PER_PAGE) } : run)
  }
  return runs
}
