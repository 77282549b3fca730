import type { BufferPoolApi, FrameId } from '../bufferpool/buffer-pool.ts'
import type { PageId } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'

/** Pins between two looks at what the pool has left, less 1. */
const CHECK_MASK = 7

/** What a damaged page belongs to, for error messages. */
export interface PageOwner {
  readonly table: string
  readonly column: string
}

/**
 * The pins of one read view: a bounded set of frames kept in place so that readers reach values without asking the pool again. When it is
 * full, the oldest pin makes room; when the pool is short of frames, all of them do.
 *
 * Rule for every user: any call that may pin (a `pin` of any {@link ChunkPages} of the view) may drop any other pin. So
 * finish with one page before touching the next, and keep numbers across it, never positions of a frame.
 */
export class PagePins {
  readonly pool: BufferPoolApi
  readonly #limit: number
  /** Grow with use up to the limit: most views pin a few pages only. */
  readonly #owners: (ChunkPages | undefined)[] = []
  readonly #pages: number[] = []
  #at = 0
  #calls = 0

  /** @param limit pins to hold at most; at least 1. */
  constructor(pool: BufferPoolApi, limit: number) {
    this.pool = pool
    this.#limit = limit
  }

  /** Pins a page for its owner, dropping the oldest pin if there are too many. @throws {DatabaseError} CORRUPT_PAGE, IO, OUT_OF_MEMORY. */
  pin(owner: ChunkPages, page: number): number {
    if ((++this.#calls & CHECK_MASK) === 0 && this.pool.isTight === true) this.close()
    const at = this.#at
    const oldest = this.#owners[at]
    if (oldest !== undefined) {
      this.#owners[at] = undefined
      this.pool.unpin(oldest.drop(this.#pages[at]!))
    }
    const frame = this.#pinFrame(owner.firstPage + page)
    this.#owners[at] = owner
    this.#pages[at] = page
    this.#at = at + 1 === this.#limit ? 0 : at + 1
    return frame
  }

  /** Other views may hold so many frames that none is left for this one: then its own pins are what it can do without. */
  #pinFrame(pageId: PageId): FrameId {
    try {
      return this.pool.pin(pageId)
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== 'OUT_OF_MEMORY') throw error
      this.close()
      return this.pool.pin(pageId)
    }
  }

  /** Drops every pin. */
  close(): void {
    for (let at = 0; at < this.#owners.length; at++) {
      const owner = this.#owners[at]
      if (owner === undefined) continue
      this.#owners[at] = undefined
      this.pool.unpin(owner.drop(this.#pages[at]!))
    }
  }
}

/** The pages of one chunk as one reader reaches them. Page numbers count from 0 within the chunk. */
export class ChunkPages {
  readonly firstPage: number
  readonly pageCount: number
  /** Word position of each page in its slab, or -1 when it is not pinned. */
  readonly wordBase: Int32Array
  /** Slab of each pinned page as words and as bytes. */
  readonly words: Uint32Array[]
  readonly bytes: Uint8Array[]
  readonly #frames: Int32Array
  readonly #pins: PagePins
  readonly #owner: PageOwner

  constructor(pins: PagePins, firstPage: number, pageCount: number, owner: PageOwner) {
    this.firstPage = firstPage
    this.pageCount = pageCount
    this.wordBase = new Int32Array(pageCount).fill(-1)
    this.words = new Array(pageCount).fill(EMPTY_WORDS)
    this.bytes = new Array(pageCount).fill(EMPTY_BYTES)
    this.#frames = new Int32Array(pageCount)
    this.#pins = pins
    this.#owner = owner
  }

  /**
   * Makes sure that a page is pinned. @returns its word position in the slab `words[page]`.
   * @throws {DatabaseError} CORRUPT_PAGE naming table, column and page; IO, OUT_OF_MEMORY.
   */
  pin(page: number): number {
    const held = this.wordBase[page]
    if (held !== undefined && held >= 0) return held
    if (held === undefined) throw this.#outside(page)
    const frame = this.#pinOrExplain(page)
    const { pool } = this.#pins
    this.#frames[page] = frame
    this.words[page] = pool.u32(frame)
    this.bytes[page] = pool.u8(frame)
    const base = pool.wordBase(frame)
    this.wordBase[page] = base
    return base
  }

  /** Frame of a pinned page, for the pool's other views. */
  frame(page: number): number {
    return this.#frames[page]!
  }

  get pool(): BufferPoolApi {
    return this.#pins.pool
  }

  /** Forgets a page; called by {@link PagePins} alone. @returns the frame to unpin. */
  drop(page: number): number {
    this.wordBase[page] = -1
    return this.#frames[page]!
  }

  #pinOrExplain(page: number): number {
    try {
      return this.#pins.pin(this, page)
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== 'CORRUPT_PAGE' || 'owner' in error.facts) throw error
      throw this.#corrupt(page, error.message.replace(/^Storage exception: /, ''), error)
    }
  }

  #outside(page: number): DatabaseError {
    return this.#corrupt(page, `page ${page} of a chunk of ${this.pageCount} pages was asked for`, undefined)
  }

  #corrupt(page: number, text: string, cause: unknown): DatabaseError {
    const { table, column } = this.#owner
    return new DatabaseError('CORRUPT_PAGE', `Table ${table}, column ${column}: ${text}`, {
      facts: { table, column, page: this.firstPage + page },
      cause,
    })
  }
}

const EMPTY_WORDS = new Uint32Array(0)
const EMPTY_BYTES = new Uint8Array(0)
