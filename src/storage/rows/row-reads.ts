import { readSync } from 'node:fs'
import { BLOCK_BYTES, BLOCKS_PER_PAGE, FRAME_BYTES, PAGE_HEADER_BYTES } from '../../bufferpool/page-source.ts'
import {
  ANSWER_HEADER_BYTES,
  type BlockRange,
  blocksOf,
  MAX_ANSWER_BYTES,
  MAX_READ_BLOCKS,
  MAX_REQUEST_BYTES,
  RequestWriter,
  writeAnswer,
} from './extract-rows.ts'
import { attachPlaces, type PagePlaces } from './place-table.ts'

/** Words of the control block; counters only grow and wrap at 2^32. */
const PUBLISHED = 0
const CLAIMED = 1
/** Requests that are done; waiters wait for its change. */
const COMPLETED = 2
const STOPPED = 3
const BLOCKS_READ = 4
/** 0 while it is not known who reads, and one of the two below. */
const READERS = 5
const CONTROL_WORDS = 8

/** A process reads, with many reads under way: nobody else need. Or as many threads as there may be. */
const PROCESS = 1
const THREADS = 2

/** What became of a row: see {@link RowReads.status}. */
export const READING = 0
export const READ = 1
export const FAILED = 2

/** What {@link RowReads.claim} returns when there is nothing to do. */
export const NO_REQUEST = -1

/** Where a row lies: bytes in its page's content, blocks of the page, and the place of that content after the start of the request's first block. */
interface FoundRow {
  readonly entry: number
  readonly page: number
  readonly from: number
  /** Fewer than the row's where the page ends. */
  readonly bytes: number
  readonly pageBlock: number
  readonly firstBlock: number
  readonly lastBlock: number
  readonly origin: number
}

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
  readonly #writer = new RequestWriter(new ArrayBuffer(MAX_REQUEST_BYTES))
  /** For reads in this thread. */
  #blocks: Uint8Array | null = null
  #answer: DataView<ArrayBuffer> | null = null

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

  /** Whether many threads are needed to have many reads under way. */
  get needsThreads(): boolean {
    return Atomics.load(this.#control, READERS) === THREADS
  }

  /** Whether a process has many reads under way: one more in this thread would only take its processor. */
  get hasProcess(): boolean {
    return Atomics.load(this.#control, READERS) === PROCESS
  }

  /** Says whether there is such a process. */
  setProcess(works: boolean): void {
    Atomics.store(this.#control, READERS, works ? PROCESS : THREADS)
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

  /** Sleeps until a request is done that was not when `completed` was looked at. @returns false if the time is up before. */
  waitForCompletion(completed: number, milliseconds: number): boolean {
    return Atomics.wait(this.#control, COMPLETED, completed, milliseconds) !== 'timed-out'
  }

  /** Wakes the owner after a {@link finish} or a {@link fail}, or several. */
  wakeOwner(): void {
    Atomics.notify(this.#control, COMPLETED)
  }

  /** Serves one request, if there is one that nobody has claimed. @returns whether there was. */
  serveOne(descriptor: number): boolean {
    const request = this.claim()
    if (request === NO_REQUEST) return false
    this.serve(request, descriptor)
    return true
  }

  /** Reads what a claimed request wants, in this thread. */
  serve(request: number, descriptor: number): void {
    try {
      this.describe(request)
      const { view } = this.#writer
      this.#blocks ??= new Uint8Array(MAX_READ_BLOCKS * BLOCK_BYTES)
      this.#answer ??= new DataView(new ArrayBuffer(MAX_ANSWER_BYTES))
      readBlocks(descriptor, blocksOf(view, 0), this.#blocks)
      writeAnswer(view, 0, this.#blocks, this.#answer, 0)
      this.finish(request, new Uint8Array(this.#answer.buffer, ANSWER_HEADER_BYTES))
    } catch {
      this.fail(request)
    }
    this.wakeOwner()
  }

  /** Takes a request that nobody has claimed; whoever does owes a {@link finish} or a {@link fail}, and a {@link wakeOwner}. @returns {@link NO_REQUEST} if there is none. */
  claim(): number {
    const control = this.#control
    let claimed = Atomics.load(control, CLAIMED)
    for (;;) {
      if (claimed === Atomics.load(control, PUBLISHED)) return NO_REQUEST
      const found = Atomics.compareExchange(control, CLAIMED, claimed, (claimed + 1) | 0)
      if (found === claimed) return claimed & (this.description.capacity - 1)
      claimed = found
    }
  }

  /** @returns a claimed request in words for whoever reads (see extract-rows.ts), tagged with its number, and how many blocks it reads. Valid until the next call. */
  describe(request: number): { readonly words: Uint8Array; readonly blocks: number } {
    const writer = this.#writer
    const range = this.#locate(request)
    writer.begin(request, range)
    let checked = -1
    for (let k = 0; k < this.requestRows[request]!; k++) {
      const row = this.#find(request, k, range.start)
      for (let block = row.firstBlock; block <= row.lastBlock; block++) {
        if (row.pageBlock + block === checked) continue
        checked = row.pageBlock + block
        const [from, to] = this.#checkedPart(row.page, block)
        writer.addCheck(row.origin + from, row.origin + to)
      }
      if (row.bytes > 0) writer.addPiece(row.origin + row.from, row.origin + row.from + row.bytes)
    }
    return { words: new Uint8Array(writer.view.buffer as ArrayBuffer, 0, writer.end()), blocks: range.count }
  }

  /** @returns the blocks that hold the rows of a request: at most {@link MAX_READ_BLOCKS}. */
  #locate(request: number): BlockRange {
    const first = this.#find(request, 0, 0)
    const start = first.pageBlock + first.firstBlock
    const last = this.#find(request, this.requestRows[request]! - 1, 0)
    return { start, count: Math.max(0, last.pageBlock + last.lastBlock + 1 - start) }
  }

  /** @param start first block of the request. @returns where the k-th row of a request lies. */
  #find(request: number, k: number, start: number): FoundRow {
    const { rowBytes, capacity } = this.description
    const { blocks, lengths } = this.#places
    const entry = (this.requestStarts[request]! + k) & (capacity - 1)
    const page = this.pages[entry]!
    const from = this.bytes[entry]!
    const bytes = Math.max(0, Math.min(lengths[page]!, from + rowBytes) - from)
    return {
      entry,
      page,
      from,
      bytes,
      pageBlock: blocks[page]!,
      firstBlock: (PAGE_HEADER_BYTES + from) >>> 12,
      lastBlock: (PAGE_HEADER_BYTES + from + bytes - 1) >>> 12,
      origin: (blocks[page]! - start) * BLOCK_BYTES + PAGE_HEADER_BYTES,
    }
  }

  /** @returns the bytes of a page's content that one of its blocks holds, which its checksum is of. */
  #checkedPart(page: number, block: number): readonly [from: number, to: number] {
    const from = Math.max(0, block * BLOCK_BYTES - PAGE_HEADER_BYTES)
    return [from, Math.min(this.#places.lengths[page]!, (block + 1) * BLOCK_BYTES - PAGE_HEADER_BYTES)]
  }

  /** Gives up a claimed request: its rows must be had by other means. */
  fail(request: number): void {
    const mask = this.description.capacity - 1
    const first = this.requestStarts[request]!
    for (let k = 0; k < this.requestRows[request]!; k++) {
      const entry = (first + k) & mask
      if (Atomics.load(this.status, entry) === READING) Atomics.store(this.status, entry, FAILED)
    }
    Atomics.add(this.#control, COMPLETED, 1)
  }

  /**
   * Checks the blocks of a claimed request that hold a wanted row, and copies the rows to their staging places.
   * @param answer to the request as {@link describe} gave it, without its header.
   */
  finish(request: number, answer: Uint8Array): void {
    const { start, count } = this.#locate(request)
    Atomics.add(this.#control, BLOCKS_READ, count)
    const words = new DataView(answer.buffer, answer.byteOffset)
    let sumAt = 0
    let at = 4 + 4 * words.getUint32(0, true)
    let checked = -1
    let isWhole = true
    for (let k = 0; k < this.requestRows[request]!; k++) {
      const row = this.#find(request, k, start)
      let good = true
      for (let block = row.firstBlock; block <= row.lastBlock; block++) {
        if (row.pageBlock + block !== checked) {
          checked = row.pageBlock + block
          sumAt += 4
          isWhole = words.getUint32(sumAt, true) === this.#places.sums[row.page * BLOCKS_PER_PAGE + block]
        }
        good &&= isWhole
      }
      if (good) this.#place(row.entry, answer.subarray(at, at + row.bytes))
      at += row.bytes
      Atomics.store(this.status, row.entry, good ? READ : FAILED)
    }
    Atomics.add(this.#control, COMPLETED, 1)
  }

  /** @param bytes of the row; a row that its page holds only in part ends in zeros. */
  #place(entry: number, bytes: Uint8Array): void {
    const { rowBytes } = this.description
    const frame = Math.floor(entry / this.#rowsPerFrame)
    const staging = this.#staging[frame]!
    const at = (entry - frame * this.#rowsPerFrame) * rowBytes
    staging.set(bytes, at)
    if (bytes.length < rowBytes) staging.fill(0, at + bytes.length, at + rowBytes)
  }
}

/** Reads blocks to the start of a buffer; what lies past the end of the file comes as zeros. @throws {Error} of the file system. */
function readBlocks(descriptor: number, { start, count }: BlockRange, buffer: Uint8Array): void {
  const wanted = count * BLOCK_BYTES
  for (let done = 0; done < wanted; ) {
    const read = readSync(descriptor, buffer, done, wanted - done, start * BLOCK_BYTES + done)
    if (read === 0) buffer.fill(0, done, wanted)
    done = read === 0 ? wanted : done + read
  }
}
