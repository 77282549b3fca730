import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { type BackendName, chooseBackend } from '../../../src/training/index.ts'
import { registerCompositeKernels } from '../../../src/training/kernels/composite-kernels.ts'
import { deviceSuite } from '../../support/device-suite.ts'

/** webgpu.test.ts runs this file again in a process that has a GPU, and names it here. */
const only = process.env['NISABA_TEST_BACKEND'] as BackendName | undefined

/** The cpu backend under another name, with the kernels that the native backends get. */
async function useComposite(): Promise<void> {
  await chooseBackend('cpu')
  if (tf.findBackend('composite') === null) {
    const { MathBackendCPU } = await import('@tensorflow/tfjs-backend-cpu')
    tf.registerBackend('composite', () => new MathBackendCPU())
    for (const kernel of tf.getKernelsForBackend('cpu')) {
      if (!kernel.kernelName.startsWith('Nisaba')) tf.registerKernel({ ...kernel, backendName: 'composite' })
    }
    registerCompositeKernels('composite')
  }
  await tf.setBackend('composite')
  // The first tensor makes TensorFlow.js recommend its native backend.
  const { warn } = console
  console.warn = () => {}
  tf.scalar(1).dispose()
  console.warn = warn
}

for (const name of only === undefined ? (['cpu', 'wasm'] as const) : [only]) {
  describe(`training on ${name}`, () => {
    before(async () => {
      const chosen = await chooseBackend(name)
      assert.equal(chosen.name, name)
    })
    deviceSuite(name !== 'webgpu')
  })
}

if (only === undefined) {
  describe('training on operations of TensorFlow alone', () => {
    before(useComposite)
    after(() => chooseBackend('cpu'))
    deviceSuite()
  })
}
