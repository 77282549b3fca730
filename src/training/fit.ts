import { loadCheckpoint, type Progress, saveCheckpoint } from './checkpoint.ts'
import { addCost, type EpochReport, type EpochTotals, noTotals, type Scores } from './epoch-report.ts'
import { type PlateauOptions, ReduceOnPlateau } from './optimise/reduce-on-plateau.ts'
import type { Trainer } from './trainer.ts'
import type { TrainingBatch } from './training-batch.ts'
import { readWeights, type Weights, writeWeights } from './weights.ts'

/** Batches of one epoch each time it is iterated; what a loader is. */
export interface BatchSource<B> extends AsyncIterable<B> {
  /** Where the loader is, as plain data: goes into checkpoints. */
  state?(): unknown
}

/** Options of {@link fit}. */
export interface FitOptions<B> {
  /** Number of epochs in all, those before a resume included. */
  readonly epochs: number
  /** Batches to validate on after each epoch. */
  readonly validation?: BatchSource<B>
  /** How the batches of a loader of several node types become what is trained on; default: as they are. */
  readonly select?: (batch: B) => TrainingBatch
  /** What early stopping and the best weights go by; default 'accuracy' of the validation. */
  readonly watch?: 'accuracy' | 'loss' | 'macroF1'
  /** Epochs without a better score after which training ends; default: none. */
  readonly patience?: number
  /** End with the best epoch's weights; default true where there is a validation. */
  readonly keepBest?: boolean
  /** Reduce the learning rate when the validation's loss, or else the training's, stops improving. */
  readonly plateau?: PlateauOptions
  /** Save after each epoch, and after so many batches. */
  readonly checkpoint?: { readonly folder: string; readonly everyBatches?: number }
  /** Go on from this checkpoint; the loader must have been made with its state: see loaderStateOf. */
  readonly resume?: string
  readonly onEpoch?: (report: EpochReport) => void | Promise<void>
  readonly onBatch?: (totals: Readonly<EpochTotals>) => void | Promise<void>
}

/** What a run came to. */
export interface FitResult {
  readonly history: readonly EpochReport[]
  /** Epoch whose weights the model has now, and its score; null without a validation. */
  readonly best: { readonly epoch: number; readonly score: number } | null
  readonly stoppedEarly: boolean
}

type Best = { epoch: number; score: number; weights: Weights } | null

/** One run of training: the state between epochs, and the steps. */
class Run<B> {
  readonly #trainer: Trainer
  readonly #loader: BatchSource<B>
  readonly #options: FitOptions<B>
  readonly #plateau: ReduceOnPlateau | null
  #totals = noTotals(0)
  #history: EpochReport[] = []
  #best: Best = null

  constructor(trainer: Trainer, loader: BatchSource<B>, options: FitOptions<B>) {
    this.#trainer = trainer
    this.#loader = loader
    this.#options = options
    this.#plateau = options.plateau === undefined ? null : new ReduceOnPlateau(trainer.optimiser, options.plateau)
    if (options.resume !== undefined) this.#restore(loadCheckpoint(options.resume, trainer))
  }

  async finish(): Promise<FitResult> {
    const { epochs, patience = Number.POSITIVE_INFINITY, keepBest = true } = this.#options
    const late = () => this.#best !== null && this.#totals.epoch - 1 - this.#best.epoch >= patience
    while (this.#totals.epoch < epochs && !late()) await this.#epoch()
    if (keepBest && this.#best !== null) writeWeights(this.#trainer.model, this.#best.weights)
    const best = this.#best === null ? null : { epoch: this.#best.epoch, score: this.#best.score }
    return { history: this.#history, best, stoppedEarly: this.#totals.epoch < epochs }
  }

  async #epoch(): Promise<void> {
    const { checkpoint, validation, onBatch, onEpoch } = this.#options
    const totals = this.#totals
    let asked = performance.now()
    for await (const batch of this.#loader) {
      const waited = performance.now() - asked
      await this.#batch(batch, waited)
      totals.totalMs += performance.now() - asked
      await onBatch?.(totals)
      if (checkpoint?.everyBatches !== undefined && totals.batches % checkpoint.everyBatches === 0) {
        await this.#save(checkpoint.folder)
      }
      asked = performance.now()
    }
    const scores = validation === undefined ? null : await this.#trainer.evaluate(this.#selected(validation))
    const report = this.#report(scores)
    this.#history.push(report)
    await this.#judge(report)
    this.#totals = noTotals(totals.epoch + 1)
    if (checkpoint !== undefined) await this.#save(checkpoint.folder)
    await onEpoch?.(report)
  }

  async #batch(batch: B, waitedMs: number): Promise<void> {
    const totals = this.#totals
    const selected = this.#select(batch)
    try {
      const cost = selected.statistics ?? (batch as { statistics?: TrainingBatch['statistics'] }).statistics
      const step = await this.#trainer.step(selected)
      addCost(totals, cost)
      totals.batches++
      totals.lossSum += step.loss * step.seeds
      totals.right += step.right
      totals.count += step.seeds
      totals.waitMs += waitedMs
      totals.copyMs += step.copyMs
      totals.trainMs += step.trainMs
    } finally {
      ;(batch as { dispose?: () => void }).dispose?.()
    }
  }

  #select(batch: B): TrainingBatch {
    return this.#options.select === undefined ? (batch as unknown as TrainingBatch) : this.#options.select(batch)
  }

  async *#selected(batches: AsyncIterable<B>): AsyncIterable<TrainingBatch> {
    for await (const batch of batches) {
      const selected = this.#select(batch)
      yield selected
      ;(batch as { dispose?: () => void }).dispose?.()
    }
  }

  #report(validation: Scores | null): EpochReport {
    const { epoch, batches, lossSum, right, count, rows, rowsRead, bytesRead, ...time } = this.#totals
    return {
      epoch,
      batches,
      train: { loss: lossSum / count, accuracy: right / count, count },
      validation,
      learningRate: this.#trainer.optimiser.learningRates[0]!,
      time,
      rows,
      rowsRead,
      bytesRead,
    }
  }

  async #judge({ epoch, train, validation }: EpochReport): Promise<void> {
    this.#plateau?.step((validation ?? train).loss)
    if (validation === null) return
    const watch = this.#options.watch ?? 'accuracy'
    const score = validation[watch]
    const better = this.#best === null || (watch === 'loss' ? score < this.#best.score : score > this.#best.score)
    if (better) this.#best = { epoch, score, weights: await readWeights(this.#trainer.model) }
  }

  async #save(folder: string): Promise<void> {
    await saveCheckpoint(folder, this.#trainer, {
      totals: this.#totals,
      history: this.#history,
      best: this.#best,
      plateau: this.#plateau?.state ?? null,
      loader: this.#loader.state?.(),
    })
  }

  #restore(progress: Progress): void {
    this.#totals = { ...progress.totals }
    this.#history = [...progress.history]
    this.#best = progress.best
    if (progress.plateau !== null) this.#plateau?.restore(progress.plateau)
  }
}

/**
 * Trains for a number of epochs, or until the validation stops improving. Each batch is disposed after its step.
 * Same seeds, same batches: the same weights, bit for bit, on the same backend; a run that is resumed ends like one that was not interrupted.
 * @throws {DatabaseError} as Trainer.step, and whatever the loader throws.
 */
export async function fit<B = TrainingBatch>(
  trainer: Trainer,
  loader: BatchSource<B>,
  options: FitOptions<B>,
): Promise<FitResult> {
  return new Run(trainer, loader, options).finish()
}
