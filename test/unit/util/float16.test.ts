import assert from 'node:assert/strict'
import { floatBitsOfHalf, halfOf, halfTable } from '../../../src/util/float16.ts'

/** The definition: sign, exponent and fraction as numbers. */
function numberOf(half: number): number {
  const sign = half >= 0x8000 ? -1 : 1
  const exponent = Math.floor(half / 1024) % 32
  const fraction = half % 1024
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (exponent === 0 ? (fraction / 1024) * 2 ** -14 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

const view = new DataView(new ArrayBuffer(4))

function floatOf(bits: number): number {
  view.setInt32(0, bits)
  return view.getFloat32(0)
}

describe('half-precision floats', () => {
  it('gives every one of the 65,536 patterns the value that the definition gives it', () => {
    const table = halfTable()
    for (let half = 0; half < 0x10000; half++) {
      const bits = floatBitsOfHalf(half)
      assert.equal(table[half], bits)
      assert.ok(Object.is(floatOf(bits), numberOf(half)), `pattern ${half}`)
      if (Number.isNaN(numberOf(half))) {
        assert.deepEqual([bits < 0, (bits >>> 13) & 0x3ff], [half >= 0x8000, half & 0x3ff], 'sign and payload')
      }
    }
  })

  it('finds the pattern of every value, and the nearest for what is between two, ties to even', () => {
    for (let half = 0; half < 0x7c00; half++) {
      const low = numberOf(half)
      const high = half === 0x7bff ? 65536 : numberOf(half + 1)
      const middle = (low + high) / 2
      const even = half % 2 === 0 ? half : half + 1
      for (const sign of [0, 0x8000]) {
        const at = (value: number) => halfOf(sign === 0 ? value : -value) - sign
        assert.deepEqual(
          [at(low), at(middle * (1 - 2 ** -23)), at(middle), at(middle * (1 + 2 ** -23))],
          [half, half, even, half + 1],
          `pattern ${half}`,
        )
      }
    }
    assert.deepEqual([halfOf(1e9), halfOf(Number.NEGATIVE_INFINITY), halfOf(Number.NaN)], [0x7c00, 0xfc00, 0x7e00])
  })
})
