// Loads two tables again and again until it is killed: says 'copy N' before and 'done N' after each load.
import { Connection, Database } from '../../../src/index.ts'

const [file, nodes, rels] = process.argv.slice(2) as [string, string, string]
const connection = new Connection(new Database(file, { bufferPoolSize: 16 * 2 ** 20, numThreads: 2 }))

for (let round = 0; ; round++) {
  process.stdout.write(`copy ${round}\n`)
  await connection.query(
    `CREATE NODE TABLE person${round}(id INT64, name STRING, PRIMARY KEY(id));
     CREATE REL TABLE knows${round}(FROM person${round} TO person${round}, weight INT64);`,
  )
  await connection.query(`COPY person${round} FROM '${nodes}'`)
  await connection.query(`COPY knows${round} FROM '${rels}'`)
  await connection.query(`DROP TABLE knows${round}`)
  await connection.query(`DROP TABLE person${round}`)
  process.stdout.write(`done ${round}\n`)
}
