import { PAGE_BYTES } from '../../bufferpool/page-source.ts'
import type { ChunkPages } from '../page-pins.ts'
import { ByteRun } from './byte-run.ts'

/** Reads a validity bitmap: bit i%8 of byte i/8, 1 = has a value. */
export class ValidityRun {
  readonly #pages: ChunkPages
  readonly #at: number

  constructor(pages: ChunkPages, at: number) {
    this.#pages = pages
    this.#at = at
  }

  has(i: number): boolean {
    const at = this.#at + (i >>> 3)
    const page = (at / PAGE_BYTES) | 0
    const base = this.#pages.pin(page) * 4
    return ((this.#pages.bytes[page]![base + at - page * PAGE_BYTES]! >>> (i & 7)) & 1) !== 0
  }

  /** @returns a copy of the bytes that hold bits [start, end); bit `start` is bit `start % 8` of byte 0. */
  bits(start: number, end: number): Uint8Array {
    const run = new ByteRun(this.#pages, this.#at)
    return run.slice(start >>> 3, (end + 7) >>> 3)
  }

  /** Sets `target[to + i - start]` to 0 where bit i of [start, end) is not set. */
  zeroNulls(start: number, end: number, target: Float64Array, to: number): void {
    const bits = this.bits(start, end)
    const shift = start & 7
    for (let i = 0; i < end - start; i++) {
      if (((bits[(i + shift) >>> 3]! >>> ((i + shift) & 7)) & 1) === 0) target[to + i] = 0
    }
  }

  /**
   * Keeps those of `selection[from..count)` whose bit is set, moved to the front of that range.
   * @param shift what to subtract from a selected row to get its bit; rows ascend.
   * @returns the new end.
   */
  keepValid(selection: Uint32Array, from: number, count: number, shift: number): number {
    if (from === count) return from
    const start = (selection[from]! - shift) & ~7
    const bits = this.bits(start, selection[count - 1]! - shift + 1)
    let kept = from
    for (let k = from; k < count; k++) {
      const row = selection[k]!
      const i = row - shift - start
      selection[kept] = row
      kept += (bits[i >>> 3]! >>> (i & 7)) & 1
    }
    return kept
  }
}
