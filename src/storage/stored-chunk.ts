import { PAGE_BYTES } from '../bufferpool/page-source.ts'
import type { StoredRows } from '../types/stored-rows.ts'
import type { ChunkDescriptor } from './column-base.ts'
import { plainArray, plainPages, rowSkip, rowsPerPage } from './encoding/plain-layout.ts'
import type { PageSink } from './page-sink.ts'

/** Whether rows of this kind can be written by {@link writeStoredChunk}: a page holds at least one. */
export function fitsPages({ type, rowBytes }: StoredRows): boolean {
  return plainArray(type)?.rowBytes === rowBytes && rowBytes > 0 && rowBytes <= PAGE_BYTES
}

/**
 * Writes rows [from, to) as a chunk, the same as encodeColumnChunk does with a vector of them, but straight into the memory of its pages.
 * Cost: that of reading the rows.
 */
export function writeStoredChunk(rows: StoredRows, from: number, to: number, sink: PageSink): ChunkDescriptor {
  const { rowBytes } = rows
  const { element, length } = plainArray(rows.type)!
  const perPage = Math.floor(PAGE_BYTES / rowBytes)
  const pageCount = plainPages(rowBytes, to - from)
  const firstPage = sink.reserve(pageCount)
  const skip = rowsPerPage(rowBytes, to - from, 0) === 0 ? 0 : rowSkip(rowBytes)
  for (let page = 0, row = from; row < to; page++, row += perPage) {
    const count = Math.min(perPage, to - row)
    sink.fill(firstPage + page, skip + count * rowBytes, (target) => {
      target.fill(0, 0, skip)
      rows.read(row, count, skip === 0 ? target : target.subarray(skip))
    })
  }
  const encoding = { kind: 'plain', element, rowElements: length, at: skip } as const
  const run = { rows: to - from, nullCount: 0, validityAt: -1, elementValidityAt: -1, encoding }
  return { firstPage, pageCount, run, min: null, max: null, distinct: to - from }
}
