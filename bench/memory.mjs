// Measures the memory of COPY: peak of RssAnon (/proc/self/status, Linux), and whether the buffer pool keeps to its limit.
// node bench/memory.mjs [--papers 1000000] [--pool 67108864]; needs the data that `node bench/run.mjs` generates, and dist/.
import { spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Connection, Database } from '../dist/index.js'

const LIMIT_MB = 400
const here = path.dirname(fileURLToPath(import.meta.url))
const { values: options } = parseArgs({
  options: {
    papers: { type: 'string', default: '1000000' },
    pool: { type: 'string', default: String(64 * 2 ** 20) },
    write: { type: 'string' }, // for the process that makes the file with properties: its memory is not to be measured
  },
})
const data = path.join(here, 'data', `papers-${options.papers}`)
if (!existsSync(data)) throw new Error(`${data} is missing: run bench/run.mjs --papers ${options.papers} first`)
const file = (name) => `"${path.join(data, name)}"`
if (options.write !== undefined) {
  await writeProperties(options.write)
  process.exit()
}
const folder = mkdtempSync(path.join(here, 'data', 'memory-'))

/** The citations with a number and a text each. */
async function writeProperties(target) {
  const out = createWriteStream(target)
  let lines = []
  let i = 0
  for await (const line of createInterface({ input: createReadStream(path.join(data, 'edge_index.csv')) })) {
    lines.push(`${line},${(i * 7919) % 100_003},c${i % 1000}\n`)
    i++
    if (lines.length < 20_000) continue
    if (!out.write(lines.join(''))) await new Promise((resolve) => out.once('drain', resolve))
    lines = []
  }
  await new Promise((resolve) => out.end(lines.join(''), resolve))
}

const anonymous = () => Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024
let peak = 0
let mostUsed = 0
const database = new Database(path.join(folder, 'memory.db'), Number(options.pool))
const connection = new Connection(database, 2)
let failed = false

async function measure(name, text) {
  const before = database.bufferPoolStats()
  peak = 0
  mostUsed = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, anonymous())
    mostUsed = Math.max(mostUsed, database.bufferPoolStats().used)
  }, 10)
  const started = performance.now()
  const rows = await (await connection.query(text)).getAll()
  const seconds = (performance.now() - started) / 1000
  clearInterval(timer)
  const { limit, used, evictions } = database.bufferPoolStats()
  mostUsed = Math.max(mostUsed, used)
  if (peak > LIMIT_MB * 1e6 || mostUsed > limit) failed = true
  const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`
  console.log(
    `${name.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s   RssAnon at most ${mb(peak)}, pool at most ${mb(mostUsed)} of ${mb(limit)}, ${evictions - before.evictions} evictions   ${JSON.stringify(rows[0]).slice(0, 70)}`,
  )
}

try {
  const cited = path.join(folder, 'cited.csv')
  spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--papers', options.papers, '--write', cited], {
    stdio: 'inherit',
  })
  await connection.query('CREATE NODE TABLE paper(id INT64, x FLOAT[128], year INT64, y FLOAT, PRIMARY KEY (id))')
  await connection.query('CREATE REL TABLE cites (FROM paper TO paper, MANY_MANY)')
  await connection.query('CREATE REL TABLE cited (FROM paper TO paper, n INT64, t STRING)')
  const arrays = ['ids.npy', 'node_feat.npy', 'node_year.npy', 'node_label.npy'].map(file).join(', ')
  await measure('COPY paper, .npy', `COPY paper FROM (${arrays}) BY COLUMN`)
  await measure('COPY cites, .csv', `COPY cites FROM ${file('edge_index.csv')}`)
  await measure('COPY with rel properties', `COPY cited FROM "${cited}" (HEADER=false)`)
  await measure('sum over all features', 'MATCH (p:paper) RETURN sum(p.x[7]) AS s')
  await measure(
    'two hops',
    'MATCH (a:paper)-[:cites]->(b:paper)-[:cites]->(c:paper) WHERE a.id < 1000 RETURN count(c.y) AS n',
  )
  await measure('bm_info', 'CALL bm_info() RETURN *')
  await connection.close()
  await database.close()
} finally {
  rmSync(folder, { recursive: true })
}
console.log(
  failed ? `past ${LIMIT_MB} MB, or the pool past its limit` : `below ${LIMIT_MB} MB, and the pool within its limit`,
)
process.exitCode = failed ? 1 : 0
