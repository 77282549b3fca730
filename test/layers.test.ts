import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..', '..')

interface Layers {
  readonly levels: readonly (readonly string[])[]
  readonly mayImport: Readonly<Record<string, readonly string[]>>
  readonly external: Readonly<Record<string, readonly string[]>>
}

const layers = JSON.parse(readFileSync(path.join(root, 'layers.json'), 'utf8')) as Layers
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<
  string,
  Record<string, string>
>

describe('layers', () => {
  it('hold for every import of src/', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'scripts', 'check-layers.mjs')], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, `${stdout}${stderr}`)
  })

  it('name every folder of src/ once', () => {
    const placed = layers.levels.flat()
    assert.equal(new Set(placed).size, placed.length)
    assert.deepEqual([...placed].sort(), Object.keys(layers.mayImport).sort())
    for (const entry of readdirSync(path.join(root, 'src')))
      assert.ok(placed.includes(entry), `src/${entry} is in no layer`)
  })

  it('use only packages that are declared', () => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
    for (const name of Object.values(layers.external).flat()) {
      const scope = name.replace(/\*$/, '')
      assert.ok(
        declared.some((d) => d === name || d.startsWith(scope)),
        `${name} is not in package.json`,
      )
    }
  })
})
