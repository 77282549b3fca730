import assert from 'node:assert/strict'
import type { JsValue } from '../../src/index.ts'
import { fails, one, rows, scratched, value } from './support/scratch.ts'

/** Expression, what a program gets for it, and its type. */
type Sample = readonly [text: string, expected: unknown, type: string]

const SCALARS: readonly Sample[] = [
  ['true', true, 'BOOL'],
  ["CAST(-128, 'INT8')", -128, 'INT8'],
  ["CAST(-32768, 'INT16')", -32768, 'INT16'],
  ["CAST(-2147483648, 'INT32')", -2147483648, 'INT32'],
  ['9007199254740991', 9007199254740991, 'INT64'],
  ['9007199254740993', 9007199254740993n, 'INT64'],
  ['-9223372036854775808', -9223372036854775808n, 'INT64'],
  ["CAST(5, 'INT128')", 5, 'INT128'],
  ['170141183460469231731687303715884105727', 170141183460469231731687303715884105727n, 'INT128'],
  ["CAST(255, 'UINT8')", 255, 'UINT8'],
  ["CAST(65535, 'UINT16')", 65535, 'UINT16'],
  ["CAST(4294967295, 'UINT32')", 4294967295, 'UINT32'],
  ["CAST('18446744073709551615', 'UINT64')", 18446744073709551615n, 'UINT64'],
  ["CAST(0.1, 'FLOAT')", Math.fround(0.1), 'FLOAT'],
  ['0.1', 0.1, 'DOUBLE'],
  ['1e400', Number.POSITIVE_INFINITY, 'DOUBLE'],
  ["CAST('12.345', 'DECIMAL(10, 3)')", 12.345, 'DECIMAL(10, 3)'],
  ["'häß 😀'", 'häß 😀', 'STRING'],
  ["uuid('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11')", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'UUID'],
  ["blob('\\\\xAA\\\\x00b')", Buffer.from([0xaa, 0, 0x62]), 'BLOB'],
  ["date('2020-02-29')", new Date('2020-02-29T00:00:00Z'), 'DATE'],
  ["date('1969-12-31')", new Date(-86400000), 'DATE'],
  ["timestamp('2020-02-29 10:20:30.123456')", new Date('2020-02-29T10:20:30.123Z'), 'TIMESTAMP'],
  ["timestamp('1969-12-31 23:59:59.999999')", new Date(-1), 'TIMESTAMP'],
  ["CAST('2020-02-29 10:20:30.123456789', 'TIMESTAMP_NS')", new Date('2020-02-29T10:20:30.123Z'), 'TIMESTAMP_NS'],
  ["CAST('2020-02-29 10:20:30.123', 'TIMESTAMP_MS')", new Date('2020-02-29T10:20:30.123Z'), 'TIMESTAMP_MS'],
  ["CAST('2020-02-29 10:20:30', 'TIMESTAMP_SEC')", new Date('2020-02-29T10:20:30Z'), 'TIMESTAMP_SEC'],
  ["CAST('2020-02-29 10:20:30+02', 'TIMESTAMP_TZ')", new Date('2020-02-29T08:20:30Z'), 'TIMESTAMP_TZ'],
  ["interval('1 year 2 days 3 hours')", { months: 12, days: 2, micros: 10_800_000_000 }, 'INTERVAL'],
  ['NULL', null, 'STRING'],
]

const NESTED: readonly Sample[] = [
  ['[1, 2, 3]', [1, 2, 3], 'INT64[]'],
  ['[1, NULL, 3]', [1, null, 3], 'INT64[]'],
  ['[[1], [], NULL, [2, NULL]]', [[1], [], null, [2, null]], 'INT64[][]'],
  ["['a', 'b']", ['a', 'b'], 'STRING[]'],
  ["[date('1970-01-02')]", [new Date(86400000)], 'DATE[]'],
  ["CAST([1, 2], 'FLOAT[2]')", new Float32Array([1, 2]), 'FLOAT[2]'],
  ["CAST([1.5, 2], 'DOUBLE[2]')", new Float64Array([1.5, 2]), 'DOUBLE[2]'],
  ["CAST([1, 2], 'INT32[2]')", new Int32Array([1, 2]), 'INT32[2]'],
  ["CAST([1, 2], 'INT16[2]')", new Int16Array([1, 2]), 'INT16[2]'],
  ["CAST([1, 2], 'INT8[2]')", new Int8Array([1, 2]), 'INT8[2]'],
  ["CAST([1, 2], 'UINT32[2]')", new Uint32Array([1, 2]), 'UINT32[2]'],
  ["CAST([1, NULL], 'FLOAT[2]')", [1, null], 'FLOAT[2]'],
  ["CAST(['a', 'b'], 'STRING[2]')", ['a', 'b'], 'STRING[2]'],
  ["{a: 1, b: 'x', c: NULL}", { a: 1, b: 'x', c: null }, 'STRUCT(a INT64, b STRING, c STRING)'],
  [
    "{d: date('1970-01-02'), l: [{x: 1}]}",
    { d: new Date(86400000), l: [{ x: 1 }] },
    'STRUCT(d DATE, l STRUCT(x INT64)[])',
  ],
  [
    "map([1, 2], ['a', 'b'])",
    new Map([
      [1, 'a'],
      [2, 'b'],
    ]),
    'MAP(INT64, STRING)',
  ],
  ["map(['k'], [NULL])", new Map([['k', null]]), 'MAP(STRING, STRING)'],
  ['union_value(a := 1)', { a: 1 }, 'UNION(a INT64)'],
]

describe('values that results deliver', () => {
  for (const [text, expected, type] of [...SCALARS, ...NESTED]) {
    it(`${type} of ${text}`, () =>
      scratched(async (scratch) => {
        const result = await one(scratch.connection(), `RETURN ${text} AS x`)
        assert.deepEqual(result.getColumnDataTypesSync(), [type])
        assert.deepEqual(result.getAllSync(), [{ x: expected }])
        const [row] = result.getAllSync()
        const got = row!.x
        if (expected !== null && typeof expected === 'object') {
          assert.equal((got as object).constructor, expected.constructor)
        }
      }))
  }

  it('are the same after they were stored', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection('file')
      const stored = [...SCALARS, ...NESTED].filter(
        ([text]) => text !== 'NULL' && !text.includes('[NULL]') && !text.includes('c: NULL'),
      )
      const columns = stored.map(([, , type], i) => `c${i} ${type}`)
      await connection.query(`CREATE NODE TABLE n(id INT64, ${columns.join(', ')}, PRIMARY KEY(id))`)
      const values = stored.map(([text], i) => `c${i}: ${text}`)
      await connection.query(`CREATE (:n {id: 1, ${values.join(', ')}})`)
      await connection.query('CREATE (:n {id: 2})')
      const check = async (when: string) => {
        for (const [i, [text, expected]] of stored.entries()) {
          const got = await rows(connection, `MATCH (a:n) RETURN a.c${i} AS x ORDER BY a.id`)
          assert.deepEqual(got, [{ x: expected }, { x: null }], `${text} ${when}`)
        }
      }
      await check('in the delta')
      await connection.query('CHECKPOINT')
      await check('in pages')
    }))

  it('are bigints for integers of 64 bits and more, when that is asked for', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection(':memory:', { integers: 'bigint' })
      const text =
        "RETURN 1 AS a, CAST(2, 'INT32') AS b, CAST(3, 'INT128') AS c, [4] AS d, {x: 5} AS e, CAST(6, 'UINT64') AS f, count(*) AS g, map([7], [8]) AS h"
      assert.deepEqual(await rows(connection, text), [
        { a: 1n, b: 2, c: 3n, d: [4n], e: { x: 5n }, f: 6n, g: 1n, h: new Map([[7n, 8n]]) },
      ])
      await connection.query('CREATE NODE TABLE n(id SERIAL, v INT64, PRIMARY KEY(id)); CREATE (:n {v: 7})')
      assert.deepEqual(await rows(connection, 'MATCH (a:n) RETURN a, id(a) AS i'), [
        { a: { _id: { offset: 0, table: 0 }, _label: 'n', id: 0n, v: 7n }, i: { offset: 0, table: 0 } },
      ])
    }))

  it('are nodes, rels and paths with their properties', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query(
        'CREATE NODE TABLE a(id INT64, s STRING, PRIMARY KEY(id)); CREATE NODE TABLE b(id INT64, t DATE, PRIMARY KEY(id));' +
          'CREATE REL TABLE r(FROM a TO b, w DOUBLE); CREATE REL TABLE q(FROM b TO b);',
      )
      await connection.query(
        "CREATE (:a {id: 1, s: 'x'})-[:r {w: 0.5}]->(:b {id: 2})-[:q]->(:b {id: 3, t: date('1970-01-02')})",
      )
      const a = { _id: { offset: 0, table: 0 }, _label: 'a', id: 1, s: 'x' }
      const b2 = { _id: { offset: 0, table: 1 }, _label: 'b', id: 2, t: null }
      const b3 = { _id: { offset: 1, table: 1 }, _label: 'b', id: 3, t: new Date(86400000) }
      const [row] = await rows(connection, 'MATCH p = (x:a)-[e:r]->(y:b)-[f:q]->(z:b) RETURN x, e, y, z, p')
      assert.deepEqual(row!.x, a)
      assert.deepEqual(row!.y, b2)
      assert.deepEqual(row!.z, b3)
      const e = row!.e as Record<string, JsValue>
      assert.deepEqual({ ...e, _id: null }, { _src: a._id, _dst: b2._id, _label: 'r', _id: null, w: 0.5 })
      const path = row!.p as { _nodes: Record<string, JsValue>[]; _rels: Record<string, JsValue>[] }
      assert.deepEqual(
        path._nodes.map((n) => [n._label, n.id]),
        [
          ['a', 1],
          ['b', 2],
          ['b', 3],
        ],
      )
      assert.deepEqual(
        path._rels.map((r) => r._label),
        ['r', 'q'],
      )
      const [walk] = await rows(connection, 'MATCH (x:a)-[e*1..3]->(z) WHERE z.id = 3 RETURN e, length(e) AS n')
      const rec = walk!.e as { _nodes: Record<string, JsValue>[]; _rels: Record<string, JsValue>[] }
      assert.deepEqual(
        rec._nodes.map((n) => n.id),
        [2],
      )
      assert.equal(rec._rels.length, 2)
      assert.equal(walk!.n, 2)
    }))
})

/** Parameter, type that the database sees, and what comes back (undefined: the same). */
const PARAMETERS: readonly (readonly [string, JsValue, string, unknown?])[] = [
  ['null', null, 'ANY'],
  ['undefined', undefined, 'ANY', null],
  ['true', true, 'BOOL'],
  ['an integer', 42, 'INT64'],
  ['a fraction', 0.25, 'DOUBLE'],
  ['a number beyond the safe integers', 2 ** 60, 'DOUBLE'],
  ['infinity', Number.NEGATIVE_INFINITY, 'DOUBLE'],
  ['NaN', Number.NaN, 'DOUBLE'],
  ['a bigint', 9007199254740993n, 'INT64'],
  ['a small bigint', 5n, 'INT64', 5],
  ['a bigint of more than 64 bits', 2n ** 100n, 'INT128'],
  ['a string', 'grüße', 'STRING'],
  ['an empty string', '', 'STRING'],
  ['a Date with its time', new Date('2021-03-04T05:06:07.089Z'), 'TIMESTAMP'],
  ['a Date before 1970', new Date(-12345), 'TIMESTAMP'],
  ['bytes', Buffer.from([1, 0, 255]), 'BLOB'],
  ['an interval', { months: 1, days: 2, micros: 3 }, 'INTERVAL'],
  ['a list', [1, 2, 3], 'INT64[]'],
  ['a list of mixed numbers', [1, 2.5], 'DOUBLE[]'],
  ['a list with a hole', ['a', null], 'STRING[]'],
  ['a list of nulls first', [null, 'b'], 'STRING[]'],
  ['a list of lists', [[1], [], [2, 3]], 'INT64[][]'],
  ['a list of dates', [new Date(5)], 'TIMESTAMP[]'],
  ['floats', new Float32Array([0.5, 1]), 'FLOAT[]', [0.5, 1]],
  ['doubles', new Float64Array([0.1]), 'DOUBLE[]', [0.1]],
  ['32-bit integers', new Int32Array([-1, 1]), 'INT32[]', [-1, 1]],
  ['64-bit integers', new BigInt64Array([1n, 2n ** 60n]), 'INT64[]', [1, 2n ** 60n]],
  ['an object', { a: 1, b: { c: 'x' } }, 'STRUCT(a INT64, b STRUCT(c STRING))'],
  ['a Map', new Map([['k', 1]]), 'MAP(STRING, INT64)'],
  ['a list of objects', [{ id: 1 }, { id: 2 }], 'STRUCT(id INT64)[]'],
]

describe('parameters', () => {
  for (const [name, given, type, back] of PARAMETERS) {
    it(`may be ${name}`, () =>
      scratched(async (scratch) => {
        const connection = scratch.connection()
        const result = await one(connection, 'RETURN $p AS x', { p: given })
        if (type !== 'ANY') assert.deepEqual(result.getColumnDataTypesSync(), [type])
        const [row] = result.getAllSync()
        const got =
          ArrayBuffer.isView(row!.x) && !(row!.x instanceof Uint8Array) ? Array.from(row!.x as Float32Array) : row!.x
        assert.deepEqual(got, back === undefined ? given : back)
        const prepared = await connection.prepare('RETURN $p AS x')
        assert.ok(prepared.isSuccess(), prepared.getErrorMessage())
        assert.equal((await connection.execute(prepared, { p: given })).getNumTuples(), 1)
      }))
  }

  it('keep their type when a list is empty', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      assert.equal(await value(connection, 'UNWIND $list AS x RETURN count(*)', { list: [] }), 0)
      assert.equal(await value(connection, 'RETURN size($list)', { list: [] }), 0)
      assert.equal(await value(connection, 'RETURN 1 IN $list', { list: [] }), false)
      await connection.query('CREATE NODE TABLE n(id INT64, tags STRING[], PRIMARY KEY(id))')
      await connection.query('CREATE (:n {id: 1, tags: $tags})', { tags: [] })
      assert.deepEqual(await rows(connection, 'MATCH (a:n) RETURN a.tags AS t'), [{ t: [] }])
    }))

  it('fit columns of every type that their value fits', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query(
        'CREATE NODE TABLE n(id INT64, d DATE, t TIMESTAMP, f FLOAT[2], g FLOAT, i INT8, m MAP(STRING, INT64), s STRUCT(a INT64, b STRING), b BLOB, u UINT64, PRIMARY KEY(id))',
      )
      const when = new Date('2020-01-02T03:04:05Z')
      await connection.query(
        'CREATE (:n {id: $id, d: CAST($t AS DATE), t: $t, f: $f, g: $g, i: $i, m: $m, s: $s, b: $b, u: $u})',
        {
          id: 1,
          t: when,
          f: new Float32Array([1, 2]),
          g: 1,
          i: 5,
          m: new Map([['x', 1]]),
          s: { a: 1, b: 'y' },
          b: new Uint8Array([7]),
          u: 8n,
        },
      )
      assert.deepEqual(await rows(connection, 'MATCH (a:n) RETURN a.*'), [
        {
          'a.id': 1,
          'a.d': new Date('2020-01-02T00:00:00Z'),
          'a.t': when,
          'a.f': new Float32Array([1, 2]),
          'a.g': 1,
          'a.i': 5,
          'a.m': new Map([['x', 1]]),
          'a.s': { a: 1, b: 'y' },
          'a.b': Buffer.from([7]),
          'a.u': 8,
        },
      ])
      await assert.rejects(connection.query('CREATE (:n {id: 2, i: $i})', { i: 1000 }), fails('OVERFLOW'))
      await assert.rejects(connection.query('CREATE (:n {id: 2, f: $f})', { f: [1, 2, 3] }), fails('CONVERSION'))
    }))

  it('are an error when one is missing, unknown or has no type', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await assert.rejects(
        connection.query('RETURN $a + $b', { a: 1 }),
        fails('MISSING_PARAMETER', 'Parameter b has no value'),
      )
      await assert.rejects(connection.query('RETURN $a'), fails('MISSING_PARAMETER', 'Parameter a'))
      await assert.rejects(connection.query('RETURN 1', { a: 1 }), fails('UNKNOWN_PARAMETER', 'Parameter a not found.'))
      await assert.rejects(
        connection.query('RETURN $a', { a: 1, b: 2 }),
        fails('UNKNOWN_PARAMETER', 'Parameter b not found.'),
      )
      for (const bad of [
        () => 1,
        Symbol('x'),
        new (class Point {})(),
        {},
        new Date(Number.NaN),
        [1, 'a'],
        [{ a: 1 }, 5],
      ]) {
        await assert.rejects(connection.query('RETURN $a', { a: bad as JsValue }), fails('INVALID_ARGUMENT', '$a'))
      }
      await assert.rejects(connection.query('RETURN 1', [1] as never), fails('INVALID_ARGUMENT', 'by name'))
      await assert.rejects(connection.query('RETURN 1', 'x' as never), fails('INVALID_ARGUMENT', 'by name'))
    }))

  it('are shared by several statements', () =>
    scratched(async (scratch) => {
      const results = await scratch.connection().query('RETURN $a AS x; RETURN $b AS x; RETURN $a AS x', { a: 1, b: 2 })
      assert.deepEqual(
        (results as { getAllSync(): unknown[] }[]).map((r) => r.getAllSync()),
        [[{ x: 1 }], [{ x: 2 }], [{ x: 1 }]],
      )
    }))
})
