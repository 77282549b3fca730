import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Database } from '../../../../src/database/database.ts'
import { getTorchGeometricRemoteBackend } from '../../../../src/pyg-compat/backend/get-remote-backend.ts'
import type { LoaderState } from '../../../../src/pyg-compat/loader/loader-state.ts'
import { NeighborLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import { digests } from './support/digest.ts'
import { KILLED } from './support/kill-child.ts'
import { paperDatabase, paperGraph } from './support/paper-database.ts'

interface Line {
  readonly digest: string
  readonly state: LoaderState
}

/** @returns what the child printed before it was killed, right after its `most`-th line. */
async function killedAfter(file: string, most: number): Promise<Line[]> {
  const child = spawn(process.execPath, [SCRIPT, 'run', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: Line[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.length < most) lines.push(JSON.parse(line))
    if (lines.length === most) child.kill('SIGKILL')
  }
  assert.equal(lines.length, most)
  return lines
}

const SCRIPT = fileURLToPath(new URL('./support/kill-child.js', import.meta.url))

describe('a loader in a process of its own', function () {
  this.timeout(120_000)

  it('does not keep the process alive', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-loader-'))
    try {
      const file = path.join(folder, 'papers.nisaba')
      await paperDatabase(paperGraph(30), file).database.close()
      const child = spawn(process.execPath, [SCRIPT, 'leave', file], { stdio: ['ignore', 'pipe', 'inherit'] })
      const output: string[] = []
      child.stdout.on('data', (text) => output.push(String(text)))
      const [code] = await once(child, 'close')
      assert.deepEqual([output.join(''), code], ['left\n', 0])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('goes on after a kill with the same batches in another process', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-loader-'))
    try {
      const file = path.join(folder, 'papers.nisaba')
      const made = paperDatabase(paperGraph(31), file)
      await made.database.close()
      const lines = await killedAfter(file, 14)
      const { state } = lines.at(-1)!
      assert.deepEqual([state.epoch, state.batch], [1, 4])
      const database = new Database(file, 32 << 20)
      const stores = getTorchGeometricRemoteBackend(database)
      const whole = new NeighborLoader(stores, KILLED)
      const expected = [...(await digests(whole)), ...(await digests(whole))]
      assert.deepEqual(
        lines.map((line) => line.digest),
        expected.slice(0, 14),
      )
      const resumed = new NeighborLoader(stores, { ...KILLED, state, numWorkers: 1 })
      assert.deepEqual(await digests(resumed), expected.slice(14))
      assert.equal(database.bufferPoolStats().pins, 0)
      await database.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
