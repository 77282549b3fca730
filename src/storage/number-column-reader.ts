import { isIntType } from '../types/int.ts'
import type { Value } from '../types/value.ts'
import { unreachable } from '../util/assert.ts'
import type { ChunkDescriptor, ColumnBase } from './column-base.ts'
import type { ColumnOverlay } from './column-overlay.ts'
import { type ColumnPatch, lowerBound } from './column-patch.ts'
import { type ChunkReader, ColumnReaderBase } from './column-reader-base.ts'
import { IntRun } from './encoding/int-run.ts'
import { codeTest, numberPasses, numberTest, scanNumbers, scanSelectedNumbers } from './encoding/number-test.ts'
import { PlainRun } from './encoding/plain-run.ts'
import type { RunReader } from './encoding/run-reader.ts'
import { ValidityRun } from './encoding/validity-run.ts'
import type { ChunkPages, PageOwner } from './page-pins.ts'
import { CHUNK_MASK, CHUNK_ROWS, CHUNK_SHIFT, type RangePredicate } from './read-view.ts'
import type { ReaderContext } from './reader-context.ts'
import { passes } from './zone-map.ts'

/** A chunk is decoded as a whole once more than 1 / 2^FLAT_SHIFT of its rows have been asked for one by one. */
const FLAT_SHIFT = 6
/** Rows are filtered out of a decoded range when at least one in so many of the range is wanted. */
const DENSE_SHARE = 8
const NO_NUMBERS = new Float64Array(0)

interface NumberChunk extends ChunkReader {
  /** Exactly one of the two is set, neither for a chunk of NULLs, wide integers or one constant. */
  readonly ints: IntRun | null
  readonly plain: PlainRun | null
  readonly validity: ValidityRun | null
}

/** Reads columns of BOOL, integers, DECIMAL, DATE, TIMESTAMP*, FLOAT and DOUBLE. Their chunks always have CHUNK_ROWS rows. */
export class NumberColumnReader extends ColumnReaderBase {
  /** Decoded chunks, the overlay's values included; element `row & CHUNK_MASK`. */
  protected readonly flat: (Float64Array | undefined)[]
  readonly #touches: Int32Array
  readonly #baseSafe: boolean
  readonly #range: { values: Float64Array; base: number }
  #scratch = NO_NUMBERS

  constructor(base: ColumnBase, overlay: ColumnOverlay | null, context: ReaderContext, owner: PageOwner) {
    super(base, overlay, context, owner)
    const ranges = (Math.max(base.rowCount, overlay?.rowCount ?? 0) >>> CHUNK_SHIFT) + 1
    this.flat = new Array(ranges).fill(undefined)
    this.#touches = new Int32Array(ranges)
    this.#baseSafe = base.chunks.every(isSafeChunk)
    this.#range = { values: this.#scratch, base: 0 }
  }

  get safeNumber(): boolean {
    return this.#baseSafe && (this.overlay === null || this.overlay.safeNumber)
  }

  number(row: number): number {
    const values = this.flat[row >>> CHUNK_SHIFT]
    if (values !== undefined) return values[row & CHUNK_MASK]!
    return this.#numberOutOfPage(row)
  }

  copyRows(): never {
    throw new TypeError('not a column of arrays')
  }

  copyElements(): never {
    throw new TypeError('not a column of arrays')
  }

  numbers(start: number, end: number): { readonly values: Float64Array; readonly base: number } {
    const index = start >>> CHUNK_SHIFT
    const range = this.#range
    const flat = this.flat[index]
    if (flat !== undefined) {
      range.values = flat
      range.base = index * CHUNK_ROWS
      return range
    }
    range.values = this.#scratchFor(end - start)
    this.#decode(index, start, end, range.values)
    range.base = start
    return range
  }

  protected override openChunk(descriptor: ChunkDescriptor, pages: ChunkPages, values: RunReader): NumberChunk {
    const { run } = descriptor
    const { encoding } = run
    const ints = encoding.kind === 'int' ? new IntRun(encoding.ints, pages) : null
    const plain = encoding.kind === 'plain' ? new PlainRun(encoding, run.rows, pages) : null
    const validity = run.validityAt < 0 ? null : new ValidityRun(pages, run.validityAt)
    return { descriptor, pages, values, ints, plain, validity } as NumberChunk
  }

  protected override rowChanged(row: number): void {
    const index = row >>> CHUNK_SHIFT
    const values = this.flat[index]
    if (values === undefined) return
    const value = this.overlay!.get(row)
    if (value === undefined || (row & CHUNK_MASK) >= values.length) {
      this.flat[index] = undefined
      this.context.release(values.byteLength)
    } else values[row & CHUNK_MASK] = Number(value)
  }

  protected override scanChunk(
    index: number,
    predicate: RangePredicate,
    start: number,
    end: number,
    selection: Uint32Array,
    kept: number,
  ): number {
    const chunk = this.chunk(index) as NumberChunk
    const first = index * CHUNK_ROWS
    const end1 = this.#scanValues(chunk, predicate, start - first, end - first, first, selection, kept)
    return chunk.validity === null ? end1 : chunk.validity.keepValid(selection, kept, end1, first)
  }

  protected override countChunk(index: number, predicate: RangePredicate, start: number, end: number): number {
    const { ints, descriptor, validity } = this.chunk(index) as NumberChunk
    const { encoding } = descriptor.run
    if (validity !== null || ints === null || encoding.kind !== 'int' || encoding.ints.kind !== 'packed') {
      return super.countChunk(index, predicate, start, end)
    }
    const test = codeTest(predicate, encoding.ints.base, ints.width)
    if (test === 'none') return 0
    const first = index * CHUNK_ROWS
    return test === 'all' ? end - start : ints.countCodes(test, start - first, end - first)
  }

  protected override scanSelected(
    index: number,
    predicate: RangePredicate,
    selection: Uint32Array,
    from: number,
    to: number,
    kept: number,
  ): number {
    const chunk = this.chunk(index) as NumberChunk
    const first = index * CHUNK_ROWS
    const kept1 = this.#scanSelectedCodes(chunk, predicate, selection, from, to, first, kept)
    if (kept1 >= 0) return chunk.validity === null ? kept1 : chunk.validity.keepValid(selection, kept, kept1, first)
    if (!isSafeChunk(chunk.descriptor) || (chunk.ints === null && chunk.plain === null)) {
      return this.#scanSelectedValues(chunk, predicate, selection, from, to, kept, first)
    }
    const test = numberTest(predicate)
    const before = kept
    const start = selection[from]!
    const end = selection[to - 1]! + 1
    const flat = this.flat[index]
    if (flat !== undefined) kept = scanSelectedNumbers(flat, first, test, selection, from, to, kept)
    else if ((to - from) * DENSE_SHARE >= end - start) {
      // fast path: decoding a whole range costs a fraction of fetching its rows one by one
      const values = this.#scratchFor(end - start)
      this.#decodeBase(index, start, end, values)
      kept = scanSelectedNumbers(values, start, test, selection, from, to, kept)
    } else {
      for (let k = from; k < to; k++) {
        const row = selection[k]!
        selection[kept] = row
        kept += Number(numberPasses(numberIn(chunk, row - first), test))
      }
    }
    return chunk.validity === null ? kept : chunk.validity.keepValid(selection, before, kept, first)
  }

  protected override testPatch(
    predicate: RangePredicate,
    patch: ColumnPatch,
    from: number,
    to: number,
    passed: Uint8Array,
  ): void {
    // without bounds NaN passes too, which it does not in numbers
    if (!this.overlay!.safeNumber || (predicate.min === null && predicate.max === null)) {
      super.testPatch(predicate, patch, from, to, passed)
      return
    }
    const test = numberTest(predicate)
    const { values, numbers } = patch
    for (let i = from; i < to; i++) {
      passed[i - from] = Number(numberPasses(numbers[i]!, test)) & Number(values[i] !== null)
    }
  }

  #scratchFor(count: number): Float64Array {
    if (this.#scratch.length < count) {
      this.#scratch = new Float64Array(Math.min(CHUNK_ROWS, Math.max(2048, 2 * count)))
    }
    return this.#scratch
  }

  #numberOutOfPage(row: number): number {
    const index = row >>> CHUNK_SHIFT
    if (this.#touches[index] !== undefined && ++this.#touches[index]! > CHUNK_ROWS >>> FLAT_SHIFT) {
      const values = this.#flatten(index)
      if (values !== undefined) return values[row & CHUNK_MASK]!
    }
    if (this.overlay !== null && this.isDirty(index)) {
      const changed = this.overlay.get(row)
      if (changed !== undefined) return Number(changed)
    }
    return numberIn(this.chunk(index) as NumberChunk, row & CHUNK_MASK)
  }

  /** Decodes a whole chunk, if there is memory for it. */
  #flatten(index: number): Float64Array | undefined {
    const start = index * CHUNK_ROWS
    const end = Math.min(start + CHUNK_ROWS, this.overlay?.rowCount ?? this.base.rowCount)
    const bytes = (end - start) * 8
    if (!this.context.tryReserve(bytes)) {
      this.#touches[index] = -CHUNK_ROWS // ask again later: other readers may have given memory back
      return undefined
    }
    const values = new Float64Array(end - start)
    this.#decode(index, start, end, values)
    this.flat[index] = values
    this.#touches[index] = 0
    return values
  }

  /** Writes rows [start, end) of one chunk to the start of `target`, the overlay's included. */
  #decode(index: number, start: number, end: number, target: Float64Array): void {
    const baseEnd = Math.min(end, this.base.rowCount)
    if (start < baseEnd) this.#decodeBase(index, start, baseEnd, target)
    const { overlay } = this
    if (overlay === null) return
    const inserted = Math.max(start, baseEnd)
    if (inserted < end) overlay.insertedNumbers(inserted, end, target, inserted - start)
    const patch = overlay.updates(index)
    if (patch === null) return
    const { rows, numbers } = patch
    const from = lowerBound(rows, 0, rows.length, start)
    const to = lowerBound(rows, from, rows.length, end)
    for (let i = from; i < to; i++) target[rows[i]! - start] = numbers[i]!
  }

  #decodeBase(index: number, start: number, end: number, target: Float64Array): void {
    const chunk = this.chunk(index) as NumberChunk
    const first = index * CHUNK_ROWS
    if (chunk.ints !== null) chunk.ints.decode(start - first, end - first, target, 0)
    else if (chunk.plain !== null) chunk.plain.decode(start - first, end - first, target, 0)
    else for (let row = start; row < end; row++) target[row - start] = Number(chunk.values.value(row - first))
    chunk.validity?.zeroNulls(start - first, end - first, target, 0)
  }

  #scanValues(
    chunk: NumberChunk,
    predicate: RangePredicate,
    start: number,
    end: number,
    first: number,
    selection: Uint32Array,
    kept: number,
  ): number {
    const { ints } = chunk
    const { encoding } = chunk.descriptor.run
    if (ints !== null && encoding.kind === 'int' && encoding.ints.kind === 'packed') {
      const test = codeTest(predicate, encoding.ints.base, ints.width)
      if (test === 'none') return kept
      if (test !== 'all') return ints.scanCodes(test, start, end, first, selection, kept)
      for (let i = start; i < end; i++) selection[kept++] = first + i
      return kept
    }
    const source = ints ?? chunk.plain
    if (source === null) return this.#scanEach(chunk, predicate, start, end, first, selection, kept)
    const values = this.#scratchFor(end - start)
    source.decode(start, end, values, 0)
    const test = numberTest(predicate)
    if (isSafeChunk(chunk.descriptor)) {
      return scanNumbers(values, 0, end - start, first + start, test, selection, kept)
    }
    const low = predicate.min === null ? Number.NaN : Number(predicate.min)
    const high = predicate.max === null ? Number.NaN : Number(predicate.max)
    for (let i = start; i < end; i++) {
      // rounding keeps the order, so only a value that rounds to a bound needs its exact form
      const v = values[i - start]!
      const passed =
        v === low || v === high ? passes(chunk.values.value(i), predicate, this.order) : numberPasses(v, test)
      selection[kept] = first + i
      kept += Number(passed)
    }
    return kept
  }

  /** Tests the codes of a packed chunk. @returns the new number of elements; -1 for a chunk that has none. */
  #scanSelectedCodes(
    { ints, descriptor }: NumberChunk,
    predicate: RangePredicate,
    selection: Uint32Array,
    from: number,
    to: number,
    first: number,
    kept: number,
  ): number {
    const { encoding } = descriptor.run
    if (ints === null || encoding.kind !== 'int' || encoding.ints.kind !== 'packed') return -1
    const test = codeTest(predicate, encoding.ints.base, ints.width)
    if (test === 'none') return kept
    if (test !== 'all') return ints.scanSelectedCodes(test, selection, from, to, first, kept)
    selection.copyWithin(kept, from, to)
    return kept + to - from
  }

  #scanEach(
    chunk: NumberChunk,
    predicate: RangePredicate,
    start: number,
    end: number,
    first: number,
    selection: Uint32Array,
    kept: number,
  ): number {
    for (let i = start; i < end; i++) {
      selection[kept] = first + i
      kept += Number(passes(chunk.values.value(i), predicate, this.order))
    }
    return kept
  }

  #scanSelectedValues(
    chunk: NumberChunk,
    predicate: RangePredicate,
    selection: Uint32Array,
    from: number,
    to: number,
    kept: number,
    first: number,
  ): number {
    for (let k = from; k < to; k++) {
      const row = selection[k]!
      selection[kept] = row
      kept += Number(passes(chunk.values.value(row - first), predicate, this.order))
    }
    return kept
  }
}

/**
 * Reads a column whose base is one arithmetic sequence over all its chunks, as ids often are: a value costs one multiplication and no memory.
 */
export class SequenceColumnReader extends NumberColumnReader {
  readonly #first: number
  readonly #step: number
  readonly #isWhole: boolean
  /** Rows below this have their base value; 0 once one of them was changed. */
  #clean: number

  constructor(
    base: ColumnBase,
    overlay: ColumnOverlay | null,
    context: ReaderContext,
    owner: PageOwner,
    sequence: { readonly first: number; readonly step: number },
  ) {
    super(base, overlay, context, owner)
    this.#first = sequence.first
    this.#step = sequence.step
    this.#isWhole = isIntType(base.type.id)
    this.#clean = overlay?.changedIn(0, base.rowCount) ? 0 : base.rowCount
  }

  override number(row: number): number {
    return row < this.#clean ? this.#first + this.#step * row : super.number(row)
  }

  /** fast path: the key of a row, as a look-up checks it, without a chunk being opened. */
  override value(row: number): Value {
    const value = this.#first + this.#step * row
    return row < this.#clean && this.#isWhole && Number.isSafeInteger(value) ? value : super.value(row)
  }

  protected override rowChanged(row: number): void {
    if (row < this.base.rowCount) this.#clean = 0
    super.rowChanged(row)
  }
}

/** @returns the sequence that all chunks form together, or null. */
export function sequenceOf(base: ColumnBase): { first: number; step: number } | null {
  const head = base.chunks[0]?.run.encoding
  if (head?.kind !== 'int' || head.ints.kind !== 'arithmetic' || typeof head.ints.base !== 'number') return null
  const { base: first, step } = head.ints
  for (const [i, chunk] of base.chunks.entries()) {
    const { encoding, nullCount } = chunk.run
    if (encoding.kind !== 'int' || encoding.ints.kind !== 'arithmetic' || nullCount > 0) return null
    if (encoding.ints.base !== first + step * i * CHUNK_ROWS) return null
    if (chunk.run.rows > 1 && encoding.ints.step !== step) return null
  }
  return { first, step }
}

function numberIn(chunk: NumberChunk, i: number): number {
  if (chunk.ints !== null) return chunk.ints.at(i)
  if (chunk.plain !== null) return chunk.plain.numberAt(i)
  return Number(chunk.values.value(i))
}

/** Whether every value of the chunk is exact as a number. */
function isSafeChunk({ run, min, max }: ChunkDescriptor): boolean {
  switch (run.encoding.kind) {
    case 'plain':
      return true
    case 'int':
      return typeof min !== 'bigint' && typeof max !== 'bigint'
    case 'constant':
      return typeof run.encoding.value !== 'bigint'
    case 'wide':
      return false
    default:
      return unreachable(run.encoding as never)
  }
}
