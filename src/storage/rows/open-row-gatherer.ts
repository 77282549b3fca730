import { BufferPool } from '../../bufferpool/buffer-pool.ts'
import type { ColumnOverlay } from '../column-overlay.ts'
import { ColumnReaderBase } from '../column-reader-base.ts'
import type { PlainTarget } from '../encoding/plain-run.ts'
import { CHUNK_ROWS, type ColumnReader } from '../read-view.ts'
import { findPages } from './page-places.ts'
import { allocatePlaces, placesBytes } from './place-table.ts'
import { type GatheredColumn, RowGatherer, type RowGathererOptions } from './row-gatherer.ts'
import { type RowLayout, rowLayout } from './row-layout.ts'

/** Rows narrower than this are better read as pages. */
const MIN_ROW_BYTES = 64

/** Share of what of the pool is not lent yet that a cache of rows takes unless told otherwise. */
const DEFAULT_SHARE = 0.75

/** Share of the cache's memory that rows on their way take, and its bounds. */
const STAGING_SHARE = 1 / 16
const MIN_STAGING_BYTES = 1 << 18
const MAX_STAGING_BYTES = 16 << 20

/** What may be said about a {@link RowGatherer}; the rest follows from the column and the pool. */
export interface RowGathererRequest {
  /** Memory of the pool for rows; default three quarters of what is not lent yet, at most what the column needs. */
  readonly cacheBytes?: number
  /** Threads that read beside the caller's. */
  readonly threads: number
  /** Copies a row that is changed, inserted, NULL or damaged. */
  copyElsewhere(row: number, target: PlainTarget, at: number): void
}

/**
 * Opens a column of numeric arrays for gathering single rows from the file.
 * @param rowCount rows of the table. @param reader of a view of a commit, not of an open write transaction.
 * @returns null when rows are better read as pages: another type, narrow rows or wider than a page, a database in memory, no memory for the tables.
 * The view must stay open as long as the gatherer, which takes memory of its query budget.
 */
export function openRowGatherer(
  reader: ColumnReader,
  rowCount: number,
  request: RowGathererRequest,
): RowGatherer | null {
  if (!(reader instanceof ColumnReaderBase)) return null
  const { base, overlay, context } = reader.parts
  const { pool } = context
  const layout = rowLayout(base)
  if (layout === null || layout.rowBytes < MIN_ROW_BYTES || !(pool instanceof BufferPool)) return null
  const { file } = pool
  const first = base.chunks.find(({ run }) => run.encoding.kind === 'plain')?.run.encoding
  if (file === undefined || first?.kind !== 'plain') return null
  const options = chooseOptions(pool, layout, rowCount, request)
  const tables = RowGatherer.tableBytes(rowCount) + placesBytes(layout.pageCount)
  if (!context.tryReserve(tables)) return null
  const gatherer = tryOpen(file, layout)
  if (gatherer === null) context.release(tables)
  return gatherer

  function tryOpen(path: string, rows: RowLayout): RowGatherer | null {
    const places = allocatePlaces(rows.pageCount)
    try {
      if (findPages(path, rows.ranges, places) === 0) return null
      const { element } = first as { element: GatheredColumn['element'] }
      const column: GatheredColumn = {
        pool: pool as BufferPool,
        file: { file: path, layout: rows, element, places: places.blocks.buffer as SharedArrayBuffer },
        element,
        rowCount,
        markElsewhere: (slotOf, code) => markElsewhere(slotOf, code, rows, overlay, reader as ColumnReader),
        copyElsewhere: request.copyElsewhere,
        closed: () => context.release(tables),
      }
      return RowGatherer.open(column, options)
    } catch {
      return null // the file cannot be opened once more: pages are read through the handle that there is
    }
  }
}

function chooseOptions(
  pool: BufferPool,
  layout: RowLayout,
  rowCount: number,
  { cacheBytes, threads }: RowGathererRequest,
): RowGathererOptions {
  const wanted = Math.min(cacheBytes ?? Math.floor(pool.unlentBytes * DEFAULT_SHARE), allRowsBytes(layout, rowCount))
  const stagingBytes = Math.max(MIN_STAGING_BYTES, Math.min(MAX_STAGING_BYTES, Math.floor(wanted * STAGING_SHARE)))
  return { cacheBytes: wanted, stagingBytes, threads }
}

/** Bytes of the frames that hold all rows. */
function allRowsBytes({ rowBytes }: RowLayout, rowCount: number): number {
  const perFrame = Math.floor(2 ** 16 / rowBytes)
  return Math.ceil(rowCount / perFrame) * 2 ** 16
}

function markElsewhere(
  slotOf: Int32Array,
  code: number,
  layout: RowLayout,
  overlay: ColumnOverlay | null,
  reader: ColumnReader,
): void {
  const { firstPages, chunkShift, rowCount } = layout
  slotOf.fill(code, rowCount)
  for (let chunk = 0; chunk < firstPages.length; chunk++) {
    const start = chunk * 2 ** chunkShift
    const end = Math.min(start + 2 ** chunkShift, rowCount)
    if (firstPages[chunk]! < 0) slotOf.fill(code, start, end)
  }
  if (!reader.neverNull) for (let row = 0; row < rowCount; row++) if (reader.isNull(row)) slotOf[row] = code
  if (overlay === null) return
  for (let range = 0; range * CHUNK_ROWS < rowCount; range++) {
    const updates = overlay.changedIn(range * CHUNK_ROWS, (range + 1) * CHUNK_ROWS) ? overlay.updates(range) : null
    if (updates === null) continue
    for (const row of updates.rows) if (row < slotOf.length) slotOf[row] = code
  }
}
