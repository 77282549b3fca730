import assert from 'node:assert/strict'
import { textParser } from '../../../src/types/cast/text-parser.ts'
import { castFunction, unsupportedCast } from '../../../src/types/cast.ts'
import { comparatorFor } from '../../../src/types/compare.ts'
import { formatValue } from '../../../src/types/format.ts'
import type { LogicalType } from '../../../src/types/logical-type.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import { sameFieldNames } from '../../../src/types/struct-fields.ts'
import type { Value } from '../../../src/types/value.ts'
import { randomNumbers, randomValue, SAMPLE_TYPES, SEED } from './support/random-values.ts'

function cast(value: Value, from: string, to: string): Value {
  return castFunction(parseType(from), parseType(to))!(value)
}

/** Types whose printed form says everything (text in lists is printed without quotes, floats with six decimals). */
function printsFully(type: LogicalType): boolean {
  const refused = ['STRING', 'FLOAT', 'DOUBLE', 'INTERNAL_ID', 'UNION']
  if (refused.includes(type.id)) return false
  return Object.values(type).every((part) =>
    Array.isArray(part)
      ? part.every((f) => printsFully(f.type))
      : typeof part !== 'object' || printsFully(part as LogicalType),
  )
}

describe('casts', () => {
  for (const type of SAMPLE_TYPES.filter(printsFully)) {
    it(`read back the text of ${printType(type)} (seed ${SEED})`, () => {
      const random = randomNumbers(SEED)
      const parse = textParser(type)
      for (let i = 0; i < 200; i++) {
        const value = randomValue(type, random)
        const text = formatValue(type, value)
        assert.equal(formatValue(type, parse(text)), text)
        // nanoseconds are not printed, and a list of one NULL looks like an empty one
        if (type.id === 'TIMESTAMP_NS' || text === '[]') continue
        assert.equal(comparatorFor(type)(parse(text), value), 0, text)
      }
    })
  }

  it('round halves of doubles to even, of decimals away from zero', () => {
    assert.deepEqual(
      [2.5, 3.5, -2.5, -0.4].map((v) => cast(v, 'DOUBLE', 'INT64')),
      [2, 4, -2, 0],
    )
    assert.deepEqual(
      [250, -250, 249].map((v) => cast(v, 'DECIMAL(10,2)', 'INT64')),
      [3, -3, 2],
    )
    assert.deepEqual(
      [1.555, -2.5].map((v) => cast(v, 'DOUBLE', 'DECIMAL(10,2)')),
      [156, -250],
    )
  })

  it('check ranges before and after rounding', () => {
    assert.throws(() => cast(127.5, 'DOUBLE', 'INT8'), {
      message: 'Overflow exception: Value 127.500000 is not within INT8 range',
    })
    assert.equal(cast(127.4, 'DOUBLE', 'INT8'), 127)
    assert.throws(() => cast(-0.5, 'DOUBLE', 'UINT8'), { code: 'OVERFLOW' })
    assert.throws(() => cast(Number.NaN, 'DOUBLE', 'INT64'), { code: 'OVERFLOW' })
    assert.throws(() => cast(2 ** 63, 'DOUBLE', 'INT64'), { code: 'OVERFLOW' })
    assert.equal(cast(-(2 ** 63), 'DOUBLE', 'INT64'), -(2n ** 63n))
    assert.throws(() => cast(300, 'INT64', 'INT8'), {
      message: 'Overflow exception: Value 300 is not within INT8 range',
    })
    assert.throws(() => cast(999999999, 'INT64', 'DECIMAL(10,2)'), {
      message: 'Overflow exception: To Decimal Cast Failed: 999999999 is not in DECIMAL(10, 2) range',
    })
  })

  it('go through nested types', () => {
    assert.deepEqual(cast([1.5, null], 'DOUBLE[]', 'INT64[]'), [2, null])
    assert.deepEqual(cast(Float64Array.of(0.1, 2), 'DOUBLE[]', 'FLOAT[2]'), Float32Array.of(0.1, 2))
    assert.deepEqual(cast([1, 'x'], 'STRUCT(a INT64, b STRING)', 'STRUCT(A STRING, b STRING)'), ['1', 'x'])
    assert.deepEqual(cast([[1, 2]], 'MAP(INT64, INT64)', 'MAP(STRING, DOUBLE)'), [['1', 2]])
    assert.throws(() => cast([1, 2], 'INT64[]', 'INT64[3]'), {
      message:
        'Conversion exception: Unsupported casting LIST with incorrect list entry to ARRAY. Expected: 3, Actual: 2.',
    })
  })

  it('choose the member of a union', () => {
    const union = 'UNION(a INT64, b STRING, c BOOL)'
    assert.deepEqual(cast(5, 'INT8', union), [0, 5])
    assert.deepEqual(cast(true, 'BOOL', union), [2, true])
    assert.deepEqual(cast('x', 'STRING', union), [1, 'x'])
    assert.throws(() => castFunction(parseType('INT64[]'), parseType('UNION(a INT64, c BOOL)')), { code: 'CONVERSION' })
  })

  it('do not exist between unlike types', () => {
    for (const [from, to, text] of [
      ['INT64', 'BOOL', 'INT64 to BOOL'],
      ['DATE', 'INT64', 'DATE to INT64'],
      ['INT64', 'INT64[]', 'INT64 to LIST'],
      ['STRUCT(a INT64)', 'STRUCT(a INT64, b INT64)', 'STRUCT(a INT64) to STRUCT(a INT64, b INT64)'],
    ] as const) {
      assert.equal(castFunction(parseType(from), parseType(to)), null)
      const { message } = unsupportedCast(parseType(from), parseType(to))
      assert.equal(message, `Conversion exception: Unsupported casting function from ${text}.`)
    }
  })

  it('match the fields of structs by name, else by place', () => {
    assert.deepEqual(cast([1, 'x'], 'STRUCT(a INT64, b STRING)', 'STRUCT(b STRING, a INT8)'), ['x', 1])
    assert.deepEqual(cast([1, 2], 'STRUCT(a INT64, b INT64)', 'STRUCT(b INT64, c INT64)'), [1, 2])
    assert.deepEqual(cast([1, 2], 'STRUCT(a INT64, A INT64)', 'STRUCT(A INT8, a INT8)'), [2, 1])
    const same = (a: string, b: string): boolean => sameFieldNames(parseType(a), parseType(b))
    assert.equal(same('STRUCT(a INT64, b INT64)[]', 'STRUCT(B INT8, A INT8)[2]'), true)
    assert.equal(same('MAP(INT64, STRUCT(a INT64))', 'MAP(INT64, STRUCT(b INT64))'), false)
    assert.equal(same('STRUCT(a STRUCT(b INT64))', 'STRUCT(a STRUCT(c INT64))'), false)
  })

  it('find out about element types only when there are elements', () => {
    assert.deepEqual(cast([], 'BOOL[]', 'INT64[]'), [])
    assert.throws(() => cast([true], 'BOOL[]', 'INT64[]'), { message: /from BOOL to INT64/ })
  })

  it('read numbers strictly', () => {
    const parse = textParser(parseType('INT64'))
    assert.deepEqual([' 12 ', '-0', '9007199254740993'].map(parse), [12, 0, 9007199254740993n])
    for (const text of ['', '+5', '007', '1.5', '1e3', '12x', '99999999999999999999', '-', '1 2']) {
      assert.throws(() => parse(text), {
        message: `Conversion exception: Cast failed. Could not convert "${text}" to INT64.`,
      })
    }
    const double = textParser(parseType('DOUBLE'))
    assert.deepEqual(['1.', '.5', ' 1e3 ', '-Infinity', 'nan'].map(double), [
      1,
      0.5,
      1000,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ])
    for (const text of ['', '+1.5', '0x10', '1e', '.', '1_0', 'e5'])
      assert.throws(() => double(text), { code: 'CONVERSION' })
  })

  it('read lists, structs and maps with quotes and holes', () => {
    assert.deepEqual(cast('[1, ,null]', 'STRING', 'INT64[]'), [1, null, null])
    assert.deepEqual(cast('[a, "b, c", {x, y}]', 'STRING', 'STRING[]'), ['a', '"b, c"', '{x, y}'])
    assert.deepEqual(cast('{b: "x, y", a: 1}', 'STRING', 'STRUCT(a INT64, b STRING)'), [1, 'x, y'])
    assert.deepEqual(cast('{k=1, "j,i"=2}', 'STRING', 'MAP(STRING, INT64)'), [
      ['k', 1],
      ['"j,i"', 2],
    ])
    for (const text of ['[1', '1,2', '[1]]', ''])
      assert.throws(() => cast(text, 'STRING', 'INT64[]'), { code: 'CONVERSION' })
  })

  it('read JSON into every kind of type', () => {
    assert.deepEqual(cast('{"b": "x", "a": 1}', 'JSON', 'STRUCT(a INT64, b STRING)'), [1, 'x'])
    assert.deepEqual(cast('[1, "2", null]', 'JSON', 'INT64[]'), [1, 2, null])
    assert.deepEqual(cast('{"k": [1.5]}', 'JSON', 'MAP(STRING, DOUBLE[])'), [['k', [1.5]]])
    assert.equal(cast('9007199254740993', 'JSON', 'INT64'), 9007199254740993n)
    assert.throws(() => cast('[1,2', 'STRING', 'JSON'), {
      message: 'Conversion exception: Cannot convert [1,2 to JSON.',
    })
  })
})

describe('printed form', () => {
  it('of floating-point numbers is that of C', () => {
    const pairs: readonly (readonly [number, string])[] = [
      [0.0078125, '0.007812'],
      [0.0234375, '0.023438'],
      [-0, '-0.000000'],
      [-1e-7, '-0.000000'],
      [1e22, '10000000000000000000000.000000'],
      [Number.NEGATIVE_INFINITY, '-inf'],
      [Number.NaN, 'nan'],
    ]
    for (const [v, text] of pairs) assert.equal(formatValue(parseType('DOUBLE'), v), text)
  })

  it('of nodes and relationships leaves NULL out and knows the arrow form', () => {
    const id = parseType('INTERNAL_ID')
    const rel: LogicalType = {
      id: 'REL',
      fields: [
        { name: '_SRC', type: id },
        { name: '_DST', type: id },
        { name: '_LABEL', type: parseType('STRING') },
        { name: '_ID', type: id },
        { name: 'w', type: parseType('INT64') },
        { name: 't', type: parseType('STRING') },
      ],
    }
    const value = [{ table: 0, offset: 0 }, { table: 0, offset: 1 }, 'E', { table: 1, offset: 0 }, 2, null]
    assert.equal(formatValue(rel, value), '{_SRC: 0:0, _DST: 0:1, _LABEL: E, _ID: 1:0, w: 2}')
    assert.equal(formatValue(rel, value, 'shell'), '(0:0)-{_LABEL: E, _ID: 1:0, w: 2}->(0:1)')
    assert.equal(formatValue(parseType('STRUCT(a INT64)'), [null]), '{a: }')
  })
})
