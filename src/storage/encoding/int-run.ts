import type { BufferPoolApi } from '../../bufferpool/buffer-pool.ts'
import { readInt64, readUint64 } from '../../types/int-words.ts'
import type { Int } from '../../types/value.ts'
import type { IntEncoding } from '../column-base.ts'
import { lowerBound } from '../column-patch.ts'
import type { ChunkPages } from '../page-pins.ts'

const PAGE_WORDS = 16380
const TWO_32 = 4294967296

/** Test of codes: keep those in [low, low + span] (both unsigned 32-bit), or those outside when `flip` is 1. */
export interface CodeTest {
  readonly low: number
  readonly span: number
  readonly flip: 0 | 1
}

/** Reads the numbers of one {@link IntEncoding}. Positions are 0-based and not checked. */
export class IntRun {
  readonly kind: IntEncoding['kind']
  /** Value of code 0, or of position 0 of an arithmetic sequence; NaN-free but inexact when it is not safe: then use {@link exact}. */
  readonly base: number
  readonly step: number
  /** Bits of one code: 1 to 32 for packed, 64 for plain, 0 for arithmetic. */
  readonly width: number
  readonly #exactBase: Int
  readonly #pages: ChunkPages
  readonly #firstWord: number
  /** Positions per word as a shift, and the masks to find a position inside its word and a code inside its bits. */
  readonly #wordShift: number
  readonly #slotMask: number
  readonly #codeMask: number

  constructor(ints: IntEncoding, pages: ChunkPages) {
    this.kind = ints.kind
    this.#pages = pages
    this.#exactBase = 'base' in ints ? ints.base : 0
    this.base = Number(this.#exactBase)
    this.step = ints.kind === 'arithmetic' ? ints.step : 0
    this.width = ints.kind === 'packed' ? ints.width : ints.kind === 'arithmetic' ? 0 : 64
    this.#firstWord = 'at' in ints ? ints.at >>> 2 : 0
    const narrow = ints.kind === 'packed' ? ints.width : 32
    this.#wordShift = 5 - Math.log2(narrow)
    this.#slotMask = 32 / narrow - 1
    this.#codeMask = narrow === 32 ? 0xffffffff : 2 ** narrow - 1
  }

  /** @returns the number at a position, exact if it is safe. Cost: about 5 ns while its page is pinned. */
  at(i: number): number {
    if (this.width === 0) return this.base + this.step * i
    if (this.width === 64) return this.#plainAt(i)
    return this.base + this.codeAt(i)
  }

  /** @returns the code at a position of a packed run. */
  codeAt(i: number): number {
    const word = this.#firstWord + (i >>> this.#wordShift)
    const page = (word / PAGE_WORDS) | 0
    const pages = this.#pages
    let base = pages.wordBase[page]!
    if (!(base >= 0)) base = pages.pin(page)
    const bits = pages.words[page]![base + word - page * PAGE_WORDS]! >>> ((i & this.#slotMask) * this.width)
    return (bits & this.#codeMask) >>> 0
  }

  /** @returns the number at a position in its normal form, whatever its size. */
  exact(i: number): Int {
    if (typeof this.#exactBase === 'bigint') {
      const v = this.#exactBase + BigInt(this.width === 0 ? this.step * i : this.codeAt(i))
      return v >= -9007199254740991n && v <= 9007199254740991n ? Number(v) : v
    }
    if (this.width !== 64) return this.at(i)
    const word = this.#firstWord + 2 * i
    const page = (word / PAGE_WORDS) | 0
    const at = (this.#pages.pin(page) + word - page * PAGE_WORDS) >>> 1
    const frame = this.#pages.frame(page)
    const { pool } = this.#pages
    const wide = pool.i64(frame)
    if (this.kind === 'int64') return readInt64(pool.i32(frame), wide, at)
    const v = readUint64(pool.i32(frame), wide as unknown as BigUint64Array, at)
    return typeof v === 'number' ? v : BigInt.asUintN(64, v) // the view is a signed one
  }

  #plainAt(i: number): number {
    const word = this.#firstWord + 2 * i
    const page = (word / PAGE_WORDS) | 0
    const pages = this.#pages
    let base = pages.wordBase[page]!
    if (!(base >= 0)) base = pages.pin(page)
    const words = pages.words[page]!
    const at = base + word - page * PAGE_WORDS
    const high = this.kind === 'int64' ? words[at + 1]! | 0 : words[at + 1]!
    return high * TWO_32 + words[at]!
  }

  /** Writes positions [start, end) to `target` from `to` on. Cost: about 1 ns each. */
  decode(start: number, end: number, target: Float64Array, to: number): void {
    if (this.width === 0) {
      for (let i = start; i < end; i++) target[to++] = this.base + this.step * i
      return
    }
    while (start < end) {
      const stop = this.#pageEnd(start, end)
      this.#decodePage(start, stop, target, to)
      to += stop - start
      start = stop
    }
  }

  /** @returns the end of the positions from `start` on that lie in one page, at most `end`. */
  #pageEnd(start: number, end: number): number {
    const page = this.#pageOf(start)
    const wordsEnd = (page + 1) * PAGE_WORDS - this.#firstWord
    return Math.min(end, this.width === 64 ? wordsEnd / 2 : wordsEnd * (this.#slotMask + 1))
  }

  #pageOf(i: number): number {
    const word = this.width === 64 ? this.#firstWord + 2 * i : this.#firstWord + (i >>> this.#wordShift)
    return (word / PAGE_WORDS) | 0
  }

  /** Byte position in the slab of position 0 of the run, as if all its pages were where the page of `i` is. */
  #origin(page: number): number {
    return (this.#pages.pin(page) + this.#firstWord - page * PAGE_WORDS) * 4
  }

  #decodePage(start: number, end: number, target: Float64Array, to: number): void {
    const page = this.#pageOf(start)
    const origin = this.#origin(page)
    const frame = this.#pages.frame(page)
    const { pool } = this.#pages
    if (this.width === 8) addBase(pool.u8(frame), origin, start, end, this.base, target, to)
    else if (this.width === 16) addBase(pool.u16(frame), origin / 2, start, end, this.base, target, to)
    else if (this.width === 32) addBase(pool.u32(frame), origin / 4, start, end, this.base, target, to)
    else if (this.width === 64) this.#decodePlain(pool.i32(frame), origin / 4, start, end, target, to)
    else decodeBits(pool.u32(frame), origin / 4, start, end, this.width, this.base, target, to)
  }

  #decodePlain(words: Int32Array, origin: number, start: number, end: number, target: Float64Array, to: number): void {
    const unsigned = this.kind === 'uint64'
    for (let i = start, at = origin + 2 * start; i < end; i++, at += 2) {
      const high = unsigned ? words[at + 1]! >>> 0 : words[at + 1]!
      target[to++] = high * TWO_32 + (words[at]! >>> 0)
    }
  }

  /**
   * Keeps the positions of [start, end) whose code passes, as `position + shift`, in `selection` from element `kept` on.
   * Only for packed runs. Cost: about 1 ns a position. @returns the new number of elements.
   */
  scanCodes(test: CodeTest, start: number, end: number, shift: number, selection: Uint32Array, kept: number): number {
    while (start < end) {
      const stop = this.#pageEnd(start, end)
      const page = this.#pageOf(start)
      const origin = this.#origin(page)
      const frame = this.#pages.frame(page)
      const { pool } = this.#pages
      if (this.width === 8) kept = scanUnits(pool.u8(frame), origin, start, stop, test, shift, selection, kept)
      else if (this.width === 16)
        kept = scanUnits(pool.u16(frame), origin / 2, start, stop, test, shift, selection, kept)
      else if (this.width === 32)
        kept = scanUnits(pool.u32(frame), origin / 4, start, stop, test, shift, selection, kept)
      else kept = scanBits(pool.u32(frame), origin / 4, start, stop, this.width, test, shift, selection, kept)
      start = stop
    }
    return kept
  }

  /** @returns how many positions of [start, end) have a code that passes. Only for packed runs. Cost: about 1 ns a position, less for narrow codes. */
  countCodes(test: CodeTest, start: number, end: number): number {
    let count = 0
    for (let at = start; at < end; ) {
      const stop = this.#pageEnd(at, end)
      const page = this.#pageOf(at)
      const origin = this.#origin(page)
      const frame = this.#pages.frame(page)
      const { pool } = this.#pages
      if (this.width === 8) count += countBytes(pool, frame, origin, at, stop, test)
      else if (this.width === 16) count += countUnits(pool.u16(frame), origin / 2 + at, origin / 2 + stop, test)
      else if (this.width === 32) count += countUnits(pool.u32(frame), origin / 4 + at, origin / 4 + stop, test)
      else count += countBits(pool.u32(frame), origin / 4, at, stop, this.width, test)
      at = stop
    }
    return test.flip === 1 ? end - start - count : count
  }

  /**
   * Keeps those of `selection[from..to)`, which ascend, whose code passes; survivors go to `selection` from element `kept` (<= from) on.
   * Only for packed runs. @param shift row of position 0. Cost: 2 ns a row, and finding each page's end. @returns the new number of elements.
   */
  scanSelectedCodes(
    test: CodeTest,
    selection: Uint32Array,
    from: number,
    to: number,
    shift: number,
    kept: number,
  ): number {
    while (from < to) {
      const first = selection[from]! - shift
      const stop = this.#pageEnd(first, selection[to - 1]! - shift + 1)
      const end = lowerBound(selection, from, to, stop + shift)
      const page = this.#pageOf(first)
      const origin = this.#origin(page)
      const frame = this.#pages.frame(page)
      const { pool } = this.#pages
      if (this.width === 8) kept = scanChosen(pool.u8(frame), origin - shift, test, selection, from, end, kept)
      else if (this.width === 16)
        kept = scanChosen(pool.u16(frame), origin / 2 - shift, test, selection, from, end, kept)
      else if (this.width === 32)
        kept = scanChosen(pool.u32(frame), origin / 4 - shift, test, selection, from, end, kept)
      else kept = scanChosenBits(pool.u32(frame), origin / 4, this.width, shift, test, selection, from, end, kept)
      from = end
    }
    return kept
  }
}

type Units = Uint8Array | Uint16Array | Uint32Array

function addBase(
  units: Units,
  origin: number,
  start: number,
  end: number,
  base: number,
  target: Float64Array,
  to: number,
): void {
  for (let i = origin + start, last = origin + end; i < last; i++) target[to++] = base + units[i]!
}

function decodeBits(
  words: Uint32Array,
  origin: number,
  start: number,
  end: number,
  width: number,
  base: number,
  target: Float64Array,
  to: number,
): void {
  const shift = 5 - Math.log2(width)
  const slots = (1 << shift) - 1
  const mask = (1 << width) - 1
  for (let i = start; i < end; i++) {
    target[to++] = base + ((words[origin + (i >>> shift)]! >>> ((i & slots) * width)) & mask)
  }
}

/**
 * The comparison with an unsigned difference is both ends of the range at once. Number() of a comparison compiles to no branch, which `? 1 : 0` does:
 * 3 instead of 7 ns a row where the outcome is random.
 */
function scanUnits(
  units: Units,
  origin: number,
  start: number,
  end: number,
  test: CodeTest,
  shift: number,
  selection: Uint32Array,
  kept: number,
): number {
  const { flip } = test
  const low = test.low | 0 // as 32-bit words, so that the loop stays in integer registers
  const span = test.span >>> 0
  for (let i = start; i < end; i++) {
    selection[kept] = i + shift
    kept += Number((units[origin + i]! - low) >>> 0 <= span) ^ flip
  }
  return kept
}

/** The functions below count the codes inside of the range, whatever `flip` says. */
function countUnits(units: Units, start: number, end: number, test: CodeTest): number {
  const low = test.low | 0
  const span = test.span >>> 0
  let count = 0
  for (let i = start; i < end; i++) count += Number((units[i]! - low) >>> 0 <= span)
  return count
}

const EVEN_BYTES = 0x00ff00ff
const LANES = 0x00010001
const CARRIES = 0x01000100

/**
 * Four codes a step: two words of two 16-bit lanes, in which bit 8 of `code + 256 - low` and of `high + 256 - code` say that the code is not below
 * and not above the range. `sum` adds them up per lane, for fewer steps than a lane can count.
 */
function countBytes(
  pool: BufferPoolApi,
  frame: number,
  origin: number,
  start: number,
  end: number,
  test: CodeTest,
): number {
  const bytes = pool.u8(frame)
  const low = test.low
  const high = Math.min(255, low + test.span)
  if (low > 255) return 0
  const first = Math.min(end, start + (-(origin + start) & 3))
  const last = first + ((end - first) & ~3)
  const below = CARRIES - low * LANES
  const above = CARRIES + high * LANES
  const words = pool.u32(frame)
  let count =
    countUnits(bytes, origin + start, origin + first, test) + countUnits(bytes, origin + last, origin + end, test)
  for (let at = (origin + first) >>> 2, stop = (origin + last) >>> 2; at < stop; ) {
    let sum = 0
    for (const pause = Math.min(stop, at + 0x7000); at < pause; at++) {
      const word = words[at]!
      const even = word & EVEN_BYTES
      const odd = (word >>> 8) & EVEN_BYTES
      const inEven = (even + below) & (above - even)
      const inOdd = (odd + below) & (above - odd)
      sum = (sum + ((inEven & CARRIES) >>> 8) + ((inOdd & CARRIES) >>> 8)) | 0
    }
    count += (sum & 0xffff) + (sum >>> 16)
  }
  return count
}

function countBits(
  words: Uint32Array,
  origin: number,
  start: number,
  end: number,
  width: number,
  test: CodeTest,
): number {
  const low = test.low | 0
  const span = test.span >>> 0
  const wordShift = 5 - Math.log2(width)
  const slots = (1 << wordShift) - 1
  const mask = (1 << width) - 1
  let count = 0
  for (let i = start; i < end; i++) {
    const code = (words[origin + (i >>> wordShift)]! >>> ((i & slots) * width)) & mask
    count += Number((code - low) >>> 0 <= span)
  }
  return count
}

function scanBits(
  words: Uint32Array,
  origin: number,
  start: number,
  end: number,
  width: number,
  test: CodeTest,
  shift: number,
  selection: Uint32Array,
  kept: number,
): number {
  const { flip } = test
  const low = test.low | 0
  const span = test.span >>> 0
  const wordShift = 5 - Math.log2(width)
  const slots = (1 << wordShift) - 1
  const mask = (1 << width) - 1
  for (let i = start; i < end; i++) {
    const code = (words[origin + (i >>> wordShift)]! >>> ((i & slots) * width)) & mask
    selection[kept] = i + shift
    kept += Number((code - low) >>> 0 <= span) ^ flip
  }
  return kept
}

function scanChosen(
  units: Units,
  origin: number,
  test: CodeTest,
  selection: Uint32Array,
  from: number,
  to: number,
  kept: number,
): number {
  const { flip } = test
  const low = test.low | 0
  const span = test.span >>> 0
  for (let k = from; k < to; k++) {
    const row = selection[k]!
    selection[kept] = row
    kept += Number((units[origin + row]! - low) >>> 0 <= span) ^ flip
  }
  return kept
}

function scanChosenBits(
  words: Uint32Array,
  origin: number,
  width: number,
  shift: number,
  test: CodeTest,
  selection: Uint32Array,
  from: number,
  to: number,
  kept: number,
): number {
  const { flip } = test
  const low = test.low | 0
  const span = test.span >>> 0
  const wordShift = 5 - Math.log2(width)
  const slots = (1 << wordShift) - 1
  const mask = (1 << width) - 1
  for (let k = from; k < to; k++) {
    const row = selection[k]!
    const i = row - shift
    const code = (words[origin + (i >>> wordShift)]! >>> ((i & slots) * width)) & mask
    selection[kept] = row
    kept += Number((code - low) >>> 0 <= span) ^ flip
  }
  return kept
}
