import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import { SpillFile } from '../bufferpool/spill-file.ts'
import type { NodeTableBase } from './column-base.ts'
import type { LoadOutcome, LoadTicket } from './load-ticket.ts'
import { NodeLoader } from './node-bulk-loader.ts'
import { attachBulkWriter } from './open-page-store.ts'
import type { PageRange } from './page-store.ts'
import type { ReadView } from './read-view.ts'
import { ReaderContext, type ReaderMemory } from './reader-context.ts'
import { RelLoader } from './rel-bulk-loader.ts'
import type { RelTableBase } from './rel-table-base.ts'
import { TransactionPages } from './transaction-pages.ts'
import type { NodeBulkLoader, RelBulkLoader } from './write-transaction.ts'

/** A bulk load on a worker thread: one of the two loaders, and what to send back when it has finished. */
export interface WorkerLoad {
  /** Set for a node table. */
  readonly nodes: NodeBulkLoader | null
  /** Set for a rel table. */
  readonly rels: RelBulkLoader | null
  /** Call after the loader's finish, and send it to WriteTransaction.acceptLoad. Ends this thread's connection to the writer. */
  outcome(): LoadOutcome
  /** Ends a load that failed; the transaction's abandonLoad deletes its pages. */
  close(): void
}

const PINS = 16

/** Opens a load on a worker thread. @param view the transaction's view in this thread, for looking keys up; open until the load ends. */
export function openWorkerLoad(ticket: LoadTicket, view: ReadView, pool: BufferPool, memory: ReaderMemory): WorkerLoad {
  const { table } = ticket
  const writer = attachBulkWriter(ticket.writer)
  const readers = new ReaderContext(pool, memory, PINS)
  const openSpill = (): SpillFile => new SpillFile(ticket.spillFolder)
  const pages = new TransactionPages(pool, writer, () => {}, readers, openSpill, ticket.memoryBytes)
  let base: NodeTableBase | RelTableBase | null = null
  let freed: readonly PageRange[] = []
  let rows = 0
  const take = (result: { base: NodeTableBase | RelTableBase; freed: readonly PageRange[] }): void => {
    rows = result.base.rowCount - table.base.rowCount
    base = result.base
    freed = result.freed
  }
  const close = (): void => {
    pages.sink.abandon() // what is on its way must be in the file before the transaction deletes the load's pages
    readers.close()
    writer.close()
  }
  return {
    nodes:
      table.kind === 'node'
        ? new NodeLoader({ ...table, existing: view.nodeTable(table.base.tableId) }, pages, take)
        : null,
    rels: table.kind === 'rel' ? new RelLoader(table, pages, take) : null,
    outcome: () => {
      close()
      return { rows, base, freed }
    },
    close,
  }
}
