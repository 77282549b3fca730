import { GONE, LOADING, MAIN, PINS, USE, USES } from './frame-table.ts'
import type { PageId } from './page-source.ts'
import { HEADER, type PoolMemory } from './pool-memory.ts'

/** Share of the frames that pages seen once may take: one in ten. */
const SMALL_SHARE = 10

/**
 * Chooses the page that leaves: S3-FIFO. A page enters a small first-in-first-out queue, a tenth of the frames; when it comes
 * to its front, it goes on to the main queue if it was used again, else it leaves, and its id is remembered. A page that
 * comes back while it is remembered enters the main queue at once. From the front of the main queue a page goes back to the
 * end as often as it was used, at most three times. So a scan passes through the small queue and leaves the rest alone.
 *
 * A use counts only if the pool has taken in some pages since the last one that did: the many pins of one scan over one page
 * are one use ("correlated references").
 *
 * All methods need the pool's lock, but {@link Replacer.used}.
 * Source: Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023; O'Neil et al., "The LRU-K page
 * replacement algorithm", SIGMOD 1993 (correlated references).
 */
export class Replacer {
  readonly #header: Int32Array
  readonly #state: Int32Array
  readonly #stamp: Int32Array
  readonly #next: Int32Array
  readonly #page: Float64Array
  readonly #ghostPage: Float64Array
  readonly #ghostTime: Int32Array
  readonly #ghostShift: number
  /** Pages that have to enter before another use of the same page counts. */
  readonly correlatedPages: number

  constructor(memory: PoolMemory) {
    this.#header = memory.header
    this.#state = memory.state
    this.#stamp = memory.stamp
    this.#next = memory.queue
    this.#page = memory.page
    this.#ghostPage = memory.ghostPage
    this.#ghostTime = memory.ghostTime
    this.#ghostShift = 32 - Math.log2(memory.ghostPage.length)
    this.correlatedPages = Math.max(1, Math.floor(memory.frameCount / SMALL_SHARE / 2))
  }

  /** Counts a use of a resident page. No lock; a use lost to a race is no harm. */
  used(frame: number, clock: number): void {
    this.#stamp[frame] = clock
    const state = Atomics.load(this.#state, frame)
    if ((state & USES) !== USES) Atomics.compareExchange(this.#state, frame, state, state + USE)
  }

  /** Queues a page that has just been given a frame, whose state says LOADING and neither MAIN nor uses. */
  entered(frame: number, pageId: PageId): void {
    const clock = (this.#header[HEADER.clock]! + 1) | 0
    Atomics.store(this.#header, HEADER.clock, clock)
    this.#stamp[frame] = clock
    if (this.#wasGhost(pageId, clock)) {
      Atomics.add(this.#state, frame, MAIN)
      this.#push(frame, HEADER.mainFirst)
    } else this.#push(frame, HEADER.smallFirst)
  }

  /**
   * Takes a page without pins out of its queue and marks its frame GONE.
   * @returns the frame, or -1 if every page is pinned. Cost: amortised a few steps; all frames several times when all are pinned.
   */
  evict(): number {
    const header = this.#header
    const smallTarget = Math.max(1, Math.floor(header[HEADER.limit]! / SMALL_SHARE))
    // How often each queue's front is worth a look: a page of the main queue is passed over for three uses at most.
    let smallLeft = header[HEADER.smallLength]!
    let mainLeft = 4 * header[HEADER.mainLength]!
    while (smallLeft > 0 || mainLeft > 0) {
      const isSmallFull = header[HEADER.smallLength]! > smallTarget || mainLeft === 0
      const fromSmall = isSmallFull && smallLeft > 0
      if (fromSmall) smallLeft--
      else mainLeft--
      const mainLength = header[HEADER.mainLength]!
      const frame = this.#tryFront(fromSmall ? HEADER.smallFirst : HEADER.mainFirst)
      if (frame >= 0) return frame
      if (fromSmall) mainLeft += 4 * (header[HEADER.mainLength]! - mainLength) // one that went on to the main queue
    }
    return -1
  }

  /** Takes a frame whose page could not be read out of its queue. Cost: the length of the queue; reading failed. */
  removed(frame: number): void {
    const queue = (Atomics.load(this.#state, frame) & MAIN) !== 0 ? HEADER.mainFirst : HEADER.smallFirst
    for (let left = this.#header[queue + 2]!; left > 0; left--) {
      const front = this.#pop(queue)
      if (front !== frame) this.#push(front, queue)
    }
  }

  /** @returns the frame at the front if it could be marked GONE; otherwise it was queued again and -1 is returned. */
  #tryFront(queue: number): number {
    const frame = this.#pop(queue)
    if (frame < 0) return -1
    const state = Atomics.load(this.#state, frame)
    if ((state & (PINS | LOADING)) !== 0) {
      this.#push(frame, queue)
      return -1
    }
    if ((state & USES) !== 0) {
      this.#keepUsed(frame, queue)
      return -1
    }
    // Without pins the word is flags only; a pin made meanwhile makes the exchange fail, and the page stays.
    if (Atomics.compareExchange(this.#state, frame, state, GONE) !== state) {
      this.#push(frame, queue)
      return -1
    }
    if (queue === HEADER.smallFirst) this.#remember(this.#page[frame]!)
    return frame
  }

  #keepUsed(frame: number, queue: number): void {
    if (queue === HEADER.smallFirst) {
      const uses = Atomics.load(this.#state, frame) & USES // only grows meanwhile, by 1: what is taken away is there
      Atomics.add(this.#state, frame, MAIN - uses)
    } else Atomics.sub(this.#state, frame, USE)
    this.#push(frame, HEADER.mainFirst)
  }

  #push(frame: number, queue: number): void {
    const last = this.#header[queue + 1]!
    if (last === 0) this.#header[queue] = frame + 1
    else this.#next[last - 1] = frame + 1
    this.#next[frame] = 0
    this.#header[queue + 1] = frame + 1
    this.#header[queue + 2] = this.#header[queue + 2]! + 1
  }

  #pop(queue: number): number {
    const frame = this.#header[queue]! - 1
    if (frame < 0) return -1
    const next = this.#next[frame]!
    this.#header[queue] = next
    if (next === 0) this.#header[queue + 1] = 0
    this.#header[queue + 2] = this.#header[queue + 2]! - 1
    return frame
  }

  /** Remembers pages in a table without chains: an entry may push another out early, which only costs a second chance. */
  #remember(pageId: PageId): void {
    const at = Math.imul(pageId | 0, 0x9e3779b1) >>> this.#ghostShift
    this.#ghostPage[at] = pageId
    this.#ghostTime[at] = this.#header[HEADER.clock]!
  }

  #wasGhost(pageId: PageId, clock: number): boolean {
    const at = Math.imul(pageId | 0, 0x9e3779b1) >>> this.#ghostShift
    if (this.#ghostPage[at] !== pageId) return false
    this.#ghostPage[at] = 0
    return ((clock - this.#ghostTime[at]!) | 0) <= this.#header[HEADER.limit]!
  }
}
