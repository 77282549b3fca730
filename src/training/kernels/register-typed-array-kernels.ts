import * as tf from '@tensorflow/tfjs-core'
import { attributesFromEngine } from './kernel-attributes.ts'
import { TYPED_ARRAY_KERNELS } from './typed-array-kernels.ts'

/** How the kernels reach the memory of a backend that keeps tensors in this process. */
interface BackendMemory {
  allocate(shape: number[], dtype: 'float32' | 'int32'): tf.TensorInfo
  /** A view, not a copy; valid until the backend allocates again. */
  view(info: tf.TensorInfo): Float32Array | Int32Array
}

/** The parts of the cpu backend's object that kernels are meant to use. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array | Int32Array | Uint8Array } }
  makeTensorInfo(shape: number[], dtype: string, values: Float32Array | Int32Array): tf.TensorInfo
}

/** The same of the wasm backend. */
interface WasmBackend {
  makeOutput(shape: number[], dtype: string): tf.TensorInfo
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array
}

function cpuMemory(backend: unknown): BackendMemory {
  const cpu = backend as CpuBackend
  return {
    allocate: (shape, dtype) => {
      const size = tf.util.sizeFromShape(shape)
      return cpu.makeTensorInfo(shape, dtype, dtype === 'int32' ? new Int32Array(size) : new Float32Array(size))
    },
    view: (info) => cpu.data.get(info.dataId).values as Float32Array | Int32Array,
  }
}

function wasmMemory(backend: unknown): BackendMemory {
  const wasm = backend as WasmBackend
  return {
    allocate: (shape, dtype) => wasm.makeOutput(shape, dtype),
    view: (info) => wasm.typedArrayFromHeap(info),
  }
}

/** Registers our kernels with a backend whose tensors lie in this process; they read and write them in place. */
export function registerTypedArrayKernels(backendName: 'cpu' | 'wasm'): void {
  const memoryOf = backendName === 'cpu' ? cpuMemory : wasmMemory
  for (const [kernelName, kernel] of Object.entries(TYPED_ARRAY_KERNELS)) {
    if (tf.getKernel(kernelName, backendName) !== undefined) continue
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const memory = memoryOf(backend)
        const attributes = attributesFromEngine(attrs)
        const infos = kernel.inputs.map((name) => inputs[name]!)
        const shape = kernel.shape(
          infos.map((info) => ({ data: NO_DATA, shape: info.shape })),
          attributes,
        )
        // Views come after the allocation: it may move the heap.
        const output = memory.allocate(shape, kernel.dtype)
        kernel.run(
          { data: memory.view(output), shape },
          infos.map((info) => ({ data: memory.view(info), shape: info.shape })),
          attributes,
        )
        return output
      },
    })
  }
}

const NO_DATA = new Float32Array(0)
