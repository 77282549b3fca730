import assert from 'node:assert/strict'
import type { Table } from 'apache-arrow'
import type { QueryResult } from '../../src/index.ts'
import { one, scratched } from './support/scratch.ts'

/** Expression and what the cell of the Arrow table gives, as plain JavaScript. */
const CELLS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ["CAST(-5, 'INT8')", -5],
  ["CAST(-500, 'INT16')", -500],
  ["CAST(-50000, 'INT32')", -50000],
  ['9007199254740993', 9007199254740993n],
  ["CAST(200, 'UINT8')", 200],
  ["CAST(60000, 'UINT16')", 60000],
  ["CAST(4000000000, 'UINT32')", 4000000000],
  ["CAST('18446744073709551615', 'UINT64')", 18446744073709551615n],
  ["CAST(0.5, 'FLOAT')", 0.5],
  ['0.1', 0.1],
  ["'grüße'", 'grüße'],
  ["''", ''],
  ["blob('\\\\xAA')", new Uint8Array([0xaa])],
  ["uuid('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ["date('2020-02-29')", Date.UTC(2020, 1, 29)],
  ["timestamp('2020-02-29 10:20:30.123')", Date.UTC(2020, 1, 29, 10, 20, 30, 123)],
  ["CAST('2020-02-29 10:20:30', 'TIMESTAMP_SEC')", Date.UTC(2020, 1, 29, 10, 20, 30)],
  ["CAST('2020-02-29 10:20:30.5', 'TIMESTAMP_MS')", Date.UTC(2020, 1, 29, 10, 20, 30, 500)],
  ['[1, 2, NULL]', [1n, 2n, null]],
  ["['a', 'bc']", ['a', 'bc']],
  ["CAST([1.5, 2.5], 'FLOAT[2]')", [1.5, 2.5]],
  ["{a: 1, b: 'x'}", { a: 1n, b: 'x' }],
  ['[{a: 1}, {a: 2}]', [{ a: 1n }, { a: 2n }]],
]

/** Nested Arrow values as arrays and objects. */
function plain(cell: unknown): unknown {
  if (cell === null || typeof cell !== 'object' || cell instanceof Uint8Array) return cell
  const { toJSON } = cell as { toJSON?: () => unknown }
  const inner = typeof toJSON === 'function' ? toJSON.call(cell) : cell
  if (Array.isArray(inner) || ArrayBuffer.isView(inner)) return Array.from(inner as ArrayLike<unknown>, plain)
  return Object.fromEntries(Object.entries(inner as object).map(([k, v]) => [k, plain(v)]))
}

function cell(table: Table, column: string, row = 0): unknown {
  return table.getChild(column)!.get(row)
}

describe('toArrow', () => {
  for (const [text, expected] of CELLS) {
    it(`delivers ${text}`, () =>
      scratched(async (scratch) => {
        const table = await (
          await one(scratch.connection(), `UNWIND [0, 1] AS i RETURN CASE WHEN i = 0 THEN ${text} END AS x`)
        ).toArrow()
        assert.equal(table.numRows, 2)
        assert.deepEqual(plain(cell(table, 'x')), expected)
        assert.equal(cell(table, 'x', 1), null)
      }))
  }

  it('delivers INT128 and DECIMAL as decimals, maps, intervals', () =>
    scratched(async (scratch) => {
      const text =
        "RETURN CAST('-5', 'INT128') AS w, CAST('12.34', 'DECIMAL(6, 2)') AS d, map(['k'], [1]) AS m, interval('1 month 2 days') AS i"
      const table = await (await one(scratch.connection(), text)).toArrow()
      const [wide, decimal] = ['w', 'd'].map(
        (name) => new BigInt64Array((cell(table, name) as Uint32Array).slice().buffer),
      )
      assert.equal(wide![0], -5n)
      assert.equal(wide![1], -1n)
      assert.equal(decimal![0], 1234n)
      const map = cell(table, 'm') as unknown as Iterable<[string, unknown]>
      assert.deepEqual([...map], [['k', 1n]])
      const interval = new Int32Array((cell(table, 'i') as Uint8Array).slice().buffer)
      assert.deepEqual([...interval], [1, 2, 0, 0])
    }))

  it('delivers nodes, rels and paths as structs', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query(
        'CREATE NODE TABLE n(id INT64, s STRING, PRIMARY KEY(id)); CREATE REL TABLE r(FROM n TO n, w INT64)',
      )
      await connection.query("CREATE (:n {id: 1, s: 'a'})-[:r {w: 7}]->(:n {id: 2})")
      const table = await (await one(connection, 'MATCH p = (a:n)-[e:r]->(b:n) RETURN a, e, b, p')).toArrow()
      const node = plain(cell(table, 'a')) as Record<string, unknown>
      assert.equal(node.id, 1n)
      assert.equal(node.s, 'a')
      assert.equal((plain(cell(table, 'e')) as Record<string, unknown>).w, 7n)
      assert.equal((plain(cell(table, 'b')) as Record<string, unknown>).s, null)
      const path = plain(cell(table, 'p')) as Record<string, unknown[]>
      assert.deepEqual(
        Object.values(path).map((part) => part.length),
        [2, 1],
      )
    }))

  it('delivers unions', () =>
    scratched(async (scratch) => {
      const table = await (await one(scratch.connection(), 'RETURN union_value(a := 5) AS u')).toArrow()
      assert.equal(cell(table, 'u'), 5n)
    }))

  it('shares the buffers of numeric columns with the result', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query('CREATE NODE TABLE n(id INT64, d DOUBLE, f FLOAT[4], l INT32[], PRIMARY KEY(id))')
      await connection.query(
        "COPY n FROM (UNWIND range(1, 1000) AS i RETURN i, i * 0.5, CAST([i, 0, 0, i], 'FLOAT[4]'), [CAST(i, 'INT32')])",
      )
      const result = await one(connection, 'MATCH (a:n) RETURN a.id AS id, a.d AS d, a.f AS f, a.l AS l')
      const table = await result.toArrow()
      const { columns } = result.columnVectors()
      const [id, d, f, l] = ['id', 'd', 'f', 'l'].map((name) => table.getChild(name)!.data[0]!)
      assert.equal(id!.values.buffer, columns[0]!.data!.buffer)
      assert.equal(d!.values.buffer, columns[1]!.data!.buffer)
      assert.equal(f!.children[0]!.values.buffer, columns[2]!.children[0]!.data!.buffer)
      assert.equal(l!.children[0]!.values.buffer, columns[3]!.children[0]!.data!.buffer)
      assert.equal(cell(table, 'd', 999), 500)
      assert.deepEqual(plain(cell(table, 'f', 999)), [1000, 0, 0, 1000])
    }))

  it('delivers the same table twice, and results without rows', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      const result: QueryResult = await one(connection, 'UNWIND [1, 2] AS x RETURN x')
      assert.deepEqual((await result.toArrow()).toArray().map(plain), (await result.toArrow()).toArray().map(plain))
      const none = await (
        await one(connection, "UNWIND CAST([], 'INT64[]') AS x RETURN x, 'a' AS s, [x] AS l")
      ).toArrow()
      assert.equal(none.numRows, 0)
      assert.deepEqual(
        none.schema.fields.map((f) => f.name),
        ['x', 's', 'l'],
      )
    }))
})
