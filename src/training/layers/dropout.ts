import type * as tf from '@tensorflow/tfjs-core'
import { dropElements } from '../kernels/operations.ts'
import type { ForwardContext } from './forward-context.ts'

/** Clears a share of the elements while training and scales the rest, so that the expectation stays; otherwise hands x through. */
export function dropout<T extends tf.Tensor>(x: T, rate: number, context: ForwardContext): T {
  return context.training && rate > 0 ? dropElements(x, rate, context.random.bits()) : x
}
