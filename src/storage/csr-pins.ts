import type { BufferPool, FrameId } from '../bufferpool/buffer-pool.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { CsrDirection } from './csr-direction.ts'
import { GROUP_FIELDS, makePageTable, pageEntry, UNPINNED } from './csr-page-table.ts'

/**
 * How many pages the cursors of all threads of the process may keep pinned together, beyond the few that each of them needs.
 * Counted by a budget of the process in shared memory.
 */
export interface PinAllowance {
  /** @returns whether one more page may stay pinned. */
  tryTake(): boolean
  give(): void
}

/** Pages that a cursor needs pinned at one moment at most (a list, its end, ids and offsets): it has them without asking. */
const OWN_PINS = 6

/** What {@link CsrPins.keepList} and {@link CsrPins.keepIds} are when there is no such page. */
export const NO_PAGE = -1

const NO_SLAB = new Uint32Array(0)

/**
 * The pinned pages of one cursor, known by the place of their entry in {@link table}. A page is pinned when first used and stays so until the
 * process's allowance is exhausted; then the page pinned longest ago goes. Pages that the cursor has shown to its caller stay.
 */
export class CsrPins {
  /** Read directly by the cursor; an entry that is UNPINNED goes to {@link pin}. */
  readonly table: Int32Array
  /** The slab of all pages pinned so far, or, once there were two, the slab of each page by entry. */
  slab: Uint32Array = NO_SLAB
  slabs: Uint32Array[] | null = null
  /** Entries of the pages that the current list and its rel ids lie in. */
  keepList = NO_PAGE
  keepIds = NO_PAGE
  readonly #pool: BufferPool
  readonly #direction: CsrDirection
  readonly #allowance: PinAllowance
  /** Ring of pinned pages, oldest at `#head`: entry and frame. */
  #entries: Int32Array = new Int32Array(16)
  #frames: Int32Array = new Int32Array(16)
  #head = 0
  #count = 0

  constructor(pool: BufferPool, direction: CsrDirection, allowance: PinAllowance) {
    this.#pool = pool
    this.#direction = direction
    this.#allowance = allowance
    this.table = makePageTable(direction)
  }

  /**
   * Pins a page that is not pinned yet. Any other page but the kept ones may be unpinned.
   * @param at place of its entry. @returns the entry.
   * @throws {DatabaseError} what the pool throws: CORRUPT_PAGE, OUT_OF_MEMORY (after giving back all that this cursor can).
   */
  pin(at: number): number {
    const direction = this.#direction
    const ordinal = at - direction.groupCount * GROUP_FIELDS
    const group = direction.groupOf(ordinal)
    const page = ordinal - direction.ordinals[group]!
    const frame = this.#pinInPool(direction.firstPages[group]! + page)
    while (this.#count >= OWN_PINS && !this.#allowance.tryTake()) this.#unpinOldest()
    this.#noteSlab(at, this.#pool.u32(frame))
    const entry = pageEntry(this.#pool.wordBase(frame), page)
    this.table[at] = entry
    this.#push(at, frame)
    return entry
  }

  /** Unpins everything. */
  close(): void {
    this.keepList = NO_PAGE
    this.keepIds = NO_PAGE
    while (this.#count > 0) this.#unpinOldest()
  }

  #pinInPool(page: number): FrameId {
    try {
      return this.#pool.pin(page)
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== 'OUT_OF_MEMORY' || this.#count === 0) throw error
      while (this.#unpinOldest());
      return this.#pool.pin(page)
    }
  }

  #noteSlab(at: number, slab: Uint32Array): void {
    if (this.slab === NO_SLAB) this.slab = slab
    if (this.slabs === null) {
      if (this.slab === slab) return
      this.slabs = new Array<Uint32Array>(this.table.length).fill(this.slab)
    }
    this.slabs[at] = slab
  }

  #push(entry: number, frame: number): void {
    const size = this.#entries.length
    if (this.#count === size) {
      this.#entries = unrolled(this.#entries, this.#head)
      this.#frames = unrolled(this.#frames, this.#head)
      this.#head = 0
    }
    const at = (this.#head + this.#count) & (this.#entries.length - 1)
    this.#entries[at] = entry
    this.#frames[at] = frame
    this.#count++
  }

  /** Unpins the page pinned longest ago of those that need not stay. @returns false if there is none. */
  #unpinOldest(): boolean {
    for (let left = this.#count; left > 0; left--) {
      const entry = this.#entries[this.#head]!
      const frame = this.#frames[this.#head]!
      this.#head = (this.#head + 1) & (this.#entries.length - 1)
      this.#count--
      if (entry === this.keepList || entry === this.keepIds) {
        this.#push(entry, frame)
        continue
      }
      this.table[entry] = UNPINNED
      this.#pool.unpin(frame)
      if (this.#count >= OWN_PINS) this.#allowance.give()
      return true
    }
    return false
  }
}

/** @returns a ring of twice the size that begins at its start. */
function unrolled(ring: Int32Array, head: number): Int32Array {
  const larger = new Int32Array(ring.length * 2)
  larger.set(ring.subarray(head))
  larger.set(ring.subarray(0, head), ring.length - head)
  return larger
}
