import * as tf from '@tensorflow/tfjs-core'
import type { LayerGraph } from '../batch-graph.ts'
import { aggregateMax, aggregateMean, aggregateSum } from '../kernels/operations.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { Linear } from './linear.ts'
import { Module } from './module.ts'

/** Options of {@link SageConv}. */
export interface SageConvOptions {
  /** How neighbours are summed up; default 'mean'. */
  readonly aggregate?: 'mean' | 'sum' | 'max'
  /** A bias on the neighbours' product, as PyG has it; default true. DGL's layer, and the leaderboard's model, have none. */
  readonly bias?: boolean
}

/** GraphSAGE: W1 aggregate(neighbours) + b + W2 x. [sources, inputs] to [targets, outputs]. Source: Hamilton et al., 2017. */
export class SageConv extends Module {
  readonly #neighbour: Linear
  readonly #self: Linear
  readonly #aggregate: 'mean' | 'sum' | 'max'

  constructor(inputs: number, outputs: number, random: SeededRandom, options: SageConvOptions = {}) {
    super()
    this.#aggregate = options.aggregate ?? 'mean'
    this.#neighbour = this.addChild('neighbour', new Linear(inputs, outputs, random, { bias: options.bias ?? true }))
    this.#self = this.addChild('self', new Linear(inputs, outputs, random, { bias: false }))
  }

  forward(x: tf.Tensor2D, { segments }: LayerGraph): tf.Tensor2D {
    const own = tf.slice(x, [0, 0], [segments.targetCount, -1])
    return tf.add(this.#neighbour.forward(this.#combine(x, segments)), this.#self.forward(own))
  }

  #combine(x: tf.Tensor2D, segments: LayerGraph['segments']): tf.Tensor2D {
    if (this.#aggregate === 'max') return aggregateMax(x, segments)
    return this.#aggregate === 'sum' ? aggregateSum(x, segments) : aggregateMean(x, segments)
  }
}
