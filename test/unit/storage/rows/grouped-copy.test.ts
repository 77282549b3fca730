import assert from 'node:assert/strict'
import { GroupedCopy, type RowMemory } from '../../../../src/storage/rows/grouped-copy.ts'
import { seededRandom } from '../../../property/storage-trace.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)

describe(`copies of rows in groups (seed ${SEED})`, () => {
  const random = seededRandom(SEED)
  const below = (limit: number): number => Math.floor(random() * limit)

  /** Random bits: NaNs of all kinds among them. */
  function memory(bytes: number): RowMemory & { readonly u8: Uint8Array } {
    const buffer = new SharedArrayBuffer(bytes)
    const u32 = new Uint32Array(buffer)
    for (let i = 0; i < u32.length; i++) u32[i] = below(2 ** 32)
    return { f64: new Float64Array(buffer), i32: new Int32Array(buffer), u8: new Uint8Array(buffer) }
  }

  for (const rowBytes of [8, 64, 72, 400, 512, 3072, 40_000]) {
    it(`keeps every byte of rows of ${rowBytes} bytes from two sources`, () => {
      const rows = 150
      const sources = [memory(rows * rowBytes), memory(rows * rowBytes)]
      const copy = new GroupedCopy(rowBytes)
      const target = new Uint8Array(new ArrayBuffer(8 + rows * rowBytes), 8)
      const picks = Array.from({ length: rows }, () => ({ source: below(2), row: below(rows) }))
      copy.aim(target)
      picks.forEach(({ source, row }, place) => {
        copy.add(sources[source]!, row * rowBytes, place)
      })
      copy.flush()
      picks.forEach(({ source, row }, place) => {
        const wanted = sources[source]!.u8.subarray(row * rowBytes, (row + 1) * rowBytes)
        assert.deepEqual(target.subarray(place * rowBytes, (place + 1) * rowBytes), wanted)
      })
    })
  }

  it('knows what it cannot copy', () => {
    const target = new Float32Array(16)
    assert.equal(GroupedCopy.canCopy(64, target), true)
    assert.equal(GroupedCopy.canCopy(64, target.subarray(1)), false)
    assert.equal(GroupedCopy.canCopy(12, target), false)
    assert.equal(GroupedCopy.canCopy(0, target), false)
  })
})
