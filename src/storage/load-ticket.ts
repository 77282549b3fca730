import type { NodeTableBase } from './column-base.ts'
import type { BulkWriterDescription, PageRange } from './page-store.ts'
import type { RelTableBase } from './rel-table-base.ts'
import type { NodeTableSchema, RelTableSchema } from './table-schema.ts'

/**
 * A bulk load that a worker thread shall run, as plain data; see WriteTransaction.describeLoad. It belongs to one transaction
 * and is used once.
 */
export interface LoadTicket {
  readonly loadId: number
  readonly table:
    | { readonly kind: 'node'; readonly schema: NodeTableSchema; readonly base: NodeTableBase }
    | {
        readonly kind: 'rel'
        readonly schema: RelTableSchema
        readonly base: RelTableBase
        readonly sourceCount: number
        readonly targetCount: number
      }
  readonly writer: BulkWriterDescription
  readonly memoryBytes: number
  /** Where temporary files go. */
  readonly spillFolder: string
}

/** What a finished load gives back to the transaction, as plain data. */
export interface LoadOutcome {
  /** Rows loaded. */
  readonly rows: number
  /** The new base; null when nothing was loaded. */
  readonly base: NodeTableBase | RelTableBase | null
  /** Pages of the old base that the new one does not use. */
  readonly freed: readonly PageRange[]
}
