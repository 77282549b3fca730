import assert from 'node:assert/strict'
import { parseJson, tryParseJson } from '../../../src/types/json/parse-json.ts'
import { printJson, toJson } from '../../../src/types/json/print-json.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { randomNumbers, SEED } from './support/random-values.ts'

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  'a',
  '\\',
  '1',
  '-',
  '.',
  'e',
  'null',
  'true',
  ' ',
  '"k"',
  '0',
  '\\u00e9',
  '\n',
]

describe('JSON', () => {
  it(`accepts what JSON.parse accepts (seed ${SEED})`, () => {
    const random = randomNumbers(SEED)
    let valid = 0
    for (let i = 0; i < 6000; i++) {
      const text = Array.from(
        { length: 1 + Math.floor(random() * 7) },
        () => PIECES[Math.floor(random() * PIECES.length)],
      ).join('')
      let expected: unknown
      try {
        expected = JSON.parse(text)
      } catch {
        assert.equal(tryParseJson(text), undefined, text)
        continue
      }
      valid++
      const document = tryParseJson(text)
      assert.ok(document !== undefined, text)
      assert.equal(JSON.stringify(JSON.parse(printJson(document))), JSON.stringify(expected), text)
    }
    assert.ok(valid > 100, `${valid} valid documents`)
  })

  it('keeps long whole numbers and the kind of numbers', () => {
    assert.equal(printJson(parseJson('[9007199254740993, 1.50, 1, -0.0, 1e21]')), '[9007199254740993,1.5,1,-0.0,1e21]')
  })

  it('keeps the order of keys; of a repeated one the last value counts', () => {
    assert.equal(printJson(parseJson('{"2": 1, "1": 2, "2": 3}')), '{"2":3,"1":2}')
  })

  it('says where a document breaks and survives deep ones', () => {
    assert.throws(() => parseJson('{a'), { code: 'RUNTIME' })
    assert.equal(tryParseJson('['.repeat(100000)), undefined)
  })

  it('writes values of every type', () => {
    const pairs = [
      ['INT128', 2n ** 100n, `"${2n ** 100n}"`],
      ['INT64', 2n ** 60n, `${2n ** 60n}`],
      ['DECIMAL(5,2)', 150, '"1.50"'],
      ['DOUBLE', 1, '1.0'],
      ['DOUBLE', Number.NaN, 'null'],
      ['DATE', 0, '"1970-01-01"'],
      ['MAP(INT64, STRING)', [[1, 'a"b']], '{"1":"a\\"b"}'],
      ['STRUCT(a INT64[], b JSON)', [[1, null], '{"x": 1}'], '{"a":[1,null],"b":{"x":1}}'],
    ] as const
    for (const [type, value, text] of pairs) assert.equal(printJson(toJson(parseType(type), value)), text)
  })
})
