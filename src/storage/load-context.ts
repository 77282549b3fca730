import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import type { ColumnBase } from './column-base.ts'
import type { OldRowReader } from './merge-column.ts'
import type { PageSink } from './page-sink.ts'
import type { OpenRelSpill } from './rel-spill.ts'

/** Surroundings of a load or merge: where it reads old pages, where it writes new ones, what memory it may use. */
export interface LoadContext {
  readonly pool: BufferPool
  readonly sink: PageSink
  readonly memoryBytes: number
  readonly openSpill: OpenRelSpill
  /** @returns a reader of the merged rows of a column. */
  oldRows(column: ColumnBase): OldRowReader
  /** Sends buffered pages to the file, so that they can be read. */
  flush(): void
  /** Deletes all pages written. */
  abort(): void
}
