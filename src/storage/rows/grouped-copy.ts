import { moveDoubles, touchLines } from '../../util/memory-moves.ts'
import type { PlainTarget } from '../encoding/plain-run.ts'

/** Bytes that are moved at a time: rows must be a multiple of it. */
const DOUBLE_BYTES = 8

/** Rows of a group, and bytes that it may touch at most, so that what was touched is still there when it is copied. */
const GROUP_ROWS = 32
const GROUP_BYTES = 1 << 14

/** @returns how many rows of a width are touched before the first of them is copied. */
export function rowsOfGroup(rowBytes: number): number {
  return Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_BYTES / rowBytes)))
}

/** Memory that rows are copied from, such as a slab of the pool: as doubles for copying, as words for touching. */
export interface RowMemory {
  readonly f64: Float64Array
  readonly i32: Int32Array
}

/**
 * Copies rows of one width that lie scattered in memory. They are put off and copied in groups: each cache line of a group is touched before the first row is copied,
 * so that the memory system fetches all of them at a time, where copying row by row waits for one after the other. Rows of 512 bytes at random from 1.5 GB: 4.5 million a
 * second, 3.0 when only the first line of each row is touched, 1.8 with one `set(subarray)` a row (docs/decisions/row-cache.md).
 *
 * Rows move as doubles, which keeps all bits, those of NaNs too.
 */
export class GroupedCopy {
  readonly #rowDoubles: number
  readonly #groupRows: number
  readonly #sources: RowMemory[] = []
  /** Doubles before a row in its source, and in the target. */
  readonly #origins: Int32Array
  readonly #places: Int32Array
  #target: Float64Array = new Float64Array(0)
  #count = 0
  /** Keeps the compiler from leaving out loads whose only use is that they were made. */
  sum = 0

  /** @param rowBytes for which {@link canCopy} holds. */
  constructor(rowBytes: number) {
    this.#rowDoubles = rowBytes / DOUBLE_BYTES
    this.#groupRows = rowsOfGroup(rowBytes)
    this.#origins = new Int32Array(this.#groupRows)
    this.#places = new Int32Array(this.#groupRows)
  }

  /** @returns whether rows of so many bytes can be copied to an array, which must begin at a multiple of 8 bytes. */
  static canCopy(rowBytes: number, target: PlainTarget): boolean {
    return rowBytes > 0 && rowBytes % DOUBLE_BYTES === 0 && target.byteOffset % DOUBLE_BYTES === 0
  }

  /** Says where rows go, until the next call. */
  aim(target: PlainTarget): void {
    this.#count = 0
    this.#target = new Float64Array(target.buffer, target.byteOffset, target.byteLength >>> 3)
  }

  /** Copies a row to row `place` of the target, at the latest in {@link flush}. @param origin its first byte, a multiple of 8, below 2^34. */
  add(source: RowMemory, origin: number, place: number): void {
    const i = this.#count++
    this.#sources[i] = source
    this.#origins[i] = origin / DOUBLE_BYTES
    this.#places[i] = place * this.#rowDoubles
    if (this.#count === this.#groupRows) this.flush()
  }

  /** Copies what {@link add} put off. */
  flush(): void {
    const count = this.#count
    this.#count = 0
    const rowDoubles = this.#rowDoubles
    const sources = this.#sources
    const origins = this.#origins
    let sum = 0
    for (let i = 0; i < count; i++) sum ^= touchLines(sources[i]!.i32, 2 * origins[i]!, 2 * rowDoubles)
    this.sum = sum
    for (let i = 0; i < count; i++)
      moveDoubles(sources[i]!.f64, origins[i]!, this.#target, this.#places[i]!, rowDoubles)
  }

  /** Forgets the target, and what was put off for it. */
  drop(): void {
    this.#count = 0
    this.#target = new Float64Array(0)
  }
}
