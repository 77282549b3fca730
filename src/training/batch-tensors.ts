import * as tf from '@tensorflow/tfjs-core'
import { DatabaseError } from '../errors/database-error.ts'
import type { Tensor, TypedArray } from '../pyg-compat/tensor.ts'
import type { TrainingBatch } from './training-batch.ts'

/** Features of a batch on the device: [n, features]. The caller disposes it before the batch's memory goes elsewhere. */
export function featuresOf(batch: Pick<TrainingBatch, 'x'>): tf.Tensor2D {
  const { shape } = batch.x
  const columns = shape.slice(1).reduce((a, b) => a * b, 1)
  return tf.tensor2d(deviceFloats(batch.x.data), [shape[0]!, columns], 'float32')
}

/** float32 values for the device. Shared memory is copied first for a GPU, whose queue refuses it. */
function deviceFloats(values: TypedArray): Float32Array {
  if (values instanceof Float32Array) {
    return tf.getBackend() === 'webgpu' && values.buffer instanceof SharedArrayBuffer ? values.slice() : values
  }
  return Float32Array.from(values as ArrayLike<number | bigint>, Number)
}

/** Number of nodes that are asked about. */
export function seedsOf(batch: TrainingBatch): number {
  return batch.batchSize ?? batch.x.shape[0]!
}

/**
 * Labels of the seeds as class numbers.
 * @throws {DatabaseError} INVALID_ARGUMENT when there are none, too few, or one is no whole number in [0, classes): it names the node.
 */
export function labelsOf(batch: TrainingBatch, classes: number): Int32Array {
  const seeds = seedsOf(batch)
  const labels: Tensor | undefined = batch.y
  if (labels === undefined || labels.data.length < seeds) {
    const text = `The batch has ${labels?.data.length ?? 0} labels (y) for ${seeds} seeds.`
    throw new DatabaseError('INVALID_ARGUMENT', text)
  }
  const values = new Int32Array(seeds)
  for (let i = 0; i < seeds; i++) {
    const label = Number(labels.data[i])
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      const node = batch.nId?.[i] ?? i
      const text = `The label of node ${node} is ${label}; the model knows the classes 0 to ${classes - 1}.`
      throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { node, label } })
    }
    values[i] = label
  }
  return values
}

/** @returns global id and column of the first feature that is no number; null when all are. */
export function firstBadFeature(batch: TrainingBatch): { node: number; column: number } | null {
  const { data, shape } = batch.x
  const columns = shape.slice(1).reduce((a, b) => a * b, 1)
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(Number(data[i]))) {
      const row = Math.floor(i / columns)
      return { node: batch.nId?.[row] ?? row, column: i % columns }
    }
  }
  return null
}
