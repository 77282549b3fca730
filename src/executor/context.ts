import type { Catalog } from '../catalog/catalog.ts'
import type { Operator } from '../plan/operator.ts'
import type { ReadView } from '../storage/read-view.ts'
import type { WriteTransaction } from '../storage/write-transaction.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'

/** Memory account of queries; all of a process's queries share one. */
export interface QueryMemory {
  /** Asks for `bytes` more. @returns false when the limit would be passed; then nothing was taken. */
  reserve(bytes: number): boolean
  release(bytes: number): void
}

/** What may stop a running statement. Plain shared memory, so that any thread may ask for it. */
export interface InterruptSource {
  /** Element 0 is 0 while the statement may go on; 1: interrupted. */
  readonly flag: Int32Array
  /** Milliseconds since the epoch at which the statement times out; Infinity: never. */
  readonly deadlineMs: number
}

/** What functions that are not pure need: sequences, the statement's clock, random numbers. */
export interface VolatileServices {
  /** Microseconds since 1970, fixed for the statement. */
  readonly nowMicros: number
  nextSequenceValue(name: string): Value
  currentSequenceValue(name: string): Value
  /** Uniform in [0, 1). */
  random(): number
  setting(name: string): Value
}

/**
 * Rows from outside the storage (table functions, files), batch by batch.
 * A batch has one vector per column asked for, all of one length, owned by the reader of the batch.
 */
export interface RowSource {
  /** @returns the next batch (of at least one row), or null at the end. */
  next(): readonly Vector[] | null
  close(): void
}

/** The leaf operators whose rows come from a {@link RowSource}. */
export type SourceOperator = Extract<Operator, { readonly op: 'tableFunction' | 'scanFile' }>

/** Opens a source. `args` are the evaluated arguments of a table function; columns come in the order of `outputs`. */
export type OpenRowSource = (operator: SourceOperator, args: readonly Value[]) => RowSource

/** Everything that a run of a plan needs besides the plan. */
export interface ExecutionContext {
  readonly view: ReadView
  /** The transaction that `view` belongs to, or null for a statement that only reads. */
  readonly transaction: WriteTransaction | null
  readonly catalog: Catalog
  readonly parameters: ReadonlyMap<string, Value>
  readonly memory: QueryMemory
  readonly interrupt: InterruptSource
  readonly services: VolatileServices
  readonly openRowSource: OpenRowSource
  /** Called between morsels with the rows that the running pipeline has taken and will take from its source. */
  readonly progress?: ((pipeline: number, pipelines: number, done: number, total: number) => void) | undefined
  /** After so long a run, {@link MoveToWorker} is thrown; only for plans that write nothing. */
  readonly yieldAfterMs?: number | undefined
  /** Count the rows of every operator, also where that costs time (PROFILE). */
  readonly profile?: boolean
}

/** What an operator did. `index` is its place in a pre-order walk of the plan (see `numberOperators`). */
export interface OperatorStatistics {
  readonly index: number
  readonly op: Operator['op']
  /** Rows scanned, rels followed, keys looked up … whatever the operator visits. */
  readonly visited: number
  /** Rows that came out, a row that stands for several counted as several; null without {@link ExecutionContext.profile}. */
  readonly rows: number | null
  /** The way chosen: `degree-weight`, `dense-aggregate`, `top-k` … Empty when there is only one. */
  readonly strategy: string
}

/** Work done by a run, for PROFILE and for tests that count work. */
export interface RunStatistics {
  readonly operators: readonly OperatorStatistics[]
  readonly pipelines: number
}

/** Result of a query: columns of equal length in Arrow layout, owned by the caller. */
export interface QueryResultData {
  readonly columns: readonly Vector[]
  readonly rowCount: number
  readonly statistics: RunStatistics
}
