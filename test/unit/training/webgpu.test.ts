import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { softwareVulkan } from '../../support/software-vulkan.ts'

/** The repository: the nearest folder above that has dependencies. */
function repository(from: string): string {
  return existsSync(path.join(from, 'node_modules')) ? from : repository(path.dirname(from))
}

/** Runs the tests of device.test.ts in a process of its own: the loader of a GPU is found through the environment, at start. */
function runDeviceTests(root: string, env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js')
    const file = path.join(import.meta.dirname, 'device.test.js')
    const child = spawn(process.execPath, [mocha, '--exit', '--timeout', '300000', '--reporter', 'dot', file], {
      env: { ...process.env, ...env, NISABA_TEST_BACKEND: 'webgpu' },
    })
    let output = ''
    child.stdout.on('data', (data) => {
      output += String(data)
    })
    child.stderr.on('data', (data) => {
      output += String(data)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

describe('training on webgpu', () => {
  it('passes the tests of every backend on a GPU in software', async function () {
    this.timeout(600_000)
    const root = repository(import.meta.dirname)
    for (const name of ['webgpu', '@tensorflow/tfjs-backend-webgpu']) {
      if (existsSync(path.join(root, 'node_modules', name))) continue
      console.log(`      skipped: the optional package ${name} is not installed`)
      this.skip()
    }
    const found = softwareVulkan(root)
    if ('reason' in found) {
      console.log(`      skipped: ${found.reason}`)
      this.skip()
    }
    const { code, output } = await runDeviceTests(root, found.env)
    assert.match(output, /\d+ passing/, output)
    assert.doesNotMatch(output, /\d+ failing/, output)
    assert.equal(code, 0, output)
  })
})
