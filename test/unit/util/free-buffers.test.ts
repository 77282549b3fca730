import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { freeBuffers } from '../../../src/util/free-buffers.ts'

describe('freeBuffers', () => {
  it('gives memory back without a garbage collection', async () => {
    const bytes = 1 << 24
    freeBuffers([new ArrayBuffer(8)])
    await setImmediate() // its port is closed now
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 4; i++) {
      const buffer = new ArrayBuffer(bytes)
      freeBuffers([buffer])
      assert.equal(buffer.byteLength, 0)
      assert.ok(process.memoryUsage().arrayBuffers - before < bytes, 'it was not freed')
    }
  })
})
