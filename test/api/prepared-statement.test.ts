import assert from 'node:assert/strict'
import { PreparedStatement } from '../../src/index.ts'
import { fails, scratched } from './support/scratch.ts'

describe('PreparedStatement', () => {
  it('runs often with other parameters', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query('CREATE NODE TABLE n(id INT64, s STRING, PRIMARY KEY(id))')
      const create = await connection.prepare('CREATE (:n {id: $id, s: $s})')
      for (let id = 0; id < 10; id++) await connection.execute(create, { id, s: `s${id}` })
      const find = await connection.prepare('MATCH (a:n {id: $id}) RETURN a.s AS s')
      for (let id = 9; id >= 0; id--) {
        assert.deepEqual((await connection.execute(find, { id })).getAllSync(), [{ s: `s${id}` }])
      }
      assert.deepEqual((await connection.execute(find, { id: 10 })).getAllSync(), [])
    }))

  it('takes parameters of other types each time', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      const statement = connection.prepareSync('RETURN $x AS x')
      for (const x of [1, 'a', 1.5, true, [1], ['a'], null, 2, new Date(5), { a: 1 }, { b: 1 }, 'b']) {
        assert.deepEqual(connection.executeSync(statement, { x }).getAllSync(), [{ x }])
      }
    }))

  it('sees tables that changed since', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query('CREATE NODE TABLE n(id INT64, v INT64, PRIMARY KEY(id)); CREATE (:n {id: 1, v: 5})')
      const all = await connection.prepare('MATCH (a:n) RETURN a.v AS v')
      const star = await connection.prepare('MATCH (a:n) RETURN a.*')
      assert.deepEqual((await connection.execute(all)).getAllSync(), [{ v: 5 }])
      await connection.query("ALTER TABLE n ADD w STRING DEFAULT 'new'")
      assert.deepEqual((await connection.execute(star)).getAllSync(), [{ 'a.id': 1, 'a.v': 5, 'a.w': 'new' }])
      await connection.query('ALTER TABLE n DROP v; ALTER TABLE n ADD v STRING')
      assert.deepEqual((await connection.execute(all)).getAllSync(), [{ v: null }])
      await connection.query('DROP TABLE n')
      await assert.rejects(connection.execute(all), fails('UNKNOWN_TABLE'))
      await connection.query("CREATE NODE TABLE n(id STRING, v DOUBLE, PRIMARY KEY(id)); CREATE (:n {id: 'x', v: 0.5})")
      assert.deepEqual((await connection.execute(all)).getAllSync(), [{ v: 0.5 }])
    }))

  it('sees rows that came and went since', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query('CREATE NODE TABLE n(id INT64, v INT64, PRIMARY KEY(id))')
      const count = await connection.prepare('MATCH (a:n) WHERE a.v < $max RETURN count(*) AS c')
      const counted = async () => (await connection.execute(count, { max: 1000 })).getAllSync()[0]!.c
      assert.equal(await counted(), 0)
      await connection.query('UNWIND range(1, 5000) AS i CREATE (:n {id: i, v: i})')
      assert.equal(await counted(), 999)
      await connection.query('MATCH (a:n) WHERE a.id > 10 DELETE a')
      assert.equal(await counted(), 10)
      await connection.query('MATCH (a:n) SET a.v = NULL')
      assert.equal(await counted(), 0)
      await connection.query('MATCH (a:n) DELETE a')
      assert.equal(await counted(), 0)
      await connection.query('CHECKPOINT')
      assert.equal(await counted(), 0)
    }))

  it('follows settings of the connection', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id)); CREATE REL TABLE r(FROM n TO n)')
      await connection.query('CREATE (a:n {id: 1})-[:r]->(b:n {id: 2}), (b)-[:r]->(a)')
      const walk = await connection.prepare('MATCH (a:n {id: 1})-[e:r*1..4]->(b:n) RETURN count(*) AS c')
      assert.deepEqual((await connection.execute(walk)).getAllSync(), [{ c: 4 }])
      await connection.query("CALL recursive_pattern_semantic = 'TRAIL'")
      assert.deepEqual((await connection.execute(walk)).getAllSync(), [{ c: 2 }])
    }))

  it('tells what is wrong with its text, and running it throws that', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await connection.query('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id))')
      for (const [text, code, message] of [
        ['RETRN 1', 'SYNTAX', 'RETRN'],
        ['', 'SYNTAX', 'empty'],
        ['MATCH (a:m) RETURN a', 'UNKNOWN_TABLE', 'Table m does not exist'],
        ['MATCH (a:n) WHERE a.nam = $x RETURN a', 'UNKNOWN_PROPERTY', 'Cannot find property nam for a'],
        ['MATCH (a:n) RETURN b', 'UNKNOWN_VARIABLE', 'Variable b is not in scope'],
        ["RETURN 1 + 'a'", 'BINDER', '+(INT64,STRING)'],
        ['RETURN 1; RETURN 2', 'NOT_SUPPORTED', 'one statement'],
        ["COPY n FROM 'no-such-file.csv'", 'BINDER', 'no-such-file.csv'],
      ] as const) {
        const statement = await connection.prepare(text)
        assert.ok(statement instanceof PreparedStatement)
        assert.equal(statement.isSuccess(), false, text)
        assert.ok(statement.getErrorMessage().includes(message), statement.getErrorMessage())
        await assert.rejects(connection.execute(statement), fails(code, message))
        assert.throws(() => connection.executeSync(statement), fails(code))
      }
      const good = await connection.prepare('RETURN $x + 1 AS y')
      assert.ok(good.isSuccess())
      assert.equal(good.getErrorMessage(), '')
    }))

  it('needs all of its parameters and no others', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      const statement = await connection.prepare('RETURN $a AS a, $b AS b')
      await assert.rejects(connection.execute(statement), fails('MISSING_PARAMETER', 'Parameter a'))
      await assert.rejects(connection.execute(statement, { a: 1 }), fails('MISSING_PARAMETER', 'Parameter b'))
      await assert.rejects(
        connection.execute(statement, { a: 1, b: 2, c: 3 }),
        fails('UNKNOWN_PARAMETER', 'Parameter c'),
      )
      assert.deepEqual((await connection.execute(statement, { a: 1, b: 2 })).getAllSync(), [{ a: 1, b: 2 }])
    }))

  it('comes from prepare only', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      await assert.rejects(connection.execute('RETURN 1' as never), fails('INVALID_ARGUMENT', 'prepare'))
      assert.throws(() => connection.executeSync(null as never), fails('INVALID_ARGUMENT', 'prepare'))
    }))

  it('may be run by another connection of the same database', () =>
    scratched(async (scratch) => {
      const database = scratch.database()
      const { Connection } = await import('../../src/index.ts')
      const statement = new Connection(database).prepareSync('RETURN $x AS x')
      assert.deepEqual(new Connection(database).executeSync(statement, { x: 1 }).getAllSync(), [{ x: 1 }])
    }))
})
