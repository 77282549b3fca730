import assert from 'node:assert/strict'
import {
  addInt,
  divInt,
  fitsInt,
  INT_RANGES,
  type IntTypeId,
  modInt,
  mulInt,
  normaliseInt,
  subInt,
  toBigInt,
} from '../../../src/types/int.ts'
import { readInt64, readInt128, readUint64, writeInt64, writeInt128 } from '../../../src/types/int-words.ts'
import type { Int } from '../../../src/types/value.ts'
import { randomNumbers, SEED } from './support/random-values.ts'

const EDGES = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 64n - 1n,
]

function sampleInts(type: IntTypeId): Int[] {
  const random = randomNumbers(SEED)
  const ends = [INT_RANGES[type].min, INT_RANGES[type].max].map(toBigInt)
  const near = [...EDGES, ...ends].flatMap((v) => [v - 1n, v, v + 1n])
  const any = Array.from({ length: 40 }, () => BigInt(Math.floor((random() - 0.5) * 2 ** 40)))
  return [...near, ...any].map(normaliseInt).filter((v) => fitsInt(v, type))
}

describe('integers', () => {
  const operations = [
    ['+', addInt, (a: bigint, b: bigint) => a + b],
    ['-', subInt, (a: bigint, b: bigint) => a - b],
    ['*', mulInt, (a: bigint, b: bigint) => a * b],
    ['/', divInt, (a: bigint, b: bigint) => a / b],
  ] as const
  for (const type of Object.keys(INT_RANGES) as IntTypeId[]) {
    it(`computes ${type} as bigint does, or throws (seed ${SEED})`, () => {
      const values = sampleInts(type)
      for (const [name, operation, exact] of operations) {
        for (const a of values) {
          for (const b of values) {
            if (name === '/' && b === 0) continue
            const expected = normaliseInt(exact(toBigInt(a), toBigInt(b)))
            const text = `${a} ${name} ${b}`
            if (fitsInt(expected, type)) assert.ok(Object.is(operation(a, b, type), expected), text)
            else assert.throws(() => operation(a, b, type), { code: 'OVERFLOW' }, text)
          }
        }
      }
    })
  }

  it('gives remainders the sign of the dividend, never -0', () => {
    for (const a of sampleInts('INT64')) {
      for (const b of sampleInts('INT64')) {
        if (b !== 0) assert.ok(Object.is(modInt(a, b), normaliseInt(toBigInt(a) % toBigInt(b))), `${a} % ${b}`)
      }
    }
  })

  it('refuses a zero divisor', () => {
    assert.throws(() => divInt(1, 0, 'INT64'), {
      code: 'DIVIDE_BY_ZERO',
      message: 'Runtime exception: Divide by zero.',
    })
    assert.throws(() => modInt(2n ** 60n, 0), { code: 'DIVIDE_BY_ZERO', message: 'Runtime exception: Modulo by zero.' })
  })

  it('names operands and width in an overflow', () => {
    const message = 'Overflow exception: Value 127 + 1 is not within INT8 range.'
    assert.throws(() => addInt(127, 1, 'INT8'), { message })
  })

  it('keeps 8-byte integers through their two words', () => {
    const values = sampleInts('INT64')
    const words = new Int32Array(2 * values.length)
    for (const [row, v] of values.entries()) writeInt64(words, row, v)
    const wide = new BigInt64Array(words.buffer)
    for (const [row, v] of values.entries()) assert.ok(Object.is(readInt64(words, wide, row), v), String(v))
    const unsigned = sampleInts('UINT64')
    const more = new Int32Array(2 * unsigned.length)
    for (const [row, v] of unsigned.entries()) writeInt64(more, row, v)
    const wideUnsigned = new BigUint64Array(more.buffer)
    for (const [row, v] of unsigned.entries()) assert.ok(Object.is(readUint64(more, wideUnsigned, row), v), String(v))
  })

  it('keeps 16-byte integers through their four words', () => {
    const values = sampleInts('INT128')
    const words = new Uint32Array(4 * values.length)
    for (const [row, v] of values.entries()) writeInt128(words, row, v)
    for (const [row, v] of values.entries()) assert.ok(Object.is(readInt128(words, row), v), String(v))
  })
})
