import { createRequire } from 'node:module'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { registerTypedArrayKernels } from '../kernels/register-typed-array-kernels.ts'

/**
 * Makes the WebAssembly backend ready: SIMD where the processor has it, one thread (TensorFlow.js turns its threads off in Node.js;
 * the loader's workers use the other cores).
 * @throws {Error} when the module does not load.
 */
export async function loadWasm(): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  // The binaries are found from the package, not from this file: a bundle has no idea where they lie.
  const require = createRequire(import.meta.url)
  const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  setWasmPaths(`${path.join(folder, 'wasm-out')}${path.sep}`)
  registerTypedArrayKernels('wasm')
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly module did not start')
  return (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true ? 'WebAssembly with SIMD' : 'WebAssembly'
}
