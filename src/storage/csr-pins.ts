import type { BufferPool, FrameId } from '../bufferpool/buffer-pool.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { CsrDirection } from './csr-direction.ts'

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

/**
 * The pinned pages of one cursor, by page number: a page is pinned when first used and stays so until the view's allowance is exhausted;
 * then the page pinned longest ago goes. Cost: an array read for a pinned page.
 */
export class CsrPins {
  /** Frame of each page of the direction, or -1. Read directly by the cursor; a miss goes to {@link pin}. */
  readonly frames: Int32Array
  readonly #pool: BufferPool
  readonly #direction: CsrDirection
  readonly #allowance: PinAllowance
  /** Ring of pinned page numbers, oldest at `#head`. */
  #ring: Int32Array = new Int32Array(16)
  #head = 0
  #count = 0

  constructor(pool: BufferPool, direction: CsrDirection, allowance: PinAllowance) {
    this.#pool = pool
    this.#direction = direction
    this.#allowance = allowance
    this.frames = new Int32Array(direction.pageCount).fill(-1)
  }

  /**
   * Pins a page that is not pinned yet.
   * @param keep page number that must stay pinned, or -1.
   * @throws {DatabaseError} what the pool throws: CORRUPT_PAGE, OUT_OF_MEMORY (after giving back all that this cursor can).
   */
  pin(ordinal: number, keep: number): FrameId {
    const frame = this.#pinInPool(this.#direction.pageOf(ordinal), keep)
    while (this.#count >= OWN_PINS && !this.#allowance.tryTake()) this.#unpinOldest(keep)
    this.frames[ordinal] = frame
    this.#push(ordinal)
    return frame
  }

  /** Unpins everything. */
  close(): void {
    while (this.#count > 0) this.#unpinOldest(-1)
  }

  #pinInPool(page: number, keep: number): FrameId {
    try {
      return this.#pool.pin(page)
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== 'OUT_OF_MEMORY' || this.#count < 2) throw error
      for (let spare = this.#count - 1; spare > 0; spare--) this.#unpinOldest(keep)
      return this.#pool.pin(page)
    }
  }

  #push(ordinal: number): void {
    const size = this.#ring.length
    if (this.#count === size) {
      const grown = new Int32Array(size * 2)
      for (let i = 0; i < size; i++) grown[i] = this.#ring[(this.#head + i) & (size - 1)]!
      this.#ring = grown
      this.#head = 0
    }
    this.#ring[(this.#head + this.#count) & (this.#ring.length - 1)] = ordinal
    this.#count++
  }

  #unpinOldest(keep: number): void {
    let ordinal = this.#shift()
    if (ordinal === keep) {
      if (this.#count === 0) {
        this.#push(ordinal)
        return
      }
      const next = this.#shift()
      this.#push(ordinal)
      ordinal = next
    }
    this.#pool.unpin(this.frames[ordinal]!)
    this.frames[ordinal] = -1
    if (this.#count >= OWN_PINS) this.#allowance.give()
  }

  #shift(): number {
    const ordinal = this.#ring[this.#head]!
    this.#head = (this.#head + 1) & (this.#ring.length - 1)
    this.#count--
    return ordinal
  }
}
