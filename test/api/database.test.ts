import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { Connection, Database, STORAGE_VERSION, VERSION } from '../../src/index.ts'
import { fails, one, rows, scratched, value } from './support/scratch.ts'

describe('Database', () => {
  it('takes no arguments, a path, a pool size, options, or the positional arguments of its model', () =>
    scratched(async (scratch) => {
      const made = [
        new Database(),
        new Database(''),
        new Database(scratch.file('a.db')),
        new Database(scratch.file('b.db'), 32 * 2 ** 20),
        new Database(scratch.file('c.db'), { bufferPoolSize: 32 * 2 ** 20, numThreads: 1, enableCompression: false }),
        new Database(scratch.file('d.db'), 32 * 2 ** 20, true, false, 2 ** 30, true, 2 ** 20),
        new Database(scratch.file('e.db'), 0, undefined, undefined, 0, false, -1),
      ]
      for (const database of made) {
        const connection = new Connection(database)
        assert.equal(await value(connection, 'RETURN 1'), 1)
        await database.close()
      }
      assert.equal(made[0]!.path, ':memory:')
      assert.equal(made[1]!.path, ':memory:')
      assert.ok(existsSync(scratch.file('a.db')))
    }))

  it('refuses arguments that make no sense', () => {
    const bad =
      (...args: unknown[]) =>
      () =>
        Reflect.construct(Database, args)
    assert.throws(bad(17), fails('INVALID_ARGUMENT', 'path'))
    assert.throws(bad(':memory:', 'big'), fails('INVALID_ARGUMENT', 'bufferPoolSize'))
    assert.throws(bad(':memory:', -5), fails('INVALID_ARGUMENT', 'bufferPoolSize'))
    assert.throws(bad(':memory:', { numThreads: 1.5 }), fails('INVALID_ARGUMENT', 'numThreads'))
    assert.throws(bad(':memory:', { maxDBSize: Number.NaN }), fails('INVALID_ARGUMENT', 'maxDBSize'))
    assert.throws(bad(':memory:', { integers: 'text' }), fails('INVALID_ARGUMENT', 'integers'))
    assert.throws(bad(':memory:', { bufferPolSize: 1 }), fails('INVALID_ARGUMENT', 'bufferPoolSize'))
    assert.throws(bad(':memory:', { readOnly: 'yes' }), fails('INVALID_ARGUMENT', 'readOnly'))
  })

  it('touches nothing until it is used', () =>
    scratched(async (scratch) => {
      const database = scratch.database('late.db')
      assert.ok(!existsSync(scratch.file('late.db')))
      await database.init()
      assert.ok(existsSync(scratch.file('late.db')))
    }))

  it('stays where it is when the working directory changes', () =>
    scratched((scratch) => {
      const before = process.cwd()
      try {
        process.chdir(scratch.folder)
        const database = new Database('here.db')
        process.chdir(before)
        database.initSync()
        assert.ok(existsSync(scratch.file('here.db')))
        database.closeSync()
      } finally {
        process.chdir(before)
      }
    }))

  it('keeps what was committed when it is opened again', () =>
    scratched(async (scratch) => {
      const first = scratch.database('kept.db')
      const connection = new Connection(first)
      await connection.query(
        'CREATE NODE TABLE n(id INT64, name STRING, PRIMARY KEY(id)); CREATE (:n {id: 1, name: "x"})',
      )
      await first.close()
      assert.deepEqual(await rows(scratch.connection('kept.db'), 'MATCH (a:n) RETURN a.id, a.name'), [
        { 'a.id': 1, 'a.name': 'x' },
      ])
    }))

  it('tells versions', () => {
    assert.equal(Database.getVersion(), VERSION)
    assert.equal(Database.getStorageVersion(), STORAGE_VERSION)
    assert.equal(typeof VERSION, 'string')
    assert.ok(Number.isInteger(STORAGE_VERSION))
  })

  it('refuses a path that is a folder, lies in no folder, or is no database', () =>
    scratched(async (scratch) => {
      const { mkdirSync, writeFileSync } = await import('node:fs')
      mkdirSync(scratch.file('folder'))
      writeFileSync(scratch.file('text.db'), 'this is not a database, '.repeat(1000))
      assert.throws(() => scratch.database('folder').initSync(), fails('IO', 'Database path cannot be a directory'))
      assert.throws(() => scratch.database('no/such/folder.db').initSync(), fails('IO'))
      assert.throws(() => scratch.database('text.db').initSync(), fails('NOT_A_DATABASE'))
      assert.throws(() => scratch.database('absent.db', { readOnly: true }).initSync(), fails('IO'))
    }))

  it('opens read-only and then refuses to write', () =>
    scratched(async (scratch) => {
      const writer = scratch.database('shared.db')
      const write = new Connection(writer)
      await write.query('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id)); CREATE (:n {id: 1})')
      await writer.close()
      const read = scratch.connection('shared.db', { readOnly: true })
      assert.equal(await value(read, 'MATCH (a:n) RETURN a.id'), 1)
      for (const text of [
        'CREATE (:n {id: 2})',
        'CREATE NODE TABLE m(id INT64, PRIMARY KEY(id))',
        'CREATE NODE TABLE IF NOT EXISTS n(id INT64, PRIMARY KEY(id))',
        'MATCH (a:n) DELETE a',
        'COPY n FROM (RETURN 5)',
        'CHECKPOINT',
      ]) {
        await assert.rejects(read.query(text), fails('READ_ONLY', 'Cannot execute write operations'), text)
      }
      await read.query('BEGIN TRANSACTION')
      await assert.rejects(read.query('CREATE (:n {id: 2})'), fails('READ_ONLY'))
      await read.query('COMMIT')
    }))

  it('counts what the buffer pool does', () =>
    scratched(async (scratch) => {
      const database = scratch.database('pool.db')
      const connection = new Connection(database)
      await connection.query('CREATE NODE TABLE n(id INT64, v DOUBLE, PRIMARY KEY(id))')
      await connection.query('COPY n FROM (UNWIND range(1, 50000) AS i RETURN i, i * 0.5)')
      assert.equal(await value(connection, 'MATCH (a:n) WHERE a.v > 10 RETURN count(*)'), 49980)
      const stats = database.bufferPoolStats()
      assert.equal(stats.limit, 16 * 2 ** 20)
      assert.ok(stats.used > 0 && stats.used <= stats.limit, JSON.stringify(stats))
      assert.ok(stats.hits + stats.misses > 0)
      assert.equal(stats.pins, 0, 'nothing stays pinned between statements')
      assert.deepEqual(Object.keys(stats).sort(), ['bytesRead', 'evictions', 'hits', 'limit', 'misses', 'pins', 'used'])
      const [info] = await rows(connection, 'CALL bm_info() RETURN mem_limit, mem_usage')
      assert.equal(info!.mem_limit, stats.limit)
      assert.ok(Number(info!.mem_usage) > 0)
    }))

  it('may be closed twice, and says so when it is used afterwards', () =>
    scratched(async (scratch) => {
      const database = scratch.database()
      const connection = new Connection(database)
      const result = await one(connection, 'RETURN 1 AS x')
      await database.close()
      await database.close()
      database.closeSync()
      assert.throws(() => database.initSync(), fails('CLOSED', 'database is closed'))
      assert.throws(() => database.bufferPoolStats(), fails('CLOSED'))
      await assert.rejects(connection.query('RETURN 1'), fails('CLOSED'))
      assert.throws(() => connection.querySync('RETURN 1'), fails('CLOSED'))
      await assert.rejects(new Connection(database).query('RETURN 1'), fails('CLOSED', 'database is closed'))
      assert.deepEqual(await result.getAll(), [{ x: 1 }], 'a result outlives its database')
    }))
})
