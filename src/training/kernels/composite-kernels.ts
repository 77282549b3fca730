import * as tf from '@tensorflow/tfjs-core'
import { dropoutThreshold, mixBits } from './dropout-bits.ts'
import { attributesFromEngine, type KernelAttributes, segmentsOf } from './kernel-attributes.ts'
import { TYPED_ARRAY_KERNELS } from './typed-array-kernels.ts'

type Compose = (inputs: readonly tf.Tensor[], attributes: KernelAttributes) => tf.Tensor

/** Sums rows by the ids in `by`; rows of no id are zero. */
function sumRows(values: tf.Tensor, by: tf.Tensor1D, rows: number): tf.Tensor {
  return tf.unsortedSegmentSum(values, by, rows)
}

/** [edges, heads, width of a head] from [edges, heads * width]; weights [edges, heads] become [edges, heads, 1]. */
function byHead(values: tf.Tensor, heads: number): tf.Tensor {
  return tf.reshape(values, [values.shape[0]!, heads, -1])
}

function headsOf(weights: tf.Tensor): number {
  return weights.shape.slice(1).reduce((a, b) => a * b, 1)
}

function weighted(rows: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const heads = headsOf(weights)
  return tf.reshape(tf.mul(byHead(rows, heads), byHead(weights, heads)), rows.shape)
}

/** 1 / number of edges of each target, as a column; targets without edges count as one. */
function inverseDegrees(attributes: KernelAttributes): tf.Tensor {
  const { rowPtr, targetCount } = segmentsOf(attributes)
  const scale = new Float32Array(targetCount)
  for (let i = 0; i < targetCount; i++) scale[i] = 1 / Math.max(1, rowPtr[i + 1]! - rowPtr[i]!)
  return tf.tensor2d(scale, [targetCount, 1])
}

/** Greatest value of each target's edges, taken edge by edge rank: in-edge 0 of all targets, then in-edge 1 … */
function firstGreatest(x: tf.Tensor, attributes: KernelAttributes): tf.Tensor {
  const { rowPtr, source, targetCount, sourceCount } = segmentsOf(attributes)
  let most = 0
  for (let i = 0; i < targetCount; i++) most = Math.max(most, rowPtr[i + 1]! - rowPtr[i]!)
  let best = tf.fill([targetCount, ...x.shape.slice(1)], Number.NEGATIVE_INFINITY)
  let at = tf.fill([targetCount, ...x.shape.slice(1)], -1, 'int32')
  // One row past the end stands for 'no such edge'.
  const padded = tf.concat([x, tf.fill([1, ...x.shape.slice(1)], Number.NEGATIVE_INFINITY)])
  for (let rank = 0; rank < most; rank++) {
    const rows = new Int32Array(targetCount)
    const edges = new Int32Array(targetCount)
    for (let i = 0; i < targetCount; i++) {
      edges[i] = rowPtr[i]! + rank
      rows[i] = edges[i]! < rowPtr[i + 1]! ? source[edges[i]!]! : sourceCount
    }
    const candidate = tf.gather(padded, tf.tensor1d(rows, 'int32'))
    const better = tf.greater(candidate, best)
    at = tf.where(better, tf.mul(tf.onesLike(at), tf.tensor2d(edges, [targetCount, 1], 'int32')), at)
    best = tf.where(better, candidate, best)
  }
  return at
}

/** Flat positions in [sources, width] that picked edges stand for, and which picks are real. */
function pickedRows(pick: tf.Tensor, attributes: KernelAttributes): { rows: tf.Tensor; real: tf.Tensor } {
  const segments = segmentsOf(attributes)
  const real = tf.greaterEqual(pick, 0)
  const edge = tf.maximum(pick, tf.scalar(0, 'int32'))
  const width = pick.shape[1]!
  const column = tf.range(0, width, 1, 'int32')
  const source = tf.reshape(tf.gather(segments.device('source'), tf.reshape(tf.cast(edge, 'int32'), [-1])), pick.shape)
  return { rows: tf.add(tf.mul(source, tf.scalar(width, 'int32')), column), real }
}

function keepMask(size: number, attributes: KernelAttributes): Float32Array {
  const threshold = dropoutThreshold(attributes.rate!)
  const scale = 1 / (1 - attributes.rate!)
  return Float32Array.from({ length: size }, (_, i) =>
    mixBits(mixBits(i) ^ attributes.seed!) >= threshold ? scale : 0,
  )
}

function softmaxOfSegments(x: tf.Tensor, a: KernelAttributes): tf.Tensor {
  const s = segmentsOf(a)
  const target = s.device('target')
  // Any number of the segment will do to keep exp in range; the greatest of the whole batch is at hand.
  const spread = tf.exp(tf.sub(x, tf.max(x, 0, true)))
  return tf.div(spread, tf.gather(sumRows(spread, target, s.targetCount), target))
}

/**
 * Our kernels put together from TensorFlow's own operations: what runs on the native backends.
 * Inputs are those of the kernel of the same name over typed arrays.
 */
export const COMPOSITE_KERNELS: Readonly<Record<string, Compose>> = {
  NisabaSegmentSum: ([x], a) => {
    const s = segmentsOf(a)
    const sum = sumRows(tf.gather(x!, s.device('source')), s.device('target'), s.targetCount)
    return a.mean === true ? tf.mul(sum, inverseDegrees(a)) : sum
  },
  NisabaSegmentSumBack: ([dy], a) => {
    const s = segmentsOf(a)
    const scaled = a.mean === true ? tf.mul(dy!, inverseDegrees(a)) : dy!
    return sumRows(tf.gather(scaled, s.device('target')), s.device('source'), s.sourceCount)
  },
  NisabaWeightedSum: ([x, w], a) => {
    const s = segmentsOf(a)
    return sumRows(weighted(tf.gather(x!, s.device('source')), w!), s.device('target'), s.targetCount)
  },
  NisabaWeightedSumBack: ([dy, w], a) => {
    const s = segmentsOf(a)
    return sumRows(weighted(tf.gather(dy!, s.device('target')), w!), s.device('source'), s.sourceCount)
  },
  NisabaEdgeDot: ([left, right, like], a) => {
    const s = segmentsOf(a)
    const product = tf.mul(tf.gather(left!, s.device('target')), tf.gather(right!, s.device('source')))
    return tf.reshape(tf.sum(byHead(product, headsOf(like!)), 2), like!.shape)
  },
  NisabaSegmentArgMax: ([x], a) => firstGreatest(x!, a),
  NisabaPickEdges: ([x, pick], a) => {
    const { rows, real } = pickedRows(pick!, a)
    const values = tf.gather(tf.reshape(x!, [-1]), tf.reshape(tf.cast(rows, 'int32'), [-1]))
    return tf.mul(tf.reshape(values, pick!.shape), tf.cast(real, 'float32'))
  },
  NisabaPickEdgesBack: ([dy, pick], a) => {
    const { rows, real } = pickedRows(pick!, a)
    const kept = tf.reshape(tf.mul(dy!, tf.cast(real, 'float32')), [-1])
    const { sourceCount } = segmentsOf(a)
    const flat = sumRows(kept, tf.reshape(tf.cast(rows, 'int32'), [-1]), sourceCount * dy!.shape[1]!)
    return tf.reshape(flat, [sourceCount, dy!.shape[1]!])
  },
  NisabaSegmentSoftmax: ([x], a) => softmaxOfSegments(x!, a),
  NisabaSegmentSoftmaxBack: ([shares, dy], a) => {
    const s = segmentsOf(a)
    const target = s.device('target')
    const product = tf.mul(shares!, dy!)
    return tf.sub(product, tf.mul(shares!, tf.gather(sumRows(product, target, s.targetCount), target)))
  },
  NisabaEdgeSpread: ([s, t], a) => {
    const segments = segmentsOf(a)
    return tf.add(tf.gather(s!, segments.device('source')), tf.gather(t!, segments.device('target')))
  },
  NisabaEdgeSum: ([v], a) => {
    const s = segmentsOf(a)
    return a.by === 'source'
      ? sumRows(v!, s.device('source'), s.sourceCount)
      : sumRows(v!, s.device('target'), s.targetCount)
  },
  NisabaDropout: ([x], a) => tf.mul(x!, tf.tensor(keepMask(x!.size, a), x!.shape)),
}

/** Registers the composed kernels with a backend; used for 'tensorflow', and by tests for others. */
export function registerCompositeKernels(backendName: string): void {
  for (const [kernelName, compose] of Object.entries(COMPOSITE_KERNELS)) {
    if (tf.getKernel(kernelName, backendName) !== undefined) continue
    const { inputs: names, shape } = TYPED_ARRAY_KERNELS[kernelName]!
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => {
        const attributes = attributesFromEngine(attrs)
        const tensors = names.map((name) => inputs[name] as tf.Tensor)
        const { edgeCount } = attributes.segments ?? { edgeCount: 1 }
        if (edgeCount > 0) return tf.tidy(() => compose(tensors, attributes))
        const data = new Float32Array(0)
        const size = shape(
          tensors.map((t) => ({ data, shape: t.shape })),
          attributes,
        )
        return kernelName === 'NisabaSegmentArgMax' ? tf.fill(size, -1, 'int32') : tf.zeros(size)
      },
    })
  }
}
