import * as tf from '@tensorflow/tfjs-core'
import { registerWebGpuKernels } from '../kernels/webgpu-kernels.ts'

/** What the package `webgpu` (Dawn for Node.js) exports. */
interface DawnModule {
  create(flags: string[]): { requestAdapter(options?: object): Promise<GpuAdapter | null> }
  readonly globals: Readonly<Record<string, unknown>>
}

/** What we ask of an adapter. */
interface GpuAdapter {
  readonly info?: { readonly vendor?: string; readonly device?: string; readonly description?: string }
}

/** What we ask of the TensorFlow.js backend. */
interface GpuBackend {
  readonly device: { readonly limits: { maxBufferSize: number; maxStorageBufferBindingSize: number } }
}

/**
 * Makes WebGPU known to this process and TensorFlow.js's backend over it ready; needs the optional packages `webgpu` and
 * `@tensorflow/tfjs-backend-webgpu`, a Vulkan, Metal or D3D12 driver, and on Linux the Vulkan loader.
 * @returns what runs it, in words.
 * @throws {Error} saying what is missing.
 */
export async function loadWebGpu(): Promise<string> {
  const dawnPackage = 'webgpu'
  const dawn = (await import(dawnPackage)) as DawnModule
  Object.assign(globalThis, dawn.globals)
  const gpu = dawn.create([])
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw new Error('no GPU adapter: no driver, or its loader is missing')
  const navigator = { userAgent: 'node', gpu }
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true })
  await import('@tensorflow/tfjs-backend-webgpu')
  registerWebGpuKernels()
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js could not start its webgpu backend')
  const { description, device, vendor } = adapter.info ?? {}
  return [vendor, description ?? device].filter((part) => part !== undefined && part !== '').join(' ')
}

/** @returns bytes of the largest buffer that the GPU in use can bind. */
export function webGpuBufferLimit(): number {
  const { limits } = (tf.backend() as unknown as GpuBackend).device
  return Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize)
}
