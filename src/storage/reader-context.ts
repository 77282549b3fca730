import type { BufferPoolApi } from '../bufferpool/buffer-pool.ts'
import { BUDGET_UNIT_BYTES } from '../bufferpool/memory-budget.ts'
import { PagePins } from './page-pins.ts'

/** Where readers ask for memory to keep decoded chunks in. */
export interface ReaderMemory {
  /** @returns false when the bytes cannot be had; the reader then goes on without. */
  tryReserve(bytes: number): boolean
  release(bytes: number): void
}

/** What all readers of one view share: its pins and its memory. */
export class ReaderContext {
  readonly pool: BufferPoolApi
  readonly pins: PagePins
  readonly #memory: ReaderMemory
  #reserved = 0
  #open = true

  /** @param maxPins pages that the view may keep pinned; all views of a process together must stay below the pool's frames. */
  constructor(pool: BufferPoolApi, memory: ReaderMemory, maxPins: number) {
    this.pool = pool
    this.pins = new PagePins(pool, Math.max(4, maxPins))
    this.#memory = memory
  }

  /** Reserves memory until the view closes. */
  tryReserve(bytes: number): boolean {
    if (!this.#memory.tryReserve(bytes)) return false
    this.#reserved += wholeUnits(bytes)
    return true
  }

  /** Gives back a part of what was reserved; all of it went back when the context was closed. */
  release(bytes: number): void {
    if (!this.#open) return
    this.#reserved -= wholeUnits(bytes)
    this.#memory.release(bytes)
  }

  /** Unpins all pages and gives all memory back. Readers of the context must not be used afterwards. */
  close(): void {
    this.#open = false
    this.pins.close()
    this.#memory.release(this.#reserved)
    this.#reserved = 0
  }
}

/** The budget counts whole units for each reservation: their sum must be given back in one go at the end. */
function wholeUnits(bytes: number): number {
  return Math.ceil(bytes / BUDGET_UNIT_BYTES) * BUDGET_UNIT_BYTES
}
