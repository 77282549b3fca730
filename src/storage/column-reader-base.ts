import { DatabaseError } from '../errors/database-error.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { ChunkDescriptor, ColumnBase } from './column-base.ts'
import type { ColumnOverlay } from './column-overlay.ts'
import { type ColumnPatch, lowerBound } from './column-patch.ts'
import type { PlainTarget } from './encoding/plain-run.ts'
import { openRun, type RunReader } from './encoding/run-reader.ts'
import { ChunkPages, type PageOwner } from './page-pins.ts'
import { CHUNK_ROWS, CHUNK_SHIFT, type ColumnReader, type ColumnStatistics, type RangePredicate } from './read-view.ts'
import type { ReaderContext } from './reader-context.ts'
import { columnStatistics } from './statistics.ts'
import { orderOf, type ValueOrder } from './value-order.ts'
import { judgeChunk, passes } from './zone-map.ts'

/** What a reader knows of one chunk. Subclasses add the form that their type is read in. */
export interface ChunkReader {
  readonly descriptor: ChunkDescriptor
  readonly pages: ChunkPages
  readonly values: RunReader
}

/** See {@link ColumnReaderBase.parts}. */
export interface ColumnParts {
  readonly base: ColumnBase
  readonly overlay: ColumnOverlay | null
  readonly context: ReaderContext
}

// shared: a look-up by key opens several readers, and typed arrays are dear to make
const NO_WORDS = new Uint32Array(0)
const NO_BYTES = new Uint8Array(0)

/**
 * What all column readers share: chunks opened on first use, the overlay laid over the base, filters that go by zone map first.
 * Subclasses read one physical kind each and filter the rows of one chunk.
 */
export abstract class ColumnReaderBase implements ColumnReader {
  readonly type: LogicalType
  protected readonly base: ColumnBase
  protected readonly overlay: ColumnOverlay | null
  protected readonly context: ReaderContext
  protected readonly order: ValueOrder
  /** Per CHUNK_ROWS range: 0 = not asked yet, 1 = the base holds, 2 = some row is updated or inserted. */
  #dirty: Uint8Array
  readonly #chunks: (ChunkReader | undefined)[]
  readonly #owner: PageOwner
  readonly #chunkRows: number
  #scratch: Uint32Array = NO_WORDS
  /** Updated rows that a filter is looking at, and whether each passes (0 or 1). */
  #changed: Uint32Array = NO_WORDS
  #flags: Uint8Array = NO_BYTES

  constructor(base: ColumnBase, overlay: ColumnOverlay | null, context: ReaderContext, owner: PageOwner) {
    this.type = base.type
    this.base = base
    this.overlay = overlay
    this.context = context
    this.order = orderOf(base.type)
    this.#chunkRows = 2 ** base.chunkShift
    this.#owner = owner
    this.#chunks = new Array(base.chunks.length).fill(undefined)
    this.#dirty = new Uint8Array((Math.max(base.rowCount, overlay?.rowCount ?? 0) >>> CHUNK_SHIFT) + 1)
    overlay?.subscribe({ rowChanged: (row) => this.#noteChange(row) })
  }

  abstract number(row: number): number
  abstract numbers(start: number, end: number): { readonly values: Float64Array; readonly base: number }
  abstract get safeNumber(): boolean
  abstract copyElements(
    row: number,
    target: Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | BigInt64Array,
    at: number,
  ): boolean
  abstract copyRows(rows: ArrayLike<number>, from: number, to: number, target: PlainTarget, at: number): number

  /**
   * Keeps the rows of [start, end), all in `chunk` and judged 'some' by its zone map, whose base value passes.
   * Writes to `selection` from element `kept` on. @returns the new number of elements.
   */
  protected abstract scanChunk(
    chunk: number,
    predicate: RangePredicate,
    start: number,
    end: number,
    selection: Uint32Array,
    kept: number,
  ): number

  /** Number of rows that {@link scanChunk} would keep. */
  protected countChunk(chunk: number, predicate: RangePredicate, start: number, end: number): number {
    return this.scanChunk(chunk, predicate, start, end, this.#scratchFor(end - start), 0)
  }

  /** The same for the rows of `selection[from..to)`; survivors go to `selection` from element `kept` (<= from) on. */
  protected abstract scanSelected(
    chunk: number,
    predicate: RangePredicate,
    selection: Uint32Array,
    from: number,
    to: number,
    kept: number,
  ): number

  /** Puts updates [from, to) to the test: element i of `passed` is 1 if update `from + i` passes, else 0. */
  protected testPatch(
    predicate: RangePredicate,
    patch: ColumnPatch,
    from: number,
    to: number,
    passed: Uint8Array,
  ): void {
    for (let i = from; i < to; i++) passed[i - from] = passes(patch.values[i]!, predicate, this.order) ? 1 : 0
  }

  /** Called after `row` was changed by an open transaction. */
  protected abstract rowChanged(row: number): void

  /** What the column is made of, for who reads its pages by other ways. */
  get parts(): ColumnParts {
    return { base: this.base, overlay: this.overlay, context: this.context }
  }

  get statistics(): ColumnStatistics {
    return columnStatistics(this.base, this.overlay)
  }

  get neverNull(): boolean {
    if (this.overlay !== null && this.overlay.nullCount > 0) return false
    return this.base.chunks.every((chunk) => chunk.run.nullCount === 0)
  }

  isNull(row: number): boolean {
    if (this.overlay !== null && this.isDirty(row >>> CHUNK_SHIFT)) {
      const changed = this.overlay.get(row)
      if (changed !== undefined) return changed === null
    }
    const { chunkShift } = this.base
    const chunk = this.chunk(row >>> chunkShift)
    return chunk.descriptor.run.nullCount > 0 && chunk.values.isNull(row - ((row >>> chunkShift) << chunkShift))
  }

  value(row: number): Value {
    if (this.overlay !== null && this.isDirty(row >>> CHUNK_SHIFT)) {
      const changed = this.overlay.get(row)
      if (changed !== undefined) return copyOf(changed)
    }
    const chunk = row >>> this.base.chunkShift
    return this.chunk(chunk).values.value(row - this.chunkStart(chunk))
  }

  string(row: number): string {
    return this.value(row) as string
  }

  filterDense(predicate: RangePredicate, start: number, end: number, selection: Uint32Array): number {
    const { overlay } = this
    const baseEnd = Math.min(end, this.base.rowCount)
    let kept = start < baseEnd ? this.#filterBase(predicate, start, baseEnd, selection) : 0
    if (overlay === null || start >= end || !overlay.changedIn(start, end)) return kept
    for (let chunk = start >>> CHUNK_SHIFT; chunk * CHUNK_ROWS < baseEnd; chunk++) {
      const patch = overlay.updates(chunk)
      if (patch === null) continue
      const { rows } = patch
      const from = lowerBound(rows, 0, rows.length, start)
      const to = lowerBound(rows, from, rows.length, baseEnd)
      this.testPatch(predicate, patch, from, to, this.#flagsFor(to - from))
      kept = this.#mergeRows(selection, kept, rows, from, to)
    }
    for (let row = Math.max(start, baseEnd); row < Math.min(end, overlay.rowCount); row++) {
      selection[kept] = row
      kept += passes(overlay.get(row) ?? null, predicate, this.order) ? 1 : 0
    }
    return kept
  }

  countDense(predicate: RangePredicate, start: number, end: number): number {
    const { overlay } = this
    const baseEnd = Math.min(end, this.base.rowCount)
    let count = start < baseEnd ? this.#countBase(predicate, start, baseEnd) : 0
    if (overlay === null || start >= end || !overlay.changedIn(start, end)) return count
    for (let chunk = start >>> CHUNK_SHIFT; chunk * CHUNK_ROWS < baseEnd; chunk++) {
      const patch = overlay.updates(chunk)
      if (patch !== null) count += this.#patchedCount(predicate, patch, start, baseEnd)
    }
    for (let row = Math.max(start, baseEnd); row < Math.min(end, overlay.rowCount); row++) {
      count += passes(overlay.get(row) ?? null, predicate, this.order) ? 1 : 0
    }
    return count
  }

  filterRange(predicate: RangePredicate, selection: Uint32Array, count: number): number {
    if (count === 0) return 0
    const { overlay } = this
    if (overlay === null || !overlay.changedIn(selection[0]!, selection[count - 1]! + 1)) {
      return this.#filterSelected(predicate, selection, count)
    }
    const inBase = lowerBound(selection, 0, count, this.base.rowCount)
    const changed = inBase === 0 ? 0 : this.#testSelected(predicate, selection, inBase)
    let kept = this.#filterSelected(predicate, selection, inBase)
    kept = this.#mergeRows(selection, kept, this.#changed, 0, changed)
    for (let k = inBase; k < count; k++) {
      const row = selection[k]!
      selection[kept] = row
      kept += passes(overlay.get(row) ?? null, predicate, this.order) ? 1 : 0
    }
    return kept
  }

  /** Whether some row of a CHUNK_ROWS range is updated or inserted. Cost: one array access once it is known. */
  protected isDirty(range: number): boolean {
    let state = this.#dirty[range]
    if (state === undefined) {
      const longer = new Uint8Array(2 * range + 2)
      longer.set(this.#dirty)
      this.#dirty = longer
      state = 0
    }
    if (state === 0) {
      const start = range * 2 ** CHUNK_SHIFT
      state = this.overlay!.changedIn(start, start + 2 ** CHUNK_SHIFT) ? 2 : 1
      this.#dirty[range] = state
    }
    return state === 2
  }

  /** First row of a chunk. */
  protected chunkStart(chunk: number): number {
    return chunk * this.#chunkRows
  }

  /** @throws {DatabaseError} INTERNAL for a row past the end. */
  protected chunk(index: number): ChunkReader {
    return this.#chunks[index] ?? this.#openChunk(index)
  }

  #openChunk(index: number): ChunkReader {
    const descriptor = this.base.chunks[index]
    if (descriptor === undefined) throw new DatabaseError('INTERNAL', 'row outside of its column', { facts: { index } })
    const pages = new ChunkPages(this.context.pins, descriptor.firstPage, descriptor.pageCount, this.#owner)
    const opened = this.openChunk(descriptor, pages, openRun(this.type, descriptor.run, pages))
    this.#chunks[index] = opened
    return opened
  }

  /** Subclasses add their own form of the chunk. */
  protected openChunk(descriptor: ChunkDescriptor, pages: ChunkPages, values: RunReader): ChunkReader {
    return { descriptor, pages, values }
  }

  #noteChange(row: number): void {
    const range = row >>> CHUNK_SHIFT
    if (range < this.#dirty.length) this.#dirty[range] = 2
    this.rowChanged(row)
  }

  #filterBase(predicate: RangePredicate, start: number, end: number, selection: Uint32Array): number {
    const { chunkShift, chunks } = this.base
    let kept = 0
    for (let chunk = start >>> chunkShift; start < end; chunk++) {
      const stop = Math.min(end, this.chunkStart(chunk + 1))
      const answer = judgeChunk(chunks[chunk]!, predicate, this.order)
      if (answer === 'some') kept = this.scanChunk(chunk, predicate, start, stop, selection, kept)
      else if (answer === 'all') {
        const from = kept
        for (let row = start; row < stop; row++) selection[kept++] = row
        if (chunks[chunk]!.run.nullCount > 0) kept = this.#dropNulls(chunk, selection, from, kept)
      }
      start = stop
    }
    return kept
  }

  #countBase(predicate: RangePredicate, start: number, end: number): number {
    const { chunkShift, chunks } = this.base
    let count = 0
    for (let chunk = start >>> chunkShift; start < end; chunk++) {
      const stop = Math.min(end, this.chunkStart(chunk + 1))
      const { run } = chunks[chunk]!
      const answer = judgeChunk(chunks[chunk]!, predicate, this.order)
      if (answer === 'some') count += this.countChunk(chunk, predicate, start, stop)
      else if (answer === 'all') count += run.nullCount === 0 ? stop - start : this.#countValid(chunk, start, stop)
      start = stop
    }
    return count
  }

  /** @returns by how much the updated rows of [start, end) change the number of rows that pass. */
  #patchedCount(predicate: RangePredicate, patch: ColumnPatch, start: number, end: number): number {
    const { rows } = patch
    const from = lowerBound(rows, 0, rows.length, start)
    const to = lowerBound(rows, from, rows.length, end)
    if (from === to) return 0
    const flags = this.#flagsFor(to - from)
    this.testPatch(predicate, patch, from, to, flags)
    let change = 0
    for (let i = 0; i < to - from; i++) change += flags[i]!
    const selection = this.#scratchFor(to - from)
    selection.set(rows.subarray(from, to))
    return change - this.#filterSelected(predicate, selection, to - from)
  }

  #filterSelected(predicate: RangePredicate, selection: Uint32Array, count: number): number {
    const { chunkShift, chunks } = this.base
    let kept = 0
    for (let from = 0, to = 0; from < count; from = to) {
      const chunk = selection[from]! >>> chunkShift
      const stop = this.chunkStart(chunk + 1)
      to = selection[count - 1]! < stop ? count : lowerBound(selection, from, count, stop)
      const answer = judgeChunk(chunks[chunk]!, predicate, this.order)
      if (answer === 'some') kept = this.scanSelected(chunk, predicate, selection, from, to, kept)
      else if (answer === 'all') {
        const before = kept
        if (kept === from) kept = to
        else for (let k = from; k < to; k++) selection[kept++] = selection[k]!
        if (chunks[chunk]!.run.nullCount > 0) kept = this.#dropNulls(chunk, selection, before, kept)
      }
    }
    return kept
  }

  #countValid(chunk: number, start: number, end: number): number {
    const { values } = this.chunk(chunk)
    const first = this.chunkStart(chunk)
    let count = 0
    for (let row = start; row < end; row++) count += values.isNull(row - first) ? 0 : 1
    return count
  }

  #dropNulls(chunk: number, selection: Uint32Array, from: number, to: number): number {
    const { values } = this.chunk(chunk)
    const start = this.chunkStart(chunk)
    let kept = from
    for (let k = from; k < to; k++) {
      const row = selection[k]!
      selection[kept] = row
      kept += values.isNull(row - start) ? 0 : 1
    }
    return kept
  }

  /**
   * Puts the updated rows of `selection[0..count)` to the test: they go to `#changed`, and whether they pass to `#flags`.
   * @returns how many they are.
   */
  #testSelected(predicate: RangePredicate, selection: Uint32Array, count: number): number {
    let found = 0
    const last = selection[count - 1]!
    for (let chunk = selection[0]! >>> CHUNK_SHIFT; chunk <= last >>> CHUNK_SHIFT; chunk++) {
      const patch = this.overlay!.updates(chunk)
      if (patch === null) continue
      const { rows } = patch
      const from = lowerBound(rows, 0, rows.length, selection[0]!)
      const to = lowerBound(rows, from, rows.length, last + 1)
      const passed = this.#flagsFor(to - from, found)
      this.testPatch(predicate, patch, from, to, passed)
      found = this.#keepSelected(selection, count, rows, from, to, found)
    }
    return found
  }

  /** Of rows [from, to), whose flags stand from `found` on, keeps those that are selected. @returns the new number found. */
  #keepSelected(
    selection: Uint32Array,
    count: number,
    rows: Uint32Array,
    from: number,
    to: number,
    found: number,
  ): number {
    if (this.#changed.length < found + to - from) this.#changed = grown(this.#changed, found + to - from)
    const changed = this.#changed
    const flags = this.#flags
    const first = found
    const step = count > SPARSE * (to - from)
    let k = 0
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      if (step) k = lowerBound(selection, k, count, row)
      else while (k < count && selection[k]! < row) k++
      if (k === count) break
      if (selection[k] !== row) continue
      changed[found] = row
      flags[found++] = flags[first + i - from]!
    }
    return found
  }

  #scratchFor(count: number): Uint32Array {
    if (this.#scratch.length < count) this.#scratch = new Uint32Array(2 * count)
    return this.#scratch
  }

  #flagsFor(count: number, from = 0): Uint8Array {
    if (this.#flags.length < from + count) {
      const larger = new Uint8Array(2 * (from + count))
      larger.set(this.#flags)
      this.#flags = larger
    }
    return from === 0 ? this.#flags : this.#flags.subarray(from)
  }

  /** Takes `rows[from..to)`, which ascend, out of `selection[0..kept)` where they are in it, and puts those in whose flag is set. */
  #mergeRows(selection: Uint32Array, kept: number, rows: Uint32Array, from: number, to: number): number {
    if (from === to) return kept
    const begin = lowerBound(selection, 0, kept, rows[from]!)
    const room = kept - begin + to - from
    const scratch = this.#scratchFor(room)
    const flags = this.#flags
    let k = begin
    let out = 0
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      while (k < kept && selection[k]! < row) scratch[out++] = selection[k++]!
      if (k < kept && selection[k] === row) k++
      scratch[out] = row
      out += flags[i - from]!
    }
    selection.copyWithin(begin + out, k, kept)
    selection.set(scratch.subarray(0, out), begin)
    return begin + out + kept - k
  }
}

/** A row is looked for by halving where so many rows are selected for each. */
const SPARSE = 8

function grown(array: Uint32Array, count: number): Uint32Array {
  const larger = new Uint32Array(2 * count)
  larger.set(array)
  return larger
}

/** Arrays of the overlay belong to it; the caller of value() owns what it gets. */
function copyOf(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return value.slice()
  return Array.isArray(value) ? value.map(copyOf) : value
}
