import * as tf from '@tensorflow/tfjs-core'
import type { LayerGraph } from '../batch-graph.ts'
import { aggregateSum } from '../kernels/operations.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { Linear } from './linear.ts'
import { Module } from './module.ts'

/**
 * Graph convolution: sum over the node and its neighbours of x W / sqrt(d_i d_j), plus a bias, with d the in-degree in the batch plus one
 * for the node itself. [sources, inputs] to [targets, outputs]. Source: Kipf and Welling, 2017.
 */
export class GcnConv extends Module {
  readonly #linear: Linear
  readonly #bias: tf.Variable

  constructor(inputs: number, outputs: number, random: SeededRandom) {
    super()
    this.#linear = this.addChild('linear', new Linear(inputs, outputs, random, { bias: false, initialise: 'glorot' }))
    this.#bias = this.addVariable('bias', new Float32Array(outputs), [outputs])
  }

  forward(x: tf.Tensor2D, graph: LayerGraph): tf.Tensor2D {
    const { edges, self } = normalisation(graph)
    const weights = tf.tensor2d(edges, [edges.length, 1])
    const own = tf.tensor2d(self, [self.length, 1])
    const combine = (rows: tf.Tensor2D): tf.Tensor2D =>
      tf.add(
        aggregateSum(rows, graph.segments, weights),
        tf.mul(tf.slice(rows, [0, 0], [graph.segments.targetCount, -1]), own),
      )
    // The narrower side is the one to carry along the edges.
    const wide = this.#linear.inputs > this.#linear.outputs
    const result = wide ? combine(this.#linear.forward(x)) : this.#linear.forward(combine(x))
    return tf.add(result, this.#bias)
  }
}

/** 1 / sqrt(d_i d_j) of each edge, and 1 / d_i of each target's loop to itself. */
function normalisation({ segments, degree }: LayerGraph): { edges: Float32Array; self: Float32Array } {
  const { rowPtr, source, targetCount } = segments
  const edges = new Float32Array(segments.edgeCount)
  const self = new Float32Array(targetCount)
  for (let i = 0; i < targetCount; i++) {
    const own = degree[i]! + 1
    self[i] = 1 / own
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) edges[e] = 1 / Math.sqrt(own * (degree[source[e]!]! + 1))
  }
  return { edges, self }
}
