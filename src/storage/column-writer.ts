import { PAGE_BYTES } from '../bufferpool/page-source.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import { type Vector, vectorByteSize } from '../types/vector.ts'
import type { ChunkDescriptor, ColumnBase } from './column-base.ts'
import { ExtentWriter } from './encoding/extent-writer.ts'
import { plainArray, plainPages } from './encoding/plain-layout.ts'
import { encodeRun } from './encoding/run-encoder.ts'
import { constantRun } from './encoding/run-result.ts'
import type { PageSink } from './page-sink.ts'
import { CHUNK_SHIFT } from './read-view.ts'

/** A chunk should not be wider than this: it bounds the memory of whoever collects one. */
export const CHUNK_TARGET_BYTES = 8 << 20

/**
 * Encodes and writes one chunk of a column. The encoding follows from the data: nothing is stored for constant and arithmetic sequences,
 * narrow ranges are packed, repeated strings get a dictionary.
 *
 * @param vector all rows of the chunk: at most CHUNK_ROWS, and exactly `1 << chunkShift` for every chunk but the column's last.
 * @returns the descriptor; it refers to pages put to `sink`, with consecutive ids.
 * Cost: 2-6 ns a row for numbers, 20-60 ns a row for strings, a copy for arrays of numbers.
 */
export function encodeColumnChunk(vector: Vector, sink: PageSink): ChunkDescriptor {
  const writer = new ExtentWriter(sink, maxPages(vector))
  const { run, min, max, distinct } = encodeRun(vector, writer)
  const { firstPage, pageCount } = writer.finish()
  return { firstPage, pageCount, run, min, max, distinct }
}

/** Upper bound of a chunk's pages: no encoding is larger than the vector, runs start at multiples of 16, plain rows may leave gaps. */
function maxPages(vector: Vector): number {
  return Math.ceil((vectorByteSize(vector) + 4 * vector.length) / PAGE_BYTES) + gapPages(vector) + 1
}

function gapPages(vector: Vector): number {
  const plain = plainArray(vector.type)
  const own = plain === null ? 1 : plainPages(plain.rowBytes, vector.length) + 2
  return vector.children.reduce((sum, child) => sum + gapPages(child), own)
}

/**
 * @returns the chunk shift of a new column of this type: CHUNK_SHIFT, or less for rows so wide that a chunk would pass
 * {@link CHUNK_TARGET_BYTES}. Columns of text and lists start with CHUNK_SHIFT and may be cut shorter by who collects their first chunk.
 */
export function initialChunkShift(type: LogicalType): number {
  const plain = plainArray(type)
  if (plain === null || plain.rowBytes === 0) return CHUNK_SHIFT
  const rows = Math.max(1, Math.floor(CHUNK_TARGET_BYTES / plain.rowBytes))
  return Math.min(CHUNK_SHIFT, 31 - Math.clz32(rows))
}

/** @returns a column that has the same value in every row; it has no pages. Cost: one small descriptor per chunk. */
export function constantColumn(columnId: number, type: LogicalType, rowCount: number, value: Value): ColumnBase {
  const chunks: ChunkDescriptor[] = []
  const { encoding, min, max, distinct } = constantRun(value)
  const chunkShift = initialChunkShift(type)
  for (let row = 0; row < rowCount; row += 1 << chunkShift) {
    const rows = Math.min(1 << chunkShift, rowCount - row)
    const run = { rows, nullCount: value === null ? rows : 0, validityAt: -1, elementValidityAt: -1, encoding }
    chunks.push({ firstPage: 0, pageCount: 0, run, min, max, distinct })
  }
  return { columnId, type, chunkShift, rowCount, chunks }
}
