import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const CODE = new URL('../../../src/util/native-thread.js', import.meta.url).href
const THREAD = new URL('./support/slow-thread.js', import.meta.url).href

describe('threads with native code', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-thread-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const how of ['process.exit(7)', 'process.exitCode = 7; worker.unref()', "throw new Error('on purpose')"]) {
    it(`are loaded before the process ends: ${how}`, () => {
      const file = path.join(folder, String(how.length))
      const script = `
        const { startNativeThread } = await import('${CODE}')
        const worker = startNativeThread(new URL('${THREAD}'), null)
        ${how}`
      const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, LOADED_FILE: file },
      })
      assert.equal(child.status, how.startsWith('throw') ? 1 : 7, String(child.stderr))
      assert.ok(existsSync(file))
    })
  }
})
