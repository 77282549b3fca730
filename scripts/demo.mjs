// npm run demo: generates a citation graph, loads it with the statements that a user would type, asks it questions, and trains a graph neural
// network on it whose features do not fit into memory.
import { rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateCitations } from '../build/datasets/generate-citations.js'
import { Connection, Database } from '../build/src/index.js'
import { painter } from '../build/src/shell/paint.js'
import { ProgressBar } from '../build/src/shell/progress-bar.js'
import { ShellSession } from '../build/src/shell/session.js'
import { newShellState } from '../build/src/shell/shell-state.js'
import { reportOf } from '../build/src/shell/train/train-command.js'
import { trainDatabase } from '../build/src/shell/train/train-database.js'
import { DEFAULT_SETTINGS } from '../build/src/shell/train/train-settings.js'
import { describeBackend, describeEpoch } from '../build/src/training/index.js'

const { values: options } = parseArgs({
  options: {
    papers: { type: 'string', default: '200000' },
    features: { type: 'string', default: '128' },
    citations: { type: 'string', default: '15' },
    classes: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    pool: { type: 'string', default: String(256 * 2 ** 20) },
    epochs: { type: 'string', default: '3' },
    backend: { type: 'string' },
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
async function run(session, text) {
  say(`nisaba> ${text}`)
  const started = performance.now()
  const outcome = await session.run(text)
  if (outcome !== 'ok') process.exit(1)
  say()
  return performance.now() - started
}

say(`Generating ${number(Number(options.papers))} papers with ${features} features each …`)
let started = performance.now()
const bar = new ProgressBar(process.stderr, painter(process.stderr.isTTY === true))
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
const streams = { output: process.stdout, messages: process.stderr }
const session = new ShellSession(
  database,
  connection,
  newShellState({ maxWidth: process.stdout.columns ?? 120 }),
  streams,
)

await run(session, `CREATE NODE TABLE paper(id INT64, x FLOAT[${features}], year INT64, y FLOAT, PRIMARY KEY (id));`)
await run(session, 'CREATE REL TABLE cites (FROM paper TO paper, MANY_MANY);')
const papersMs = await run(
  session,
  'COPY paper FROM ("./ids.npy",  "./node_feat.npy", "./node_year.npy", "./node_label.npy") BY COLUMN;',
)
say(`  ${number(Number(options.papers) / (papersMs / 1000))} papers/s`)
const citesMs = await run(session, 'COPY cites FROM "./edge_index.csv";')
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
  await run(session, text)
}

const pool = database.bufferPoolStats()
say(
  `Database on disk: ${bytes(statSync(file).size)}. Buffer pool: ${bytes(pool.used)} of ${bytes(pool.limit)}, ${number(pool.hits)} hits, ${number(pool.misses)} misses.`,
)
await connection.close()
await database.close()

// Training, through a pool of a sixth of the features.
const featureBytes = Number(options.papers) * features * 4
const trainingPool = Math.max(featureBytes / 6, 16 * 2 ** 20)
say(`\nTraining through a pool of ${bytes(trainingPool)} for ${bytes(featureBytes)} of features:\n`)
const settings = {
  ...DEFAULT_SETTINGS,
  split: { kind: 'fractions', train: 0.1, validation: 0.02, test: 0.05 },
  hidden: 64,
  fanOut: [10, 5],
  batchSize: 512,
  epochs: Number(options.epochs),
  workers: 1,
  ...(options.backend === undefined ? {} : { backend: options.backend }),
}
const trained = {}
for (const model of ['mlp', 'sage']) {
  const small = new Database(file, { readOnly: true, bufferPoolSize: trainingPool })
  const reader = new Connection(small)
  started = performance.now()
  say(
    model === 'mlp'
      ? 'A perceptron, which sees only the features of the paper itself:'
      : 'GraphSAGE, which sees those of its neighbours too:',
  )
  const outcome = await trainDatabase(
    small,
    reader,
    { ...settings, model },
    {
      onStart: (backend) => {
        if (model === 'mlp') for (const line of describeBackend(backend)) say(line)
      },
      onEpoch: (report) => say(describeEpoch(report)),
    },
  )
  trained[model] = outcome.test.accuracy
  say(
    `test: ${(100 * outcome.test.accuracy).toFixed(1)} % of ${number(outcome.test.count)} papers, ${seconds(performance.now() - started)}\n`,
  )
  if (model === 'sage') writeFileSync('training-report.html', reportOf(file, { ...settings, model }, outcome))
  await reader.close()
  await small.close()
}
say(
  `Test accuracy: GraphSAGE ${(100 * trained.sage).toFixed(1)} %, features alone ${(100 * trained.mlp).toFixed(1)} %.`,
)
say('The curves are in demo-data/training-report.html.')
if (!(trained.sage > trained.mlp + 0.15)) {
  say('GraphSAGE should have been well above the perceptron.')
  process.exitCode = 1
}
say(`The database lies in demo-data/. Look around: npx nisaba demo-data/papers.nisaba`)
process.exit()
