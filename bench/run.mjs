// Runs the tasks on all engines in turn and writes RESULTS.md. See README.md.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Engine } from './engine-client.mjs'
import { disturb, QUERIES, random } from './tasks.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const { values: options } = parseArgs({
  options: {
    papers: { type: 'string', default: '1000000' },
    repetitions: { type: 'string', default: '7' },
    peers: { type: 'string', default: 'kuzu' },
    only: { type: 'string' },
    seed: { type: 'string', default: '7' },
    pool: { type: 'string', default: String(4 * 1024 ** 3) },
    keep: { type: 'boolean', default: false },
    results: { type: 'string', default: path.join(here, 'RESULTS.md') },
  },
})
const papers = Number(options.papers)
const repetitions = Number(options.repetitions)
const engineNames = ['nisaba', ...options.peers.split(',').filter(Boolean)]
const draw = random(Number(options.seed))
const dataDir = path.join(here, 'data', `papers-${papers}`)
const rows = []
const notes = []
let own = ''

const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1]
const wanted = (name) => options.only === undefined || name.includes(options.only)

async function generate() {
  const { generateCitations, existingCitations } = await import('../build/datasets/generate-citations.js')
  const citationOptions = { papers, features: 128, meanCitations: 14.5 }
  const existing = existingCitations(dataDir, citationOptions)
  if (existing !== undefined) return existing
  mkdirSync(dataDir, { recursive: true })
  process.stderr.write(`generating ${papers} papers …\n`)
  return generateCitations(dataDir, citationOptions)
}

/** Adds a line to the table; times are per engine, in milliseconds. */
function record(name, target, times, extra = '') {
  const ours = times.nisaba
  const ratios = engineNames.slice(1).map((peer) => times[peer] / ours)
  rows.push({ name, target, times, ratios, extra })
  const shown = engineNames.map((e) => `${e} ${times[e]?.toFixed(2)} ms`).join(', ')
  process.stderr.write(
    `${name}: ${shown}; ratio ${ratios.map((r) => r.toFixed(2)).join(', ')} (target ${target ?? '-'}) ${extra}\n`,
  )
}

function sameAnswers(name, answers) {
  const distinct = new Set(Object.values(answers))
  if (distinct.size > 1) throw new Error(`${name}: the engines disagree: ${JSON.stringify(answers)}`)
}

/** Runs `step(engine)` on the engines in turn, `count` times; the order of engines alternates. */
async function interleave(engines, count, step) {
  const times = Object.fromEntries(engines.map((e) => [e.name, []]))
  for (let i = 0; i < count; i++) {
    const order = i % 2 === 0 ? engines : [...engines].reverse()
    const answers = {}
    for (const engine of order) {
      const { ms, answer } = await step(engine, i)
      times[engine.name].push(ms)
      if (answer !== undefined) answers[engine.name] = answer
    }
    sameAnswers(`repetition ${i}`, answers)
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]))
}

const CREATE = [
  'CREATE NODE TABLE paper(id INT64, x FLOAT[128], year INT64, y FLOAT, PRIMARY KEY (id));',
  'CREATE REL TABLE cites (FROM paper TO paper, MANY_MANY);',
]

function copyStatements() {
  const file = (name) => `"${path.join(dataDir, name)}"`
  const four = ['ids.npy', 'node_feat.npy', 'node_year.npy', 'node_label.npy'].map(file).join(', ')
  return { paper: `COPY paper FROM (${four}) BY COLUMN;`, cites: `COPY cites FROM ${file('edge_index.csv')};` }
}

/** LadybugDB dropped COPY ... BY COLUMN: such an engine loads by its own means, and has no line for it. */
async function load(engines) {
  const copy = copyStatements()
  const paperTimes = {}
  const citesTimes = {}
  for (const engine of engines) {
    await engine.call('remove')
    await engine.call('open')
    for (const text of CREATE) await engine.call('run', { text })
    const paper = await engine.call('run', { text: copy.paper })
    const cites = await engine.call('run', { text: copy.cites })
    paperTimes[engine.name] = paper.ms
    citesTimes[engine.name] = cites.ms
    const { peak } = await engine.call('memory')
    notes.push(
      `${engine.name}: longest delay of a 10 ms timer during COPY ${Math.max(paper.timerDelayMs, cites.timerDelayMs).toFixed(0)} ms; peak resident memory ${(peak / 2 ** 20).toFixed(0)} MiB.`,
    )
    await engine.call('close')
    const bytes = statSync(engine.databasePath).size
    notes.push(`${engine.name}: database on disk ${(bytes / 2 ** 20).toFixed(0)} MiB.`)
  }
  record('COPY paper, four .npy BY COLUMN', 3, paperTimes)
  record('COPY cites, CSV', 2, citesTimes)
}

async function opening(engines) {
  const text = 'MATCH (p:paper) RETURN count(*)'
  for (const engine of engines) await engine.call('openAndQuery', { text })
  record(
    'open and first query, process warm',
    1,
    await interleave(engines, repetitions, (e) => e.call('openAndQuery', { text })),
  )
  const script = path.join(here, 'first-query.mjs')
  const nisaba = engines.find((e) => e.name === 'nisaba')
  const time = (args) => {
    const started = performance.now()
    execFileSync(process.execPath, args)
    return performance.now() - started
  }
  const bare = median(Array.from({ length: 5 }, () => time(['-e', '0'])))
  const full = median(Array.from({ length: 5 }, () => time([script, nisaba.databasePath])))
  notes.push(`Fresh process: open and first query ${(full - bare).toFixed(0)} ms over node's own start (at most 300).`)
}

let disturbances = 0
async function disturbAll(engines) {
  const statements = disturb(draw, papers, disturbances++)
  for (const engine of engines) await engine.call('batch', { statements })
}

async function queries(engines, list, label = '') {
  for (const query of list) {
    if (!wanted(query.name)) continue
    let text = ''
    for (let i = 0; i < 2; i++)
      for (const e of engines) await e.call('run', { text: query.text(draw, papers), ordered: query.ordered })
    const answers = []
    const times = await interleave(engines, repetitions, async (engine, i) => {
      if (engine === (i % 2 === 0 ? engines[0] : engines.at(-1))) {
        await disturbAll(engines)
        text = query.text(draw, papers)
      }
      const value = await engine.call('run', { text, ordered: query.ordered })
      if (engine.name === 'nisaba') answers.push(value.answer)
      return value
    })
    if (!/filter|two hops/.test(query.name) && new Set(answers).size === 1 && query.name === 'count of all citations') {
      throw new Error(`${query.name}: a write did not change the answer`)
    }
    record(query.name + label, query.target, times)
  }
}

async function countInTransaction(engines) {
  const text = 'MATCH (a:paper)-[:cites]->(b:paper) RETURN count(*)'
  const deletion = 'MATCH (a:paper)-[e:cites]->(b:paper) WHERE a.id < 69 DELETE e'
  for (const engine of engines) for (const t of ['BEGIN TRANSACTION', deletion]) await engine.call('run', { text: t })
  record(
    'count of all citations, in a transaction that deleted 1,000',
    5,
    await interleave(engines, repetitions, (e) => e.call('run', { text })),
  )
  for (const engine of engines) await engine.call('run', { text: 'ROLLBACK' })
}

async function lookups(engines) {
  const text = 'MATCH (p:paper {id: $id}) RETURN p.year, p.y'
  const make = () => Array.from({ length: 200 }, () => ({ text, parameters: { id: Math.floor(draw() * papers) } }))
  await Promise.all(engines.map((e) => e.call('batch', { statements: make() })))
  let statements
  const times = await interleave(engines, repetitions, async (engine, i) => {
    if (engine === (i % 2 === 0 ? engines[0] : engines.at(-1))) statements = make()
    const { medianMs, answer } = await engine.call('batch', { statements })
    return { ms: medianMs, answer }
  })
  record('prepared look-up by primary key', 5, times)
}

async function fetchFeatures(engines) {
  const text = 'UNWIND $ids AS i MATCH (p:paper {id: i}) RETURN p.x'
  // Warm, as every other query here: one row of each page of the features is asked for first.
  const ids = Array.from({ length: Math.ceil(papers / 50) }, (_x, i) => i * 50)
  for (const engine of engines) await engine.call('run', { text, parameters: { ids } })
  for (const [name, target, arrow] of [
    ['5,000 rows of FLOAT[128] by id, getAll', 20, false],
    ['5,000 rows of FLOAT[128] by id, toArrow against getAll', 100, true],
  ]) {
    let parameters
    const times = await interleave(engines, Math.min(5, repetitions), async (engine, i) => {
      if (engine === (i % 2 === 0 ? engines[0] : engines.at(-1))) {
        parameters = { ids: Array.from({ length: 5000 }, () => Math.floor(draw() * papers)) }
      }
      return engine.call('run', { text, parameters, arrow })
    })
    record(name, target, times)
  }
}

/** Statements that change data, with new keys in each repetition; the first one of each kind is not counted, as for queries. */
async function changes(engines) {
  let next = papers + 10_000_000
  const create = (id) => ({ text: 'CREATE (:paper {id: $id, year: 2020, y: 1.0})', parameters: { id } })
  const some = (count) => [...new Set(Array.from({ length: count }, () => Math.floor(draw() * papers)))]
  const measure = async (name, count, step) => {
    let made
    const prepare = (engine, i) => {
      if (engine === (i % 2 === 0 ? engines[0] : engines.at(-1))) made = step.make()
      return step.run(engine, made)
    }
    await interleave(engines, 1, prepare)
    record(name, 1, await interleave(engines, count, prepare))
  }
  await measure('autocommit CREATE of one node (median of 200)', 3, {
    make: () => Array.from({ length: 200 }, () => create(next++)),
    run: async (engine, statements) => ({ ms: (await engine.call('batch', { statements })).medianMs }),
  })
  await measure('CREATE of 100,000 nodes by UNWIND', 3, {
    make: () => {
      next += 100_000
      return `UNWIND range(${next - 100_000}, ${next - 1}) AS i CREATE (:paper {id: i, year: 2021, y: 2.0})`
    },
    run: (engine, text) => engine.call('run', { text }),
  })
  await measure('10,000 random SETs in one statement', 5, {
    make: () => ({
      text: 'UNWIND $ids AS i MATCH (p:paper {id: i}) SET p.year = $year',
      parameters: { ids: some(10_000), year: 1900 + Math.floor(draw() * 90) },
    }),
    run: (engine, statement) => engine.call('run', statement),
  })
  await measure('1,000 DETACH DELETEs in one statement', 5, {
    make: () => ({
      text: 'UNWIND $ids AS i MATCH (p:paper {id: i}) DETACH DELETE p',
      parameters: { ids: some(1_000) },
    }),
    run: (engine, statement) => engine.call('run', statement),
  })
}

/** Our own promises: queries after 5 % of the data was changed, and in a pool of 16 MiB, against their clean and warm times. */
async function ownPromises(nisaba) {
  const timesOf = async () => {
    const times = new Map()
    for (const query of QUERIES) {
      const runs = []
      for (let i = 0; i < 15; i++) runs.push((await nisaba.call('run', { text: query.text(random(i), papers) })).ms)
      times.set(query.name, median(runs.slice(6))) // the first ones compile
    }
    return times
  }
  const clean = await timesOf()
  const part = Math.floor(papers / 40)
  for (const text of [
    `MATCH (p:paper) WHERE p.id % 20 = 7 SET p.year = p.year + 1`,
    `MATCH (a:paper)-[e:cites]->(b:paper) WHERE a.id % 40 = 3 DELETE e`,
    `UNWIND range(0, ${part * 14}) AS i MATCH (a:paper {id: (i * 7919) % ${papers}}), (b:paper {id: (i * 104729) % ${papers}}) CREATE (a)-[:cites]->(b)`,
  ]) {
    await nisaba.call('run', { text })
  }
  const changed = await timesOf()
  await nisaba.call('close')
  const small = new Engine('nisaba', nisaba.databasePath, 16 * 2 ** 20)
  await small.start()
  await small.call('open')
  const tiny = new Map()
  for (const query of QUERIES) {
    const runs = []
    for (let i = 0; i < 5; i++) runs.push((await small.call('run', { text: query.text(random(i), papers) })).ms)
    tiny.set(query.name, median(runs))
  }
  const pool = await small.call('bufferPool')
  await small.call('close')
  await small.stop()
  await nisaba.call('open')
  const lines = QUERIES.map(({ name }) => {
    const base = clean.get(name)
    const cell = (x) => `${x.toFixed(2)} | ${(x / base).toFixed(2)}x`
    return `| ${name} | ${base.toFixed(2)} | ${cell(changed.get(name))} | ${cell(tiny.get(name))} |`
  })
  own = `## Own promises\n\nMedians in ms; after 5 % of nodes and citations were changed at most 1.5x the clean time, in a pool of 16 MiB at most 30x the warm time. The small pool ended with ${pool.used} of ${pool.limit} bytes in use and ${pool.evictions} evictions.\n\n| query | clean, warm | after changes | | pool of 16 MiB | |\n| --- | --- | --- | --- | --- | --- |\n${lines.join('\n')}\n`
}

function versionOf(name) {
  if (name === 'nisaba') return JSON.parse(readFileSync(path.join(here, '..', 'package.json'), 'utf8')).version
  const folder = name === 'kuzu' ? 'kuzu' : '@ladybugdb/core'
  return JSON.parse(readFileSync(path.join(here, 'node_modules', folder, 'package.json'), 'utf8')).version
}

function report(summary) {
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: here, encoding: 'utf8' }).stdout?.trim()
  const cell = (x) => (x === undefined || Number.isNaN(x) ? '-' : x >= 100 ? x.toFixed(0) : x.toFixed(2))
  const head = [
    'task',
    ...engineNames.map((e) => `${e} ms`),
    ...engineNames.slice(1).map((e) => `${e} / nisaba`),
    'at least',
    'reached',
  ]
  const lines = rows.map((r) => [
    r.name,
    ...engineNames.map((e) => cell(r.times[e])),
    ...r.ratios.map((x) => `${cell(x)}x`),
    r.target === undefined ? '' : `${r.target}x`,
    r.target === undefined ? '' : r.ratios[0] >= r.target ? 'yes' : 'NO',
  ])
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const text = `# Results

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit}. Medians of ${repetitions} interleaved repetitions.

- Machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB, ${os.type()} ${os.release()}; Node ${process.version}; load average at the end ${os.loadavg()[1].toFixed(1)} (the two engines in turn make about 1).
- Engines: ${engineNames.map((e) => `${e} ${versionOf(e)}`).join(', ')}; two threads each; pool ${(Number(options.pool) / 2 ** 30).toFixed(1)} GiB.
- Graph: ${summary.options?.papers ?? papers} papers with FLOAT[128], ${summary.citations} citations.

${table}

${notes.map((n) => `- ${n}`).join('\n')}

${own}`
  writeFileSync(options.results, text)
  process.stderr.write(`\n${text}`)
}

const summary = await generate()
const workDir = path.join(here, 'data', 'db')
mkdirSync(workDir, { recursive: true })
const engines = engineNames.map(
  (name) => new Engine(name, path.join(workDir, `${name}-${papers}.db`), Number(options.pool)),
)
try {
  for (const engine of engines) await engine.start()
  const loaded = engines.every((e) => existsSync(e.databasePath))
  if (!options.keep || !loaded) await load(engines)
  if (wanted('open')) await opening(engines)
  for (const engine of engines) await engine.call('open')
  await queries(engines, QUERIES)
  if (wanted('count')) await countInTransaction(engines)
  if (wanted('look-up')) await lookups(engines)
  if (wanted('rows of FLOAT')) await fetchFeatures(engines)
  if (wanted('own promises')) await ownPromises(engines[0])
  if (wanted('CREATE') || wanted('SET')) await changes(engines)
  for (const engine of engines) await engine.call('close')
  report(summary)
} finally {
  for (const engine of engines) await engine.stop()
  if (!options.keep) rmSync(workDir, { recursive: true, force: true })
}
