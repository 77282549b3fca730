import * as tf from '@tensorflow/tfjs-core'
import type { SeededRandom } from '../seeded-random.ts'
import { glorotBound, kaimingBound, uniformValues } from './initialise.ts'
import { Module } from './module.ts'

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean
  /** 'kaiming': PyTorch's default, bias too; 'glorot': Glorot's weights and a bias of zeros. */
  readonly initialise?: 'kaiming' | 'glorot'
}

/** x W + b: [n, inputs] to [n, outputs]. */
export class Linear extends Module {
  readonly inputs: number
  readonly outputs: number
  readonly #weight: tf.Variable
  readonly #bias: tf.Variable | null

  constructor(inputs: number, outputs: number, random: SeededRandom, options: LinearOptions = {}) {
    super()
    this.inputs = inputs
    this.outputs = outputs
    const glorot = options.initialise === 'glorot'
    const bound = glorot ? glorotBound(inputs, outputs) : kaimingBound(inputs)
    this.#weight = this.addVariable('weight', uniformValues(inputs * outputs, bound, random), [inputs, outputs])
    const bias = glorot ? new Float32Array(outputs) : uniformValues(outputs, bound, random)
    this.#bias = options.bias === false ? null : this.addVariable('bias', bias, [outputs])
  }

  forward(x: tf.Tensor2D): tf.Tensor2D {
    const product: tf.Tensor2D = tf.matMul(x, this.#weight as tf.Variable<tf.Rank.R2>)
    if (this.#bias === null) return product
    return tf.add(product, this.#bias)
  }
}
