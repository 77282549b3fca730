import * as tf from '@tensorflow/tfjs-core'
import { dropoutThreshold } from './dropout-bits.ts'
import { attributesFromEngine, type KernelAttributes } from './kernel-attributes.ts'
import type { SegmentArray } from './segments.ts'
import { type KernelTensor, TYPED_ARRAY_KERNELS, widthOf } from './typed-array-kernels.ts'

/** The part of the webgpu backend's object that its own kernels use. */
interface WebGpuBackend {
  runWebGPUProgram(
    program: object,
    inputs: tf.TensorInfo[],
    dtype: string,
    uniforms: { type: 'int32' | 'uint32' | 'float32'; data: number[] }[],
  ): tf.TensorInfo
  makeTensorInfo(shape: number[], dtype: string, values?: Float32Array | Int32Array): tf.TensorInfo
}

/** One of our kernels as a compute shader: each invocation computes the element `index` of the result. */
interface ShaderKernel {
  /** Index arrays that it reads besides its inputs; they follow these in order. */
  readonly arrays: readonly SegmentArray[] | ((attributes: KernelAttributes) => readonly SegmentArray[])
  readonly body: string
}

const SUM_OVER_EDGES = (from: string, mean: string) => `
  let i = index / uniforms.width;
  let f = index % uniforms.width;
  var sum = 0.0;
  for (var e = rowPtr[i]; e < rowPtr[i + 1]; e++) { sum += ${from}; }
  ${mean}
  setOutputAtIndex(index, sum);`

const SUM_OVER_LEAVING = (from: string) => `
  let j = index / uniforms.width;
  let f = index % uniforms.width;
  var sum = 0.0;
  for (var k = sourcePtr[j]; k < sourcePtr[j + 1]; k++) {
    let e = sourceEdge[k];
    let i = targetOf[e];
    sum += ${from};
  }
  setOutputAtIndex(index, sum);`

const SHADERS: Readonly<Record<string, ShaderKernel>> = {
  NisabaSegmentSum: {
    arrays: ['rowPtr', 'source'],
    body: SUM_OVER_EDGES(
      'x[sourceOf[e] * uniforms.width + f]',
      'if (uniforms.mean != 0) { sum = sum / f32(max(1, rowPtr[i + 1] - rowPtr[i])); }',
    ),
  },
  NisabaSegmentSumBack: {
    arrays: ['rowPtr', 'target', 'sourcePtr', 'sourceEdge'],
    body: SUM_OVER_LEAVING(
      'select(1.0, 1.0 / f32(rowPtr[i + 1] - rowPtr[i]), uniforms.mean != 0) * dy[i * uniforms.width + f]',
    ),
  },
  NisabaWeightedSum: {
    arrays: ['rowPtr', 'source'],
    body: SUM_OVER_EDGES(
      'weights[e * uniforms.heads + f * uniforms.heads / uniforms.width] * x[sourceOf[e] * uniforms.width + f]',
      '',
    ),
  },
  NisabaWeightedSumBack: {
    arrays: ['target', 'sourcePtr', 'sourceEdge'],
    body: SUM_OVER_LEAVING(
      'weights[e * uniforms.heads + f * uniforms.heads / uniforms.width] * dy[i * uniforms.width + f]',
    ),
  },
  NisabaEdgeDot: {
    arrays: ['source', 'target'],
    body: `
  let e = index / uniforms.heads;
  let perHead = uniforms.width / uniforms.heads;
  let offset = (index % uniforms.heads) * perHead;
  let left = targetOf[e] * uniforms.width + offset;
  let right = sourceOf[e] * uniforms.width + offset;
  var sum = 0.0;
  for (var f = 0; f < perHead; f++) { sum += a[left + f] * b[right + f]; }
  // Every input has to be used for the layout of the bindings to hold it.
  if (like[0] != like[0]) { sum += 0.0; }
  setOutputAtIndex(index, sum);`,
  },
  NisabaSegmentArgMax: {
    arrays: ['rowPtr', 'source'],
    body: `
  let i = index / uniforms.width;
  let f = index % uniforms.width;
  let begin = rowPtr[i];
  let end = rowPtr[i + 1];
  var best = select(-1, begin, begin < end);
  for (var e = begin + 1; e < end; e++) {
    if (x[sourceOf[e] * uniforms.width + f] > x[sourceOf[best] * uniforms.width + f]) { best = e; }
  }
  setOutputAtIndexI32(index, best);`,
  },
  NisabaPickEdges: {
    arrays: ['source'],
    body: `
  let edge = pick[index];
  let row = sourceOf[max(edge, 0)];
  setOutputAtIndex(index, select(0.0, x[row * uniforms.width + index % uniforms.width], edge >= 0));`,
  },
  NisabaPickEdgesBack: {
    arrays: ['target', 'sourcePtr', 'sourceEdge'],
    body: SUM_OVER_LEAVING('select(0.0, dy[i * uniforms.width + f], pick[i * uniforms.width + f] == e)'),
  },
  NisabaSegmentSoftmax: {
    arrays: ['rowPtr', 'target'],
    body: `
  let i = targetOf[index / uniforms.width];
  let f = index % uniforms.width;
  var greatest = x[rowPtr[i] * uniforms.width + f];
  for (var e = rowPtr[i] + 1; e < rowPtr[i + 1]; e++) { greatest = max(greatest, x[e * uniforms.width + f]); }
  var sum = 0.0;
  for (var e = rowPtr[i]; e < rowPtr[i + 1]; e++) { sum += exp(x[e * uniforms.width + f] - greatest); }
  setOutputAtIndex(index, exp(x[index] - greatest) / sum);`,
  },
  NisabaSegmentSoftmaxBack: {
    arrays: ['rowPtr', 'target'],
    body: `
  let i = targetOf[index / uniforms.width];
  let f = index % uniforms.width;
  var sum = 0.0;
  for (var e = rowPtr[i]; e < rowPtr[i + 1]; e++) {
    sum += shares[e * uniforms.width + f] * dy[e * uniforms.width + f];
  }
  setOutputAtIndex(index, shares[index] * (dy[index] - sum));`,
  },
  NisabaEdgeSpread: {
    arrays: ['source', 'target'],
    body: `
  let e = index / uniforms.width;
  let f = index % uniforms.width;
  setOutputAtIndex(index, s[sourceOf[e] * uniforms.width + f] + t[targetOf[e] * uniforms.width + f]);`,
  },
  NisabaEdgeSum: {
    arrays: (attributes) => (attributes.by === 'source' ? ['sourcePtr', 'sourceEdge'] : ['rowPtr']),
    body: '',
  },
  NisabaDropout: {
    arrays: [],
    body: `
  let kept = mixBits(mixBits(u32(index)) ^ uniforms.seed) >= uniforms.threshold;
  setOutputAtIndex(index, select(0.0, x[index] * uniforms.scale, kept));`,
  },
}

const EDGE_SUM_BY_TARGET = SUM_OVER_EDGES('v[e * uniforms.width + f]', '')

const EDGE_SUM_BY_SOURCE = `
  let j = index / uniforms.width;
  let f = index % uniforms.width;
  var sum = 0.0;
  for (var k = sourcePtr[j]; k < sourcePtr[j + 1]; k++) { sum += v[sourceEdge[k] * uniforms.width + f]; }
  setOutputAtIndex(index, sum);`

const MIX_BITS = `
fn mixBits(value : u32) -> u32 {
  var h = value;
  h = (h ^ (h >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}`

const WORKGROUP = 64
/** Workgroups along one dimension that every WebGPU device admits. */
const MOST_WORKGROUPS = 65535

/** Names of the index arrays in the shaders: 'source' and 'target' are kept free for local names. */
const VARIABLE: Readonly<Record<SegmentArray, string>> = {
  rowPtr: 'rowPtr',
  source: 'sourceOf',
  target: 'targetOf',
  sourcePtr: 'sourcePtr',
  sourceEdge: 'sourceEdge',
}

/** Workgroups for `size` invocations, spread over three dimensions where one is too short. */
function dispatchFor(size: number): [number, number, number] {
  const groups = Math.max(1, Math.ceil(size / WORKGROUP))
  if (groups <= MOST_WORKGROUPS) return [groups, 1, 1]
  const side = Math.ceil(Math.sqrt(groups))
  if (side <= MOST_WORKGROUPS) return [side, side, 1]
  const edge = Math.ceil(Math.cbrt(groups))
  return [edge, edge, edge]
}

/** Uniforms of every kernel, in the order in which the shaders declare them. */
function uniformsOf(inputs: readonly KernelTensor[], attributes: KernelAttributes, heads: number) {
  const rate = attributes.rate ?? 0
  return [
    { type: 'int32' as const, data: [widthOf(inputs[0]!)] },
    { type: 'int32' as const, data: [heads] },
    { type: 'int32' as const, data: [attributes.mean === true ? 1 : 0] },
    { type: 'uint32' as const, data: [attributes.seed ?? 0] },
    { type: 'uint32' as const, data: [dropoutThreshold(rate)] },
    { type: 'float32' as const, data: [1 / (1 - rate)] },
  ]
}

const UNIFORMS = 'width : i32, heads : i32, mean : i32, seed : u32, threshold : u32, scale : f32,'

function bodyOf(kernelName: string, attributes: KernelAttributes): string {
  if (kernelName !== 'NisabaEdgeSum') return SHADERS[kernelName]!.body
  return attributes.by === 'source' ? EDGE_SUM_BY_SOURCE : EDGE_SUM_BY_TARGET
}

function runShader(
  kernelName: string,
  tensors: tf.TensorInfo[],
  attributes: KernelAttributes,
  gpu: WebGpuBackend,
): tf.TensorInfo {
  const { inputs: names, shape, dtype } = TYPED_ARRAY_KERNELS[kernelName]!
  const views = tensors.map((t) => ({ data: new Float32Array(0), shape: t.shape }))
  const outputShape = shape(views, attributes)
  const size = tf.util.sizeFromShape(outputShape)
  // Devices refuse to bind empty buffers.
  if (size === 0) return gpu.makeTensorInfo(outputShape, dtype, new Float32Array(0))
  if (attributes.segments?.edgeCount === 0) {
    return gpu.makeTensorInfo(
      outputShape,
      dtype,
      dtype === 'int32' ? new Int32Array(size).fill(-1) : new Float32Array(size),
    )
  }
  const shader = SHADERS[kernelName]!
  const arrays = typeof shader.arrays === 'function' ? shader.arrays(attributes) : shader.arrays
  const heads = kernelName === 'NisabaEdgeDot' ? widthOf(views[2]!) : views.length > 1 ? widthOf(views[1]!) : 1
  const program = {
    variableNames: [...names, ...arrays.map((name) => VARIABLE[name])],
    outputShape,
    workgroupSize: [WORKGROUP, 1, 1],
    dispatchLayout: { x: outputShape.map((_, d) => d) },
    dispatch: dispatchFor(size),
    size: true,
    uniforms: UNIFORMS,
    shaderKey: `${kernelName}_${attributes.by ?? ''}`,
    getUserCode: () =>
      `${MIX_BITS}\n${'fn main(index : i32)'} {\n  if (index >= uniforms.size) { return; }\n${bodyOf(kernelName, attributes)}\n}`,
  }
  const indices = arrays.map((name) => attributes.segments!.device(name))
  return gpu.runWebGPUProgram(program, [...tensors, ...indices], dtype, uniformsOf(views, attributes, heads))
}

/** Registers our kernels as compute shaders. */
export function registerWebGpuKernels(): void {
  for (const kernelName of Object.keys(SHADERS)) {
    if (tf.getKernel(kernelName, 'webgpu') !== undefined) continue
    tf.registerKernel({
      kernelName,
      backendName: 'webgpu',
      kernelFunc: ({ inputs, backend, attrs }) =>
        runShader(
          kernelName,
          TYPED_ARRAY_KERNELS[kernelName]!.inputs.map((name) => inputs[name]!),
          attributesFromEngine(attrs),
          backend as unknown as WebGpuBackend,
        ),
    })
  }
}
