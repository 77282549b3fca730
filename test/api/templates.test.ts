import { deepEqual, equal, rejects } from 'node:assert/strict'
import { Connection, Database, type DatabaseError } from '../../src/index.ts'

/** Texts that differ in literals share a plan from the third on: what they do must not tell. */
describe('texts that differ in literals only', () => {
  let db: Database
  let connection: Connection

  beforeEach(async () => {
    db = new Database(':memory:')
    connection = new Connection(db)
    await connection.query(
      'CREATE NODE TABLE t(id INT64, d STRING, f FLOAT, i INT8, s STRING, PRIMARY KEY (id)); CREATE REL TABLE r(FROM t TO t, w INT32)',
    )
  })

  afterEach(() => db.close())

  const rows = async (text: string): Promise<unknown[]> => {
    const result = await connection.query(text)
    return Array.isArray(result) ? [] : (await result.getAll()).map((row) => Object.values(row))
  }

  it('write and read their own values', async () => {
    for (let i = 0; i < 6; i++) {
      await rows(
        `CREATE (:t {id: ${i}, d: '2020-01-0${i + 1}', f: ${i}.5, i: ${i}, s: 'it''s ${i}'})`.replace("''", "\\'"),
      )
    }
    for (let i = 1; i < 6; i++)
      await rows(`MATCH (a:t {id: ${i - 1}}), (b:t {id: ${i}}) CREATE (a)-[:r {w: ${i}}]->(b)`)
    deepEqual(await rows('MATCH (a:t)-[e:r]->(b:t) RETURN a.id, e.w, b.id, b.f, b.i, b.s, b.d ORDER BY a.id'), [
      ...[1, 2, 3, 4, 5].map((i) => [i - 1, i, i, i + 0.5, i, `it's ${i}`, `2020-01-0${i + 1}`]),
    ])
    for (let i = 0; i < 6; i++) deepEqual(await rows(`MATCH (a:t {id: ${i}}) RETURN a.i`), [[i]])
  })

  it('fail with the place of their own literal, and write nothing', async () => {
    for (let i = 0; i < 4; i++) await rows(`CREATE (:t {id: ${i}, d: '2020-01-0${i + 1}', i: ${i}})`)
    for (let i = 4; i < 8; i++) await rows(`CREATE (:t {id: ${i}, f: ${i}.5, i: ${i}})`)
    const failure = async (text: string): Promise<DatabaseError> => {
      let caught: DatabaseError | undefined
      await rejects(rows(text), (error: DatabaseError) => {
        caught = error
        return true
      })
      return caught!
    }
    const seen = await failure("CREATE (:t {id: 10, f: 'one', i: 1})")
    const fresh = await failure("CREATE (:t {i: 1, id: 10, f: 'one'})")
    equal(seen.code, fresh.code)
    equal(seen.message.split('\n')[0], fresh.message.split('\n')[0])
    equal(seen.span === undefined, fresh.span === undefined)
    equal((await failure("CREATE (:t {id: 11, d: '2020-01-01', i: 300})")).code, 'OVERFLOW')
    equal((await failure("CREATE (:t {id: 3, d: '2020-01-01', i: 3})")).code, 'DUPLICATE_KEY')
    deepEqual(await rows('MATCH (a:t) RETURN count(*)'), [[8]])
  })

  it('see a schema that changed in between', async () => {
    for (let i = 0; i < 4; i++) await rows(`CREATE (:t {id: ${i}, s: 'x'})`)
    await rows('ALTER TABLE t DROP s')
    await rejects(rows("CREATE (:t {id: 5, s: 'x'})"), /Cannot find property s/)
    await rows('ALTER TABLE t ADD s INT64')
    await rejects(rows("CREATE (:t {id: 5, s: '7'})"), /expected INT64/)
    for (let i = 5; i < 9; i++) await rows(`CREATE (:t {id: ${i}, s: ${i + 2}})`)
    deepEqual(await rows('MATCH (a:t {id: 5}) RETURN a.s'), [[7]])
  })
})
