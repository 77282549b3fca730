import * as tf from '@tensorflow/tfjs-core'
import { DatabaseError } from '../../errors/database-error.ts'
import { runKernel } from './gradients.ts'
import type { Segments } from './segments.ts'

/** How a gradient of its own keeps tensors for later. */
type GradSaver = (tensors: tf.Tensor[]) => void

function checkRows(x: tf.Tensor, rows: number, what: string): void {
  if (x.shape[0] !== rows) {
    throw new DatabaseError('INVALID_ARGUMENT', `${what} has ${x.shape[0]} rows; the edges speak of ${rows}.`)
  }
}

/**
 * Sum of the rows of x over the in-edges of each target; zero for a target without edges.
 * @param x [segments.sourceCount, d]
 * @param weights [edges, heads] numbers to multiply with; each head weighs d / heads columns. Differentiable like x.
 * @returns [segments.targetCount, d]
 */
export function aggregateSum(x: tf.Tensor2D, segments: Segments, weights?: tf.Tensor2D): tf.Tensor2D {
  checkRows(x, segments.sourceCount, 'x')
  if (weights === undefined) return runKernel('NisabaSegmentSum', { x }, { segments })
  checkRows(weights, segments.edgeCount, 'weights')
  return runKernel('NisabaWeightedSum', { x, weights }, { segments })
}

/** Mean of the rows of x over the in-edges of each target; zero for a target without edges. [targets, d] from [sources, d]. */
export function aggregateMean(x: tf.Tensor2D, segments: Segments): tf.Tensor2D {
  checkRows(x, segments.sourceCount, 'x')
  return runKernel('NisabaSegmentSum', { x }, { segments, mean: true })
}

/** Greatest value by column over the in-edges of each target; zero without edges; the gradient goes to the first edge that has it. */
export function aggregateMax(x: tf.Tensor2D, segments: Segments): tf.Tensor2D {
  checkRows(x, segments.sourceCount, 'x')
  // Its own gradient, so that the choice of edges is no part of what is differentiated.
  const greatest = tf.customGrad((...inputs) => {
    const [rows, save] = inputs as unknown as [tf.Tensor, GradSaver]
    const pick = runKernel('NisabaSegmentArgMax', { x: rows }, { segments })
    save([pick])
    return {
      value: runKernel<tf.Tensor2D>('NisabaPickEdges', { x: rows, pick }, { segments }),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        runKernel('NisabaPickEdgesBack', { dy, pick: saved[0]! }, { segments }),
    }
  })
  return greatest(x)
}

/** Rows of x by position, in any order, with repeats: edge e of `segments` takes row source[e]. [edges, d]; see Segments.gather. */
export function gatherRows(x: tf.Tensor2D, segments: Segments): tf.Tensor2D {
  return aggregateSum(x, segments)
}

/** Softmax of edge values [edges, heads] over the in-edges of each target. */
export function segmentSoftmax(x: tf.Tensor2D, segments: Segments): tf.Tensor2D {
  checkRows(x, segments.edgeCount, 'x')
  return runKernel('NisabaSegmentSoftmax', { x }, { segments })
}

/** Per edge the sum of a value of its source and one of its target: [edges, d] from [sources, d] and [targets, d]. */
export function spreadToEdges(s: tf.Tensor2D, t: tf.Tensor2D, segments: Segments): tf.Tensor2D {
  checkRows(s, segments.sourceCount, 's')
  checkRows(t, segments.targetCount, 't')
  return runKernel('NisabaEdgeSpread', { s, t }, { segments })
}

/**
 * Clears a share of the elements and scales the rest by 1 / (1 - rate). Which ones depends on position and seed only,
 * on every backend alike. `rate` in [0, 1), `seed` a 32-bit number.
 */
export function dropElements<T extends tf.Tensor>(x: T, rate: number, seed: number): T {
  return runKernel('NisabaDropout', { x }, { rate, seed: seed >>> 0 })
}
