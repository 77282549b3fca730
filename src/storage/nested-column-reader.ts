import { DatabaseError } from '../errors/database-error.ts'
import type { Value } from '../types/value.ts'
import type { ChunkDescriptor } from './column-base.ts'
import { type ChunkReader, ColumnReaderBase } from './column-reader-base.ts'
import { plainArray } from './encoding/plain-layout.ts'
import { isArrayOf, PlainRun, type PlainTarget } from './encoding/plain-run.ts'
import type { RunReader } from './encoding/run-reader.ts'
import type { ChunkPages } from './page-pins.ts'
import { CHUNK_SHIFT, type RangePredicate } from './read-view.ts'
import { GroupedCopy, rowsOfGroup } from './rows/grouped-copy.ts'
import { TouchGroup } from './rows/touch-group.ts'
import { passes } from './zone-map.ts'

interface NestedChunk extends ChunkReader {
  readonly plain: PlainRun | null
}

/**
 * Reads columns of every type that is neither a number nor text: value by value, and rows of numeric arrays as a copy of their elements.
 */
export class NestedColumnReader extends ColumnReaderBase {
  /** Made for {@link copyRows}. */
  #group: TouchGroup | null = null

  get safeNumber(): boolean {
    return false
  }

  number(): number {
    throw new TypeError('not a column of numbers')
  }

  numbers(): never {
    throw new TypeError('not a column of numbers')
  }

  copyElements(row: number, target: PlainTarget, at: number): boolean {
    if (this.overlay !== null && this.isDirty(row >>> CHUNK_SHIFT)) {
      const changed = this.overlay.get(row)
      if (changed !== undefined) return this.#copyValue(changed, target, at)
    }
    const index = row >>> this.base.chunkShift
    const chunk = this.chunk(index) as NestedChunk
    if (chunk.plain === null) return this.#copyValue(chunk.values.value(row - this.chunkStart(index)), target, at)
    chunk.plain.copyRow(row - this.chunkStart(index), target, at)
    return true
  }

  copyRows(rows: ArrayLike<number>, from: number, to: number, target: PlainTarget, at: number): number {
    const layout = plainArray(this.type)
    if (layout === null) throw new DatabaseError('INTERNAL', `rows of ${this.type.id} were asked for as numbers`)
    const { length, rowBytes } = layout
    const doubles = isArrayOf(layout.element, target) ? doublesOf(target, at, rowBytes) : null
    this.#group ??= new TouchGroup(rowBytes)
    const groupRows = rowsOfGroup(rowBytes)
    for (let i = from; i < to; ) {
      const stop = Math.min(to, i + groupRows)
      if (stop - i > 1) this.#touch(rows, i, stop)
      for (; i < stop; i++) {
        const row = rows[i]!
        if (doubles !== null && this.#moveRow(row, doubles, ((i - from) * rowBytes) >>> 3)) continue
        if (!this.copyElements(row, target, at + (i - from) * length)) return i - from
      }
    }
    return to - from
  }

  #touch(rows: ArrayLike<number>, from: number, to: number): void {
    const group = this.#group!
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      if (row >= this.base.rowCount) continue
      const index = row >>> this.base.chunkShift
      const { plain } = this.chunk(index) as NestedChunk
      if (plain !== null) plain.touchRow(row - this.chunkStart(index), group)
    }
    group.touch()
  }

  /** fast path: a row of the base, as doubles. @returns false when it cannot be copied so. */
  #moveRow(row: number, target: Float64Array, to: number): boolean {
    if (this.overlay !== null && this.isDirty(row >>> CHUNK_SHIFT) && this.overlay.get(row) !== undefined) return false
    const index = row >>> this.base.chunkShift
    const { plain } = this.chunk(index) as NestedChunk
    return plain?.moveRow(row - this.chunkStart(index), target, to) ?? false
  }

  protected override openChunk(descriptor: ChunkDescriptor, pages: ChunkPages, values: RunReader): NestedChunk {
    const { encoding, rows, elementValidityAt } = descriptor.run
    const plain = encoding.kind === 'plain' && elementValidityAt < 0 ? new PlainRun(encoding, rows, pages) : null
    return { descriptor, pages, values, plain } as NestedChunk
  }

  protected override rowChanged(): void {}

  protected override scanChunk(
    index: number,
    predicate: RangePredicate,
    start: number,
    end: number,
    selection: Uint32Array,
    kept: number,
  ): number {
    const { values } = this.chunk(index)
    const first = this.chunkStart(index)
    for (let row = start; row < end; row++) {
      selection[kept] = row
      kept += passes(values.value(row - first), predicate, this.order) ? 1 : 0
    }
    return kept
  }

  protected override scanSelected(
    index: number,
    predicate: RangePredicate,
    selection: Uint32Array,
    from: number,
    to: number,
    kept: number,
  ): number {
    const { values } = this.chunk(index)
    const first = this.chunkStart(index)
    for (let k = from; k < to; k++) {
      const row = selection[k]!
      selection[kept] = row
      kept += passes(values.value(row - first), predicate, this.order) ? 1 : 0
    }
    return kept
  }

  #copyValue(value: Value, target: PlainTarget, at: number): boolean {
    const { type } = this
    if (type.id !== 'ARRAY') throw new DatabaseError('INTERNAL', `elements of a ${type.id} were asked for`)
    if (value === null) {
      target.fill(0 as never, at, at + type.length)
      return true
    }
    const elements = value as ArrayLike<Value>
    const wide = target instanceof BigInt64Array
    let complete = true
    for (let k = 0; k < type.length; k++) {
      const element = elements[k] ?? 0
      if (elements[k] === null) complete = false
      target[at + k] = (wide ? BigInt(element as number) : Number(element)) as never
    }
    return complete
  }
}

/** @returns the array from element `at` on as doubles, or null when they do not begin there, or rows are not made of whole ones. */
function doublesOf(target: PlainTarget, at: number, rowBytes: number): Float64Array | null {
  const byteOffset = target.byteOffset + at * target.BYTES_PER_ELEMENT
  if (!GroupedCopy.canCopy(rowBytes, target) || byteOffset % 8 !== 0) return null
  return new Float64Array(target.buffer, byteOffset, (target.byteOffset + target.byteLength - byteOffset) >>> 3)
}
