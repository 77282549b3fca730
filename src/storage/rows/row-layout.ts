import { PAGE_BYTES } from '../../bufferpool/page-source.ts'
import type { ChunkDescriptor, ColumnBase } from '../column-base.ts'
import { ELEMENT_BYTES, rowsPerPage } from '../encoding/plain-layout.ts'
import type { PageRange } from '../page-store.ts'

/**
 * Where the rows of a column of numeric arrays lie in its pages. Pages are numbered through the column: those of chunk 0 first, then those of chunk 1 …
 */
export interface RowLayout {
  readonly rowBytes: number
  readonly rowCount: number
  readonly chunkShift: number
  readonly ranges: readonly PageRange[]
  readonly pageCount: number
  /** Per chunk: its first page; -1 when its rows are not rows of a page (one value for all of them, NULL elements). */
  readonly firstPages: Int32Array
  /** Byte of the chunk at which row 0 begins. */
  readonly starts: Float64Array
  /** Rows per page, or 0 when rows follow each other without gaps. */
  readonly perPage: Int32Array
}

/** @returns the layout, or null for a column in which no row can be read by itself, or is wider than a page. */
export function rowLayout(base: ColumnBase): RowLayout | null {
  const { chunks } = base
  const rowBytes = chunks.reduce((bytes, chunk) => Math.max(bytes, plainRowBytes(chunk)), 0)
  if (rowBytes === 0 || rowBytes > PAGE_BYTES) return null
  const layout = {
    rowBytes,
    rowCount: base.rowCount,
    chunkShift: base.chunkShift,
    ranges: chunks.map((chunk) => ({ first: chunk.firstPage, count: chunk.pageCount })),
    pageCount: chunks.reduce((sum, chunk) => sum + chunk.pageCount, 0),
    firstPages: new Int32Array(chunks.length).fill(-1),
    starts: new Float64Array(chunks.length),
    perPage: new Int32Array(chunks.length),
  }
  let page = 0
  for (const [i, chunk] of chunks.entries()) {
    const { encoding, rows } = chunk.run
    if (encoding.kind === 'plain' && plainRowBytes(chunk) === rowBytes) {
      layout.firstPages[i] = page
      layout.starts[i] = encoding.at
      layout.perPage[i] = rowsPerPage(rowBytes, rows, encoding.at)
    }
    page += chunk.pageCount
  }
  return layout
}

function plainRowBytes({ run }: ChunkDescriptor): number {
  const { encoding } = run
  if (encoding.kind !== 'plain' || run.elementValidityAt >= 0) return 0
  return encoding.rowElements * ELEMENT_BYTES[encoding.element]
}

/** Finds rows. Two numbers a row, without an object for each: they are left in the fields. */
export class RowFinder {
  /** Page of the row found last, numbered through the column, and byte in the page. */
  page = 0
  byte = 0
  readonly #layout: RowLayout

  constructor(layout: RowLayout) {
    this.#layout = layout
  }

  /** @returns whether all of the row lies in one page of its own; then {@link page} and {@link byte} tell where. */
  find(row: number): boolean {
    const { chunkShift, firstPages, starts, perPage, rowBytes } = this.#layout
    const chunk = row >>> chunkShift
    const first = firstPages[chunk]!
    if (first < 0) return false
    const local = row - chunk * 2 ** chunkShift
    const rowsInPage = perPage[chunk]!
    const start = starts[chunk]!
    if (rowsInPage === 0) {
      const at = start + local * rowBytes
      const page = Math.floor(at / PAGE_BYTES)
      this.page = first + page
      this.byte = at - page * PAGE_BYTES
      return this.byte + rowBytes <= PAGE_BYTES
    }
    const startPage = Math.floor(start / PAGE_BYTES)
    const page = (local / rowsInPage) | 0
    this.page = first + startPage + page
    this.byte = start - startPage * PAGE_BYTES + (local - page * rowsInPage) * rowBytes
    return true
  }
}
