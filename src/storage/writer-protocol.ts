import type { ErrorMessageData } from '../errors/database-error.ts'
import type { PageRange, PageRun, RecordChange } from './page-store.ts'

/** What the writer thread is started with. */
export interface WriterThreadData {
  readonly file: string
  /** Upper bound of the bytes in use in the file. */
  readonly maxBytes: number
  readonly control: SharedArrayBuffer
  readonly connection: WriterConnection
}

/** One client's line to the writer thread. The port is in the transfer list of the message that carries it. */
export interface WriterConnection {
  readonly port: import('node:worker_threads').MessagePort
  /** Int32[0]: how many replies were sent on the port; what a waiting caller sleeps on. */
  readonly signal: SharedArrayBuffer
}

/** What a client may ask for. */
export type WriterRequest =
  | { readonly op: 'acquire' }
  | {
      readonly op: 'commit'
      readonly expectedCommit: number
      readonly puts: readonly PageRun[]
      readonly records: readonly RecordChange[]
      readonly freed: readonly PageRange[]
      readonly publish: readonly number[]
    }
  | { readonly op: 'bulk-write'; readonly bulkId: number; readonly runs: readonly PageRun[] }
  | { readonly op: 'bulk-abort'; readonly bulkId: number }
  | { readonly op: 'reclaim'; readonly maxPages: number }
  | { readonly op: 'connect'; readonly connection: WriterConnection }
  | { readonly op: 'release' }
  | { readonly op: 'stop' }

/** A request with the number its reply will carry. */
export type NumberedRequest = WriterRequest & { readonly id: number }

/** What every successful reply tells. */
export interface WriterResult {
  /** The new commit (commit), or pages deleted (reclaim), else 0. */
  readonly value: number
  /** Pages that can be deleted now. */
  readonly deletablePages: number
  /** Pages that are no longer referred to but still needed by a snapshot somewhere. */
  readonly pendingPages: number
}

/** Answer to one request. */
export type WriterReply =
  | { readonly id: number; readonly result: WriterResult }
  | { readonly id: number; readonly error: ErrorMessageData }

/** Bytes of the shared control block of one writer thread: Int32[0] phase, Int32[1] started, BigInt64[1] next page id. */
export const CONTROL_BYTES = 16

/** Position of the phase among the Int32 of the control block. */
export const PHASE_AT = 0

/** Position of the word that becomes 1 when the thread has loaded, among the Int32 of the control block. */
export const STARTED_AT = 1

/** Position of the next page id among the BigInt64 of the control block. */
export const NEXT_PAGE_AT = 1

/** Between transactions: the thread may be ended. */
export const PHASE_IDLE = 0

/** Inside a transaction: ending the thread now would hang the process. */
export const PHASE_BUSY = 1

/** No transaction will begin any more: the process is about to exit. */
export const PHASE_STOPPED = 2
