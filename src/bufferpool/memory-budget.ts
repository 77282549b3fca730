import { DatabaseError } from '../errors/database-error.ts'

/** Reservations are counted in units of this many bytes, so that 8 TiB fit a 32-bit word. */
export const BUDGET_UNIT_BYTES = 4_096

/** A budget as shared memory: what {@link MemoryBudget.attach} needs in another thread. */
export interface MemoryBudgetDescription {
  readonly shared: SharedArrayBuffer
}

const USED = 0
const LIMIT = 1
const PEAK = 2

/**
 * How much memory queries may take together, beside the pages in the pool: hash tables, sorts, aggregates, load buffers.
 * Nothing is allocated here; who allocates asks first, and when refused spills or fails. One budget for all threads of a
 * process.
 */
export class MemoryBudget {
  readonly #words: Int32Array

  /** Makes the budget of a process. @param limitBytes rounded down to whole units of 4 KiB, at most 8 TiB. */
  static create(limitBytes: number): MemoryBudget {
    const shared = new SharedArrayBuffer(16)
    const units = Math.floor(limitBytes / BUDGET_UNIT_BYTES)
    new Int32Array(shared)[LIMIT] = Math.max(0, Math.min(units, 0x7fffffff))
    return new MemoryBudget(shared)
  }

  /** @returns the same budget in another thread. */
  static attach(description: MemoryBudgetDescription): MemoryBudget {
    return new MemoryBudget(description.shared)
  }

  private constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared)
  }

  /**
   * Takes memory from the budget if there is enough left.
   * @param bytes counted in units of 4 KiB, upwards; give the same number back to {@link release}.
   * @returns whether it was taken. Cost: about 10 ns.
   */
  tryReserve(bytes: number): boolean {
    const units = unitsOf(bytes)
    const limit = this.#words[LIMIT]!
    for (;;) {
      const used = Atomics.load(this.#words, USED)
      if (used + units > limit) return false
      if (Atomics.compareExchange(this.#words, USED, used, used + units) !== used) continue
      this.#raisePeak(used + units)
      return true
    }
  }

  /** {@link tryReserve} for who cannot spill. @throws {DatabaseError} OUT_OF_MEMORY, naming what the memory was for. */
  reserve(bytes: number, purpose: string): void {
    if (this.tryReserve(bytes)) return
    const text = `Unable to allocate memory! ${purpose} needs ${bytes} bytes more, and ${this.usedBytes} of the ${this.limitBytes} bytes for queries are in use.`
    throw new DatabaseError('OUT_OF_MEMORY', text, { facts: { bytes, purpose, limitBytes: this.limitBytes } })
  }

  /** Gives back what was reserved. @throws {DatabaseError} INTERNAL if that is more than is reserved. */
  release(bytes: number): void {
    const units = unitsOf(bytes)
    const before = Atomics.sub(this.#words, USED, units)
    if (before >= units) return
    Atomics.add(this.#words, USED, units)
    throw new DatabaseError('INTERNAL', `More query memory was released than reserved (${bytes} bytes).`)
  }

  /** Bytes reserved now. */
  get usedBytes(): number {
    return Atomics.load(this.#words, USED) * BUDGET_UNIT_BYTES
  }

  /** Most bytes that were ever reserved at a time. */
  get peakBytes(): number {
    return Atomics.load(this.#words, PEAK) * BUDGET_UNIT_BYTES
  }

  /** The limit in bytes. */
  get limitBytes(): number {
    return this.#words[LIMIT]! * BUDGET_UNIT_BYTES
  }

  /** @returns what other threads need to {@link attach}. Structured-cloneable. */
  describe(): MemoryBudgetDescription {
    return { shared: this.#words.buffer as SharedArrayBuffer }
  }

  #raisePeak(units: number): void {
    for (let peak = Atomics.load(this.#words, PEAK); units > peak; peak = Atomics.load(this.#words, PEAK)) {
      if (Atomics.compareExchange(this.#words, PEAK, peak, units) === peak) return
    }
  }
}

function unitsOf(bytes: number): number {
  return Math.ceil(bytes / BUDGET_UNIT_BYTES)
}
