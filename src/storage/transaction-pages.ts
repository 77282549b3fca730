import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import type { ColumnBase } from './column-base.ts'
import { openColumn } from './column-reader.ts'
import type { LoadContext } from './load-context.ts'
import type { OldRowReader } from './merge-column.ts'
import { PageBuffer } from './page-buffer.ts'
import type { BulkWriter } from './page-store.ts'
import type { ReaderContext } from './reader-context.ts'
import type { OpenRelSpill } from './rel-spill.ts'

/**
 * The pages that one load or merge of a transaction writes: in the file at once, but part of the database only when the transaction's commit
 * publishes them. A crash or {@link abort} deletes them.
 */
export class TransactionPages implements LoadContext {
  readonly pool: BufferPool
  readonly sink: PageBuffer
  readonly memoryBytes: number
  readonly openSpill: OpenRelSpill
  readonly #abort: () => void
  readonly #readers: ReaderContext

  /** @param abort deletes the pages, if that is this thread's business. */
  constructor(
    pool: BufferPool,
    bulk: BulkWriter,
    abort: () => void,
    readers: ReaderContext,
    openSpill: OpenRelSpill,
    memoryBytes: number,
  ) {
    this.pool = pool
    this.#abort = abort
    this.#readers = readers
    this.openSpill = openSpill
    this.memoryBytes = memoryBytes
    this.sink = new PageBuffer(bulk)
  }

  oldRows(column: ColumnBase): OldRowReader {
    const reader = openColumn(column, null, this.#readers, { table: '', column: String(column.columnId) })
    return (row) => reader.value(row)
  }

  flush(): void {
    this.sink.flush()
  }

  abort(): void {
    this.#abort()
  }
}
