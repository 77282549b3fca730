import * as tf from '@tensorflow/tfjs-core'
import { attributesForEngine, attributesFromEngine, type KernelAttributes } from './kernel-attributes.ts'
import { registerTensorGradients } from './tensor-gradients.ts'

/** Runs one of our kernels on the backend in use; differentiable where a gradient is registered. */
export function runKernel<T extends tf.Tensor>(
  kernelName: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: KernelAttributes,
): T {
  return tf.engine().runKernel(kernelName, inputs as tf.NamedTensorMap, attributesForEngine(attributes)) as T
}

let registered = false

/** Registers the gradients of our kernels and of TensorFlow.js's; they hold for every backend. Later calls do nothing. */
export function registerGradients(): void {
  if (registered) return
  registered = true
  registerTensorGradients()
  tf.registerGradient({
    kernelName: 'NisabaSegmentSum',
    gradFunc: (dy, _saved, attrs) => ({
      x: () => runKernel('NisabaSegmentSumBack', { dy: dy as tf.Tensor }, attributesFromEngine(attrs)),
    }),
  })
  tf.registerGradient({
    kernelName: 'NisabaWeightedSum',
    inputsToSave: ['x', 'weights'],
    gradFunc: (dy, saved, attrs) => {
      const [x, weights] = saved as [tf.Tensor, tf.Tensor]
      const attributes = attributesFromEngine(attrs)
      return {
        x: () => runKernel('NisabaWeightedSumBack', { dy: dy as tf.Tensor, weights }, attributes),
        weights: () => runKernel('NisabaEdgeDot', { a: dy as tf.Tensor, b: x, like: weights }, attributes),
      }
    },
  })
  tf.registerGradient({
    kernelName: 'NisabaSegmentSoftmax',
    outputsToSave: [true],
    gradFunc: (dy, [shares], attrs) => ({
      x: () =>
        runKernel('NisabaSegmentSoftmaxBack', { shares: shares!, dy: dy as tf.Tensor }, attributesFromEngine(attrs)),
    }),
  })
  tf.registerGradient({
    kernelName: 'NisabaEdgeSpread',
    gradFunc: (dy, _saved, attrs) => {
      const attributes = attributesFromEngine(attrs)
      return {
        s: () => runKernel('NisabaEdgeSum', { v: dy as tf.Tensor }, { ...attributes, by: 'source' }),
        t: () => runKernel('NisabaEdgeSum', { v: dy as tf.Tensor }, { ...attributes, by: 'target' }),
      }
    },
  })
  tf.registerGradient({
    kernelName: 'NisabaDropout',
    gradFunc: (dy, _saved, attrs) => ({
      x: () => runKernel('NisabaDropout', { x: dy as tf.Tensor }, attributesFromEngine(attrs)),
    }),
  })
}
