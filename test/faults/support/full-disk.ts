import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Connection, Database, DatabaseError, type QueryResult } from '../../../src/index.ts'

/*
 * Fills the disk that its folder is on: `node full-disk.js <folder> <folder of input files> <bytes of ballast>`. Prints a line for each
 * step: `<step> <code of the error, or "ok">`. Rows of the table: ids 0 … n - 1 with v = 1, whatever fails in between.
 */
const [folder, inputs, ballastBytes] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])]
const file = path.join(folder, 'full.db')
const options = { bufferPoolSize: 16 * 2 ** 20, numThreads: 1, autoCheckpoint: false }
const ballast = path.join(folder, 'ballast')
let database = new Database(file, options)
let connection = new Connection(database)
let rows = 1000

async function step(name: string, text: string): Promise<boolean> {
  try {
    await connection.query(text)
    console.log(`${name} ok`)
    return true
  } catch (error) {
    console.log(`${name} ${error instanceof DatabaseError ? error.code : String(error)}`)
    return false
  }
}

/** Says whether the table holds what was committed, and nothing of what failed. */
async function check(name: string): Promise<void> {
  const result = (await connection.query(
    'MATCH (a:t) RETURN count(*) AS n, sum(a.v) AS v, max(a.id) AS m',
  )) as QueryResult
  const { n, v, m } = (await result.getAll())[0]!
  const rels = (await connection.query('MATCH (:t)-[r:r]->(:t) RETURN count(*) AS n')) as QueryResult
  const relCount = (await rels.getAll())[0]!['n']
  const right = n === rows && v === rows && m === rows - 1 && relCount === 0
  console.log(`${name} ${right ? 'whole' : `${n} rows, sum ${v}, max ${m}, rels ${relCount}`}`)
}

async function insert(name: string): Promise<void> {
  if (await step(name, `CREATE (:t {id: ${rows}, v: 1, s: ''})`)) rows++
}

async function reopen(): Promise<void> {
  await database.close()
  database = new Database(file, options)
  connection = new Connection(database)
}

const big = path.join(inputs, 'big.csv')
const small = path.join(inputs, 'small.csv')
const rels = path.join(inputs, 'rels.csv')

if (ballastBytes > 0) writeFileSync(ballast, Buffer.alloc(ballastBytes))
await step(
  'schema',
  'CREATE NODE TABLE t(id INT64, v INT64, s STRING, PRIMARY KEY(id)); CREATE REL TABLE r(FROM t TO t)',
)
await step('small-copy', `COPY t FROM '${small}' (HEADER=false)`)
await step('copy', `COPY t FROM '${big}' (HEADER=false)`)
await check('after-copy')
await step('copy-again', `COPY t FROM '${big}' (HEADER=false)`)
await insert('insert-after-copy')
await check('after-insert')
await step('copy-rels', `COPY r FROM '${rels}' (HEADER=false)`)
await check('after-rels')
await step('begin', 'BEGIN TRANSACTION')
await step(
  'large-insert',
  `UNWIND range(100000, 200000) AS i CREATE (:t {id: i, v: 1, s: '${'y'.repeat(300)}' + CAST(i * i, 'STRING')})`,
)
await step('commit', 'COMMIT')
await check('after-commit')
// commits until there is no space for one: then there is none for merging them either
for (let i = 0; i < 400; i++) {
  const end = rows + 500
  const ids = `UNWIND range(${rows}, ${end - 1}) AS i`
  try {
    await connection.query(`${ids} CREATE (:t {id: i, v: 1, s: '${'z'.repeat(300)}' + CAST(i * i, 'STRING')})`)
  } catch (error) {
    console.log(`commits ${error instanceof DatabaseError ? error.code : String(error)}`)
    break
  }
  rows = end
}
await check('after-commits')
await step('merge', 'CHECKPOINT')
await check('after-merge')
await reopen()
await check('reopened')
if (ballastBytes > 0) {
  rmSync(ballast)
  await insert('insert-with-space')
  await step('merge-with-space', 'CHECKPOINT')
  await check('after-space')
  await reopen()
  await check('reopened-again')
}
await database.close()
