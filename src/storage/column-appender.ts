import { isStored, type StoredRows, vectorOf } from '../types/stored-rows.ts'
import type { Vector } from '../types/vector.ts'
import { vectorBuilder } from '../types/vector-builder.ts'
import type { ChunkDescriptor, ColumnBase } from './column-base.ts'
import { CHUNK_TARGET_BYTES, encodeColumnChunk, initialChunkShift } from './column-writer.ts'
import { droppedChunks, type OldRowReader } from './merge-column.ts'
import type { PageSink } from './page-sink.ts'
import type { PageRange } from './page-store.ts'
import { fitsPages, writeStoredChunk } from './stored-chunk.ts'
import { sliceVector, VectorStage } from './vector-stage.ts'

/**
 * Appends vectors to a column: full chunks are encoded and written as they come, the rest waits. The old column's last chunk is written again if it is
 * not full, the others are kept.
 *
 * Memory: the rows of one chunk, about CHUNK_TARGET_BYTES (text whose first chunk is short and later ones are long can pass it).
 * Cost: encoding, and one copy of rows that do not fill a chunk by themselves.
 */
export class ColumnAppender {
  readonly #base: ColumnBase
  readonly #sink: PageSink
  readonly #stage: VectorStage
  readonly #chunks: ChunkDescriptor[]
  #chunkShift: number
  /** Once a full chunk was written all others must have its size. */
  #shiftFixed: boolean
  #rowCount: number

  /** @param oldRows reads rows of `base`, for a last chunk that is not full. */
  constructor(base: ColumnBase, oldRows: OldRowReader, sink: PageSink) {
    this.#base = base
    this.#sink = sink
    this.#stage = new VectorStage(base.type)
    const full = base.rowCount >>> base.chunkShift
    this.#chunks = base.chunks.slice(0, full)
    this.#shiftFixed = full > 0
    this.#chunkShift = full > 0 ? base.chunkShift : initialChunkShift(base.type)
    this.#rowCount = full * 2 ** base.chunkShift
    this.#appendOld(oldRows)
  }

  append(column: Vector | StoredRows): void {
    if (isStored(column)) this.#appendStored(column)
    else this.#appendVector(column)
  }

  #appendStored(rows: StoredRows): void {
    const size = 2 ** this.#chunkShift
    const whole = fitsPages(rows)
    for (let from = 0, to = 0; from < rows.length; from = to) {
      to = Math.min(rows.length, from + size - this.#stage.length)
      if (whole && to - from === size) this.#keep(writeStoredChunk(rows, from, to, this.#sink))
      else this.#appendVector(vectorOf(rows, from, to))
    }
  }

  #appendVector(vector: Vector): void {
    for (let from = 0, to = 0; from < vector.length; from = to) {
      const room = 2 ** this.#chunkShift - this.#stage.length
      to = Math.min(vector.length, from + Math.min(room, this.#pieceRows()))
      const whole = this.#stage.length === 0 && to - from === room ? sliceVector(vector, from, to) : null
      if (whole !== null) this.#write(whole)
      else {
        this.#stage.append(vector, from, to)
        this.#cut()
      }
    }
  }

  /** @returns the new column and the pages of the old one that it does not use. The sink must be flushed before it is read. */
  finish(): { column: ColumnBase; freed: PageRange[] } {
    if (this.#stage.length > 0) this.#write(this.#stage.view())
    const { columnId, type } = this.#base
    const column = { columnId, type, chunkShift: this.#chunkShift, rowCount: this.#rowCount, chunks: this.#chunks }
    return { column, freed: droppedChunks(this.#base, column) }
  }

  #appendOld(oldRows: OldRowReader): void {
    const start = this.#rowCount
    if (start === this.#base.rowCount) return
    const builder = vectorBuilder(this.#base.type, this.#base.rowCount - start)
    for (let row = start; row < this.#base.rowCount; row++) builder.append(oldRows(row))
    this.append(builder.finish())
  }

  /** While the chunk's size is open, rows are taken in small pieces, so that it is noticed in time when they are long. */
  #pieceRows(): number {
    return this.#shiftFixed ? Number.POSITIVE_INFINITY : Math.max(1024, (2 ** this.#chunkShift) >> 5)
  }

  /** Writes the stage if it is full. Long rows make the first chunk shorter, and all others with it. */
  #cut(): void {
    const rows = this.#stage.length
    if (rows === 2 ** this.#chunkShift) {
      this.#write(this.#stage.view())
      this.#stage.clear()
      return
    }
    if (this.#shiftFixed || rows < 2 || this.#stage.byteSize <= CHUNK_TARGET_BYTES) return
    this.#chunkShift = 31 - Math.clz32(rows)
    const view = this.#stage.view()
    const stage = new VectorStage(this.#base.type)
    stage.append(view, 0, 2 ** this.#chunkShift)
    this.#write(stage.view())
    stage.clear()
    stage.append(view, 2 ** this.#chunkShift, rows)
    this.#stage.clear()
    const rest = stage.view()
    this.#stage.append(rest, 0, rest.length)
  }

  #write(chunk: Vector): void {
    this.#keep(encodeColumnChunk(chunk, this.#sink))
  }

  #keep(chunk: ChunkDescriptor): void {
    this.#chunks.push(chunk)
    this.#rowCount += chunk.run.rows
    this.#shiftFixed = true
  }
}
