import assert from 'node:assert/strict'
import { comparatorFor, compareStrings, equalValues, sameValue } from '../../../src/types/compare.ts'
import { hashValue, keyString } from '../../../src/types/hash.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { randomNumbers, randomValue, SAMPLE_TYPES, SEED } from './support/random-values.ts'

const DOUBLE = parseType('DOUBLE')
const INTERVAL = parseType('INTERVAL')

describe('order and equality', () => {
  for (const type of SAMPLE_TYPES) {
    it(`of ${printType(type)} are total and agree with hashes and keys (seed ${SEED})`, () => {
      const random = randomNumbers(SEED)
      const compare = comparatorFor(type)
      const values = Array.from({ length: 60 }, () => randomValue(type, random))
      for (const a of values) {
        assert.equal(compare(a, structuredClone(a)), 0)
        for (const b of values) {
          const order = Math.sign(compare(a, b))
          assert.equal(order, -Math.sign(compare(b, a)) + 0)
          assert.equal(
            keyString(type, a) === keyString(type, b),
            order === 0,
            `${keyString(type, a)} ${keyString(type, b)}`,
          )
          if (order === 0) assert.equal(hashValue(type, a), hashValue(type, b))
          for (const c of values) if (order < 0 && compare(b, c) < 0) assert.ok(compare(a, c) < 0)
        }
      }
    })
  }

  it('puts text in the order of its UTF-8 bytes', () => {
    const random = randomNumbers(SEED)
    const type = parseType('STRING')
    for (let i = 0; i < 2000; i++) {
      const a = randomValue(type, random) as string
      const b = randomValue(type, random) as string
      assert.equal(
        Math.sign(compareStrings(a, b)),
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
        `${a} ${b} seed ${SEED}`,
      )
    }
  })

  it('puts NaN after infinity and 0 with -0', () => {
    const compare = comparatorFor(DOUBLE)
    const sorted = [Number.NaN, 1, Number.POSITIVE_INFINITY, -1, Number.NEGATIVE_INFINITY].sort(compare)
    assert.deepEqual(sorted, [Number.NEGATIVE_INFINITY, -1, 1, Number.POSITIVE_INFINITY, Number.NaN])
    assert.equal(compare(0, -0), 0)
    assert.equal(hashValue(DOUBLE, 0), hashValue(DOUBLE, -0))
  })

  it('lets NaN equal itself in groups but not for =', () => {
    assert.equal(equalValues(DOUBLE, Number.NaN, Number.NaN), false)
    assert.equal(sameValue(DOUBLE, Number.NaN, Number.NaN), true)
  })

  it('treats NULL inside lists as the largest and as equal', () => {
    const lists = parseType('INT64[]')
    const order = (a: Value, b: Value): number => Math.sign(comparatorFor(lists)(a, b))
    assert.equal(order([1, null], [1, 2]), 1)
    assert.equal(order([1, null], [1, null]), 0)
    assert.equal(order([1, 2], [1, 2, 3]), -1)
    assert.equal(sameValue(lists, null, null), true)
    assert.equal(sameValue(lists, null, []), false)
    assert.notEqual(hashValue(lists, null), hashValue(lists, []))
  })

  it('compares intervals by length, equal ones by parts', () => {
    const compare = comparatorFor(INTERVAL)
    const day = { months: 0, days: 1, micros: 0 }
    const hours = { months: 0, days: 0, micros: 24 * 3600e6 }
    const month = { months: 1, days: 0, micros: 0 }
    assert.ok(compare(day, hours) < 0)
    assert.ok(compare(hours, day) > 0)
    assert.ok(compare({ months: 0, days: 31, micros: 0 }, month) > 0)
    assert.equal(equalValues(INTERVAL, day, hours), false)
  })

  it('compares nodes and relationships by id alone', () => {
    const node = { id: 'NODE', fields: [{ name: '_ID', type: parseType('INTERNAL_ID') }] } as const
    const id = { table: 1, offset: 2 }
    assert.equal(comparatorFor(node)([id, 'N', 1], [{ ...id }, 'N', 2]), 0)
    assert.equal(hashValue(node, [id, 'N', 1]), hashValue(node, [{ ...id }, 'N', 2]))
  })
})
