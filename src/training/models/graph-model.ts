import * as tf from '@tensorflow/tfjs-core'
import type { BatchGraph, LayerGraph } from '../batch-graph.ts'
import type { ForwardContext } from '../layers/forward-context.ts'
import { Module } from '../layers/module.ts'

/**
 * A model made of layers, each of which takes the rows of one hop further out to rows nearer to the seeds; then a head over the seeds'
 * rows of every layer. Split so, the same model runs on sampled batches and layer by layer over a whole graph.
 */
export abstract class GraphModel extends Module {
  abstract readonly inputs: number
  abstract readonly outputs: number
  /** Number of layers: how many hops of neighbours a prediction depends on. */
  abstract readonly layerCount: number
  /** Columns that layer l makes. */
  abstract widthOf(layer: number): number

  /** Whether {@link head} reads the rows of all layers, the features among them, and not only the last one's. */
  readsAllLayers(): boolean {
    return false
  }

  /** What happens to the features before the first layer. */
  input(x: tf.Tensor2D, _context: ForwardContext): tf.Tensor2D {
    return x
  }

  /** Layer `index`, with its normalisation, activation and dropout. */
  abstract layer(index: number, x: tf.Tensor2D, graph: LayerGraph, context: ForwardContext): tf.Tensor2D

  /** Class scores [n, outputs] from rows of the same n nodes: the last layer's only, or the input's and every layer's. */
  head(rows: readonly tf.Tensor2D[], _context: ForwardContext): tf.Tensor2D {
    return rows.at(-1)!
  }

  /** Class scores [seeds, outputs] of a batch. `x` [n, inputs]. */
  forward(x: tf.Tensor2D, graph: BatchGraph, seeds: number, context: ForwardContext): tf.Tensor2D {
    // A batch may reach further than the model looks.
    const reach = this.layerCount === 0 ? seeds : graph.layer(0).segments.sourceCount
    let rows = this.input(firstRows(x, reach), context)
    const kept = [rows]
    for (let l = 0; l < this.layerCount; l++) {
      rows = this.layer(l, rows, graph.layer(l), context)
      kept.push(rows)
    }
    const read = this.readsAllLayers() ? kept : kept.slice(-1)
    return this.head(
      read.map((t) => firstRows(t, seeds)),
      context,
    )
  }
}

function firstRows(t: tf.Tensor2D, rows: number): tf.Tensor2D {
  return t.shape[0] === rows ? t : tf.slice(t, [0, 0], [rows, -1])
}
