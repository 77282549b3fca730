import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const SOURCE = path.resolve(import.meta.dirname, '..', '..', '..', 'src')

/** The files that loading `entry` loads: its imports and those of them, without `import()`. */
function loadedBy(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  const code = readFileSync(entry, 'utf8')
  for (const [, specifier] of code.matchAll(/^(?:import|export)\s[^;]*?"(\.[^"]+)";/gm)) {
    loadedBy(path.resolve(path.dirname(entry), specifier!), seen)
  }
  return seen
}

describe('executor-worker', () => {
  const folders = (entry: string) => new Set([...loadedBy(path.join(SOURCE, entry))].map((f) => path.dirname(f)))

  it('loads neither compiler nor functions before there is a query: a COPY waits for it', () => {
    const loaded = folders('executor/executor-worker.js')
    assert.ok(loaded.has(path.join(SOURCE, 'io')) && loaded.has(path.join(SOURCE, 'storage')))
    for (const folder of ['executor/codegen', 'executor/operators', 'functions', 'functions/scalar']) {
      assert.ok(!loaded.has(path.join(SOURCE, folder)), folder)
      assert.ok(folders('executor/query-in-worker.js').has(path.join(SOURCE, folder)), folder)
    }
  })
})
