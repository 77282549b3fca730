import { closeSync, openSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { BufferPool, FrameId } from '../../bufferpool/buffer-pool.ts'
import { BLOCK_BYTES, FRAME_BYTES, PAGE_HEADER_BYTES } from '../../bufferpool/page-source.ts'
import type { PlainElement } from '../column-base.ts'
import type { PlainView } from '../encoding/plain-run.ts'
import { MAX_REQUEST_BLOCKS } from './extract-rows.ts'
import { attachPlaces, type PagePlaces } from './place-table.ts'
import { RowFinder, type RowLayout } from './row-layout.ts'
import { READ, READING, RowReads } from './row-reads.ts'

/** Blocks that nobody wants, between two that somebody wants, that are read along: cheaper than another read. */
const MAX_GAP_BLOCKS = 2

/** Blocks of a request after which the next row gets a request of its own, so that several threads have something to do. */
const REQUEST_BLOCKS = 16

/** Requests after which the threads are started: who reads a few rows does without. */
const REQUESTS_BEFORE_THREADS = 256

/** Frames for rows on their way that a fetcher gets even where caches have taken what there is: it is slow with them, and slower without. */
const NEEDED_FRAMES = 2

/** A thread that died with a request in its hands is noticed after so many seconds. */
const GIVE_UP_MS = 30_000

/** Where nothing has been read for so long, whoever waits reads too. */
const HELP_AFTER_MS = 100

/** What a fetcher reads. */
export interface RowFile {
  readonly file: string
  readonly layout: RowLayout
  readonly element: PlainElement
  /** Places of the layout's pages. */
  readonly places: SharedArrayBuffer
}

/**
 * Fetches rows from the file into staging memory, lent by the pool, with several reads under way at a time. Rows are asked for, arrive and are let go of
 * in one order. Used by one thread; its reader threads start with the first request.
 */
export class RowFetcher {
  readonly #pool: BufferPool
  readonly #layout: RowLayout
  readonly #finder: RowFinder
  readonly #places: PagePlaces
  readonly #threads: number
  readonly #frames: FrameId[] = []
  readonly #reads: RowReads
  readonly #views: readonly PlainView[]
  readonly #origins: readonly number[]
  readonly #width: number
  readonly #rowsPerFrame: number
  readonly #descriptor: number
  #workers: Worker[] = []
  /** Sequence numbers: the next row asked for, and the next to be let go of. */
  #asked = 0
  #taken = 0
  #requests = 0

  /**
   * @param stagingBytes for rows on their way; at least one frame is taken.
   * @param threads readers beside this thread.
   * @returns null when the pool lends nothing. @throws {Error} of the file system.
   */
  static open(pool: BufferPool, file: RowFile, stagingBytes: number, threads: number): RowFetcher | null {
    const frames: FrameId[] = []
    for (let bytes = 0; bytes === 0 || bytes + FRAME_BYTES <= stagingBytes; bytes += FRAME_BYTES) {
      const frame = pool.lend(frames.length < NEEDED_FRAMES)
      if (frame < 0) break
      frames.push(frame)
    }
    if (frames.length === 0) return null
    try {
      return new RowFetcher(pool, file, frames, threads)
    } catch (error) {
      for (const frame of frames) pool.takeBack(frame)
      throw error
    }
  }

  private constructor(pool: BufferPool, file: RowFile, frames: FrameId[], threads: number) {
    const { layout, element } = file
    this.#pool = pool
    this.#layout = layout
    this.#finder = new RowFinder(layout)
    this.#places = attachPlaces(file.places, layout.pageCount)
    this.#threads = threads
    this.#frames = frames
    this.#rowsPerFrame = Math.floor(FRAME_BYTES / layout.rowBytes)
    const capacity = 2 ** Math.floor(Math.log2(frames.length * this.#rowsPerFrame))
    this.#views = frames.map((frame) => pool.slab(frame)[element])
    const elementBytes = this.#views[0]!.BYTES_PER_ELEMENT
    this.#width = layout.rowBytes / elementBytes
    this.#origins = frames.map((frame) => pool.byteBase(frame) / elementBytes)
    this.#reads = new RowReads({
      file: file.file,
      rowBytes: layout.rowBytes,
      capacity,
      pageCount: layout.pageCount,
      places: file.places,
      control: new SharedArrayBuffer(RowReads.controlBytes(capacity)),
      slabs: frames.map((frame) => pool.u8(frame).buffer as SharedArrayBuffer),
      bases: frames.map((frame) => pool.byteBase(frame)),
    })
    this.#descriptor = openSync(file.file, 'r')
  }

  get blocksRead(): number {
    return this.#reads.blocksRead
  }

  /** Sequence number of the next row asked for. */
  get next(): number {
    return this.#asked
  }

  /** @returns whether a row can be fetched. */
  canFetch(row: number): boolean {
    return this.#finder.find(row) && this.#places.blocks[this.#finder.page] !== 0
  }

  /**
   * Asks for rows[from], rows[from + 1] …, ascending, all of which can be fetched, as long as there is room for them.
   * @returns the first that was not asked for.
   */
  ask(rows: Uint32Array, from: number, to: number): number {
    const { capacity } = this.#reads.description
    const room = capacity - ((this.#asked - this.#taken) | 0)
    const end = Math.min(to, from + room)
    // in large pieces: where two pieces meet, a block may be read twice
    if (from === end || (end < to && room < capacity >> 2)) return from
    let requests = 0
    while (from < end) {
      from = this.#askOnce(rows, from, end)
      requests++
    }
    this.#requests += requests
    if (this.#requests > REQUESTS_BEFORE_THREADS) this.#startWorkers()
    this.#reads.wake(Math.min(requests, this.#threads))
    return from
  }

  /** Waits for a row. @returns whether it was read and is whole; otherwise it must be had by other means. */
  wait(sequence: number): boolean {
    const { status, description } = this.#reads
    const at = sequence & (description.capacity - 1)
    const deadline = Date.now() + GIVE_UP_MS
    for (let helps = !this.#reads.hasProcess; ; ) {
      const state = Atomics.load(status, at)
      if (state !== READING) return state === READ
      const { completed } = this.#reads
      if (helps && this.#reads.serveOne(this.#descriptor)) continue
      if (Atomics.load(status, at) !== READING) continue
      if (!this.#reads.waitForCompletion(completed, HELP_AFTER_MS)) helps = true
      if (Date.now() > deadline) return false
    }
  }

  /** Array and element at which a row lies that {@link wait} found whole. Until it is let go of. */
  viewOf(sequence: number): PlainView {
    return this.#views[this.#frameOf(sequence)]!
  }

  originOf(sequence: number): number {
    const frame = this.#frameOf(sequence)
    const entry = sequence & (this.#reads.description.capacity - 1)
    return this.#origins[frame]! + (entry - frame * this.#rowsPerFrame) * this.#width
  }

  /** Lets go of the oldest row that was asked for. */
  release(): void {
    this.#taken = (this.#taken + 1) | 0
  }

  /** Waits until no thread writes into the staging memory, ends the threads, and gives everything back. */
  close(): void {
    while (this.#taken !== this.#asked) {
      this.wait(this.#taken)
      this.release()
    }
    this.#reads.stop()
    this.#workers = []
    closeSync(this.#descriptor)
    for (const frame of this.#frames) this.#pool.takeBack(frame)
    this.#frames.length = 0
  }

  #frameOf(sequence: number): number {
    return ((sequence & (this.#reads.description.capacity - 1)) / this.#rowsPerFrame) | 0
  }

  /** Publishes one request of rows that lie close together. @returns the first row that is not in it. */
  #askOnce(rows: Uint32Array, from: number, end: number): number {
    const reads = this.#reads
    const mask = reads.description.capacity - 1
    const firstSequence = this.#asked
    let firstBlock = -1
    let lastBlock = -1
    let to = from
    for (; to < end; to++) {
      this.#finder.find(rows[to]!)
      const { page, byte } = this.#finder
      const base = this.#places.blocks[page]!
      const start = base + ((PAGE_HEADER_BYTES + byte) >>> 12)
      const stop = base + ((PAGE_HEADER_BYTES + byte + this.#layout.rowBytes - 1) >>> 12)
      if (firstBlock < 0) firstBlock = start
      else if (start < lastBlock || start > lastBlock + 1 + MAX_GAP_BLOCKS) break
      else if (stop >= firstBlock + MAX_REQUEST_BLOCKS || start >= firstBlock + REQUEST_BLOCKS) break
      lastBlock = stop
      const entry = this.#asked & mask
      reads.pages[entry] = page
      reads.bytes[entry] = byte
      reads.status[entry] = READING
      this.#asked = (this.#asked + 1) | 0
    }
    const request = reads.published & mask
    reads.requestStarts[request] = firstSequence
    reads.requestRows[request] = to - from
    reads.publish()
    return to
  }

  #startWorkers(): void {
    const wanted = this.#reads.needsThreads ? this.#threads : Math.min(this.#threads, 1)
    while (this.#workers.length < wanted) {
      const worker = new Worker(new URL('./row-read-worker.js', import.meta.url), {
        workerData: this.#reads.description,
        execArgv: [],
        name: 'nisaba-row-reader',
        resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
      })
      worker.unref()
      worker.on('error', () => {}) // its requests are served by the others; one it had begun fails after a while
      this.#workers.push(worker)
    }
  }
}

/** Bytes of the file that one block is. */
export const READ_BLOCK_BYTES = BLOCK_BYTES
