import assert from 'node:assert/strict'
import { accumulator } from '../../../src/functions/aggregate/accumulator.ts'
import { bindAggregate } from '../../../src/functions/aggregate/aggregate-record.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { randomNumbers, randomValue, SEED } from '../types/support/random-values.ts'

function run(name: string, type: string, values: readonly Value[], distinct = false): Value {
  const code = accumulator(structuredClone(bindAggregate(name, [parseType(type)], distinct)))
  const state = code.create()
  for (const v of values) code.update(state, v)
  return code.finish(state)
}

describe('aggregates', () => {
  it('give NULL without values, counts 0', () => {
    for (const name of ['sum', 'avg', 'min', 'max', 'collect']) assert.equal(run(name, 'INT64', []), null)
    assert.equal(run('count', 'INT64', []), 0)
  })

  it('sum integers exactly, in INT128', () => {
    const max = 2n ** 63n - 1n
    assert.equal(run('sum', 'INT64', [max, max]), 2n * max)
    assert.equal(printType(bindAggregate('sum', [parseType('UINT8')], false).returnType), 'INT128')
    assert.equal(printType(bindAggregate('sum', [parseType('FLOAT')], false).returnType), 'DOUBLE')
    assert.throws(() => run('sum', 'INT128', [2n ** 127n - 1n, 1]), {
      message: 'Overflow exception: INT128 is out of range: cannot add.',
    })
  })

  it('average, order and collect', () => {
    assert.equal(run('avg', 'INT64', [1, 2]), 1.5)
    assert.equal(run('avg', 'INT64', [2n ** 62n, -(2n ** 62n), 3]), 1)
    assert.equal(run('min', 'STRING', ['b', 'a\u{10000}', 'a\uffff']), 'a\uffff')
    assert.ok(Number.isNaN(run('max', 'DOUBLE', [1, Number.NaN, 2])))
    assert.equal(run('min', 'DOUBLE', [Number.NaN, 2]), 2)
    assert.equal(run('max', 'BOOL', [false, true]), true)
    assert.deepEqual(run('collect', 'INT64[]', [[1], [1]]), [[1], [1]])
  })

  it('see each value once with DISTINCT', () => {
    assert.equal(run('sum', 'INT64', [1, 1, 2], true), 3)
    assert.deepEqual(run('collect', 'DOUBLE', [0, -0, Number.NaN, Number.NaN, 1], true), [0, Number.NaN, 1])
    assert.equal(run('count', 'STRING[]', [['a'], ['a'], ['a,'], []], true), 3)
  })

  it('count rows whatever they hold', () => {
    const code = accumulator(bindAggregate('count_star', [], false))
    const state = code.create()
    code.update(state, null)
    assert.equal(code.finish(state), 1)
  })

  it(`merge parts to the whole (seed ${SEED})`, () => {
    const random = randomNumbers(SEED)
    const type = parseType('INT64')
    const values = Array.from({ length: 200 }, () => randomValue(type, random))
    for (const name of ['count', 'sum', 'avg', 'min', 'max', 'collect']) {
      for (const distinct of [false, true]) {
        const code = accumulator(bindAggregate(name, [type], distinct))
        const [whole, first, second] = [code.create(), code.create(), code.create()]
        for (const [i, v] of values.entries()) {
          code.update(whole, v)
          code.update(i < 90 ? first : second, v)
        }
        code.merge(first, second)
        code.merge(first, code.create())
        assert.deepEqual(code.finish(first), code.finish(whole), `${name} ${distinct}`)
      }
    }
  })

  it('refuse types they have no rule for', () => {
    const refused = [
      ['sum', 'STRING'],
      ['sum', 'DECIMAL(5, 2)'],
      ['count', 'DECIMAL(5, 2)'],
      ['min', 'INT64[]'],
      ['avg', 'BOOL'],
    ] as const
    for (const [name, type] of refused) {
      const start = `Binder exception: Function ${name.toUpperCase()} did not receive correct arguments:\nActual:   (${type})\nExpected: DISTINCT (`
      assert.throws(
        () => bindAggregate(name, [parseType(type)], false),
        (e: Error) => e.message.startsWith(start),
      )
    }
    assert.throws(() => bindAggregate('mean', [], false), {
      message: 'Catalog exception: function MEAN does not exist.',
    })
    assert.throws(() => bindAggregate('sum', [parseType('INT64'), parseType('INT64')], false), { code: 'BINDER' })
  })
})
