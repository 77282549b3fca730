import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

describe('threads that read rows', () => {
  it('load no native code: they are ended with the thread that gathers, whatever they are doing', () => {
    const modules = ['row-reads.js', 'page-places.js'].map((name) => {
      const file = new URL(`../../../../src/storage/rows/${name}`, import.meta.url).href
      const script = `await import('${file}'); console.log(process.report.getReport().sharedObjects.some((o) => o.endsWith('.node')))`
      return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim()
    })
    assert.deepEqual(modules, ['false', 'true'], 'the second shows that the check can tell')
  })
})
