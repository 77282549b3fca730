import { Connection, Database, DatabaseError, type QueryResult } from '../../../src/index.ts'

/*
 * Uses a database in a folder: `node read-only-disk.js <make | use> <folder>`. `use` prints what each step says, one a line.
 */
const [task, folder] = [process.argv[2]!, process.argv[3]!]
const options = { bufferPoolSize: 16 * 2 ** 20, numThreads: 1 }

async function say(step: string, work: () => Promise<unknown>): Promise<void> {
  const said = await work().catch((error) =>
    error instanceof DatabaseError ? `${error.code} ${error.message}` : error,
  )
  console.log(`${step}: ${String(said)}`)
}

async function count(database: Database): Promise<unknown> {
  const connection = new Connection(database)
  return (await ((await connection.query('MATCH (a:t) RETURN count(*) AS n')) as QueryResult).getAll())[0]!['n']
}

if (task === 'make') {
  const database = new Database(`${folder}/old.db`, options)
  await new Connection(database).query(
    'CREATE NODE TABLE t(id INT64, PRIMARY KEY(id)); UNWIND range(1, 5) AS i CREATE (:t {id: i})',
  )
  await database.close()
} else {
  await say('new', async () =>
    new Connection(new Database(`${folder}/new.db`, options)).query('CREATE NODE TABLE t(id INT64, PRIMARY KEY(id))'),
  )
  const database = new Database(`${folder}/old.db`, options)
  await say('read', () => count(database))
  await say('write', () => new Connection(database).query('CREATE (:t {id: 6})'))
  await say('copy', () => new Connection(database).query('COPY t FROM (UNWIND range(10, 20) AS i RETURN i)'))
  await say('begin', () => new Connection(database).query('BEGIN TRANSACTION'))
  await say('read-again', () => count(database))
  await database.close()
  await say('read-only', () => count(new Database(`${folder}/old.db`, { ...options, readOnly: true })))
  await say('export', () =>
    new Connection(new Database(':memory:', options)).query(`COPY (RETURN 1) TO '${folder}/x.csv'`),
  )
}
