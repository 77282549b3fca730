import type { BatchCost } from './training-batch.ts'

/** How well a model did on the seeds of some batches. */
export interface Scores {
  readonly loss: number
  readonly accuracy: number
  readonly macroF1: number
  /** Number of seeds. */
  readonly count: number
}

/** Where the time of an epoch went, in milliseconds. Sampling and gathering are their makers' time: with workers they overlap the rest. */
export interface TimeSplit {
  readonly sampleMs: number
  readonly gatherMs: number
  /** The training thread stood still for a batch. */
  readonly waitMs: number
  /** Features, labels and edges to the device. */
  readonly copyMs: number
  /** Forward, backward, optimiser, and reading the loss. */
  readonly trainMs: number
  readonly totalMs: number
}

/** One epoch, as plain data. */
export interface EpochReport {
  /** From 0. */
  readonly epoch: number
  readonly batches: number
  /** Over the epoch's batches, each before its step. */
  readonly train: Omit<Scores, 'macroF1'>
  readonly validation: Scores | null
  readonly learningRate: number
  readonly time: TimeSplit
  /** Feature rows that batches held, and those of them that came from the file. */
  readonly rows: number
  readonly rowsRead: number
  readonly bytesRead: number
}

/** Sums of an epoch that is under way; plain data, so that an epoch can be resumed in its middle. */
export interface EpochTotals {
  epoch: number
  batches: number
  lossSum: number
  right: number
  count: number
  sampleMs: number
  gatherMs: number
  waitMs: number
  copyMs: number
  trainMs: number
  totalMs: number
  rows: number
  rowsRead: number
  bytesRead: number
}

/** Totals before the first batch of an epoch. */
export function noTotals(epoch: number): EpochTotals {
  const times = { sampleMs: 0, gatherMs: 0, waitMs: 0, copyMs: 0, trainMs: 0, totalMs: 0 }
  return { epoch, batches: 0, lossSum: 0, right: 0, count: 0, ...times, rows: 0, rowsRead: 0, bytesRead: 0 }
}

/** Adds what making one batch cost. */
export function addCost(totals: EpochTotals, cost: BatchCost | undefined): void {
  if (cost === undefined) return
  totals.sampleMs += cost.sampleMs
  totals.gatherMs += cost.gatherMs
  totals.rows += cost.rows
  totals.rowsRead += cost.rowsRead
  totals.bytesRead += cost.bytesRead
}

/** One line for a terminal. */
export function describeEpoch(report: EpochReport): string {
  const { time, train, validation } = report
  const share = (ms: number) => `${((100 * ms) / Math.max(1e-9, time.totalMs)).toFixed(0)} %`
  const hits =
    report.rows === 0 ? '' : `, ${(100 * (1 - report.rowsRead / report.rows)).toFixed(1)} % of rows from memory`
  const rate = (report.batches / Math.max(1e-9, time.totalMs / 1000)).toFixed(1)
  const held = validation === null ? '' : `, validation ${(100 * validation.accuracy).toFixed(1)} %`
  return (
    `epoch ${report.epoch + 1}: loss ${train.loss.toFixed(4)}, accuracy ${(100 * train.accuracy).toFixed(1)} %${held}, ` +
    `${rate} batches/s (wait ${share(time.waitMs)}, copy ${share(time.copyMs)}, train ${share(time.trainMs)}; ` +
    `sampling ${(time.sampleMs / 1000).toFixed(1)} s, gathering ${(time.gatherMs / 1000).toFixed(1)} s)${hits}`
  )
}
