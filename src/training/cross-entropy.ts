import * as tf from '@tensorflow/tfjs-core'

/** A gradient saver, as tf.customGrad hands it in. */
type GradSaver = (tensors: tf.Tensor[]) => void

/**
 * Mean cross entropy of class scores [n, classes] against labels [n] (int32, from 0), as torch's: softmax included.
 * The gradient is (softmax - one-hot) / n, without ever taking the logarithm of a small number.
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const [rows, classes] = logits.shape
  const loss = tf.customGrad((...inputs) => {
    const [scores, save] = inputs as unknown as [tf.Tensor2D, GradSaver]
    // As int32 first: the wasm backend writes integers whatever type is asked for.
    const truth = tf.cast(tf.oneHot(labels, classes, 1, 0, 'int32'), 'float32')
    const shifted = tf.sub(scores, tf.max(scores, 1, true))
    const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true))
    const logShares = tf.sub(shifted, logSum)
    save([tf.sub(tf.exp(logShares), truth)])
    return {
      value: tf.neg(tf.div(tf.sum(tf.mul(logShares, truth)), rows)) as tf.Scalar,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, tf.div(dy, rows)),
    }
  })
  return loss(logits)
}

/** Mean binary cross entropy of scores [n] against targets [n] in [0, 1], as torch's binary_cross_entropy_with_logits. */
export function binaryCrossEntropy(logits: tf.Tensor1D, targets: tf.Tensor1D): tf.Scalar {
  const rows = Math.max(1, logits.shape[0])
  const loss = tf.customGrad((...inputs) => {
    const [scores, save] = inputs as unknown as [tf.Tensor1D, GradSaver]
    const soft = tf.log(tf.add(tf.exp(tf.neg(tf.abs(scores))), 1))
    save([tf.sub(tf.sigmoid(scores), targets)])
    return {
      value: tf.div(tf.sum(tf.add(tf.sub(tf.relu(scores), tf.mul(scores, targets)), soft)), rows) as tf.Scalar,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, tf.div(dy, rows)),
    }
  })
  return loss(logits)
}
