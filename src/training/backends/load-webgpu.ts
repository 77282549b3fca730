import { existsSync } from 'node:fs'
import path from 'node:path'
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

/** Optional packages: named by variables, so that types and bundles do without them. */
const DAWN_PACKAGE: string = 'webgpu'
const BACKEND_PACKAGE: string = '@tensorflow/tfjs-backend-webgpu'

/** Names of GPUs that are programs; they compute rightly, but slower than the wasm backend. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i

/** Folders where Linux keeps the Vulkan loader, besides those of LD_LIBRARY_PATH. */
const LIBRARY_FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/lib64',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
]

/** Without its loader Vulkan cannot work, and Dawn would complain about that on the terminal. */
function hasVulkanLoader(): boolean {
  if (process.platform !== 'linux') return true
  const named = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '')
  return [...named, ...LIBRARY_FOLDERS].some((folder) => existsSync(path.join(folder, 'libvulkan.so.1')))
}

/**
 * Makes WebGPU known to this process and TensorFlow.js's backend over it ready; needs the optional packages `webgpu` and
 * `@tensorflow/tfjs-backend-webgpu`, a Vulkan, Metal or D3D12 driver, and on Linux the Vulkan loader.
 * @param anyDevice take a GPU in software as well.
 * @returns what runs it, in words.
 * @throws {Error} saying what is missing.
 */
export async function loadWebGpu(anyDevice: boolean): Promise<string> {
  const dawn = (await import(DAWN_PACKAGE)) as DawnModule
  if (!hasVulkanLoader()) throw new Error('the Vulkan loader, libvulkan.so.1, is not installed')
  Object.assign(globalThis, dawn.globals)
  const gpu = dawn.create([])
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw new Error('no GPU adapter: no driver, or its loader is missing')
  const { description, device, vendor } = adapter.info ?? {}
  const name = [vendor, description ?? device].filter((part) => part !== undefined && part !== '').join(' ')
  if (!anyDevice && SOFTWARE.test(name)) throw new Error(`${name} is a GPU in software`)
  const navigator = { userAgent: 'node', gpu }
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true })
  await import(BACKEND_PACKAGE)
  registerWebGpuKernels()
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js could not start its webgpu backend')
  return name
}

/** @returns bytes of the largest buffer that the GPU in use can bind. */
export function webGpuBufferLimit(): number {
  const { limits } = (tf.backend() as unknown as GpuBackend).device
  return Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize)
}
