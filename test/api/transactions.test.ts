import assert from 'node:assert/strict'
import { Connection, type QueryResult } from '../../src/index.ts'
import { fails, PLACES, rows, type Scratch, scratched, value } from './support/scratch.ts'

/** Two connections to one database with a table of one node. */
async function two(scratch: Scratch, place: string): Promise<[Connection, Connection]> {
  const database = scratch.database(place)
  const first = new Connection(database)
  await first.query(
    'CREATE NODE TABLE n(id INT64, v INT64, PRIMARY KEY(id)); CREATE REL TABLE r(FROM n TO n); CREATE (:n {id: 1, v: 10})',
  )
  return [first, new Connection(database)]
}

const count = (connection: Connection) => value(connection, 'MATCH (a:n) RETURN count(*)')

for (const place of PLACES) {
  describe(`transactions in ${place}`, () => {
    it('fail at once as the second writer', () =>
      scratched(async (scratch) => {
        const [a, b] = await two(scratch, place)
        await a.query('BEGIN TRANSACTION')
        const message =
          'Cannot start a new write transaction in the system. Only one write transaction at a time is allowed in the system.'
        await assert.rejects(b.query('CREATE (:n {id: 2})'), fails('WRITE_CONFLICT', message))
        await assert.rejects(b.query('BEGIN TRANSACTION'), fails('WRITE_CONFLICT', message))
        assert.equal(await count(b), 1)
        await a.query('COMMIT')
        await b.query('CREATE (:n {id: 2})')
        assert.equal(await count(a), 2)
      }))

    it('see a snapshot until they end', () =>
      scratched(async (scratch) => {
        const [a, b] = await two(scratch, place)
        await b.query('BEGIN TRANSACTION READ ONLY')
        assert.equal(await count(b), 1)
        await a.query('UNWIND range(2, 100) AS i CREATE (:n {id: i}); MATCH (x:n {id: 1}) SET x.v = 11')
        await a.query('CREATE NODE TABLE m(id INT64, PRIMARY KEY(id)); CHECKPOINT')
        assert.equal(await count(b), 1)
        assert.equal(await value(b, 'MATCH (x:n {id: 1}) RETURN x.v'), 10)
        await assert.rejects(b.query('MATCH (x:m) RETURN x'), fails('UNKNOWN_TABLE'))
        assert.equal(await count(a), 100)
      }))

    it('end for those who read with COMMIT or ROLLBACK', () =>
      scratched(async (scratch) => {
        const [a, b] = await two(scratch, place)
        for (const end of ['COMMIT', 'ROLLBACK']) {
          await b.query('BEGIN TRANSACTION READ ONLY')
          const before = await count(b)
          await a.query(`CREATE (:n {id: ${end.length}})`)
          assert.equal(await count(b), before)
          await b.query(end)
          assert.equal(await count(b), Number(before) + 1)
        }
      }))

    it('show their own changes, and others nothing before the commit', () =>
      scratched(async (scratch) => {
        const [a, b] = await two(scratch, place)
        await a.query('BEGIN TRANSACTION; CREATE (:n {id: 2, v: 20}); MATCH (x:n {id: 1}) SET x.v = 11')
        await a.query('MATCH (x:n {id: 1}), (y:n {id: 2}) CREATE (x)-[:r]->(y)')
        assert.deepEqual(await rows(a, 'MATCH (x:n)-[:r]->(y:n) RETURN x.v, y.v'), [{ 'x.v': 11, 'y.v': 20 }])
        assert.deepEqual(await rows(b, 'MATCH (x:n) RETURN x.v'), [{ 'x.v': 10 }])
        assert.equal(await value(b, 'MATCH (:n)-[e:r]->(:n) RETURN count(e)'), 0)
        await a.query('COMMIT')
        assert.deepEqual(await rows(b, 'MATCH (x:n)-[:r]->(y:n) RETURN x.v, y.v'), [{ 'x.v': 11, 'y.v': 20 }])
      }))

    it('leave nothing behind when they are rolled back, tables and values of sequences included', () =>
      scratched(async (scratch) => {
        const [a, b] = await two(scratch, place)
        await a.query('CREATE NODE TABLE s(id SERIAL, x INT64, PRIMARY KEY(id)); CREATE SEQUENCE q START 5')
        await a.query('BEGIN TRANSACTION; CREATE (:s {x: 1}); CREATE (:s {x: 2})')
        assert.equal(await value(a, "RETURN nextval('q')"), 5)
        await a.query(
          'CREATE NODE TABLE t(id INT64, PRIMARY KEY(id)); CREATE (:t {id: 1}); DROP TABLE r; MATCH (x:n) DELETE x',
        )
        assert.equal(await count(a), 0)
        await a.query('ROLLBACK')
        assert.equal(await count(a), 1)
        await assert.rejects(a.query('MATCH (x:t) RETURN x'), fails('UNKNOWN_TABLE'))
        assert.equal(await value(b, 'MATCH (:n)-[e:r]->(:n) RETURN count(e)'), 0)
        assert.equal(await value(a, "RETURN nextval('q')"), 5)
        await a.query('CREATE (:s {x: 3})')
        assert.deepEqual(await rows(a, 'MATCH (x:s) RETURN x.id, x.x'), [{ 'x.id': 0, 'x.x': 3 }])
      }))

    it('end with any error', () =>
      scratched(async (scratch) => {
        const [a, b] = await two(scratch, place)
        for (const bad of ['CREATE (:n {id: 1})', 'MATCH (x:nothing) RETURN x', 'RETURN 1 / 0', 'BEGIN TRANSACTION']) {
          await a.query('BEGIN TRANSACTION; CREATE (:n {id: 2})')
          await assert.rejects(a.query(bad), bad)
          await assert.rejects(a.query('COMMIT'), fails('TRANSACTION', 'No active transaction for COMMIT.'), bad)
          assert.equal(await count(a), 1, bad)
          assert.equal(await count(b), 1, bad)
        }
      }))

    it('refuse what does not fit', () =>
      scratched(async (scratch) => {
        const [a] = await two(scratch, place)
        await assert.rejects(a.query('COMMIT'), fails('TRANSACTION', 'No active transaction for COMMIT.'))
        await assert.rejects(a.query('ROLLBACK'), fails('TRANSACTION', 'No active transaction for ROLLBACK.'))
        await a.query('BEGIN TRANSACTION READ ONLY')
        await assert.rejects(
          a.query('CREATE (:n {id: 2})'),
          fails('TRANSACTION', 'Can not execute a write query inside a read-only transaction.'),
        )
        await a.query('ROLLBACK; CREATE SEQUENCE q')
        await a.query('BEGIN TRANSACTION READ ONLY')
        await assert.rejects(a.query("RETURN nextval('q')"), fails('TRANSACTION', 'read-only transaction'))
        await a.query('ROLLBACK; BEGIN TRANSACTION')
        await assert.rejects(a.query('CHECKPOINT'), fails('TRANSACTION', 'CHECKPOINT'))
        await assert.rejects(a.query('COMMIT'), fails('TRANSACTION', 'No active transaction'))
      }))

    it('hold bulk loads and schema changes too', () =>
      scratched(async (scratch) => {
        const [a, b] = await two(scratch, place)
        await a.query('BEGIN TRANSACTION; CREATE NODE TABLE m(id INT64, PRIMARY KEY(id))')
        await a.query('COPY m FROM (UNWIND range(1, 1000) AS i RETURN i)')
        await a.query('COPY n FROM (UNWIND range(2, 1000) AS i RETURN i, i AS v)')
        assert.equal(await count(a), 1000)
        assert.equal(await value(a, 'MATCH (x:m) WHERE x.id > 500 RETURN count(*)'), 500)
        assert.equal(await count(b), 1)
        await a.query('ROLLBACK')
        assert.equal(await count(a), 1)
        await a.query(
          'BEGIN TRANSACTION; COPY n FROM (UNWIND range(2, 1000) AS i RETURN i, i AS v); CREATE (:n {id: 2000})',
        )
        await a.query('COMMIT')
        assert.equal(await count(b), 1001)
      }))
  })
}

describe('sequences and SERIAL', () => {
  it('count across connections and openings', () =>
    scratched(async (scratch) => {
      const database = scratch.database('seq.db')
      const a = new Connection(database)
      await a.query(
        'CREATE SEQUENCE q START 10 INCREMENT 5 MAXVALUE 20; CREATE NODE TABLE s(id SERIAL, x INT64, PRIMARY KEY(id))',
      )
      await assert.rejects(a.query("RETURN currval('q')"), fails('CATALOG', 'currval'))
      assert.equal(await value(a, "RETURN nextval('q')"), 10)
      assert.equal(await value(new Connection(database), "RETURN nextval('q')"), 15)
      assert.equal(await value(a, "RETURN currval('q')"), 15)
      await a.query('UNWIND range(1, 100) AS i CREATE (:s {x: i})')
      await a.query('MATCH (n:s) WHERE n.x > 98 DELETE n')
      await database.close()
      const b = scratch.connection('seq.db')
      assert.equal(await value(b, "RETURN nextval('q')"), 20)
      await assert.rejects(b.query("RETURN nextval('q')"), fails('RUNTIME', 'reached maximum value'))
      await assert.rejects(b.query("RETURN nextval('nothing')"), fails('CATALOG', 'nothing'))
      await b.query('CREATE (:s {x: 1000}); COPY s FROM (UNWIND [7, 8] AS i RETURN i)')
      assert.deepEqual(await rows(b, 'MATCH (n:s) WHERE n.id >= 97 RETURN n.id AS id, n.x AS x ORDER BY id'), [
        { id: 97, x: 98 },
        { id: 100, x: 1000 },
        { id: 101, x: 7 },
        { id: 102, x: 8 },
      ])
    }))

  it('cycle, run down, and fill defaults', () =>
    scratched(async (scratch) => {
      const a = scratch.connection()
      await a.query(
        'CREATE SEQUENCE c START 1 MAXVALUE 2 CYCLE; CREATE SEQUENCE d INCREMENT -1 START 0 MINVALUE -1 MAXVALUE 5',
      )
      const next = (name: string) => value(a, `RETURN nextval('${name}')`)
      assert.deepEqual([await next('c'), await next('c'), await next('c')], [1, 2, 1])
      assert.deepEqual([await next('d'), await next('d')], [0, -1])
      await assert.rejects(next('d'), fails('RUNTIME', 'reached minimum value'))
      await a.query("CREATE SEQUENCE k; CREATE NODE TABLE n(id INT64 DEFAULT nextval('k'), x INT64, PRIMARY KEY(id))")
      await a.query('CREATE (:n {x: 5}); CREATE (:n {x: 6})')
      assert.deepEqual(await rows(a, 'MATCH (m:n) RETURN m.id AS id, m.x AS x ORDER BY id'), [
        { id: 1, x: 5 },
        { id: 2, x: 6 },
      ])
      const shown = await rows(a, 'CALL show_sequences() RETURN name, `start value` AS s ORDER BY name')
      assert.deepEqual(shown, [
        { name: 'c', s: 1 },
        { name: 'd', s: 0 },
        { name: 'k', s: 1 },
      ])
    }))
})

describe('CREATE TABLE AS', () => {
  it('makes and fills node tables and rel tables', () =>
    scratched(async (scratch) => {
      const a = scratch.connection()
      await a.query("CREATE NODE TABLE p AS UNWIND [1, 2, 3] AS i RETURN i AS id, 'p' + CAST(i, 'STRING') AS name")
      assert.deepEqual(await rows(a, 'MATCH (x:p) RETURN x.id, x.name ORDER BY x.id LIMIT 1'), [
        { 'x.id': 1, 'x.name': 'p1' },
      ])
      await a.query(
        'CREATE REL TABLE k(FROM p TO p) AS MATCH (x:p), (y:p) WHERE x.id < y.id RETURN x.id, y.id, x.id + y.id AS w',
      )
      assert.deepEqual(await rows(a, 'MATCH (x:p)-[e:k]->(y:p) RETURN x.id AS x, y.id AS y, e.w AS w ORDER BY x, y'), [
        { x: 1, y: 2, w: 3 },
        { x: 1, y: 3, w: 4 },
        { x: 2, y: 3, w: 5 },
      ])
    }))

  it('leaves no table when the query fails', () =>
    scratched(async (scratch) => {
      const a = scratch.connection()
      await assert.rejects(a.query('CREATE NODE TABLE p AS UNWIND [1, 1] AS i RETURN i AS id'), fails('DUPLICATE_KEY'))
      await assert.rejects(
        a.query('CREATE NODE TABLE p AS UNWIND [1, 0] AS i RETURN 1 / i AS id'),
        fails('DIVIDE_BY_ZERO'),
      )
      await assert.rejects(a.query('MATCH (x:p) RETURN x'), fails('UNKNOWN_TABLE'))
    }))
})

describe('results of several statements', () => {
  it('come as an array even when the last one writes', () =>
    scratched(async (scratch) => {
      const results = (await scratch
        .connection()
        .query(
          'CREATE NODE TABLE n(id INT64, PRIMARY KEY(id)); CREATE (:n {id: 1}); MATCH (a:n) RETURN a.id AS id',
        )) as QueryResult[]
      assert.deepEqual(
        results.map((r) => r.getAllSync()),
        [[{ result: 'Table n has been created.' }], [], [{ id: 1 }]],
      )
    }))
})
