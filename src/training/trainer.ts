import * as tf from '@tensorflow/tfjs-core'
import { DatabaseError } from '../errors/database-error.ts'
import type { ChosenBackend } from './backends/choose-backend.ts'
import { BatchGraph } from './batch-graph.ts'
import { featuresOf, firstBadFeature, labelsOf, seedsOf } from './batch-tensors.ts'
import { checkDeviceSize } from './check-device-size.ts'
import { Confusion } from './confusion.ts'
import { crossEntropy } from './cross-entropy.ts'
import type { Scores } from './epoch-report.ts'
import type { GraphModel } from './models/graph-model.ts'
import { Adam, type AdamOptions, type ParameterGroup } from './optimise/adam.ts'
import { SeededRandom } from './seeded-random.ts'
import type { TrainingBatch } from './training-batch.ts'

/** Options of {@link Trainer}. */
export interface TrainerOptions extends AdamOptions {
  /** Where training runs; limits the size of batches. */
  readonly backend?: ChosenBackend
  /** Parameters that depart from the common options; default: one group of all. */
  readonly groups?: readonly ParameterGroup[]
  /** Of dropout; default 1. */
  readonly seed?: number
}

/** What one step did. */
export interface StepResult {
  readonly loss: number
  /** Seeds whose class was predicted rightly, before the step. */
  readonly right: number
  readonly seeds: number
  readonly copyMs: number
  readonly trainMs: number
}

/** A model with its optimiser and random numbers: trains and evaluates on batches, one at a time. */
export class Trainer {
  readonly model: GraphModel
  readonly optimiser: Adam
  random: SeededRandom
  readonly #maxTensorBytes: number
  #steps = 0

  constructor(model: GraphModel, options: TrainerOptions = {}) {
    this.model = model
    this.optimiser = new Adam(options.groups ?? [{ parameters: model.parameters() }], options)
    this.random = new SeededRandom(options.seed ?? 1)
    this.#maxTensorBytes = options.backend?.maxTensorBytes ?? Number.POSITIVE_INFINITY
  }

  /**
   * One step of training on the batch's seeds. The batch's memory is free again when the promise is done.
   * @throws {DatabaseError} INVALID_ARGUMENT for labels or edges that do not fit; OUT_OF_MEMORY for a batch too large for the device; RUNTIME
   *   naming the node for a feature that is no number, or when training has diverged.
   */
  async step(batch: TrainingBatch): Promise<StepResult> {
    const started = performance.now()
    const { graph, x, labels, truth } = this.#upload(batch)
    const copied = performance.now()
    const owned: tf.Tensor[] = [x, labels]
    try {
      let predicted: tf.Tensor | undefined
      const { value, grads } = tf.variableGrads(() => {
        const logits = this.model.forward(x, graph, truth.length, { training: true, random: this.random })
        predicted = tf.keep(tf.argMax(logits, 1))
        return crossEntropy(logits, labels)
      }, this.optimiser.variables)
      owned.push(value, predicted!, ...Object.values(grads).filter((gradient) => gradient != null))
      this.optimiser.step(grads)
      const loss = (await value.data())[0]!
      if (!Number.isFinite(loss)) throw this.#diverged(batch, loss)
      const right = countEqual(await predicted!.data(), truth)
      this.#steps++
      return { loss, right, seeds: truth.length, copyMs: copied - started, trainMs: performance.now() - copied }
    } finally {
      tf.dispose(owned)
      graph.dispose()
    }
  }

  /** Loss, accuracy and macro-F1 over all batches, with dropout off. Batches are disposed. */
  async evaluate(batches: AsyncIterable<TrainingBatch>): Promise<Scores> {
    const confusion = new Confusion(this.model.outputs)
    let lossSum = 0
    for await (const batch of batches) {
      const { graph, x, labels, truth } = this.#upload(batch)
      const [loss, predicted] = tf.tidy(() => {
        const logits = this.model.forward(x, graph, truth.length, { training: false, random: this.random })
        return [crossEntropy(logits, labels), tf.argMax(logits, 1)] as const
      })
      try {
        lossSum += (await loss.data())[0]! * truth.length
        confusion.add(await predicted.data(), truth)
      } finally {
        tf.dispose([loss, predicted, x, labels])
        graph.dispose()
        batch.dispose?.()
      }
    }
    const { accuracy, macroF1, count } = confusion
    return { loss: lossSum / count, accuracy, macroF1, count }
  }

  /** Classes of a batch's seeds. The batch stays the caller's. */
  async predict(batch: TrainingBatch): Promise<Int32Array> {
    checkDeviceSize(this.model, batch, this.#maxTensorBytes)
    const graph = BatchGraph.of(batch, this.model.layerCount)
    const predicted = tf.tidy(() => {
      const x = featuresOf(batch)
      const logits = this.model.forward(x, graph, seedsOf(batch), { training: false, random: this.random })
      return tf.argMax(logits, 1)
    })
    try {
      return Int32Array.from(await predicted.data())
    } finally {
      predicted.dispose()
      graph.dispose()
    }
  }

  /** Gives the optimiser's memory back; the model stays. */
  dispose(): void {
    this.optimiser.dispose()
  }

  #upload(batch: TrainingBatch): { graph: BatchGraph; x: tf.Tensor2D; labels: tf.Tensor1D; truth: Int32Array } {
    const features = batch.x.shape.slice(1).reduce((a, b) => a * b, 1)
    if (features !== this.model.inputs) {
      const text = `The batch has ${features} features a node, the model takes ${this.model.inputs}.`
      throw new DatabaseError('INVALID_ARGUMENT', text)
    }
    checkDeviceSize(this.model, batch, this.#maxTensorBytes)
    const truth = labelsOf(batch, this.model.outputs)
    if (truth.length === 0) throw new DatabaseError('INVALID_ARGUMENT', 'The batch has no seeds.')
    const graph = BatchGraph.of(batch, this.model.layerCount)
    return { graph, truth, x: featuresOf(batch), labels: tf.tensor1d(truth.slice(), 'int32') }
  }

  #diverged(batch: TrainingBatch, loss: number): DatabaseError {
    const bad = firstBadFeature(batch)
    if (bad !== null) {
      const text = `Feature ${bad.column} of node ${bad.node} is not a finite number.`
      return new DatabaseError('RUNTIME', text, { facts: { node: bad.node, column: bad.column } })
    }
    return new DatabaseError('RUNTIME', `Training has diverged: the loss is ${loss} after ${this.#steps} steps.`)
  }
}

function countEqual(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let equal = 0
  for (let i = 0; i < b.length; i++) if (a[i] === b[i]) equal++
  return equal
}
