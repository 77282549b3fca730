import * as tf from '@tensorflow/tfjs-core'
import { DatabaseError } from '../../errors/database-error.ts'
import { registerCompositeKernels } from '../kernels/composite-kernels.ts'
import { registerGradients } from '../kernels/gradients.ts'
import { registerTypedArrayKernels } from '../kernels/register-typed-array-kernels.ts'
import { BACKEND_NAMES, type BackendName } from './backend-name.ts'
import { loadWasm } from './load-wasm.ts'
import { loadWebGpu, webGpuBufferLimit } from './load-webgpu.ts'
import { selfTest } from './self-test.ts'

/** The backend that training runs on, and how it came to be that one. */
export interface ChosenBackend {
  readonly name: BackendName
  /** What runs it, in words: 'google SwiftShader driver 5.0.0', 'WebAssembly with SIMD'. */
  readonly device: string
  /** Bytes of the largest tensor that it can hold. */
  readonly maxTensorBytes: number
  /** Those that come earlier in the order, and why each was not taken. */
  readonly passedOver: readonly { readonly name: BackendName; readonly reason: string }[]
}

/** Typed arrays end at 2^32 - 1 elements; the wasm heap at 4 GiB, shared by all tensors. */
const HOST_LIMIT = 2 ** 32 - 1
const WASM_LIMIT = 2 ** 31

async function loadNative(packageName: string): Promise<string> {
  await import(packageName)
  registerCompositeKernels('tensorflow')
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow did not start')
  return 'TensorFlow'
}

async function loadCpu(): Promise<string> {
  await tf.setBackend('cpu')
  return 'JavaScript'
}

const LOADERS: Readonly<Record<BackendName, (wanted: boolean) => Promise<string>>> = {
  'tfjs-node-gpu': () => loadNative('@tensorflow/tfjs-node-gpu'),
  webgpu: loadWebGpu,
  'tfjs-node': () => loadNative('@tensorflow/tfjs-node'),
  wasm: loadWasm,
  cpu: loadCpu,
}

/** One line of an error's text; a missing package is said in plain words. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'not installed'
  return String(message ?? error).split('\n')[0]!
}

function limitOf(name: BackendName): number {
  if (name === 'webgpu') return webGpuBufferLimit()
  return name === 'wasm' ? WASM_LIMIT : HOST_LIMIT
}

/** TensorFlow.js prints hints and failures of its backends; which one is taken and why is said by us. */
async function quietly<T>(body: () => Promise<T>): Promise<T> {
  const { warn, error } = console
  console.warn = () => {}
  console.error = () => {}
  try {
    return await body()
  } finally {
    console.warn = warn
    console.error = error
  }
}

/**
 * Takes the best backend that loads and computes what the cpu backend computes, and makes it the one in use.
 * @param wanted a name takes that one or fails; by default the first of {@link BACKEND_NAMES} that works.
 * @throws {DatabaseError} INVALID_ARGUMENT for an unknown name; RUNTIME when the wanted one does not work, with the reason.
 */
export async function chooseBackend(wanted?: BackendName): Promise<ChosenBackend> {
  if (wanted !== undefined && !BACKEND_NAMES.includes(wanted)) {
    const names = BACKEND_NAMES.join(', ')
    throw new DatabaseError('INVALID_ARGUMENT', `There is no training backend '${wanted}'. Backends: ${names}.`)
  }
  await import('@tensorflow/tfjs-backend-cpu')
  registerTypedArrayKernels('cpu')
  registerGradients()
  const passedOver: { name: BackendName; reason: string }[] = []
  for (const name of wanted === undefined ? BACKEND_NAMES : [wanted]) {
    try {
      const device = await quietly(async () => {
        const started = await LOADERS[name](name === wanted)
        await selfTest()
        return started
      })
      return { name, device, maxTensorBytes: limitOf(name), passedOver }
    } catch (error) {
      passedOver.push({ name, reason: reasonOf(error) })
      if (name === wanted) {
        throw new DatabaseError('RUNTIME', `Training backend '${name}' does not work here: ${reasonOf(error)}.`, {
          cause: error,
        })
      }
    }
  }
  throw new DatabaseError('INTERNAL', 'No training backend works, not even cpu.')
}

/** @returns the choice as lines to print: the backend, then each one passed over with its reason. */
export function describeBackend(chosen: ChosenBackend): string[] {
  return [
    `Training on ${chosen.name} (${chosen.device}).`,
    ...chosen.passedOver.map(({ name, reason }) => `  ${name} passed over: ${reason}.`),
  ]
}
