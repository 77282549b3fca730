import * as tf from '@tensorflow/tfjs-core'

/** Gradients by name of the input, each made only when asked for. */
type GradientMap = Record<string, () => tf.Tensor>
type Gradient = (dy: tf.Tensor, saved: tf.Tensor[], attributes: tf.NamedAttrMap) => GradientMap

/** A gradient as the engine wants it. */
interface Entry {
  readonly save?: readonly string[]
  readonly saveOutput?: boolean
  readonly saveAll?: boolean
  readonly gradient: Gradient
}

/** Undoes a broadcast: sums dy over the dimensions that `shape` has not. */
function reduceTo(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape)
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape)
}

/** Spreads dy of a reduction over the dimensions that were reduced. */
function spreadOver(dy: tf.Tensor, x: tf.Tensor, axis: unknown): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis as number | number[], x.shape)
  const kept = x.shape.map((size, d) => (axes.includes(d) ? 1 : size))
  return tf.mul(tf.reshape(dy, kept), tf.ones(x.shape))
}

function reducedCount(x: tf.Tensor, axis: unknown): number {
  return tf.util.parseAxisParam(axis as number | number[], x.shape).reduce((n, d) => n * x.shape[d]!, 1)
}

/**
 * A product of which operands count as transposed, by the flags. On wasm they are transposed first: its product of transposed operands
 * does not use the processor's vector instructions and takes some twenty times as long.
 */
function product(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor {
  if (tf.getBackend() !== 'wasm') return tf.matMul(a, b, transposeA, transposeB)
  const swap = (t: tf.Tensor) => tf.transpose(t, [...t.shape.slice(0, -2).keys(), t.rank - 1, t.rank - 2])
  return tf.matMul(transposeA ? swap(a) : a, transposeB ? swap(b) : b)
}

function productGradient(dy: tf.Tensor, saved: tf.Tensor[], attributes: tf.NamedAttrMap): GradientMap {
  const [a, b] = saved as [tf.Tensor, tf.Tensor]
  const ta = attributes['transposeA'] === true
  const tb = attributes['transposeB'] === true
  return {
    a: () => (ta ? product(b, dy, tb, true) : product(dy, b, false, !tb)),
    b: () => (tb ? product(dy, a, true, ta) : product(a, dy, !ta, false)),
  }
}

function concatGradient(dy: tf.Tensor, saved: tf.Tensor[], attributes: tf.NamedAttrMap): GradientMap {
  const axis = tf.util.parseAxisParam(attributes['axis'] as number, saved[0]!.shape)[0]!
  let begin = 0
  // The inputs of concat are a list; its gradients are named by position.
  const gradients: GradientMap = {}
  saved.forEach((input, i) => {
    const at = input.shape.map((_, d) => (d === axis ? begin : 0))
    begin += input.shape[axis]!
    gradients[i] = () => tf.slice(dy, at, input.shape)
  })
  return gradients
}

const GRADIENTS: Readonly<Record<string, Entry>> = {
  Add: {
    save: ['a', 'b'],
    gradient: (dy, [a, b]) => ({ a: () => reduceTo(dy, a!.shape), b: () => reduceTo(dy, b!.shape) }),
  },
  Sub: {
    save: ['a', 'b'],
    gradient: (dy, [a, b]) => ({ a: () => reduceTo(dy, a!.shape), b: () => reduceTo(tf.neg(dy), b!.shape) }),
  },
  Multiply: {
    save: ['a', 'b'],
    gradient: (dy, [a, b]) => ({
      a: () => reduceTo(tf.mul(dy, b!), a!.shape),
      b: () => reduceTo(tf.mul(dy, a!), b!.shape),
    }),
  },
  RealDiv: {
    save: ['a', 'b'],
    gradient: (dy, [a, b]) => ({
      a: () => reduceTo(tf.div(dy, b!), a!.shape),
      b: () => reduceTo(tf.neg(tf.div(tf.mul(dy, a!), tf.square(b!))), b!.shape),
    }),
  },
  Sum: { save: ['x'], gradient: (dy, [x], { axis }) => ({ x: () => spreadOver(dy, x!, axis) }) },
  Mean: {
    save: ['x'],
    gradient: (dy, [x], { axis }) => ({
      x: () => spreadOver(tf.div(dy, tf.scalar(reducedCount(x!, axis))), x!, axis),
    }),
  },
  Relu: { save: ['x'], gradient: (dy, [x]) => ({ x: () => tf.mul(dy, tf.step(x!)) }) },
  LeakyRelu: {
    save: ['x'],
    gradient: (dy, [x], { alpha }) => ({
      x: () => tf.where(tf.greater(x!, 0), dy, tf.mul(dy, tf.scalar(alpha as number))),
    }),
  },
  Elu: {
    saveOutput: true,
    gradient: (dy, [y]) => ({ x: () => tf.where(tf.greater(y!, 0), dy, tf.mul(dy, tf.add(y!, 1))) }),
  },
  Square: { save: ['x'], gradient: (dy, [x]) => ({ x: () => tf.mul(dy, tf.mul(x!, 2)) }) },
  Sqrt: { saveOutput: true, gradient: (dy, [y]) => ({ x: () => tf.div(dy, tf.mul(y!, 2)) }) },
  Rsqrt: {
    saveOutput: true,
    gradient: (dy, [y]) => ({ x: () => tf.mul(tf.mul(dy, -0.5), tf.mul(y!, tf.square(y!))) }),
  },
  Exp: { saveOutput: true, gradient: (dy, [y]) => ({ x: () => tf.mul(dy, y!) }) },
  Log: { save: ['x'], gradient: (dy, [x]) => ({ x: () => tf.div(dy, x!) }) },
  Neg: { gradient: (dy) => ({ x: () => tf.neg(dy) }) },
  Sigmoid: { saveOutput: true, gradient: (dy, [y]) => ({ x: () => tf.mul(dy, tf.mul(y!, tf.sub(1, y!))) }) },
  Tanh: { saveOutput: true, gradient: (dy, [y]) => ({ x: () => tf.mul(dy, tf.sub(1, tf.square(y!))) }) },
  Reshape: { save: ['x'], gradient: (dy, [x]) => ({ x: () => tf.reshape(dy, x!.shape) }) },
  Identity: { gradient: (dy) => ({ x: () => tf.clone(dy) }) },
  Cast: { gradient: (dy) => ({ x: () => tf.clone(dy) }) },
  Transpose: {
    gradient: (dy, _saved, { perm }) => ({
      x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm as number[])),
    }),
  },
  Slice: {
    save: ['x'],
    gradient: (dy, [x], { begin }) => ({
      x: () => {
        const from = begin as number[]
        return tf.pad(
          dy,
          x!.shape.map((size, d) => [from[d]!, size - from[d]! - dy.shape[d]!] as [number, number]),
        )
      },
    }),
  },
  Concat: { saveAll: true, gradient: concatGradient },
  BatchMatMul: { save: ['a', 'b'], gradient: productGradient },
}

/**
 * Registers gradients of the TensorFlow.js operations that our layers use. The package for Node.js comes without any: the
 * complete set is in the umbrella package, together with a hundred megabytes that nothing here needs.
 */
export function registerTensorGradients(): void {
  for (const [kernelName, entry] of Object.entries(GRADIENTS)) {
    tf.registerGradient({
      kernelName,
      ...(entry.save === undefined ? {} : { inputsToSave: [...entry.save] }),
      ...(entry.saveOutput === true ? { outputsToSave: [true] } : {}),
      ...(entry.saveAll === true ? { saveAllInputs: true } : {}),
      gradFunc: (dy, saved, attributes) => entry.gradient(dy as tf.Tensor, saved, attributes),
    })
  }
}
