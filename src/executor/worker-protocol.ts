import type { CatalogData } from '../catalog/catalog.ts'
import type { ErrorMessageData } from '../errors/database-error.ts'
import type { QueryPlan } from '../plan/statement.ts'
import type { StorageAttachment, StorageSnapshot } from '../storage/storage-engine.ts'
import type { Value } from '../types/value.ts'
import type { QueryResultData } from './context.ts'
import type { CopyReport, CopyTask } from './copy-task.ts'

/** `workerData` of an executor worker. */
export interface WorkerSetup {
  readonly attachment: StorageAttachment
}

/** A query for a worker: all of it plain data or shared memory. */
export interface QueryTask {
  readonly plan: QueryPlan
  readonly snapshot: StorageSnapshot
  readonly catalog: CatalogData
  readonly parameters: readonly (readonly [string, Value])[]
  /** The flag of {@link InterruptSource}; lies in shared memory. */
  readonly interruptFlag: Int32Array
  readonly deadlineMs: number
  readonly nowMicros: number
  readonly settings: readonly (readonly [string, Value])[]
  readonly profile: boolean
  readonly reportProgress: boolean
}

/** What a worker is asked for. */
export type WorkerRequest =
  | { readonly id: number; readonly kind: 'query'; readonly query: QueryTask }
  | { readonly id: number; readonly kind: 'copy'; readonly copy: CopyTask }

/** What a worker sends: the end of a query or load, or how far it is: pipeline, pipelines, and what is done and known of the running one. */
export type WorkerResponse =
  | { readonly id: number; readonly kind: 'done'; readonly data: QueryResultData }
  | { readonly id: number; readonly kind: 'copied'; readonly report: CopyReport }
  | { readonly id: number; readonly kind: 'failed'; readonly error: ErrorMessageData }
  | {
      readonly id: number
      readonly kind: 'progress'
      readonly pipeline: number
      readonly pipelines: number
      readonly done: number
      readonly total: number
      /** Rows that a load has read. */
      readonly rows: number
    }
