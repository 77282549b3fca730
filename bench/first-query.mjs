// A whole process that opens a database and answers one query; run.mjs compares it with node doing nothing.
import { Connection, Database } from '../dist/index.js'

const database = new Database(process.argv[2])
const connection = new Connection(database)
const result = await connection.query('MATCH (p:paper) RETURN count(*) AS c')
await result.getAll()
