import { dropoutThreshold, mixBits } from './dropout-bits.ts'
import type { KernelAttributes } from './kernel-attributes.ts'
import { segmentsOf } from './kernel-attributes.ts'

/** A tensor as the kernels see it: its elements where they lie, and its shape. */
export interface KernelTensor {
  readonly data: Float32Array | Int32Array
  readonly shape: readonly number[]
}

/** One of our kernels over typed arrays; cpu and wasm share it. */
export interface TypedArrayKernel {
  readonly inputs: readonly string[]
  readonly dtype: 'float32' | 'int32'
  shape(inputs: readonly KernelTensor[], attributes: KernelAttributes): number[]
  /** Writes every element of `out`, whatever it held. */
  run(out: KernelTensor, inputs: readonly KernelTensor[], attributes: KernelAttributes): void
}

/** Elements of one row. */
export function widthOf(tensor: KernelTensor): number {
  return tensor.shape.slice(1).reduce((a, b) => a * b, 1)
}

/** out[i] = sum (or mean) of x[source] over the edges of target i. */
function segmentSum(out: KernelTensor, [x]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { rowPtr, source, targetCount } = segmentsOf(attributes)
  const width = widthOf(out)
  const to = out.data
  const from = x!.data
  to.fill(0)
  for (let i = 0; i < targetCount; i++) {
    const begin = rowPtr[i]!
    const end = rowPtr[i + 1]!
    const base = i * width
    for (let e = begin; e < end; e++) {
      const row = source[e]! * width
      for (let f = 0; f < width; f++) to[base + f]! += from[row + f]!
    }
    if (attributes.mean === true && end - begin > 1) {
      const scale = 1 / (end - begin)
      for (let f = 0; f < width; f++) to[base + f]! *= scale
    }
  }
}

/** dx[j] = sum over the edges that leave j of dy[target] (divided by the target's edges when mean). */
function segmentSumBack(out: KernelTensor, [dy]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { rowPtr, source, targetCount } = segmentsOf(attributes)
  const width = widthOf(out)
  const to = out.data
  const from = dy!.data
  to.fill(0)
  for (let i = 0; i < targetCount; i++) {
    const end = rowPtr[i + 1]!
    const scale = attributes.mean === true ? 1 / (end - rowPtr[i]!) : 1
    const base = i * width
    for (let e = rowPtr[i]!; e < end; e++) {
      const row = source[e]! * width
      for (let f = 0; f < width; f++) to[row + f]! += scale * from[base + f]!
    }
  }
}

/** out[i, h, f] = sum of w[e, h] * x[source, h, f]. */
function weightedSum(out: KernelTensor, [x, weights]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { rowPtr, source, targetCount } = segmentsOf(attributes)
  const heads = widthOf(weights!)
  const width = widthOf(out)
  const perHead = width / heads
  const [to, from, w] = [out.data, x!.data, weights!.data]
  to.fill(0)
  for (let i = 0; i < targetCount; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      for (let h = 0; h < heads; h++) {
        const weight = w[e * heads + h]!
        const base = i * width + h * perHead
        const row = source[e]! * width + h * perHead
        for (let f = 0; f < perHead; f++) to[base + f]! += weight * from[row + f]!
      }
    }
  }
}

/** dx[j, h, f] = sum over the edges that leave j of w[e, h] * dy[target, h, f]. */
function weightedSumBack(
  out: KernelTensor,
  [dy, weights]: readonly KernelTensor[],
  attributes: KernelAttributes,
): void {
  const { rowPtr, source, targetCount } = segmentsOf(attributes)
  const heads = widthOf(weights!)
  const width = widthOf(out)
  const perHead = width / heads
  const [to, from, w] = [out.data, dy!.data, weights!.data]
  to.fill(0)
  for (let i = 0; i < targetCount; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      for (let h = 0; h < heads; h++) {
        const weight = w[e * heads + h]!
        const base = i * width + h * perHead
        const row = source[e]! * width + h * perHead
        for (let f = 0; f < perHead; f++) to[row + f]! += weight * from[base + f]!
      }
    }
  }
}

/** out[e, h] = dot of a[target, h] and b[source, h]; out's second dimension says how many heads. */
function edgeDot(out: KernelTensor, [a, b]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { rowPtr, source, targetCount } = segmentsOf(attributes)
  const heads = widthOf(out)
  const width = widthOf(a!)
  const perHead = width / heads
  const [to, left, right] = [out.data, a!.data, b!.data]
  for (let i = 0; i < targetCount; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      for (let h = 0; h < heads; h++) {
        const atLeft = i * width + h * perHead
        const atRight = source[e]! * width + h * perHead
        let sum = 0
        for (let f = 0; f < perHead; f++) sum += left[atLeft + f]! * right[atRight + f]!
        to[e * heads + h] = sum
      }
    }
  }
}

/** out[i, f] = first edge of target i whose x[source, f] is greatest; -1 when i has no edge. */
function segmentArgMax(out: KernelTensor, [x]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { rowPtr, source, targetCount } = segmentsOf(attributes)
  const width = widthOf(out)
  const [to, from] = [out.data, x!.data]
  for (let i = 0; i < targetCount; i++) {
    const begin = rowPtr[i]!
    const end = rowPtr[i + 1]!
    for (let f = 0; f < width; f++) {
      let best = begin < end ? begin : -1
      for (let e = begin + 1; e < end; e++) {
        if (from[source[e]! * width + f]! > from[source[best]! * width + f]!) best = e
      }
      to[i * width + f] = best
    }
  }
}

/** out[i, f] = x[source of edge pick[i, f], f], 0 where no edge is picked. */
function pickEdges(out: KernelTensor, [x, pick]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { source } = segmentsOf(attributes)
  const width = widthOf(out)
  const [to, from, picked] = [out.data, x!.data, pick!.data]
  for (let k = 0; k < to.length; k++) to[k] = picked[k]! < 0 ? 0 : from[source[picked[k]!]! * width + (k % width)]!
}

/** dx[source of edge pick[i, f], f] += dy[i, f]. */
function pickEdgesBack(out: KernelTensor, [dy, pick]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { source } = segmentsOf(attributes)
  const width = widthOf(out)
  const [to, from, picked] = [out.data, dy!.data, pick!.data]
  to.fill(0)
  for (let k = 0; k < from.length; k++) {
    if (picked[k]! >= 0) to[source[picked[k]!]! * width + (k % width)]! += from[k]!
  }
}

/** out[e, h] = exp(l[e, h]) divided by its sum over the edges of the same target. */
function segmentSoftmax(out: KernelTensor, [logits]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { rowPtr, targetCount } = segmentsOf(attributes)
  const heads = widthOf(out)
  const [to, from] = [out.data, logits!.data]
  for (let i = 0; i < targetCount; i++) {
    const begin = rowPtr[i]! * heads
    const end = rowPtr[i + 1]! * heads
    for (let h = 0; h < heads; h++) {
      let greatest = -Infinity
      for (let k = begin + h; k < end; k += heads) greatest = Math.max(greatest, from[k]!)
      let sum = 0
      for (let k = begin + h; k < end; k += heads) {
        to[k] = Math.exp(from[k]! - greatest)
        sum += to[k]!
      }
      for (let k = begin + h; k < end; k += heads) to[k]! /= sum
    }
  }
}

/** dl = a * (da - sum of a * da over the edges of the same target). */
function segmentSoftmaxBack(
  out: KernelTensor,
  [shares, da]: readonly KernelTensor[],
  attributes: KernelAttributes,
): void {
  const { rowPtr, targetCount } = segmentsOf(attributes)
  const heads = widthOf(out)
  const [to, a, from] = [out.data, shares!.data, da!.data]
  for (let i = 0; i < targetCount; i++) {
    const begin = rowPtr[i]! * heads
    const end = rowPtr[i + 1]! * heads
    for (let h = 0; h < heads; h++) {
      let sum = 0
      for (let k = begin + h; k < end; k += heads) sum += a[k]! * from[k]!
      for (let k = begin + h; k < end; k += heads) to[k] = a[k]! * (from[k]! - sum)
    }
  }
}

/** out[e] = s[source] + t[target]. */
function edgeSpread(out: KernelTensor, [s, t]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const { rowPtr, source, targetCount } = segmentsOf(attributes)
  const width = widthOf(out)
  const [to, bySource, byTarget] = [out.data, s!.data, t!.data]
  for (let i = 0; i < targetCount; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      for (let f = 0; f < width; f++) to[e * width + f] = bySource[source[e]! * width + f]! + byTarget[i * width + f]!
    }
  }
}

/** out[row] = sum of v[e] over the edges of that source or target. */
function edgeSum(out: KernelTensor, [v]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const segments = segmentsOf(attributes)
  const rows = segments.array(attributes.by === 'source' ? 'source' : 'target')
  const width = widthOf(out)
  const [to, from] = [out.data, v!.data]
  to.fill(0)
  for (let e = 0; e < rows.length; e++) {
    const base = rows[e]! * width
    for (let f = 0; f < width; f++) to[base + f]! += from[e * width + f]!
  }
}

function dropout(out: KernelTensor, [x]: readonly KernelTensor[], attributes: KernelAttributes): void {
  const rate = attributes.rate!
  const threshold = dropoutThreshold(rate)
  const scale = 1 / (1 - rate)
  const seed = attributes.seed!
  const [to, from] = [out.data, x!.data]
  for (let i = 0; i < to.length; i++) {
    const value = from[i]!
    // Word counts are nearly all zero: what is dropped of them makes no difference.
    to[i] = value !== 0 && mixBits(mixBits(i) ^ seed) >= threshold ? value * scale : 0
  }
}

const perTarget = ([x]: readonly KernelTensor[], a: KernelAttributes) => [
  segmentsOf(a).targetCount,
  ...x!.shape.slice(1),
]
const perSource = ([x]: readonly KernelTensor[], a: KernelAttributes) => [
  segmentsOf(a).sourceCount,
  ...x!.shape.slice(1),
]
const perEdge = ([x]: readonly KernelTensor[], a: KernelAttributes) => [segmentsOf(a).edgeCount, ...x!.shape.slice(1)]
const sameShape = ([x]: readonly KernelTensor[]) => [...x!.shape]

/** All our kernels, by the name under which they are registered. */
export const TYPED_ARRAY_KERNELS: Readonly<Record<string, TypedArrayKernel>> = {
  NisabaSegmentSum: { inputs: ['x'], dtype: 'float32', shape: perTarget, run: segmentSum },
  NisabaSegmentSumBack: { inputs: ['dy'], dtype: 'float32', shape: perSource, run: segmentSumBack },
  NisabaWeightedSum: { inputs: ['x', 'weights'], dtype: 'float32', shape: perTarget, run: weightedSum },
  NisabaWeightedSumBack: { inputs: ['dy', 'weights'], dtype: 'float32', shape: perSource, run: weightedSumBack },
  // The third input has the shape of the result and is not read: the number of heads is nowhere else.
  NisabaEdgeDot: {
    inputs: ['a', 'b', 'like'],
    dtype: 'float32',
    shape: ([, , like]) => [...like!.shape],
    run: edgeDot,
  },
  NisabaSegmentArgMax: { inputs: ['x'], dtype: 'int32', shape: perTarget, run: segmentArgMax },
  NisabaPickEdges: { inputs: ['x', 'pick'], dtype: 'float32', shape: perTarget, run: pickEdges },
  NisabaPickEdgesBack: { inputs: ['dy', 'pick'], dtype: 'float32', shape: perSource, run: pickEdgesBack },
  NisabaSegmentSoftmax: { inputs: ['x'], dtype: 'float32', shape: sameShape, run: segmentSoftmax },
  NisabaSegmentSoftmaxBack: { inputs: ['shares', 'dy'], dtype: 'float32', shape: sameShape, run: segmentSoftmaxBack },
  NisabaEdgeSpread: { inputs: ['s', 't'], dtype: 'float32', shape: perEdge, run: edgeSpread },
  NisabaEdgeSum: {
    inputs: ['v'],
    dtype: 'float32',
    shape: (inputs, a) => (a.by === 'source' ? perSource(inputs, a) : perTarget(inputs, a)),
    run: edgeSum,
  },
  NisabaDropout: { inputs: ['x'], dtype: 'float32', shape: sameShape, run: dropout },
}
