import assert from 'node:assert/strict'
import { commonType, commonTypeOf, unifiedType } from '../../../src/types/common-type.ts'
import { canAssign, canCastImplicitly, implicitCastCost } from '../../../src/types/implicit-cast.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import { SAMPLE_TYPES } from './support/random-values.ts'

function common(a: string, b: string): string | null {
  const type = commonType(parseType(a), parseType(b))
  return type === null ? null : printType(type)
}

describe('common type', () => {
  const pairs: readonly (readonly [string, string, string | null])[] = [
    ['INT8', 'INT64', 'INT64'],
    ['UINT64', 'INT64', 'INT128'],
    ['UINT8', 'INT8', 'INT16'],
    ['UINT32', 'INT64', 'INT64'],
    ['INT64', 'FLOAT', 'FLOAT'],
    ['FLOAT', 'DOUBLE', 'DOUBLE'],
    ['SERIAL', 'INT8', 'INT64'],
    ['STRING', 'INT64', 'INT64'],
    ['STRING', 'DATE', 'DATE'],
    ['DATE', 'TIMESTAMP', 'TIMESTAMP'],
    ['TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP_NS'],
    ['BOOL', 'INT64', null],
    ['DECIMAL(10, 2)', 'DECIMAL(5, 4)', 'DECIMAL(12, 4)'],
    ['DECIMAL(10, 2)', 'INT64', 'DECIMAL(21, 2)'],
    ['DECIMAL(10, 2)', 'DOUBLE', 'DOUBLE'],
    ['DECIMAL(38, 2)', 'INT128', 'DOUBLE'],
    ['INT64[]', 'DOUBLE[]', 'DOUBLE[]'],
    ['INT64[2]', 'DOUBLE[2]', 'DOUBLE[2]'],
    ['INT64[2]', 'DOUBLE[3]', 'DOUBLE[]'],
    ['STRUCT(a INT64)', 'STRUCT(A DOUBLE)', 'STRUCT(a DOUBLE)'],
    ['STRUCT(a INT64)', 'STRUCT(b INT64)', null],
    ['MAP(STRING, INT8)', 'MAP(STRING, INT64)', 'MAP(STRING, INT64)'],
    ['INT64[]', 'INT64', null],
  ]
  for (const [a, b, expected] of pairs) {
    it(`of ${a} and ${b} is ${expected}`, () => {
      assert.equal(common(a, b), expected)
      if (expected === null || !expected.startsWith('STRUCT')) assert.equal(common(b, a), expected)
    })
  }

  it('of a type with itself is the type, with ANY too', () => {
    for (const type of SAMPLE_TYPES) {
      assert.equal(commonType(type, type), type)
      assert.equal(commonType(type, { id: 'ANY' }), type)
    }
    assert.equal(commonTypeOf([])!.id, 'ANY')
  })

  it('of columns of several tables falls back to text', () => {
    assert.equal(unifiedType(parseType('INT64'), parseType('STRING')).id, 'STRING')
    assert.equal(unifiedType(parseType('BOOL'), parseType('DATE')).id, 'STRING')
    assert.equal(unifiedType(parseType('INT8'), parseType('INT64')).id, 'INT64')
  })
})

describe('implicit casts', () => {
  it('go to wider types only, and to text from nearly everything', () => {
    assert.equal(implicitCastCost('INT64', 'INT32'), null)
    assert.ok(implicitCastCost('INT32', 'INT64')! < implicitCastCost('INT32', 'DOUBLE')!)
    assert.equal(implicitCastCost('DOUBLE', 'INT64'), null)
    assert.ok(implicitCastCost('DATE', 'STRING')! > 0)
    assert.equal(implicitCastCost('NODE', 'STRING'), null)
  })

  it('never turn text into numbers, in assignments neither', () => {
    const text = parseType('STRING')
    for (const target of ['INT64', 'DOUBLE', 'DATE', 'BOOL', 'INT64[]']) {
      assert.equal(canCastImplicitly(text, parseType(target)), false)
      assert.equal(canAssign(text, parseType(target)), false)
    }
  })

  it('narrow numbers in assignments', () => {
    assert.equal(canCastImplicitly(parseType('DOUBLE'), parseType('INT8')), false)
    assert.equal(canAssign(parseType('DOUBLE'), parseType('INT8')), true)
    assert.equal(canAssign(parseType('DOUBLE[]'), parseType('FLOAT[3]')), true)
    assert.equal(canAssign(parseType('INT64[2]'), parseType('INT64[3]')), false)
    assert.equal(canAssign(parseType('INT64'), parseType('STRING')), true)
    assert.equal(canAssign(parseType('INT64'), parseType('DATE')), false)
  })
})
