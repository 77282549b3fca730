import * as tf from '@tensorflow/tfjs-core'
import type { LayerGraph } from '../batch-graph.ts'
import { BatchNorm } from '../layers/batch-norm.ts'
import { dropout } from '../layers/dropout.ts'
import type { ForwardContext } from '../layers/forward-context.ts'
import { Linear } from '../layers/linear.ts'
import { SageConv } from '../layers/sage-conv.ts'
import { SeededRandom } from '../seeded-random.ts'
import { GraphModel } from './graph-model.ts'

/** Options of {@link InceptionSage}. */
export interface InceptionSageOptions {
  /**
   * 'story': biases in the convolutions, no residual connections, batch norm and leaky ReLU in the head (5,626,836 parameters at
   * 128, 1024, 172, 3); 'leaderboard': the reverse (5,755,172).
   */
  readonly variant?: 'story' | 'leaderboard'
  /** Default: 0.2 for the story's, 0.1 for the leaderboard's. */
  readonly dropout?: number
  /** Default 1. */
  readonly seed?: number
}

/** Slope of PyTorch's leaky ReLU. */
const SLOPE = 0.01

/**
 * GraphSAGE whose head reads the seeds' rows of every layer, the features among them: the model of the ogbn-papers100M leaderboard
 * (GraphSAGE_res_incep, 2021), in its original form and in the form that Kùzu's post on training from a database used.
 */
export class InceptionSage extends GraphModel {
  readonly inputs: number
  readonly outputs: number
  readonly layerCount: number
  readonly variant: 'story' | 'leaderboard'
  readonly #hidden: number
  readonly #dropout: number
  readonly #convolutions: SageConv[] = []
  readonly #norms: BatchNorm[] = []
  readonly #projection: Linear | null
  readonly #head1: Linear
  readonly #headNorm: BatchNorm | null
  readonly #head2: Linear

  constructor(inputs: number, hidden: number, outputs: number, layers: number, options: InceptionSageOptions = {}) {
    super()
    this.inputs = inputs
    this.outputs = outputs
    this.layerCount = layers
    this.variant = options.variant ?? 'story'
    const story = this.variant === 'story'
    this.#hidden = hidden
    this.#dropout = options.dropout ?? (story ? 0.2 : 0.1)
    const random = new SeededRandom(options.seed ?? 1)
    for (let l = 0; l < layers; l++) {
      const conv = new SageConv(l === 0 ? inputs : hidden, hidden, random, { bias: story })
      this.#convolutions.push(this.addChild(`conv${l}`, conv))
      this.#norms.push(this.addChild(`norm${l}`, new BatchNorm(hidden)))
    }
    this.#projection = story ? null : this.addChild('residual0', new Linear(inputs, hidden, random))
    this.#head1 = this.addChild('head1', new Linear(inputs + layers * hidden, 2 * outputs, random))
    this.#headNorm = story ? this.addChild('headNorm', new BatchNorm(2 * outputs)) : null
    this.#head2 = this.addChild('head2', new Linear(2 * outputs, outputs, random))
  }

  widthOf(): number {
    return this.#hidden
  }

  override readsAllLayers(): boolean {
    return true
  }

  override input(x: tf.Tensor2D, context: ForwardContext): tf.Tensor2D {
    return dropout(x, this.#dropout, context)
  }

  layer(index: number, x: tf.Tensor2D, graph: LayerGraph, context: ForwardContext): tf.Tensor2D {
    const normal = this.#norms[index]!.forward(this.#convolutions[index]!.forward(x, graph), context)
    const active = this.variant === 'story' ? tf.relu(normal) : tf.leakyRelu(normal, SLOPE)
    const rows = dropout(active, this.#dropout, context) as tf.Tensor2D
    if (this.#projection === null) return rows
    const own = tf.slice(x, [0, 0], [graph.segments.targetCount, -1])
    return tf.add(rows, index === 0 ? this.#projection.forward(own) : own)
  }

  override head(rows: readonly tf.Tensor2D[], context: ForwardContext): tf.Tensor2D {
    const hidden = this.#head1.forward(tf.concat([...rows], 1))
    if (this.#headNorm === null) return this.#head2.forward(hidden)
    return this.#head2.forward(tf.leakyRelu(this.#headNorm.forward(hidden, context), SLOPE))
  }
}
