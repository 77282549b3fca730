import * as tf from '@tensorflow/tfjs-core'
import type { LayerGraph } from '../batch-graph.ts'
import { aggregateSum, segmentSoftmax, spreadToEdges } from '../kernels/operations.ts'
import { Segments } from '../kernels/segments.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { dropout } from './dropout.ts'
import type { ForwardContext } from './forward-context.ts'
import { glorotBound, uniformValues } from './initialise.ts'
import { Linear } from './linear.ts'
import { Module } from './module.ts'

/** Options of {@link GatConv}. */
export interface GatConvOptions {
  /** Default 1. */
  readonly heads?: number
  /** Heads side by side (outputs * heads columns), or their mean; default true. */
  readonly concat?: boolean
  /** Share of attention that is dropped while training; default 0. */
  readonly attentionDropout?: number
}

/** Slope of the leaky ReLU on attention, as in the paper. */
const SLOPE = 0.2

/**
 * Graph attention, loops to the node itself included. [sources, inputs] to [targets, outputs * heads] or [targets, outputs].
 * Source: Veličković et al., 2018.
 */
export class GatConv extends Module {
  readonly #heads: number
  readonly #outputs: number
  readonly #concat: boolean
  readonly #attentionDropout: number
  readonly #linear: Linear
  readonly #attendSource: tf.Variable
  readonly #attendTarget: tf.Variable
  readonly #bias: tf.Variable

  constructor(inputs: number, outputs: number, random: SeededRandom, options: GatConvOptions = {}) {
    super()
    const heads = options.heads ?? 1
    this.#heads = heads
    this.#outputs = outputs
    this.#concat = options.concat ?? true
    this.#attentionDropout = options.attentionDropout ?? 0
    this.#linear = this.addChild(
      'linear',
      new Linear(inputs, heads * outputs, random, { bias: false, initialise: 'glorot' }),
    )
    const bound = glorotBound(heads, outputs)
    const attention = () => uniformValues(heads * outputs, bound, random)
    this.#attendSource = this.addVariable('attentionSource', attention(), [1, heads, outputs])
    this.#attendTarget = this.addVariable('attentionTarget', attention(), [1, heads, outputs])
    const width = this.#concat ? heads * outputs : outputs
    this.#bias = this.addVariable('bias', new Float32Array(width), [width])
  }

  forward(x: tf.Tensor2D, graph: LayerGraph, context: ForwardContext): tf.Tensor2D {
    const segments = withLoops(graph.segments)
    const rows = this.#linear.forward(x)
    const targets = tf.slice(rows, [0, 0], [segments.targetCount, -1])
    const logits = spreadToEdges(
      this.#attend(rows, this.#attendSource),
      this.#attend(targets, this.#attendTarget),
      segments,
    )
    const shares = dropout(
      segmentSoftmax(tf.leakyRelu(logits, SLOPE), segments),
      this.#attentionDropout,
      context,
    ) as tf.Tensor2D
    const attended = aggregateSum(rows, segments, shares)
    if (this.#concat) return tf.add(attended, this.#bias)
    const byHead = tf.reshape(attended, [segments.targetCount, this.#heads, this.#outputs])
    return tf.add(tf.mean(byHead, 1), this.#bias)
  }

  /** [n, heads]: how strongly each row asks, or is asked. */
  #attend(rows: tf.Tensor2D, attention: tf.Variable): tf.Tensor2D {
    const byHead = tf.reshape(rows, [rows.shape[0], this.#heads, this.#outputs])
    return tf.sum(tf.mul(byHead, attention), 2)
  }
}

const looped = new WeakMap<Segments, Segments>()

/** The same edges with one from each target to itself, after its others. Made once for a batch's layer; disposed with it. */
function withLoops(segments: Segments): Segments {
  const known = looped.get(segments)
  if (known !== undefined) return known
  const { rowPtr, source, targetCount, edgeCount } = segments
  const pointers = Int32Array.from(rowPtr, (at, i) => at + i)
  const sources = new Int32Array(edgeCount + targetCount)
  for (let i = 0; i < targetCount; i++) {
    sources.set(source.subarray(rowPtr[i]!, rowPtr[i + 1]!), pointers[i]!)
    sources[pointers[i + 1]! - 1] = i
  }
  const result = new Segments(pointers, sources, segments.sourceCount)
  segments.onDispose(() => result.dispose())
  looped.set(segments, result)
  return result
}
