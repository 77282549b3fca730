import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import { type VectorBuilder, vectorBuilder } from '../types/vector-builder.ts'
import type { ChunkDescriptor, ColumnBase } from './column-base.ts'
import type { ColumnOverlay } from './column-overlay.ts'
import { CHUNK_TARGET_BYTES, encodeColumnChunk, initialChunkShift } from './column-writer.ts'
import type { PageSink } from './page-sink.ts'

/** Reads a row of the old column: base and changes together. */
export type OldRowReader = (row: number) => Value

/**
 * Writes a new version of a column: chunks are either kept as they are or rewritten value by value, and rows may be appended.
 * Memory: the rows of one chunk. Cost: nothing for a chunk that is kept, else reading and encoding its rows.
 */
export class ColumnMerger {
  readonly #base: ColumnBase
  readonly #sink: PageSink
  readonly #chunks: ChunkDescriptor[] = []
  #chunkShift: number
  #shiftFixed: boolean
  #builder: VectorBuilder | null = null
  #rows = 0

  constructor(base: ColumnBase, sink: PageSink) {
    this.#base = base
    this.#sink = sink
    this.#chunkShift = base.chunkShift
    this.#shiftFixed = base.chunks.length > 0
  }

  /**
   * Takes over the old rows [0, base rows), rewriting the chunks that `overlay` changes and the last one if it is not full and more rows follow.
   * Yields after each rewritten chunk, so that the caller can let others run.
   * @param more whether rows will be appended.
   */
  *takeOld(read: OldRowReader, overlay: ColumnOverlay | null, more: boolean): Generator<void, void> {
    const { chunks, rowCount } = this.#base
    const size = 2 ** this.#chunkShift
    for (let chunk = 0; chunk < chunks.length; chunk++) {
      const start = chunk * size
      const end = Math.min(start + size, rowCount)
      const keep = !(overlay?.changedIn(start, end) ?? false) && (end - start === size || !more)
      if (keep) {
        this.#chunks.push(chunks[chunk]!)
        this.#rows += end - start
        continue
      }
      for (let row = start; row < end; row++) this.append(read(row))
      yield
    }
  }

  /** Appends a row. */
  append(value: Value): void {
    this.#builder ??= vectorBuilder(this.#base.type, 1024)
    this.#builder.append(value)
    this.#rows++
    const rows = this.#builder.length
    if (rows === 2 ** this.#chunkShift) this.#writeChunk()
    else if (!this.#shiftFixed && isPowerOfTwo(rows) && this.#builder.byteSize > CHUNK_TARGET_BYTES) {
      this.#chunkShift = 31 - Math.clz32(rows) // rows so long that a full chunk would pass the target
      this.#writeChunk()
    }
  }

  /** @returns the new column. The sink must be flushed before it is read. */
  finish(): ColumnBase {
    if (this.#builder !== null) this.#writeChunk()
    const { columnId, type } = this.#base
    return { columnId, type, chunkShift: this.#chunkShift, rowCount: this.#rows, chunks: this.#chunks }
  }

  #writeChunk(): void {
    this.#chunks.push(encodeColumnChunk(this.#builder!.finish(), this.#sink))
    this.#shiftFixed = true
    this.#builder = null
  }
}

/** @returns a column without rows. */
export function emptyColumn(columnId: number, type: LogicalType): ColumnBase {
  return { columnId, type, chunkShift: initialChunkShift(type), rowCount: 0, chunks: [] }
}

/** @returns the page ranges of chunks of `old` that `merged` no longer uses. */
export function droppedChunks(old: ColumnBase, merged: ColumnBase | null): { first: number; count: number }[] {
  const kept = new Set(merged?.chunks.map((chunk) => chunk.firstPage))
  return old.chunks
    .filter((chunk) => chunk.pageCount > 0 && !kept.has(chunk.firstPage))
    .map((chunk) => ({ first: chunk.firstPage, count: chunk.pageCount }))
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0
}
