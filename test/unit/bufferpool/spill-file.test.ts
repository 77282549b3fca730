import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SpillFile } from '../../../src/bufferpool/spill-file.ts'

describe('SpillFile', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-spill-'))
  after(() => rmSync(folder, { recursive: true }))

  it('gives back what was appended', () => {
    const file = new SpillFile(folder)
    const numbers = Float64Array.from({ length: 10_000 }, (_, i) => i / 3)
    const shared = new Int32Array(new SharedArrayBuffer(400)).fill(5)
    const first = file.append(numbers)
    const second = file.append(shared.subarray(10, 20))
    assert.deepEqual([first, second, file.byteLength], [0, 80_000, 80_040])
    const back = new Float64Array(5)
    file.read(first + 8 * 100, back)
    assert.deepEqual(back, numbers.slice(100, 105))
    const sharedBack = new Int32Array(new SharedArrayBuffer(40))
    file.read(second, sharedBack)
    assert.deepEqual([...sharedBack], new Array(10).fill(5))
    file.clear()
    assert.equal(file.append(new Uint8Array(3)), 0)
    file.close()
    file.close()
    assert.throws(() => file.append(new Uint8Array(1)), { code: 'CLOSED' })
  })

  it('leaves no name in the folder, even while it is open', () => {
    const file = new SpillFile(folder)
    assert.deepEqual(readdirSync(folder), [])
    file.append(new Uint8Array(100))
    if (process.platform !== 'win32') assert.deepEqual(readdirSync(folder), [])
    file.close()
    assert.deepEqual(readdirSync(folder), [])
  })

  it('says where it could not write, and when there is nothing to read', () => {
    const nowhere = new SpillFile(path.join(folder, 'missing'))
    assert.throws(() => nowhere.append(new Uint8Array(1)), { code: 'IO', message: /missing/ })
    const file = new SpillFile(folder)
    assert.throws(() => file.read(0, new Uint8Array(1)), { code: 'IO' })
    file.close()
  })
})
