import assert from 'node:assert/strict'
import { Connection, Database, type QueryResult } from '../../../src/index.ts'

async function schemaOf(connection: Connection): Promise<string[]> {
  const result = (await connection.query('CALL show_schema() RETURN statement')) as QueryResult
  return result.getAllSync().map((row) => String(row['statement']))
}

const STATEMENTS = [
  'CREATE TYPE price AS DECIMAL(10, 2);',
  'CREATE SEQUENCE ticket START 100 INCREMENT 10 MINVALUE 1 MAXVALUE 1000 CYCLE;',
  'CREATE NODE TABLE `two words`(`order` SERIAL, x FLOAT[3], s STRUCT(a INT64, b STRING[]), PRIMARY KEY (`order`));',
  "CREATE NODE TABLE Person(name STRING DEFAULT 'it\\'s', born DATE DEFAULT date('2000-01-01'), PRIMARY KEY (name));",
  'CREATE REL TABLE knows(FROM Person TO Person, FROM Person TO `two words`, since INT64 DEFAULT 1 + 1, MANY_ONE);',
  "CREATE REL TABLE oneway(FROM Person TO Person, ONE_ONE) WITH (storage_direction='fwd');",
  "COMMENT ON TABLE Person IS 'people\\'s names';",
  'CREATE MACRO half(x) AS x / 2;',
]

describe('CALL show_schema()', function () {
  this.timeout(20_000)

  it('gives statements that make the same schema again', async () => {
    const connection = new Connection(new Database())
    for (const statement of STATEMENTS) await connection.query(statement)
    const given = await schemaOf(connection)
    assert.deepEqual(given, STATEMENTS)
    const again = new Connection(new Database())
    for (const statement of given) await again.query(statement)
    assert.deepEqual(await schemaOf(again), given)
    await Promise.all([connection.close(), again.close()])
  })

  it('sees the tables of its own transaction', async () => {
    const connection = new Connection(new Database())
    await connection.query('BEGIN TRANSACTION; CREATE NODE TABLE t(id INT64, PRIMARY KEY (id));')
    assert.deepEqual(await schemaOf(connection), ['CREATE NODE TABLE t(id INT64, PRIMARY KEY (id));'])
    await connection.close()
  })
})
