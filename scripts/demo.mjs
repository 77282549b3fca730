// npm run demo: generates a citation graph, loads it with the statements that a user would type, and asks it questions.
import { rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateCitations } from '../build/datasets/generate-citations.js'
import { ProgressBar } from '../build/src/shell/progress-bar.js'
import { renderTable } from '../build/src/shell/render-table.js'
import { Connection, Database } from '../dist/index.js'

const { values: options } = parseArgs({
  options: {
    papers: { type: 'string', default: '100000' },
    features: { type: 'string', default: '128' },
    citations: { type: 'string', default: '15' },
    classes: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    pool: { type: 'string', default: String(256 * 2 ** 20) },
  },
})
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const folder = path.join(root, 'demo-data')
const file = path.join(folder, 'papers.nisaba')
const features = Number(options.features)

const number = (n) => Math.round(n).toLocaleString('en-US')
const bytes = (n) => (n >= 2 ** 30 ? `${(n / 2 ** 30).toFixed(2)} GiB` : `${(n / 2 ** 20).toFixed(1)} MiB`)
const seconds = (ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(1)} ms`)
const say = (text = '') => process.stdout.write(`${text}\n`)

/** Runs one statement as a user would see it: its text, its rows, its time. */
async function run(connection, text) {
  say(`nisaba> ${text}`)
  const bar = new ProgressBar(process.stderr, '  ')
  const started = performance.now()
  const result = await connection.query(text, (share) => bar.update(share))
  const ms = performance.now() - started
  bar.finish()
  say(renderTable(result, { maxRows: 20, maxWidth: process.stdout.columns ?? 120 }))
  say(`  ${seconds(ms)}\n`)
  return ms
}

say(`Generating ${number(Number(options.papers))} papers with ${features} features each …`)
let started = performance.now()
const bar = new ProgressBar(process.stderr, '  ')
const summary = generateCitations(
  folder,
  {
    papers: Number(options.papers),
    features,
    meanCitations: Number(options.citations),
    classes: Number(options.classes),
    seed: Number(options.seed),
  },
  ({ done, total }) => bar.update(done / total),
)
bar.finish()
say(`  ${number(summary.citations)} citations, ${bytes(summary.bytes)} in ${seconds(performance.now() - started)}\n`)

for (const suffix of ['', '-lock']) rmSync(`${file}${suffix}`, { force: true })
process.chdir(folder)
const database = new Database(file, { bufferPoolSize: Number(options.pool) })
const connection = new Connection(database)

await run(connection, `CREATE NODE TABLE paper(id INT64, x FLOAT[${features}], year INT64, y FLOAT, PRIMARY KEY (id));`)
await run(connection, 'CREATE REL TABLE cites (FROM paper TO paper, MANY_MANY);')
const papersMs = await run(
  connection,
  'COPY paper FROM ("./ids.npy",  "./node_feat.npy", "./node_year.npy", "./node_label.npy") BY COLUMN;',
)
say(`  ${number(Number(options.papers) / (papersMs / 1000))} papers/s`)
const citesMs = await run(connection, 'COPY cites FROM "./edge_index.csv";')
say(`  ${number(summary.citations / (citesMs / 1000))} citations/s, both directions indexed\n`)

started = performance.now()
for (const text of [
  'MATCH (a:paper)-[:cites]->(b:paper) RETURN count(*) AS citations;',
  'MATCH (p:paper) WHERE p.year > 2010 RETURN count(*) AS recent;',
  'MATCH (p:paper) RETURN p.year AS year, count(*) AS papers ORDER BY papers DESC LIMIT 5;',
  'MATCH (a:paper)-[:cites]->(b:paper) RETURN b.id AS paper, b.year AS year, count(*) AS cited ORDER BY cited DESC, paper LIMIT 3;',
  'MATCH (a:paper)-[:cites]->(b:paper)-[:cites]->(c:paper) WHERE a.id < 1000 RETURN count(*) AS paths, count(DISTINCT c.id) AS reached;',
  'MATCH (a:paper)-[:cites]->(b:paper) WHERE a.y = b.y RETURN count(*) AS within_a_class;',
  'MATCH (p:paper {id: 42}) RETURN p.id, p.year, p.y, p.x;',
  'MATCH p = (a:paper {id: 42})-[:cites* SHORTEST 1..6]->(b:paper {id: 7}) RETURN length(p) AS steps;',
]) {
  await run(connection, text)
}

const pool = database.bufferPoolStats()
say(
  `Database on disk: ${bytes(statSync(file).size)}. Buffer pool: ${bytes(pool.used)} of ${bytes(pool.limit)}, ${number(pool.hits)} hits, ${number(pool.misses)} misses.`,
)
say(`It lies in demo-data/. Look around: npx nisaba demo-data/papers.nisaba`)
await connection.close()
await database.close()
