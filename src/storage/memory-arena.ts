import { FRAME_BYTES, PAGE_BYTES, type PageId } from '../bufferpool/page-source.ts'
import { SharedLock } from '../bufferpool/shared-lock.ts'
import {
  FRAMES_PER_SLAB,
  growableMemory,
  growFully,
  reserveSlabs,
  SLAB_SHIFT,
  SlabSet,
} from '../bufferpool/slab-set.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { MemoryArenaDescription, PageRange, PageRun } from './page-store.ts'

/** Page ids an arena can name: 64 Mi, that is 4 TiB of pages ever written. */
const MAX_PAGES = 2 ** 26

/** Words of the directory before its entries. */
const HEADER_WORDS = 16
const LOCK = 0
const FREE_HEAD = 1
const HIGH_WATER = 2
const PAGE_COUNT = 3
/** Position of the next page id, among the header's 64-bit words. */
const NEXT_PAGE = 4

/**
 * The pages of a database in memory: slots of 64 KiB in shared slabs, and a directory from page id to slot. Any thread that
 * attaches reads and writes it. Slabs get memory when they are needed.
 *
 *   control    i32[16] header, then i32[page id]: slot plus 1, or 0; then i32[page id]: bulk load that wrote it, or 0
 *   a free slot's first word: the next free slot plus 1
 */
export class MemoryArena {
  readonly #control: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #nextPage: BigInt64Array
  readonly #slabs: SlabSet
  readonly #lock: SharedLock

  /** @param maxBytes bound of the pages' memory; address space is reserved for it. @throws {DatabaseError} OUT_OF_MEMORY. */
  static create(maxBytes: number): MemoryArena {
    const control = growableMemory((HEADER_WORDS + 2 * MAX_PAGES) * 4)
    if (!growFully(control)) throw fullError(0)
    const arena = new MemoryArena({
      control,
      slabs: reserveSlabs(Math.floor(Math.min(maxBytes, 4 * 2 ** 40) / FRAME_BYTES)),
    })
    arena.#nextPage[NEXT_PAGE] = 1n
    return arena
  }

  /** @returns the arena in another thread. */
  static attach(description: MemoryArenaDescription): MemoryArena {
    return new MemoryArena(description)
  }

  private constructor(description: MemoryArenaDescription) {
    this.#control = description.control
    this.#words = new Int32Array(description.control, 0, HEADER_WORDS + 2 * MAX_PAGES)
    this.#nextPage = new BigInt64Array(description.control, 0, HEADER_WORDS / 2)
    this.#slabs = new SlabSet(description.slabs)
    this.#lock = new SharedLock(this.#words, LOCK)
  }

  /** Pages that exist. */
  get pageCount(): number {
    return Atomics.load(this.#words, PAGE_COUNT)
  }

  /** Bytes of the slots used so far, free ones included. */
  get byteLength(): number {
    return Atomics.load(this.#words, HIGH_WATER) * FRAME_BYTES
  }

  /** @returns the first of `count` ids never given before. */
  allocate(count: number): PageId {
    return Number(Atomics.add(this.#nextPage, NEXT_PAGE, BigInt(count)))
  }

  /** Copies a page out. @returns false if it does not exist. Cost: a copy of 64 KiB. */
  read(pageId: PageId, target: Uint8Array): boolean {
    const slot = pageId < MAX_PAGES ? Atomics.load(this.#words, HEADER_WORDS + pageId) - 1 : -1
    if (slot < 0) return false
    const start = positionOf(slot)
    target.set(this.#slabs.views(slot).u8.subarray(start, start + PAGE_BYTES))
    return true
  }

  /**
   * Copies pages in; all of them or none.
   * @param bulkId the bulk load they belong to, or 0.
   * @throws {DatabaseError} OUT_OF_MEMORY, LIMIT.
   */
  write(runs: readonly PageRun[], bulkId = 0): void {
    const written: PageRange[] = []
    try {
      for (const run of runs) {
        for (let at = 0, id = run.first; at < run.bytes.length; at += PAGE_BYTES, id++) {
          this.#writePage(id, run.bytes.subarray(at, at + PAGE_BYTES), bulkId)
          written.push({ first: id, count: 1 })
        }
      }
    } catch (error) {
      this.delete(written)
      throw error
    }
  }

  /** Deletes pages; those that do not exist are passed over. @returns how many did. */
  delete(ranges: readonly PageRange[]): number {
    let deleted = 0
    this.#lock.lock()
    try {
      for (const { first, count } of ranges) {
        for (let id = first; id < first + count; id++) deleted += this.#deletePage(id)
      }
    } finally {
      this.#lock.unlock()
    }
    return deleted
  }

  /** Deletes the pages that a bulk load wrote, from any thread. Cost: a few ns per id given out since it began. */
  deleteBulk(bulkId: number): void {
    const end = Math.min(Number(Atomics.load(this.#nextPage, NEXT_PAGE)), MAX_PAGES)
    for (let id = bulkId; id < end; id++) {
      if (this.#words[HEADER_WORDS + MAX_PAGES + id] === bulkId) this.delete([{ first: id, count: 1 }])
    }
  }

  /** @returns what other threads need to {@link attach}. */
  describe(): MemoryArenaDescription {
    return { control: this.#control, slabs: this.#slabs.slabs }
  }

  #writePage(pageId: PageId, bytes: Uint8Array, bulkId: number): void {
    if (pageId >= MAX_PAGES) throw new DatabaseError('LIMIT', 'A database in memory has had too many pages.')
    const slot = this.#takeSlot()
    this.#slabs.views(slot).u8.set(bytes, positionOf(slot))
    this.#words[HEADER_WORDS + MAX_PAGES + pageId] = bulkId
    Atomics.store(this.#words, HEADER_WORDS + pageId, slot + 1)
  }

  #takeSlot(): number {
    this.#lock.lock()
    try {
      let slot = this.#words[FREE_HEAD]! - 1
      if (slot >= 0) this.#words[FREE_HEAD] = this.#slabs.views(slot).i32[positionOf(slot) / 4]!
      else {
        slot = this.#words[HIGH_WATER]!
        if (slot >>> SLAB_SHIFT >= this.#slabs.slabs.length || !this.#slabs.ensure(slot)) throw fullError(slot)
        if (positionOf(slot) >= this.#slabs.views(slot).u8.length) throw fullError(slot)
        this.#words[HIGH_WATER] = slot + 1
      }
      this.#words[PAGE_COUNT]!++
      return slot
    } finally {
      this.#lock.unlock()
    }
  }

  #deletePage(pageId: PageId): number {
    const slot = Atomics.exchange(this.#words, HEADER_WORDS + pageId, 0) - 1
    if (slot < 0) return 0
    this.#slabs.views(slot).i32[positionOf(slot) / 4] = this.#words[FREE_HEAD]!
    this.#words[FREE_HEAD] = slot + 1
    this.#words[PAGE_COUNT]!--
    return 1
  }
}

function positionOf(slot: number): number {
  return (slot & (FRAMES_PER_SLAB - 1)) * FRAME_BYTES
}

function fullError(slot: number): DatabaseError {
  const text = `Unable to allocate memory! The database in memory has ${slot} pages, and there is no room for another.`
  return new DatabaseError('OUT_OF_MEMORY', text, { facts: { pages: slot } })
}
