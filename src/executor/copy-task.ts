import type { CatalogData } from '../catalog/catalog.ts'
import type { FileSource } from '../plan/operator.ts'
import type { CopyFromPlan } from '../plan/statement.ts'
import type { LoadOutcome, LoadTicket } from '../storage/load-ticket.ts'
import type { StorageSnapshot } from '../storage/storage-engine.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Int } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import type { CopyContext, SkippedRow } from './copy-from.ts'

/** Rows that COPY loads, as plain data: files, with the types that their columns are read with, or the columns of a query's result. */
export type CopyInput =
  | { readonly kind: 'files'; readonly files: FileSource; readonly types: readonly LogicalType[] }
  | { readonly kind: 'rows'; readonly columns: readonly Vector[]; readonly rowCount: number }

/** A COPY FROM for a worker thread, which loads into pages that the transaction on the main thread publishes. */
export interface CopyTask {
  readonly plan: CopyFromPlan
  readonly input: CopyInput
  readonly ticket: LoadTicket
  /** The transaction's view, its own changes included. */
  readonly snapshot: StorageSnapshot
  readonly catalog: CatalogData
  readonly primaryKeyTypes: CopyContext['primaryKeyTypes']
  /** First value of each SERIAL column that no source column fills, by place in the schema; null for other columns. */
  readonly serials: readonly ({ readonly first: Int; readonly increment: Int } | null)[]
  /** The flag of InterruptSource; lies in shared memory. */
  readonly interruptFlag: Int32Array
  readonly deadlineMs: number
  readonly nowMicros: number
  /** Rows left out under IGNORE_ERRORS are kept up to this number, and counted. */
  readonly warningLimit: number
}

/** The end of a {@link CopyTask}. */
export interface CopyReport {
  readonly outcome: LoadOutcome
  readonly skipped: SkippedReport
  /** Values taken of each SERIAL column. */
  readonly serialsTaken: readonly number[]
}

/** Rows left out under IGNORE_ERRORS: the first ones, and how many there were. */
export interface SkippedReport {
  readonly rows: readonly SkippedRow[]
  readonly count: number
}
