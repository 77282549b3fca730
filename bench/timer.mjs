// Measures how late a 10 ms timer of the main thread becomes while statements run: COPY, ROLLBACK of a COPY, a query of ten seconds.
// Names in brackets: for information, without a limit.
// node bench/timer.mjs [--papers 1000000] [--pool bytes]; needs the data that `node bench/run.mjs` generates, and dist/.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Connection, Database } from '../dist/index.js'

const LIMIT_MS = 100
const PERIOD_MS = 10
const here = path.dirname(fileURLToPath(import.meta.url))
const { values: options } = parseArgs({
  options: {
    papers: { type: 'string', default: '1000000' },
    pool: { type: 'string', default: String(256 * 2 ** 20) },
  },
})
const data = path.join(here, 'data', `papers-${options.papers}`)
if (!existsSync(data)) throw new Error(`${data} is missing: run bench/run.mjs --papers ${options.papers} first`)
const file = (name) => `"${path.join(data, name)}"`
const folder = mkdtempSync(path.join(here, 'data', 'timer-'))

/** Milliseconds that this thread was ready to run but other processes had the processors; 0 where the system does not count it. */
function waited() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6
  } catch {
    return 0
  }
}

let worst = 0
/** The same without the time in which the machine had no processor for us. */
let worstOurs = 0
let last = performance.now()
let lastWaited = waited()

function tick() {
  const now = performance.now()
  const nowWaited = waited()
  const late = now - last - PERIOD_MS
  worst = Math.max(worst, late)
  worstOurs = Math.max(worstOurs, late - (nowWaited - lastWaited))
  last = now
  lastWaited = nowWaited
}
setInterval(tick, PERIOD_MS).unref()

const database = new Database(path.join(folder, 'timer.db'), Number(options.pool))
const connection = new Connection(database, 2)
let failed = false

async function measure(name, text) {
  await new Promise((resolve) => setTimeout(resolve, 50))
  tick()
  worst = 0
  worstOurs = 0
  const started = last
  const outcome = await connection.query(text).then(
    () => 'done',
    (error) => error.code,
  )
  const took = performance.now() - started
  await new Promise((resolve) => setTimeout(resolve, 50)) // a tick that is late at the end counts too
  if (worstOurs > LIMIT_MS && !name.startsWith('(')) failed = true
  const times = `timer at most ${worst.toFixed(1)} ms late, ${worstOurs.toFixed(1)} ms but for a busy machine`
  console.log(`${name.padEnd(36)} ${outcome.padEnd(8)} ${took.toFixed(0).padStart(7)} ms   ${times}`)
}

try {
  const arrays = ['ids.npy', 'node_feat.npy', 'node_year.npy', 'node_label.npy'].map(file).join(', ')
  const copyPapers = `COPY paper FROM (${arrays}) BY COLUMN`
  const copyCites = `COPY cites FROM ${file('edge_index.csv')}`
  await measure(
    '(first statement)',
    'CREATE NODE TABLE paper(id INT64, x FLOAT[128], year INT64, y FLOAT, PRIMARY KEY (id))',
  )
  await measure('CREATE REL TABLE', 'CREATE REL TABLE cites (FROM paper TO paper, MANY_MANY)')
  await measure('BEGIN', 'BEGIN TRANSACTION')
  await measure('COPY paper in a transaction', copyPapers)
  await measure('COPY cites in a transaction', copyCites)
  await measure('ROLLBACK', 'ROLLBACK')
  await measure('COPY paper right after', copyPapers)
  await measure('COPY cites', copyCites)
  await connection.query('CALL timeout = 10000')
  await measure(
    'a query of ten seconds',
    'MATCH (a:paper)-[:cites]->(b:paper)-[:cites]->(c:paper)-[:cites]->(d:paper) WHERE (a.year * d.id) % 1009 = 7 RETURN count(*)',
  )
  await connection.query('CALL timeout = 0')
  await measure('(100,000 nodes by UNWIND)', 'UNWIND range(2000000, 2099999) AS i CREATE (:paper {id: i, year: i})')
  await measure('BEGIN', 'BEGIN TRANSACTION')
  await measure(
    '(100,000 more in a transaction)',
    'UNWIND range(3000000, 3099999) AS i CREATE (:paper {id: i, year: i})',
  )
  await measure('ROLLBACK', 'ROLLBACK')
  await measure('(CHECKPOINT)', 'CHECKPOINT')
  await connection.close()
  await database.close()
} finally {
  rmSync(folder, { recursive: true })
}
console.log(failed ? `later than ${LIMIT_MS} ms` : `never later than ${LIMIT_MS} ms`)
process.exitCode = failed ? 1 : 0
