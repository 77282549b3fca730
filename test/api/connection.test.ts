import assert from 'node:assert/strict'
import { Connection, type ProgressCallback, QueryResult } from '../../src/index.ts'
import { fails, one, PLACES, rows, scratched, value } from './support/scratch.ts'

for (const place of PLACES) {
  describe(`Connection to ${place}`, () => {
    it('has a blocking twin of every method', () =>
      scratched((scratch) => {
        const connection = scratch.connection(place)
        connection.initSync()
        connection.querySync('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id))')
        connection.querySync('UNWIND [3, 1, 2] AS i CREATE (:n {id: i})')
        const result = connection.querySync('MATCH (a:n) RETURN a.id AS id ORDER BY id')
        assert.ok(result instanceof QueryResult)
        assert.deepEqual(result.getAllSync(), [{ id: 1 }, { id: 2 }, { id: 3 }])
        assert.deepEqual(result.getColumnNamesSync(), ['id'])
        assert.deepEqual(result.getColumnDataTypesSync(), ['INT64'])
        assert.deepEqual(result.getNextSync(), { id: 1 })
        const prepared = connection.prepareSync('MATCH (a:n {id: $id}) RETURN a.id AS id')
        assert.deepEqual(connection.executeSync(prepared, { id: 2 }).getAllSync(), [{ id: 2 }])
        connection.closeSync()
      }))

    it('gives one result for one statement and an array for several', () =>
      scratched(async (scratch) => {
        const connection = scratch.connection(place)
        assert.ok((await connection.query('RETURN 1')) instanceof QueryResult)
        assert.ok((await connection.query('RETURN 1;')) instanceof QueryResult)
        const several = await connection.query('RETURN 1 AS a; RETURN 2 AS b;')
        assert.ok(Array.isArray(several))
        assert.deepEqual(await Promise.all(several.map((r) => r.getAll())), [[{ a: 1 }], [{ b: 2 }]])
      }))

    it('keeps the statements before a failing one', () =>
      scratched(async (scratch) => {
        const connection = scratch.connection(place)
        const text =
          'CREATE NODE TABLE n(id INT64, PRIMARY KEY(id)); CREATE (:n {id: 1}); CREATE (:n {id: 1}); CREATE (:n {id: 2})'
        await assert.rejects(connection.query(text), fails('DUPLICATE_KEY'))
        assert.deepEqual(await rows(connection, 'MATCH (a:n) RETURN a.id AS id'), [{ id: 1 }])
      }))

    it('runs statements in the order in which they were asked for', () =>
      scratched(async (scratch) => {
        const connection = scratch.connection(place)
        await connection.query('CREATE NODE TABLE n(id INT64, v INT64, PRIMARY KEY(id)); CREATE (:n {id: 0, v: 0})')
        const asked = Array.from({ length: 20 }, (_x, i) =>
          i % 2 === 0 ? value(connection, 'MATCH (a:n) RETURN a.v') : connection.query('MATCH (a:n) SET a.v = a.v + 1'),
        )
        const answers = (await Promise.all(asked)).filter((x) => typeof x === 'number')
        assert.deepEqual(answers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      }))

    it('goes on after a failing statement', () =>
      scratched(async (scratch) => {
        const connection = scratch.connection(place)
        const bad = connection.query('MATCH (a:nothing) RETURN a')
        const good = value(connection, 'RETURN 5')
        await assert.rejects(bad, fails('UNKNOWN_TABLE'))
        assert.equal(await good, 5)
      }))
  })
}

describe('Connection', () => {
  it('refuses what is no database, no text, no thread count, no time', () =>
    scratched(async (scratch) => {
      assert.throws(() => Reflect.construct(Connection, [{}]), fails('INVALID_ARGUMENT', 'Database'))
      assert.throws(() => new Connection(scratch.database(), -1), fails('INVALID_ARGUMENT', 'numThreads'))
      const connection = scratch.connection()
      for (const text of [undefined, null, 17, {}]) {
        await assert.rejects(connection.query(text as unknown as string), fails('INVALID_ARGUMENT', 'string'))
      }
      assert.throws(() => connection.setQueryTimeout(-1), fails('INVALID_ARGUMENT', 'timeout'))
      assert.throws(() => connection.setMaxNumThreadForExec(0), fails('INVALID_ARGUMENT', 'numThreads'))
      await assert.rejects(connection.query(''), fails('SYNTAX', 'Query is empty.'))
      await assert.rejects(connection.query(' ; '), fails('SYNTAX'))
    }))

  it('remembers the number of threads', () =>
    scratched(async (scratch) => {
      const connection = new Connection(scratch.database(), 3)
      assert.equal(await value(connection, "CALL current_setting('threads') RETURN *"), '3')
      connection.setMaxNumThreadForExec(1)
      assert.equal(await value(connection, "CALL current_setting('threads') RETURN *"), '1')
      await connection.query('CALL threads = 2')
      assert.equal(await value(connection, "CALL current_setting('threads') RETURN *"), '2')
    }))

  it('finishes what was asked for when it is closed, and takes nothing new', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      const asked = [1, 2, 3].map((i) => value(connection, `RETURN ${i}`))
      const closing = connection.close()
      await assert.rejects(connection.query('RETURN 4'), fails('CLOSED', 'connection is closed'))
      await closing
      assert.deepEqual(await Promise.all(asked), [1, 2, 3])
      await connection.close()
      connection.closeSync()
      await assert.rejects(connection.query('RETURN 1'), fails('CLOSED'))
      await assert.rejects(connection.prepare('RETURN 1'), fails('CLOSED'))
      assert.throws(() => connection.prepareSync('RETURN 1'), fails('CLOSED'))
      assert.throws(() => connection.initSync(), fails('CLOSED'))
    }))

  it('refuses a blocking call while a statement waits', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      const waiting = value(connection, 'RETURN 1')
      assert.throws(() => connection.querySync('RETURN 2'), fails('BUSY', 'still running'))
      assert.throws(() => connection.closeSync(), fails('BUSY'))
      assert.equal(await waiting, 1)
      connection.closeSync()
    }))

  it('rolls an open transaction back when it is closed', () =>
    scratched(async (scratch) => {
      const database = scratch.database()
      const first = new Connection(database)
      await first.query('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id))')
      await first.query('BEGIN TRANSACTION; CREATE (:n {id: 1});')
      await first.close()
      const second = new Connection(database)
      assert.equal(await value(second, 'MATCH (a:n) RETURN count(*)'), 0)
      await second.query('CREATE (:n {id: 1})')
    }))

  it('calls back with progress', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id))')
      await connection.query('COPY n FROM (UNWIND range(1, 20000) AS i RETURN i)')
      const calls: Parameters<ProgressCallback>[] = []
      await connection.query('MATCH (a:n) WHERE a.id % 7 = 0 RETURN count(*)', (...args) => calls.push(args))
      const prepared = await connection.prepare('MATCH (a:n) WHERE a.id % $x = 0 RETURN count(*)')
      const before = calls.length
      await connection.execute(prepared, { x: 3 }, (...args) => calls.push(args))
      assert.ok(before > 0 && calls.length > before)
      for (const [share, finished, pipelines, { done, total, unit }] of calls) {
        assert.ok(share >= 0 && share <= 1)
        assert.ok(finished >= 0 && finished <= pipelines)
        assert.deepEqual([unit, done / total], ['rows', share])
      }
    }))

  it('shows warnings of rows that were left out', () =>
    scratched(async (scratch) => {
      const { writeFileSync } = await import('node:fs')
      const connection = scratch.connection()
      writeFileSync(scratch.file('n.csv'), '1,a\nx,b\n3,c\n4\n5,e\n')
      await connection.query('CREATE NODE TABLE n(id INT64, s STRING, PRIMARY KEY(id))')
      const messages = await rows(
        connection,
        `COPY n FROM '${scratch.file('n.csv')}' (HEADER=false, IGNORE_ERRORS=true)`,
      )
      assert.deepEqual(
        messages.map((m) => m.result),
        [
          '3 tuples have been copied to the n table.',
          "2 warnings encountered during copy. Use 'CALL show_warnings() RETURN *' to view the actual warnings. Query ID: 1",
        ],
      )
      const warnings = await rows(connection, 'CALL show_warnings() RETURN *')
      assert.deepEqual(
        warnings.map((w) => [w.line_number, String(w.skipped_line_or_record).charAt(0)]),
        [
          [2, 'x'],
          [4, '4'],
        ],
      )
      assert.ok(warnings.every((w) => w.file_path === scratch.file('n.csv')))
      await connection.query('CALL clear_warnings()')
      assert.equal((await one(connection, 'CALL show_warnings() RETURN *')).getNumTuples(), 0)
    }))
})
