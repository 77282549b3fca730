import { PAGE_BYTES } from '../bufferpool/page-source.ts'
import type { NodeTableBase } from './column-base.ts'
import { ByteRun } from './encoding/byte-run.ts'
import { ExtentWriter } from './encoding/extent-writer.ts'
import { ChunkPages } from './page-pins.ts'
import type { PageSink } from './page-sink.ts'
import type { RowBitset } from './read-view.ts'
import type { ReaderContext } from './reader-context.ts'

/** @returns a copy of the deleted rows of a base, bits up to its row count; null when there are none. Cost: reads rows / 8 bytes. */
export function readDeletedRows(
  base: Pick<NodeTableBase, 'deleted' | 'rowCount'>,
  context: ReaderContext,
  table = '',
): RowBitset | null {
  if (base.deleted === null) return null
  const { firstPage, pageCount } = base.deleted
  const pages = new ChunkPages(context.pins, firstPage, pageCount, { table, column: 'deleted rows' })
  const words = new Uint32Array((base.rowCount + 31) >>> 5)
  // rows appended since the pages were written have no bits in them
  const stored = Math.min(words.byteLength, pageCount * PAGE_BYTES)
  new ByteRun(pages, 0).copy(0, stored, new Uint8Array(words.buffer), 0)
  return words
}

/** Writes deleted rows, one bit a row. @returns what the base refers to them by; null when no bit is set. */
export function writeDeletedRows(rows: RowBitset, rowCount: number, sink: PageSink): NodeTableBase['deleted'] {
  const words = rows.subarray(0, (rowCount + 31) >>> 5)
  if (words.every((word) => word === 0)) return null
  const writer = new ExtentWriter(sink, Math.ceil(words.byteLength / PAGE_BYTES))
  writer.write(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
  return writer.finish()
}
