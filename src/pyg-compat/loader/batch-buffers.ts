import { DatabaseError } from '../../errors/database-error.ts'
import type { BatchBuffer } from './batch-data.ts'

/** Least size of a buffer, so that small batches of varying size share one. */
const LEAST_BYTES = 1 << 16

/** Free buffers that are kept; batches beyond that were held for long by their consumer and are not needed again. */
const MOST_FREE = 16

/** Largest buffer: typed arrays of bytes end there in some engines. */
const MOST_BYTES = 2 ** 33

/**
 * The memory of batches, in one thread: what a disposed batch gave back is used again, which saves the page faults of fresh memory
 * (half the time of a gather).
 */
export class BatchBuffers {
  readonly #shared: boolean
  readonly #free: BatchBuffer[] = []
  #made = 0

  /** @param shared whether the buffers cross threads. */
  constructor(shared: boolean) {
    this.#shared = shared
  }

  /** Buffers that were made rather than used again. */
  get made(): number {
    return this.#made
  }

  /** @returns a buffer of at least `bytes`, with old contents. @throws {DatabaseError} OUT_OF_MEMORY. */
  take(bytes: number): BatchBuffer {
    const best = this.#smallestFrom(bytes)
    if (best >= 0) return this.#free.splice(best, 1)[0]!
    this.#free.length = 0 // all too small: batches have grown
    return this.#make(bytes)
  }

  /** Takes a buffer back. Whoever still reads it sees the contents of a later batch. */
  give(buffer: BatchBuffer): void {
    if (this.#free.length < MOST_FREE) this.#free.push(buffer)
  }

  #smallestFrom(bytes: number): number {
    let best = -1
    for (let i = 0; i < this.#free.length; i++) {
      const size = this.#free[i]!.byteLength
      if (size >= bytes && (best < 0 || size < this.#free[best]!.byteLength)) best = i
    }
    return best
  }

  #make(bytes: number): BatchBuffer {
    const size = roomyBytes(bytes)
    const facts = { bytes }
    if (bytes > MOST_BYTES) throw new DatabaseError('OUT_OF_MEMORY', tooLarge(bytes), { facts })
    try {
      const buffer = this.#shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size)
      this.#made++
      return buffer
    } catch (cause) {
      throw new DatabaseError('OUT_OF_MEMORY', tooLarge(bytes), { facts, cause })
    }
  }
}

/** Sizes in steps of an eighth of a power of two: batches vary by some per cent. Untouched memory is not resident. */
function roomyBytes(bytes: number): number {
  const least = Math.max(LEAST_BYTES, bytes)
  const step = 2 ** (Math.floor(Math.log2(least)) - 3)
  return Math.min(MOST_BYTES, (Math.ceil(least / step) + 1) * step)
}

function tooLarge(bytes: number): string {
  const mebibytes = Math.ceil(bytes / 2 ** 20)
  return `A batch of ${mebibytes} MiB does not fit in memory. Make batchSize or numNeighbors smaller, or leave columns out.`
}
