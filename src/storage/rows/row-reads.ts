import { readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { BLOCK_BYTES, BLOCKS_PER_PAGE, FRAME_BYTES, PAGE_HEADER_BYTES } from '../../bufferpool/page-source.ts'
import { attachPlaces, type PagePlaces } from './place-table.ts'

/** Words of the control block; counters only grow and wrap at 2^32. */
const PUBLISHED = 0
const CLAIMED = 1
/** Requests that are done; waiters wait for its change. */
const COMPLETED = 2
const STOPPED = 3
const BLOCKS_READ = 4
const CONTROL_WORDS = 8

/** What became of a row: see {@link RowReads.status}. */
export const READING = 0
export const READ = 1
export const FAILED = 2

/** Most blocks that one request spans: what one read fetches. */
export const MAX_REQUEST_BLOCKS = 32

/** The shared memory of row reads: plain data for worker threads. */
export interface RowReadsDescription {
  readonly file: string
  readonly rowBytes: number
  /** Rows that can be on their way: a power of two. */
  readonly capacity: number
  readonly pageCount: number
  readonly places: SharedArrayBuffer
  readonly control: SharedArrayBuffer
  /** Memory that rows arrive in: frame i starts at byte `bases[i]` of `slabs[i]`. */
  readonly slabs: readonly SharedArrayBuffer[]
  readonly bases: readonly number[]
}

/**
 * Rows on their way from the file into staging memory, shared by the thread that wants them and those that read.
 *
 * A row has a sequence number; its entry, its status and its place in the staging memory are those of `sequence & (capacity - 1)`. Requests are runs of
 * rows that one read fetches, in the order of the file. The owner publishes requests and takes rows in order; readers claim requests one by one:
 *
 *     entry free ──publish──► READING ──a reader──► READ or FAILED ──owner takes it──► entry free
 *
 * Everybody can read, the owner too: so it never waits for a request that nobody has begun.
 */
export class RowReads {
  readonly description: RowReadsDescription
  /** Per entry: page and byte in the page's content. Written by the owner before it publishes. */
  readonly pages: Uint32Array
  readonly bytes: Uint32Array
  readonly status: Int32Array
  /** Per request: sequence number of its first row, and number of rows. */
  readonly requestStarts: Int32Array
  readonly requestRows: Int32Array
  readonly #control: Int32Array
  readonly #places: PagePlaces
  readonly #staging: readonly Uint8Array[]
  readonly #rowsPerFrame: number
  readonly #buffer = new Uint8Array((MAX_REQUEST_BLOCKS + 2 * BLOCKS_PER_PAGE) * BLOCK_BYTES)

  /** @returns bytes of the control memory for so many rows. */
  static controlBytes(capacity: number): number {
    return 4 * (CONTROL_WORDS + 5 * capacity)
  }

  constructor(description: RowReadsDescription) {
    const { control, capacity, places, pageCount, slabs, bases, rowBytes } = description
    this.description = description
    this.#control = new Int32Array(control, 0, CONTROL_WORDS)
    const at = (k: number): number => 4 * (CONTROL_WORDS + k * capacity)
    this.pages = new Uint32Array(control, at(0), capacity)
    this.bytes = new Uint32Array(control, at(1), capacity)
    this.status = new Int32Array(control, at(2), capacity)
    this.requestStarts = new Int32Array(control, at(3), capacity)
    this.requestRows = new Int32Array(control, at(4), capacity)
    this.#places = attachPlaces(places, pageCount)
    this.#staging = slabs.map((slab, i) => new Uint8Array(slab, bases[i]!, FRAME_BYTES))
    this.#rowsPerFrame = Math.floor(FRAME_BYTES / rowBytes)
  }

  /** Makes the request visible whose fields were written at `published & (capacity - 1)`. Owner only. */
  publish(): void {
    Atomics.add(this.#control, PUBLISHED, 1)
  }

  /** Wakes readers for requests published since. */
  wake(requests: number): void {
    Atomics.notify(this.#control, PUBLISHED, requests)
  }

  get published(): number {
    return Atomics.load(this.#control, PUBLISHED)
  }

  get completed(): number {
    return Atomics.load(this.#control, COMPLETED)
  }

  /** Blocks read so far. */
  get blocksRead(): number {
    return Atomics.load(this.#control, BLOCKS_READ) >>> 0
  }

  get isStopped(): boolean {
    return Atomics.load(this.#control, STOPPED) !== 0
  }

  /** Ends the reader threads. */
  stop(): void {
    Atomics.store(this.#control, STOPPED, 1)
    Atomics.add(this.#control, PUBLISHED, 0)
    Atomics.notify(this.#control, PUBLISHED)
  }

  /** Sleeps until a request is published, or the threads are stopped, or the time is up. */
  waitForRequest(milliseconds: number): void {
    const published = this.published
    if (published === Atomics.load(this.#control, CLAIMED) && !this.isStopped) {
      Atomics.wait(this.#control, PUBLISHED, published, milliseconds)
    }
  }

  /** Sleeps until a request is done that was not when `completed` was looked at, or the time is up. */
  waitForCompletion(completed: number, milliseconds: number): void {
    Atomics.wait(this.#control, COMPLETED, completed, milliseconds)
  }

  /** Serves one request, if there is one that nobody has claimed. @returns whether there was. */
  serveOne(descriptor: number): boolean {
    const control = this.#control
    let claimed = Atomics.load(control, CLAIMED)
    for (;;) {
      if (claimed === Atomics.load(control, PUBLISHED)) return false
      const found = Atomics.compareExchange(control, CLAIMED, claimed, (claimed + 1) | 0)
      if (found === claimed) break
      claimed = found
    }
    const mask = this.description.capacity - 1
    const first = this.requestStarts[claimed & mask]!
    const end = (first + this.requestRows[claimed & mask]!) | 0
    try {
      this.#serve(descriptor, first, end)
    } catch {
      for (let k = first; k !== end; k = (k + 1) | 0) {
        if (Atomics.load(this.status, k & mask) === READING) Atomics.store(this.status, k & mask, FAILED)
      }
    }
    Atomics.add(control, COMPLETED, 1)
    Atomics.notify(control, COMPLETED)
    return true
  }

  /** Reads the blocks of rows [first, end), checks those that hold a wanted row, and copies the rows to their staging places. */
  #serve(descriptor: number, first: number, end: number): void {
    const { rowBytes, capacity } = this.description
    const mask = capacity - 1
    const { blocks, lengths } = this.#places
    const buffer = this.#buffer
    const last = (end - 1) & mask
    const startBlock = blocks[this.pages[first & mask]!]! + ((PAGE_HEADER_BYTES + this.bytes[first & mask]!) >>> 12)
    const lastPage = this.pages[last]!
    const lastByte = Math.min(lengths[lastPage]!, this.bytes[last]! + rowBytes)
    const endBlock = blocks[lastPage]! + ((PAGE_HEADER_BYTES + lastByte - 1) >>> 12) + 1
    const wanted = Math.max(0, endBlock - startBlock) * BLOCK_BYTES
    for (let done = 0; done < wanted; ) {
      const count = readSync(descriptor, buffer, done, wanted - done, startBlock * BLOCK_BYTES + done)
      if (count === 0) buffer.fill(0, done, wanted) // past the end of the file: the checksums will tell
      done = count === 0 ? wanted : done + count
    }
    Atomics.add(this.#control, BLOCKS_READ, wanted / BLOCK_BYTES)
    let checked = -1
    for (let k = first; k !== end; k = (k + 1) | 0) {
      const page = this.pages[k & mask]!
      const from = this.bytes[k & mask]!
      const to = Math.min(lengths[page]!, from + rowBytes)
      const origin = (blocks[page]! - startBlock) * BLOCK_BYTES + PAGE_HEADER_BYTES
      let good = true
      for (let block = (PAGE_HEADER_BYTES + from) >>> 12; block * BLOCK_BYTES < PAGE_HEADER_BYTES + to; block++) {
        if (blocks[page]! + block === checked) continue
        good = this.#isWhole(page, block, origin)
        if (!good) break
        checked = blocks[page]! + block
      }
      if (good) this.#place(k & mask, from, Math.max(from, to), origin)
      Atomics.store(this.status, k & mask, good ? READ : FAILED)
    }
  }

  #isWhole(page: number, block: number, origin: number): boolean {
    const start = Math.max(0, block * BLOCK_BYTES - PAGE_HEADER_BYTES)
    const end = Math.min(this.#places.lengths[page]!, (block + 1) * BLOCK_BYTES - PAGE_HEADER_BYTES)
    return (
      crc32(this.#buffer.subarray(origin + start, origin + end)) === this.#places.sums[page * BLOCKS_PER_PAGE + block]
    )
  }

  #place(entry: number, from: number, to: number, origin: number): void {
    const { rowBytes } = this.description
    const frame = Math.floor(entry / this.#rowsPerFrame)
    const staging = this.#staging[frame]!
    const at = (entry - frame * this.#rowsPerFrame) * rowBytes
    staging.set(this.#buffer.subarray(origin + from, origin + to), at)
    if (to - from < rowBytes) staging.fill(0, at + to - from, at + rowBytes)
  }
}
