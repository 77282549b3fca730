import assert from 'node:assert/strict'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import { INT64, sameType } from '../../../src/types/logical-type.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import { SAMPLE_TYPES } from './support/random-values.ts'

describe('type text', () => {
  it('reads what it prints', () => {
    for (const type of SAMPLE_TYPES) assert.ok(sameType(parseType(printType(type)), type), printType(type))
  })

  const spellings: readonly (readonly [string, string])[] = [
    ['float[3][]', 'FLOAT[3][]'],
    [' int ', 'INT32'],
    ['real', 'FLOAT'],
    ['float8', 'DOUBLE'],
    ['numeric(5,2)', 'DECIMAL(5, 2)'],
    ['DECIMAL', 'DECIMAL(18, 3)'],
    ['struct( a  int64 , b   string[] )', 'STRUCT(a INT64, b STRING[])'],
    ['STRUCT(`odd key` INT64, "other key" BOOL)', 'STRUCT(odd key INT64, other key BOOL)'],
    ['map(string, struct(x int8, y double [ 3 ]))', 'MAP(STRING, STRUCT(x INT8, y DOUBLE[3]))'],
    ['union(a int64, b string)', 'UNION(a INT64, b STRING)'],
    ['timestamp_s', 'TIMESTAMP_SEC'],
    ['JSON', 'json'],
  ]
  for (const [text, printed] of spellings) {
    it(`reads ${text}`, () => assert.equal(printType(parseType(text)), printed))
  }

  const refused: readonly (readonly [string, string, string])[] = [
    ['INT35', 'UNKNOWN_TYPE', 'Catalog exception: INT35 is neither an internal type nor a user defined type.'],
    ['any', 'UNKNOWN_TYPE', 'Catalog exception: ANY is neither an internal type nor a user defined type.'],
    ['', 'UNKNOWN_TYPE', 'Catalog exception:  is neither an internal type nor a user defined type.'],
    ['INT64[0]', 'BINDER', 'Binder exception: The number of elements in an array must be greater than 0. Given: 0.'],
    ['INT64[-1]', 'BINDER', 'Binder exception: The number of elements in an array must be greater than 0. Given: -1.'],
    [
      'DECIMAL(40,3)',
      'BINDER',
      'Binder exception: Precision of DECIMAL/NUMERIC must be a positive integer no greater than 38',
    ],
    [
      'DECIMAL(5,9)',
      'BINDER',
      'Binder exception: Scale of DECIMAL/NUMERIC must be a nonnegative integer no greater than the precision',
    ],
    ['DECIMAL(3)', 'BINDER', 'Binder exception: Only found 1 parameter for NUMERIC/DECIMAL type, expected 2'],
    ['STRUCT(a INT64', 'BINDER', "Binder exception: Cannot parse type STRUCT(a INT64: ')' is missing."],
    [
      'INT64 STRING',
      'UNKNOWN_TYPE',
      'Catalog exception: INT64 STRING is neither an internal type nor a user defined type.',
    ],
  ]
  for (const [text, code, message] of refused) {
    it(`refuses ${text || 'nothing'}`, () => {
      assert.throws(
        () => parseType(text),
        (e) => e instanceof DatabaseError && e.code === code && e.message === message,
      )
    })
  }

  it('asks for names that are no built-in types', () => {
    const resolve = (name: string) => (name === 'Age' ? INT64 : undefined)
    assert.equal(printType(parseType('Age[]', resolve)), 'INT64[]')
  })
})
