import * as tf from '@tensorflow/tfjs-core'
import { aggregateMax, aggregateMean, aggregateSum, segmentSoftmax } from '../kernels/operations.ts'
import { Segments } from '../kernels/segments.ts'

/** Values and gradients of a small computation that uses what a training step uses. */
async function probe(): Promise<Float32Array> {
  const segments = new Segments(Int32Array.of(0, 2, 2, 5), Int32Array.of(0, 2, 1, 2, 3), 4)
  const numbers = (count: number, step: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * step))
  const x = tf.tensor2d(numbers(24, 0.7), [4, 6])
  const w = tf.tensor2d(numbers(36, 1.3), [6, 6])
  const edges = tf.tensor2d(numbers(10, 0.9), [5, 2])
  const step = (features: tf.Tensor2D, weights: tf.Tensor2D, logits: tf.Tensor2D) => {
    const hidden = tf.relu(tf.matMul(features, weights)) as tf.Tensor2D
    const mean = aggregateMean(hidden, segments)
    const attended = aggregateSum(hidden, segments, segmentSoftmax(logits, segments))
    const greatest = aggregateMax(hidden, segments)
    return tf.sum(tf.square(tf.add(tf.add(mean, attended), greatest)))
  }
  const { value, grads } = tf.valueAndGrads((...inputs: tf.Tensor[]) =>
    step(inputs[0] as tf.Tensor2D, inputs[1] as tf.Tensor2D, inputs[2] as tf.Tensor2D),
  )([x, w, edges])
  const flat = tf.concat([tf.reshape(value, [-1]), ...grads.map((g) => tf.reshape(g, [-1]))])
  const result = (await flat.data()) as Float32Array
  tf.dispose([x, w, edges, value, grads, flat])
  segments.dispose()
  return result
}

/**
 * Compares a small forward and backward pass on the backend in use with the same on the cpu backend.
 * @throws {Error} naming the first number that differs. Leaves the backend that was in use in use.
 */
export async function selfTest(): Promise<void> {
  const name = tf.getBackend()
  const got = await probe()
  await tf.setBackend('cpu')
  const expected = await probe()
  await tf.setBackend(name)
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(got[i]! - expected[i]!) <= 1e-3 * Math.max(1, Math.abs(expected[i]!)))) {
      throw new Error(`self-test failed: number ${i} is ${got[i]}, not ${expected[i]}`)
    }
  }
}
