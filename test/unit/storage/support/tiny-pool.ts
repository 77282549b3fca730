import type { BufferPoolApi, BufferPoolDescription, BufferPoolStats } from '../../../../src/bufferpool/buffer-pool.ts'
import { FRAME_BYTES, PAGE_BYTES, type PageId } from '../../../../src/bufferpool/page-source.ts'
import { DatabaseError } from '../../../../src/errors/database-error.ts'
import type { PageSink } from '../../../../src/storage/page-sink.ts'
import type { ReaderMemory } from '../../../../src/storage/reader-context.ts'

/** Pages in memory, as a sink for writers and a source for {@link TinyPool}. */
export class PageHeap implements PageSink {
  readonly pages = new Map<PageId, Uint8Array>()
  /** Reading one of these fails as a damaged page does. */
  readonly damaged = new Set<PageId>()
  #next = 1

  reserve(count: number): PageId {
    const first = this.#next
    this.#next += count
    return first
  }

  put(id: PageId, bytes: Uint8Array): void {
    if (this.pages.has(id) || id >= this.#next) throw new Error(`page ${id} was put twice or not reserved`)
    const page = new Uint8Array(PAGE_BYTES)
    page.set(bytes)
    this.pages.set(id, page)
  }

  fill(id: PageId, length: number, write: (target: Uint8Array) => void): void {
    const bytes = new Uint8Array(length)
    write(bytes)
    this.put(id, bytes)
  }
}

type SlabViews = ReturnType<typeof viewsOf>

function viewsOf(slab: SharedArrayBuffer) {
  return {
    u8: new Uint8Array(slab),
    u16: new Uint16Array(slab),
    u32: new Uint32Array(slab),
    i32: new Int32Array(slab),
    i64: new BigInt64Array(slab),
    f32: new Float32Array(slab),
    f64: new Float64Array(slab),
  }
}

/**
 * The smallest pool that obeys the contract: frames in two slabs, the least recently used unpinned frame goes, and its memory is overwritten at
 * once, so that a reader which keeps a position of a frame that it no longer pins reads garbage.
 */
export class TinyPool implements BufferPoolApi {
  readonly heap: PageHeap
  pins = 0
  misses = 0
  evictions = 0
  readonly #slabs: SharedArrayBuffer[]
  readonly #views: SlabViews[]
  readonly #frameOf = new Map<PageId, number>()
  readonly #pageOf: PageId[]
  readonly #pinCount: number[]
  readonly #usedAt: number[]
  #clock = 0

  constructor(heap: PageHeap, frames: number) {
    this.heap = heap
    const half = Math.ceil(frames / 2)
    this.#slabs = [half, frames - half].map((count) => new SharedArrayBuffer(count * FRAME_BYTES))
    this.#views = this.#slabs.map(viewsOf)
    this.#pageOf = new Array(frames).fill(0)
    this.#pinCount = new Array(frames).fill(0)
    this.#usedAt = new Array(frames).fill(0)
  }

  get pinned(): number {
    return this.#pinCount.reduce((sum, count) => sum + count, 0)
  }

  pin(pageId: PageId): number {
    this.pins++
    let frame = this.#frameOf.get(pageId)
    if (frame === undefined) {
      this.misses++
      frame = this.#victim()
      const page = this.heap.pages.get(pageId)
      if (page === undefined || this.heap.damaged.has(pageId)) {
        throw new DatabaseError('CORRUPT_PAGE', `page ${pageId} is damaged`, { facts: { page: pageId } })
      }
      this.bytes(frame).set(page)
      this.#frameOf.set(pageId, frame)
      this.#pageOf[frame] = pageId
    }
    this.#pinCount[frame]!++
    this.#usedAt[frame] = ++this.#clock
    return frame
  }

  unpin(frame: number): void {
    if (this.#pinCount[frame] === 0) throw new Error(`frame ${frame} is not pinned`)
    this.#pinCount[frame]!--
  }

  bytes(frame: number): Uint8Array {
    return this.u8(frame).subarray(this.byteBase(frame), this.byteBase(frame) + FRAME_BYTES)
  }

  u8(frame: number): Uint8Array {
    return this.#viewOf(frame).u8
  }

  u16(frame: number): Uint16Array {
    return this.#viewOf(frame).u16
  }

  u32(frame: number): Uint32Array {
    return this.#viewOf(frame).u32
  }

  i32(frame: number): Int32Array {
    return this.#viewOf(frame).i32
  }

  i64(frame: number): BigInt64Array {
    return this.#viewOf(frame).i64
  }

  f32(frame: number): Float32Array {
    return this.#viewOf(frame).f32
  }

  f64(frame: number): Float64Array {
    return this.#viewOf(frame).f64
  }

  byteBase(frame: number): number {
    return this.#inSlab(frame) * FRAME_BYTES
  }

  wordBase(frame: number): number {
    return this.byteBase(frame) / 4
  }

  stats(): BufferPoolStats {
    throw new Error('not needed')
  }

  describe(): BufferPoolDescription {
    throw new Error('not needed')
  }

  #viewOf(frame: number): SlabViews {
    return this.#views[frame < this.#firstSlabFrames() ? 0 : 1]!
  }

  #inSlab(frame: number): number {
    return frame < this.#firstSlabFrames() ? frame : frame - this.#firstSlabFrames()
  }

  #firstSlabFrames(): number {
    return this.#slabs[0]!.byteLength / FRAME_BYTES
  }

  #victim(): number {
    let victim = -1
    for (let frame = 0; frame < this.#pageOf.length; frame++) {
      if (this.#pinCount[frame]! > 0) continue
      if (victim < 0 || this.#usedAt[frame]! < this.#usedAt[victim]!) victim = frame
    }
    if (victim < 0) throw new Error('all frames are pinned')
    if (this.#pageOf[victim] !== 0) {
      this.#frameOf.delete(this.#pageOf[victim]!)
      this.evictions++
    }
    this.bytes(victim).fill(0xa5)
    return victim
  }
}

/** Query memory with a limit. */
export class TestMemory implements ReaderMemory {
  used = 0
  readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  tryReserve(bytes: number): boolean {
    if (this.used + bytes > this.limit) return false
    this.used += bytes
    return true
  }

  release(bytes: number): void {
    this.used -= bytes
  }
}
