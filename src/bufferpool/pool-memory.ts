/** Most threads that use a pool at a time. */
export const MAX_POOL_THREADS = 256

/** Doubles of a thread's counters: one cache line. */
export const COUNTERS_PER_THREAD = 8

/** Positions of a thread's counters. A pin is a hit or a miss. */
export const COUNTER = { hits: 0, misses: 1, evictions: 2, bytesRead: 3, unpins: 4 } as const

/** Positions of the words of the header. */
export const HEADER = {
  lock: 0,
  /** Frames that may be used; lowered when memory cannot be had. */
  limit: 1,
  /** Frames below this one were used before. */
  highWater: 2,
  /** First of the frames that were used and hold nothing, plus 1. */
  freeHead: 3,
  /** Frames that hold a page. */
  used: 4,
  /** Counts the pages that entered. */
  clock: 5,
  /** Frames of `used` that hold no page: lent out. */
  lent: 6,
  /** The queues: first frame (the next to leave) plus 1, last plus 1, length. */
  smallFirst: 16,
  smallLast: 17,
  smallLength: 18,
  mainFirst: 19,
  mainLast: 20,
  mainLength: 21,
} as const

const HEADER_WORDS = 64

/**
 * The bookkeeping of a pool, in one piece of shared memory (64 bytes a frame at most, touched as frames are):
 *
 *   header   i32[64]               HEADER
 *   threads  i32[256]              threadId + 1 of the thread that has taken the row of counters, or 0
 *   counters f64[256][8]           COUNTER; a row is written by its thread only
 *   page     f64[frames]           id of the page in the frame; -1 - row of counters of who has it lent; 0
 *   state    i32[frames]           frame-table.ts
 *   stamp    i32[frames]           clock at the last use that counted
 *   chain    i32[frames]           next frame of the same bucket, plus 1
 *   queue    i32[frames]           next frame of the same queue, or next free one, plus 1
 *   buckets  i32[2^k >= frames]    first frame of a bucket, plus 1
 *   ghostPage f64[2^k], ghostTime i32[2^k]   pages that left lately (replacer.ts)
 */
export class PoolMemory {
  readonly control: SharedArrayBuffer
  readonly frameCount: number
  readonly header: Int32Array
  readonly threads: Int32Array
  readonly page: Float64Array
  readonly state: Int32Array
  readonly stamp: Int32Array
  readonly chain: Int32Array
  readonly queue: Int32Array
  readonly buckets: Int32Array
  readonly ghostPage: Float64Array
  readonly ghostTime: Int32Array
  readonly #countersAt: number
  readonly #allCounters: Float64Array

  /** @param control memory made by {@link allocatePoolMemory} for the same number of frames. */
  constructor(frameCount: number, control: SharedArrayBuffer) {
    this.frameCount = frameCount
    this.control = control
    const tableSize = tableSizeFor(frameCount)
    let at = 0
    const take = (bytes: number): number => {
      const start = at
      at = Math.ceil((at + bytes) / 64) * 64
      return start
    }
    this.header = new Int32Array(control, take(HEADER_WORDS * 4), HEADER_WORDS)
    this.threads = new Int32Array(control, take(MAX_POOL_THREADS * 4), MAX_POOL_THREADS)
    this.#countersAt = take(MAX_POOL_THREADS * COUNTERS_PER_THREAD * 8)
    this.#allCounters = new Float64Array(control, this.#countersAt, MAX_POOL_THREADS * COUNTERS_PER_THREAD)
    this.page = new Float64Array(control, take(frameCount * 8), frameCount)
    this.state = new Int32Array(control, take(frameCount * 4), frameCount)
    this.stamp = new Int32Array(control, take(frameCount * 4), frameCount)
    this.chain = new Int32Array(control, take(frameCount * 4), frameCount)
    this.queue = new Int32Array(control, take(frameCount * 4), frameCount)
    this.buckets = new Int32Array(control, take(tableSize * 4), tableSize)
    this.ghostPage = new Float64Array(control, take(tableSize * 8), tableSize)
    this.ghostTime = new Int32Array(control, take(tableSize * 4), tableSize)
  }

  /** @returns the counters of one thread's row. */
  counters(row: number): Float64Array {
    const bytes = COUNTERS_PER_THREAD * 8
    return new Float64Array(this.control, this.#countersAt + row * bytes, COUNTERS_PER_THREAD)
  }

  /** @returns a counter summed over all rows. */
  sum(counter: number): number {
    const all = this.#allCounters
    let sum = 0
    for (let at = counter; at < all.length; at += COUNTERS_PER_THREAD) sum += all[at]!
    return sum
  }

  /** @returns pins not yet given back. Cost: under 1 µs. */
  pinned(): number {
    const all = this.#allCounters
    let pins = 0
    for (let at = 0; at < all.length; at += COUNTERS_PER_THREAD) {
      pins += all[at + COUNTER.hits]! + all[at + COUNTER.misses]! - all[at + COUNTER.unpins]!
    }
    return pins
  }
}

/** @returns zeroed memory for the bookkeeping of a pool of so many frames. */
export function allocatePoolMemory(frameCount: number): SharedArrayBuffer {
  const fixed = HEADER_WORDS * 4 + MAX_POOL_THREADS * (4 + COUNTERS_PER_THREAD * 8)
  const perFrame = 8 + 4 * 4
  const perEntry = 4 + 8 + 4
  return new SharedArrayBuffer(fixed + frameCount * perFrame + tableSizeFor(frameCount) * perEntry + 16 * 64)
}

function tableSizeFor(frameCount: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, frameCount)))
}
