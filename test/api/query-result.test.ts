import assert from 'node:assert/strict'
import type { QueryResult, Row } from '../../src/index.ts'
import { fails, one, rows, scratched } from './support/scratch.ts'

const THREE = 'UNWIND [1, 2, 3] AS x RETURN x'

async function three(use: (result: QueryResult) => Promise<void> | void): Promise<void> {
  await scratched(async (scratch) => use(await one(scratch.connection(), THREE)))
}

describe('QueryResult', () => {
  it('gives rows one by one', () =>
    three(async (result) => {
      assert.ok(result.hasNext())
      assert.deepEqual(await result.getNext(), { x: 1 })
      assert.deepEqual(result.getNextSync(), { x: 2 })
      assert.deepEqual(await result.getNext(), { x: 3 })
      assert.ok(!result.hasNext())
      assert.equal(await result.getNext(), null)
      assert.equal(result.getNextSync(), null)
      result.resetIterator()
      assert.deepEqual(await result.getNext(), { x: 1 })
    }))

  it('gives all rows, wherever the iterator stands', () =>
    three(async (result) => {
      result.getNextSync()
      assert.deepEqual(await result.getAll(), [{ x: 1 }, { x: 2 }, { x: 3 }])
      assert.deepEqual(result.getAllSync(), await result.getAll())
      assert.deepEqual(result.getNextSync(), { x: 2 })
    }))

  it('is iterated by for and for await, from where it stands', () =>
    three(async (result) => {
      const seen: Row[] = []
      for await (const row of result) {
        seen.push(row)
        if (seen.length === 2) break
      }
      for (const row of result) seen.push(row)
      assert.deepEqual(seen, [{ x: 1 }, { x: 2 }, { x: 3 }])
    }))

  it('calls back for each row and for all', () =>
    three(async (result) => {
      const seen: Row[] = []
      await new Promise<void>((resolve, reject) => result.each((row) => seen.push(row), resolve, reject))
      assert.deepEqual(seen, [{ x: 1 }, { x: 2 }, { x: 3 }])
      assert.deepEqual(await new Promise((resolve, reject) => result.all(resolve, reject)), seen)
      result.close()
      const error = await new Promise<Error>((resolve) =>
        result.each(
          () => undefined,
          () => undefined,
          resolve,
        ),
      )
      assert.ok(fails('CLOSED')(error))
      assert.ok(fails('CLOSED')(await new Promise((resolve) => result.all(() => undefined, resolve))))
    }))

  it('tells names, types, sizes and times', () =>
    scratched(async (scratch) => {
      const result = await one(
        scratch.connection(),
        "RETURN 1 AS a, 'x' AS b, [1.5] AS c, {y: date('2020-01-01')} AS d",
      )
      assert.deepEqual(await result.getColumnNames(), ['a', 'b', 'c', 'd'])
      assert.deepEqual(result.getColumnNamesSync(), ['a', 'b', 'c', 'd'])
      const types = ['INT64', 'STRING', 'DOUBLE[]', 'STRUCT(y DATE)']
      assert.deepEqual(await result.getColumnDataTypes(), types)
      assert.deepEqual(result.getColumnDataTypesSync(), types)
      assert.equal(result.getNumTuples(), 1)
      assert.equal(result.getNumColumns(), 4)
      const { compilingMs, executingMs } = result.getTiming()
      assert.ok(compilingMs >= 0 && executingMs >= 0)
    }))

  it('prints single rows', () =>
    scratched(async (scratch) => {
      const result = await one(
        scratch.connection(),
        "RETURN 1.5 AS a, NULL AS b, [1, NULL] AS c, true AS d, {x: 'y'} AS e",
      )
      assert.deepEqual(result.getRowText(0), ['1.500000', null, '[1,]', 'True', '{x: y}'])
      assert.deepEqual(result.getRowText(0, 'json'), ['1.5', 'null', '[1,null]', 'true', '{"x":"y"}'])
      assert.deepEqual(result.getRowValues(0), [1.5, null, [1, null], true, { x: 'y' }])
      assert.throws(() => result.getRowText(1), fails('INVALID_ARGUMENT', 'Row 1'))
      assert.throws(() => result.getRowText(-1), fails('INVALID_ARGUMENT'))
    }))

  it('shortens lists of more than eight elements on demand only', () =>
    scratched(async (scratch) => {
      const result = await one(
        scratch.connection(),
        "RETURN range(1, 128) AS a, {l: range(1, 9)} AS b, range(1, 8) AS c, CAST([0.123456, -1e9, 0, 1, 2, 3, 4, 5, 6], 'FLOAT[9]') AS d",
      )
      assert.deepEqual(result.getRowText(0, 'short'), [
        '[1, 2, 3, ... 128]',
        '{l: [1, 2, 3, ... 9]}',
        '[1,2,3,4,5,6,7,8]',
        '[0.123, -1000000000, 0, ... 9]',
      ])
      assert.match(result.getRowText(0)[0]!, /^\[1,2,.*,128\]$/)
    }))

  it('has no columns after a statement that delivers nothing', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id))')
      const result = await one(connection, 'CREATE (:n {id: 1})')
      assert.deepEqual(result.getColumnNamesSync(), [])
      assert.equal(result.getNumTuples(), 0)
      assert.deepEqual(result.getAllSync(), [])
      assert.equal((await result.toArrow()).numRows, 0)
    }))

  it('keeps column names that objects treat specially', () =>
    scratched(async (scratch) => {
      const [row] = await rows(
        scratch.connection(),
        'RETURN 1 AS `__proto__`, 2 AS `constructor`, {`__proto__`: 3} AS s',
      )
      assert.deepEqual(Object.entries(row!).slice(0, 2), [
        ['__proto__', 1],
        ['constructor', 2],
      ])
      assert.deepEqual(Object.entries(row!.s as object), [['__proto__', 3]])
    }))

  it('says so when it is used after it was closed', () =>
    three(async (result) => {
      result.close()
      result.close()
      for (const use of [
        () => result.getAllSync(),
        () => result.getNextSync(),
        () => result.hasNext(),
        () => result.getNumTuples(),
        () => result.getColumnNamesSync(),
        () => result.getColumnDataTypesSync(),
        () => result.resetIterator(),
        () => result.getRowText(0),
        () => result.getTiming(),
      ]) {
        assert.throws(use, fails('CLOSED', 'result is closed'))
      }
      await assert.rejects(result.getAll(), fails('CLOSED'))
      await assert.rejects(result.getNext(), fails('CLOSED'))
      await assert.rejects(result.toArrow(), fails('CLOSED'))
    }))
})
