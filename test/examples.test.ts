import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..', '..')

/** Runs an example as a user would, at its small size. @returns what it printed. */
function run(name: string, args: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'examples', name), ...args, '--small'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stdout.on('data', (data) => {
      output += String(data)
    })
    child.stderr.on('data', (data) => {
      errors += String(data)
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${name} ended with ${code}: ${errors}`)),
    )
  })
}

describe('examples', function () {
  this.timeout(300_000)
  before(function () {
    // They import the package by its name, so they need what `npm run build` makes; npm test has made it.
    if (!existsSync(path.join(root, 'dist', 'training.js'))) this.skip()
  })

  it('papers100m trains from disk', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-example-'))
    const text = await run('papers100m.mjs', [folder])
    assert.match(text, /150,004 parameters/)
    assert.equal(text.match(/^epoch 1, batch \d of 3: loss [\d.]+$/gm)?.length, 3)
    assert.match(text, /MiB from disk/)
    rmSync(folder, { recursive: true, force: true })
  })

  it('cora trains two models and writes their predictions', async () => {
    const text = await run('cora.mjs')
    assert.equal(text.match(/^(sage|gcn): test accuracy/gm)?.length, 2)
    assert.match(text, /^Both say the same of \d+ of 2708 papers\.$/m)
  })

  it('link-prediction learns to tell links from others', async () => {
    const text = await run('link-prediction.mjs')
    assert.ok(Number(/AUC on 500 held-out links: ([\d.]+)/.exec(text)![1]) > 0.5, text)
  })
})
