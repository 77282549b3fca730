import type { PageId } from './page-source.ts'
import { HEADER, type PoolMemory } from './pool-memory.ts'

/*
 * State word of a frame:
 *
 *   bits 0-19   pins. Also counts threads that pin by mistake for a moment: see pin() in buffer-pool.ts
 *   bit  20     LOADING: a thread reads the page into it
 *   bit  21     GONE: holds no page, or is about to lose it
 *   bit  22     MAIN: in the main queue, otherwise in the small one
 *   bits 24-25  uses that counted since it was last passed over, at most 3
 *
 *     gone ──take──► loading (pinned) ──loaded──► resident ◄──pin/unpin──► pinned
 *      ▲                  │ read failed               │ no pins: passed over often enough
 *      └──────────────────┴───────────────────────────┘
 *
 * Flags change by atomic addition of their difference, so that pins made at the same time are kept.
 */

/** Bits of the pins. */
export const PINS = 0xfffff

/** The page is being read. */
export const LOADING = 1 << 20

/** No page is in the frame. */
export const GONE = 1 << 21

/** The frame is in the main queue. */
export const MAIN = 1 << 22

/** One counted use. */
export const USE = 1 << 24

/** Bits of the counted uses. */
export const USES = 3 << 24

/** A walk along a bucket ends here at the latest: without the lock it may stray into chains that change under it. */
const MAX_STEPS = 64

/** Page id to frame: a chained hash table in shared memory. Lookups need no lock and may miss a page; changes need the lock. */
export class FrameTable {
  readonly #buckets: Int32Array
  readonly #chain: Int32Array
  readonly #page: Float64Array
  readonly #shift: number

  constructor(memory: PoolMemory) {
    this.#buckets = memory.buckets
    this.#chain = memory.chain
    this.#page = memory.page
    this.#shift = 32 - Math.log2(memory.buckets.length)
  }

  /** @returns the frame of a page, or -1; without the lock the answer may be wrong both ways, and has to be checked by pinning. */
  find(pageId: PageId): number {
    const page = this.#page
    let frame = Atomics.load(this.#buckets, this.#bucket(pageId)) - 1
    for (let step = 0; frame >= 0 && step < MAX_STEPS; step++) {
      if (page[frame] === pageId) return frame
      frame = this.#chain[frame]! - 1
    }
    return -1
  }

  /** {@link FrameTable.find} for the holder of the lock: exact, however long the chain. */
  findLocked(pageId: PageId): number {
    let frame = this.#buckets[this.#bucket(pageId)]! - 1
    while (frame >= 0 && this.#page[frame] !== pageId) frame = this.#chain[frame]! - 1
    return frame
  }

  /** Enters a page that is not in the table. Needs the lock. */
  insert(pageId: PageId, frame: number): void {
    const bucket = this.#bucket(pageId)
    this.#page[frame] = pageId
    this.#chain[frame] = this.#buckets[bucket]!
    Atomics.store(this.#buckets, bucket, frame + 1)
  }

  /** Takes a frame's page out of the table. Needs the lock. */
  remove(frame: number): void {
    const bucket = this.#bucket(this.#page[frame]!)
    if (this.#buckets[bucket] === frame + 1) Atomics.store(this.#buckets, bucket, this.#chain[frame]!)
    else {
      let before = this.#buckets[bucket]! - 1
      while (this.#chain[before] !== frame + 1) before = this.#chain[before]! - 1
      this.#chain[before] = this.#chain[frame]!
    }
    this.#page[frame] = 0
  }

  #bucket(pageId: PageId): number {
    return Math.imul(pageId | 0, 0x9e3779b1) >>> this.#shift // Fibonacci hashing: neighbours spread
  }
}

/** Frames that hold nothing: those given back, then those never used. Needs the lock. */
export class FreeFrames {
  readonly #header: Int32Array
  readonly #next: Int32Array

  constructor(memory: PoolMemory) {
    this.#header = memory.header
    this.#next = memory.queue
  }

  /** @returns a frame given back before, or -1. */
  takeUsed(): number {
    const frame = this.#header[HEADER.freeHead]! - 1
    if (frame >= 0) this.#header[HEADER.freeHead] = this.#next[frame]!
    return frame
  }

  /** Keeps a frame for the next taker. */
  give(frame: number): void {
    this.#next[frame] = this.#header[HEADER.freeHead]!
    this.#header[HEADER.freeHead] = frame + 1
  }
}
