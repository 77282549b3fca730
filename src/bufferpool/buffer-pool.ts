import { totalmem } from 'node:os'
import { threadId } from 'node:worker_threads'
import { DatabaseError } from '../errors/database-error.ts'
import type { ErrorFacts } from '../errors/error-code.ts'
import { FrameTable, FreeFrames, GONE, LOADING, PINS } from './frame-table.ts'
import { FRAME_BYTES, PAGE_BYTES, type PageId, type PageSource } from './page-source.ts'
import { allocatePoolMemory, COUNTER, HEADER, MAX_POOL_THREADS, PoolMemory } from './pool-memory.ts'
import { Replacer } from './replacer.ts'
import { SharedLock } from './shared-lock.ts'
import { FRAMES_PER_SLAB, reserveSlabs, SlabSet, type SlabViews } from './slab-set.ts'

/** Position of a frame in the pool, from 0. */
export type FrameId = number

/** The smallest pool, in bytes: a query pins a few dozen pages at a time. */
export const MIN_POOL_BYTES = 2 ** 20

/** Share of the machine's memory that a pool takes unless told otherwise. */
const DEFAULT_SHARE = 0.8

/** Of so many frames one is never lent. */
const KEPT_SHARE = 8

/** Frames that stay neither lent nor pinned when one is lent: so many at least, but half of the pool at most; in a large pool one of so many. */
const SPARE_FRAMES = 64
const SPARE_SHARE = 256

/** Longest wait for a page that another thread reads. */
const LOAD_WAIT_MS = 60_000

/** What a pool has done and holds; exact at a moment when no thread is inside a call. */
export interface BufferPoolStats {
  /** Hard limit, in bytes, of the frames. */
  readonly limitBytes: number
  /** Bytes of the frames that hold a page or are lent. */
  readonly usedBytes: number
  readonly hits: number
  readonly misses: number
  readonly evictions: number
  readonly bytesRead: number
  /** Calls of pin not yet matched by one of unpin. */
  readonly pinned: number
  /** Bytes of the frames that are lent. */
  readonly lentBytes: number
}

/** The pool as plain data and shared memory: what {@link BufferPool.attach} needs in another thread. */
export interface BufferPoolDescription {
  readonly frameCount: number
  readonly control: SharedArrayBuffer
  readonly slabs: readonly SharedArrayBuffer[]
}

/** What readers of pages need of a pool; {@link BufferPool} is the one there is, tests may bring their own. */
export interface BufferPoolApi {
  /** @returns the frame that holds the page, which stays there until {@link BufferPoolApi.unpin}. */
  pin(pageId: PageId): FrameId
  unpin(frame: FrameId): void
  /** The 65,536 bytes of a frame, the same object for every call of this thread. */
  bytes(frame: FrameId): Uint8Array
  /** Slab of a frame as unsigned 32-bit words; element `wordBase(frame) + i` is word i of the frame. */
  u32(frame: FrameId): Uint32Array
  i32(frame: FrameId): Int32Array
  f32(frame: FrameId): Float32Array
  f64(frame: FrameId): Float64Array
  u8(frame: FrameId): Uint8Array
  u16(frame: FrameId): Uint16Array
  i64(frame: FrameId): BigInt64Array
  /** Byte position of a frame in its slab; divide by the element size for the other views. */
  byteBase(frame: FrameId): number
  wordBase(frame: FrameId): number
  stats(): BufferPoolStats
  describe(): BufferPoolDescription
  /** Whether so little is left that pins should be kept only where a page is in use; absent: never. */
  readonly isTight?: boolean
}

/** What a page belongs to, for an error. */
export interface PageOwner {
  /** As in "column name of table Person". */
  readonly text: string
  /** The same as data. */
  readonly facts: ErrorFacts
}

/**
 * The pages in memory: a hard limit of frames of 64 KiB, shared by the threads of the process, each with its own object of
 * this class over the same memory.
 *
 * A pinned page stays where it is until it is unpinned as often as it was pinned, by whichever thread. Hold few pages, and
 * shortly: when all are pinned, the next pin of a new page fails. Pages are immutable: nothing writes into a frame but the
 * pool. Nothing of a frame (view, position) may be used after unpin.
 *
 * Costs: pin and unpin of a page in memory about 30 ns together, without a lock and without allocating; a miss reads 64 KiB
 * through the {@link PageSource} outside the lock, so threads miss in parallel, and two that miss the same page read it once.
 */
export class BufferPool implements BufferPoolApi {
  /** Tells what a page belongs to; null if nobody knows. Set by who knows the tables; asked only when a page is damaged. */
  pageOwner: (pageId: PageId) => PageOwner | null = () => null
  readonly #source: PageSource
  readonly #memory: PoolMemory
  readonly #slabs: SlabSet
  readonly #lock: SharedLock
  readonly #table: FrameTable
  readonly #free: FreeFrames
  readonly #replacer: Replacer
  readonly #header: Int32Array
  readonly #state: Int32Array
  readonly #stamp: Int32Array
  readonly #page: Float64Array
  readonly #counters: Float64Array
  readonly #counterRow: number
  readonly #frames: (Uint8Array | undefined)[] = []
  readonly #correlatedPages: number

  /**
   * Makes the pool of a process. Costs next to nothing, however large: memory is taken when pages come.
   * @param limitBytes rounded down to whole frames; default 80 % of the machine's memory.
   * @throws {DatabaseError} INVALID_ARGUMENT below {@link MIN_POOL_BYTES}.
   */
  static create(source: PageSource, limitBytes: number = Math.floor(totalmem() * DEFAULT_SHARE)): BufferPool {
    if (!(limitBytes >= MIN_POOL_BYTES)) {
      throw new DatabaseError('INVALID_ARGUMENT', `A buffer pool needs at least ${MIN_POOL_BYTES} bytes.`)
    }
    const frameCount = Math.floor(limitBytes / FRAME_BYTES)
    const control = allocatePoolMemory(frameCount)
    new PoolMemory(frameCount, control).header[HEADER.limit] = frameCount
    return new BufferPool(source, { frameCount, control, slabs: reserveSlabs(frameCount) })
  }

  /** @returns a pool of another thread, with a source of this thread. @throws {DatabaseError} LIMIT: too many threads. */
  static attach(source: PageSource, description: BufferPoolDescription): BufferPool {
    return new BufferPool(source, description)
  }

  private constructor(source: PageSource, description: BufferPoolDescription) {
    const memory = new PoolMemory(description.frameCount, description.control)
    this.#source = source
    this.#memory = memory
    this.#slabs = new SlabSet(description.slabs)
    this.#lock = new SharedLock(memory.header, HEADER.lock)
    this.#table = new FrameTable(memory)
    this.#free = new FreeFrames(memory)
    this.#replacer = new Replacer(memory)
    this.#header = memory.header
    this.#state = memory.state
    this.#stamp = memory.stamp
    this.#page = memory.page
    this.#counterRow = takeCounterRow(memory)
    this.#counters = memory.counters(this.#counterRow)
    this.#correlatedPages = this.#replacer.correlatedPages
  }

  /**
   * Keeps a page in memory, reading it if need be.
   * @returns its frame, valid until the matching {@link unpin}.
   * @throws {DatabaseError} OUT_OF_MEMORY when every frame is pinned; CORRUPT_PAGE, IO, CLOSED from the source.
   */
  pin(pageId: PageId): FrameId {
    const frame = this.#table.find(pageId)
    if (frame < 0) return this.#pinSlowly(pageId)
    // Pin first, then look whether it was the right thing to pin: from here on the page cannot leave.
    const before = Atomics.add(this.#state, frame, 1)
    if ((before & (LOADING | GONE)) !== 0 || this.#page[frame] !== pageId) {
      Atomics.sub(this.#state, frame, 1)
      return this.#pinSlowly(pageId)
    }
    this.#counters[COUNTER.hits]!++
    const clock = this.#header[HEADER.clock]!
    if (((clock - this.#stamp[frame]!) | 0) >= this.#correlatedPages) this.#replacer.used(frame, clock)
    return frame
  }

  /** Gives one pin back. @throws {DatabaseError} INTERNAL if the frame is not pinned. */
  unpin(frame: FrameId): void {
    const before = Atomics.sub(this.#state, frame, 1)
    if ((before & PINS) === 0)
      throw new DatabaseError('INTERNAL', `Frame ${frame} was unpinned more often than pinned.`)
    this.#counters[COUNTER.unpins]!++
  }

  /** @returns the 65,536 bytes of a frame: the page and 16 bytes that mean nothing. The same object for every call of this thread. */
  bytes(frame: FrameId): Uint8Array {
    return this.#frames[frame] ?? this.#makeFrameView(frame)
  }

  /** @returns the slab of a frame in every element type; the frame starts at {@link byteBase} over the element's size. */
  slab(frame: FrameId): SlabViews {
    return this.#slabs.views(frame)
  }

  /** @returns the slab of a frame as unsigned 32-bit words. */
  u32(frame: FrameId): Uint32Array {
    return this.#slabs.views(frame).u32
  }

  /** @returns the slab of a frame as signed 32-bit words. */
  i32(frame: FrameId): Int32Array {
    return this.#slabs.views(frame).i32
  }

  /** @returns the slab of a frame as 32-bit floats. */
  f32(frame: FrameId): Float32Array {
    return this.#slabs.views(frame).f32
  }

  /** @returns the slab of a frame as 64-bit floats. */
  f64(frame: FrameId): Float64Array {
    return this.#slabs.views(frame).f64
  }

  /** @returns the slab of a frame as bytes. */
  u8(frame: FrameId): Uint8Array {
    return this.#slabs.views(frame).u8
  }

  /** @returns the slab of a frame as unsigned 16-bit words. */
  u16(frame: FrameId): Uint16Array {
    return this.#slabs.views(frame).u16
  }

  /** @returns the slab of a frame as signed 64-bit words. */
  i64(frame: FrameId): BigInt64Array {
    return this.#slabs.views(frame).i64
  }

  /** @returns where a frame starts in its slab, in bytes. */
  byteBase(frame: FrameId): number {
    return (frame & (FRAMES_PER_SLAB - 1)) * FRAME_BYTES
  }

  /** @returns where a frame starts in its slab, in 32-bit words. */
  wordBase(frame: FrameId): number {
    return (frame & (FRAMES_PER_SLAB - 1)) * (FRAME_BYTES / 4)
  }

  /**
   * Reads pages that will be wanted soon, without keeping them: a hint. Give ids in ascending order, which is the order on
   * the disk, and at most a quarter of the pool. Pages that cannot be read, or find no room, are passed over.
   */
  prefetch(pageIds: ArrayLike<PageId>): void {
    for (let i = 0; i < pageIds.length; i++) {
      try {
        this.unpin(this.pin(pageIds[i]!))
      } catch (error) {
        if (error instanceof DatabaseError && error.code === 'OUT_OF_MEMORY') return
        // A damaged page is an error for who needs it, not for who guesses.
      }
    }
  }

  /** The file whose pages these are; undefined when they lie in no file. */
  get file(): string | undefined {
    return this.#source.file
  }

  /**
   * Lends a frame to hold something else than a page, evicting one if need be: what caches rows or other parts of the file keeps to the
   * pool's limit by keeping its memory here. Its bytes mean nothing at first. It stays where it is until {@link takeBack}.
   * @returns the frame, or -1 when none can be had: an eighth of the pool is never lent, and 64 frames (half of a small pool, 1/256 of a large one) stay
   * free of what is lent and what is pinned, so that queries and other loaders can go on.
   * @param needed who cannot do without gets a frame of those 64, too, as long as half of them stay.
   */
  lend(needed = false): FrameId {
    const header = this.#header
    const spare = this.#spareToKeep()
    if (this.#spareFrames() <= (needed ? spare >> 1 : spare)) return -1
    this.#lock.lock()
    try {
      const limit = header[HEADER.limit]!
      if (header[HEADER.lent]! >= limit - Math.ceil(limit / KEPT_SHARE)) return -1
      let frame = this.#free.takeUsed()
      if (frame < 0) frame = this.#takeNewFrame()
      if (frame < 0) {
        frame = this.#replacer.evict()
        if (frame < 0) return -1
        this.#table.remove(frame)
        this.#counters[COUNTER.evictions]!++
      } else header[HEADER.used]!++
      header[HEADER.lent]!++
      this.#page[frame] = -1 - this.#counterRow // whose it is: see reclaim
      return frame // marked GONE: whoever finds it by a stale look-up lets go of it at once
    } finally {
      this.#lock.unlock()
    }
  }

  /** Takes back what {@link lend} gave. Nobody may look at the frame any more. */
  takeBack(frame: FrameId): void {
    this.#lock.lock()
    try {
      this.#takeBackLocked(frame)
    } finally {
      this.#lock.unlock()
    }
  }

  /**
   * Takes back what a thread had lent when it ended without giving it back, and its places in the pool. Only once the thread, and those it had started, have
   * ended. Pages that it had pinned stay where they are. Cost: a look at 256 words if it left properly, else at every frame.
   * @param thread its threadId. @returns how many frames were taken back.
   */
  reclaim(thread: number): number {
    const { threads } = this.#memory
    const rows = new Set<number>()
    for (let row = 0; row < MAX_POOL_THREADS; row++) if (Atomics.load(threads, row) === thread + 1) rows.add(row)
    if (rows.size === 0) return 0
    let frames = 0
    this.#lock.lock()
    try {
      const end = this.#header[HEADER.highWater]!
      for (let frame = 0; frame < end; frame++) {
        if (!rows.has(-1 - this.#page[frame]!)) continue
        this.#takeBackLocked(frame)
        frames++
      }
    } finally {
      this.#lock.unlock()
    }
    for (const row of rows) Atomics.store(threads, row, 0)
    return frames
  }

  /** Bytes of frames that are not lent. */
  get unlentBytes(): number {
    return (Atomics.load(this.#header, HEADER.limit) - Atomics.load(this.#header, HEADER.lent)) * FRAME_BYTES
  }

  /** Whether less is left than half of what {@link lend} leaves: who keeps pages pinned for later should not, now. Cost: 5 ns; 1 µs where much is lent. */
  get isTight(): boolean {
    const lent = Atomics.load(this.#header, HEADER.lent)
    return lent * 2 > this.#header[HEADER.limit]! && this.#spareFrames() * 2 < this.#spareToKeep()
  }

  /** @returns sizes, and counters of all threads since the pool was made. */
  stats(): BufferPoolStats {
    const memory = this.#memory
    const hits = memory.sum(COUNTER.hits)
    const misses = memory.sum(COUNTER.misses)
    return {
      limitBytes: Atomics.load(this.#header, HEADER.limit) * FRAME_BYTES,
      usedBytes: Atomics.load(this.#header, HEADER.used) * FRAME_BYTES,
      hits,
      misses,
      evictions: memory.sum(COUNTER.evictions),
      bytesRead: memory.sum(COUNTER.bytesRead),
      pinned: hits + misses - memory.sum(COUNTER.unpins),
      lentBytes: Atomics.load(this.#header, HEADER.lent) * FRAME_BYTES,
    }
  }

  /** @returns what other threads need to {@link attach}. Structured-cloneable; the memory is shared. */
  describe(): BufferPoolDescription {
    return { frameCount: this.#memory.frameCount, control: this.#memory.control, slabs: this.#slabs.slabs }
  }

  /** Gives this thread's place back; its counters stay in the sums. The object must not be used any more. */
  detach(): void {
    Atomics.store(this.#memory.threads, this.#counterRow, 0)
  }

  /** Frames neither lent nor pinned; a frame that is pinned twice counts twice. */
  #spareFrames(): number {
    return this.#header[HEADER.limit]! - Atomics.load(this.#header, HEADER.lent) - this.#memory.pinned()
  }

  #spareToKeep(): number {
    const limit = this.#header[HEADER.limit]!
    return Math.min(limit >> 1, Math.max(SPARE_FRAMES, Math.ceil(limit / SPARE_SHARE)))
  }

  /** Needs the lock. */
  #takeBackLocked(frame: FrameId): void {
    this.#page[frame] = 0
    this.#free.give(frame)
    this.#header[HEADER.used]!--
    this.#header[HEADER.lent]!--
  }

  #pinSlowly(pageId: PageId): FrameId {
    for (;;) {
      let frame: FrameId
      this.#lock.lock()
      try {
        frame = this.#table.findLocked(pageId)
        if (frame >= 0) Atomics.add(this.#state, frame, 1)
        else frame = -1 - this.#takeFrame(pageId)
      } finally {
        this.#lock.unlock()
      }
      if (frame < 0) return this.#load(-1 - frame, pageId)
      if (this.#waitUntilLoaded(frame, pageId)) {
        this.#counters[COUNTER.hits]!++
        return frame
      }
      Atomics.sub(this.#state, frame, 1) // its reader failed: try ourselves, for an error of our own
    }
  }

  /** Gives a page a frame, LOADING and pinned once. Needs the lock. */
  #takeFrame(pageId: PageId): FrameId {
    let frame = this.#free.takeUsed()
    if (frame < 0) frame = this.#takeNewFrame()
    if (frame < 0) {
      frame = this.#replacer.evict()
      if (frame < 0) throw poolFullError(this.#header[HEADER.limit]!)
      this.#table.remove(frame)
      this.#counters[COUNTER.evictions]!++
    } else this.#header[HEADER.used]!++
    this.#table.insert(pageId, frame)
    Atomics.add(this.#state, frame, LOADING - GONE + 1)
    this.#replacer.entered(frame, pageId)
    return frame
  }

  #takeNewFrame(): FrameId {
    const frame = this.#header[HEADER.highWater]!
    if (frame >= this.#header[HEADER.limit]!) return -1
    if (!this.#slabs.ensure(frame)) {
      this.#header[HEADER.limit] = frame
      const megabytes = Math.floor((frame * FRAME_BYTES) / 2 ** 20)
      process.emitWarning(`No more memory for the buffer pool; it goes on with ${megabytes} MiB.`, 'NisabaWarning')
      return -1
    }
    this.#header[HEADER.highWater] = frame + 1
    Atomics.store(this.#state, frame, GONE)
    return frame
  }

  #load(frame: FrameId, pageId: PageId): FrameId {
    this.#counters[COUNTER.misses]!++
    try {
      this.#source.readPageInto(pageId, this.bytes(frame))
    } catch (error) {
      this.#giveUp(frame)
      throw this.#withOwner(error, pageId)
    }
    this.#counters[COUNTER.bytesRead]! += PAGE_BYTES
    Atomics.sub(this.#state, frame, LOADING)
    Atomics.notify(this.#state, frame)
    return frame
  }

  #giveUp(frame: FrameId): void {
    this.#counters[COUNTER.unpins]!++
    this.#lock.lock()
    try {
      this.#replacer.removed(frame)
      this.#table.remove(frame)
      const flags = Atomics.load(this.#state, frame) & ~PINS // others may only add and take back pins now
      Atomics.add(this.#state, frame, GONE - flags - 1)
      this.#free.give(frame)
      this.#header[HEADER.used]!--
    } finally {
      this.#lock.unlock()
    }
    Atomics.notify(this.#state, frame)
  }

  /** @returns whether the frame, which the caller has pinned, holds the page at last. */
  #waitUntilLoaded(frame: FrameId, pageId: PageId): boolean {
    const deadline = Date.now() + LOAD_WAIT_MS
    for (;;) {
      const state = Atomics.load(this.#state, frame)
      if ((state & GONE) !== 0 || this.#page[frame] !== pageId) return false
      if ((state & LOADING) === 0) return true
      Atomics.wait(this.#state, frame, state, 100)
      if (Date.now() > deadline) {
        Atomics.sub(this.#state, frame, 1)
        throw new DatabaseError('INTERNAL', `A thread ended while it read page ${pageId}.`)
      }
    }
  }

  #makeFrameView(frame: FrameId): Uint8Array {
    const view = new Uint8Array(this.#slabs.views(frame).u8.buffer, this.byteBase(frame), FRAME_BYTES)
    this.#frames[frame] = view
    return view
  }

  #withOwner(error: unknown, pageId: PageId): unknown {
    if (!(error instanceof DatabaseError) || error.code !== 'CORRUPT_PAGE') return error
    const owner = this.pageOwner(pageId)
    if (owner === null) return error
    const text = error.message.replace(/^[^:]*: /, '').replace(/\.$/, '')
    const detail = { facts: { ...error.facts, ...owner.facts, owner: owner.text }, cause: error }
    return new DatabaseError('CORRUPT_PAGE', `${text} (${owner.text}).`, detail)
  }
}

function takeCounterRow(memory: PoolMemory): number {
  for (let row = 0; row < MAX_POOL_THREADS; row++) {
    if (Atomics.compareExchange(memory.threads, row, 0, threadId + 1) === 0) return row
  }
  throw new DatabaseError('LIMIT', `A buffer pool serves at most ${MAX_POOL_THREADS} threads.`)
}

function poolFullError(frames: number): DatabaseError {
  const text = 'Unable to allocate memory! The buffer pool is full and no memory could be freed!'
  return new DatabaseError('OUT_OF_MEMORY', text, { facts: { limitBytes: frames * FRAME_BYTES } })
}
