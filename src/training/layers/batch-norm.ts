import * as tf from '@tensorflow/tfjs-core'
import type { ForwardContext } from './forward-context.ts'
import { Module } from './module.ts'

const EPSILON = 1e-5
const MOMENTUM = 0.1

/**
 * Batch normalisation over the rows, as torch.nn.BatchNorm1d: the batch's mean and variance while training, running ones (variance
 * unbiased, momentum 0.1) otherwise. [n, width] to [n, width].
 */
export class BatchNorm extends Module {
  readonly #gamma: tf.Variable
  readonly #beta: tf.Variable
  readonly #mean: tf.Variable
  readonly #variance: tf.Variable

  constructor(width: number) {
    super()
    this.#gamma = this.addVariable('weight', new Float32Array(width).fill(1), [width])
    this.#beta = this.addVariable('bias', new Float32Array(width), [width])
    this.#mean = this.addVariable('runningMean', new Float32Array(width), [width], false)
    this.#variance = this.addVariable('runningVariance', new Float32Array(width).fill(1), [width], false)
  }

  forward(x: tf.Tensor2D, context: ForwardContext): tf.Tensor2D {
    if (!context.training) return this.#normalise(tf.sub(x, this.#mean), this.#variance)
    const mean = tf.mean(x, 0)
    const centred = tf.sub(x, mean) as tf.Tensor2D
    const variance = tf.mean(tf.square(centred), 0)
    const rows = x.shape[0]
    const unbiased = tf.mul(variance, rows / Math.max(1, rows - 1))
    this.#mean.assign(tf.add(tf.mul(this.#mean, 1 - MOMENTUM), tf.mul(mean, MOMENTUM)))
    this.#variance.assign(tf.add(tf.mul(this.#variance, 1 - MOMENTUM), tf.mul(unbiased, MOMENTUM)))
    return this.#normalise(centred, variance)
  }

  #normalise(centred: tf.Tensor, variance: tf.Tensor): tf.Tensor2D {
    const scale = tf.mul(tf.rsqrt(tf.add(variance, EPSILON)), this.#gamma)
    return tf.add(tf.mul(centred, scale), this.#beta)
  }
}
