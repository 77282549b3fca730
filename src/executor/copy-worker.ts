import { DatabaseError } from '../errors/database-error.ts'
import type { ReadView } from '../storage/read-view.ts'
import type { AttachedStorage } from '../storage/storage-engine.ts'
import { checkedWork } from '../util/work.ts'
import type { ColumnServices } from './copy-columns.ts'
import { COPY_BATCH_ROWS, type CopyProgress, copyFrom, type SkippedRow, stopIfAsked } from './copy-from.ts'
import { type CopySource, openCopySource } from './copy-source.ts'
import type { CopyReport, CopyTask, SkippedReport } from './copy-task.ts'

/** Makes what computes the defaults that are no literals. */
export type DefaultsOf = (view: ReadView) => ColumnServices['evaluate']

/**
 * Runs a COPY FROM in a worker thread: reads, looks keys up, encodes, and hands pages to the writer thread.
 * @throws {DatabaseError} what the load says; then its pages wait to be deleted by the transaction's abandonLoad.
 */
export function runCopyTask(
  task: CopyTask,
  storage: AttachedStorage,
  defaultsOf: DefaultsOf,
  onProgress: (progress: CopyProgress) => void,
): CopyReport {
  const view = storage.openView(task.snapshot)
  try {
    const load = storage.openLoad(task.ticket, view)
    try {
      const source = openCopySource(task.input, task.warningLimit)
      const skipped = new SkippedRows(task.warningLimit)
      const serials = new Serials(task)
      const interrupt = { flag: task.interruptFlag, deadlineMs: task.deadlineMs }
      const steps = copyFrom(task.plan, {
        view,
        loader: load,
        source,
        interrupt,
        evaluate: defaultsOf(view),
        takeSerial: (column, count) => serials.take(column, count),
        onSkipped: (row) => skipped.add(row),
        primaryKeyTypes: task.primaryKeyTypes,
        batchRows: COPY_BATCH_ROWS,
      })
      checkedWork(
        () => stopIfAsked(interrupt),
        () => {
          for (let step = steps.next(); !step.done; step = steps.next()) onProgress(step.value)
        },
      )
      return { outcome: load.outcome(), skipped: skipped.with(source), serialsTaken: serials.taken }
    } finally {
      load.close()
    }
  } finally {
    view.close()
  }
}

/** Rows left out, kept up to a limit. */
export class SkippedRows {
  readonly #limit: number
  readonly #rows: SkippedRow[] = []
  #count = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(row: SkippedRow): void {
    this.#count++
    if (this.#rows.length < this.#limit) this.#rows.push(row)
  }

  /** @returns these and those that the source has left out itself. */
  with({ skipped }: CopySource): SkippedReport {
    return { rows: [...skipped.rows, ...this.#rows].slice(0, this.#limit), count: skipped.count + this.#count }
  }
}

/** Hands out the values of SERIAL columns from where the transaction's sequences stand; it advances them when the load has ended. */
class Serials {
  readonly #starts: CopyTask['serials']
  readonly taken: number[]

  constructor({ serials }: CopyTask) {
    this.#starts = serials
    this.taken = serials.map(() => 0)
  }

  take(column: number, count: number): { first: number; increment: number } | null {
    const start = this.#starts[column] ?? null
    if (start === null) return null
    const first = BigInt(start.first) + BigInt(start.increment) * BigInt(this.taken[column]!)
    this.taken[column]! += count
    if (first > BigInt(Number.MAX_SAFE_INTEGER)) throw new DatabaseError('OVERFLOW', 'A SERIAL column passes 2^53.')
    return { first: Number(first), increment: Number(start.increment) }
  }
}
