import * as tf from '@tensorflow/tfjs-core'
import { Module } from './module.ts'

const EPSILON = 1e-5

/** Layer normalisation of each row, as torch.nn.LayerNorm over the last dimension. [n, width] to [n, width]. */
export class LayerNorm extends Module {
  readonly #gamma: tf.Variable
  readonly #beta: tf.Variable

  constructor(width: number) {
    super()
    this.#gamma = this.addVariable('weight', new Float32Array(width).fill(1), [width])
    this.#beta = this.addVariable('bias', new Float32Array(width), [width])
  }

  forward(x: tf.Tensor2D): tf.Tensor2D {
    const centred = tf.sub(x, tf.mean(x, 1, true))
    const variance = tf.mean(tf.square(centred), 1, true)
    const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON)))
    return tf.add(tf.mul(normal, this.#gamma), this.#beta)
  }
}
