// Neighbour sampling: edges a second from arrays in memory and from a database in a warm pool, one thread. Options:
//   --nodes 2000000 --degree 13 --seeds 1152 --fan-out 12,12,12 --batches 30 --rounds 5 --build ../build --direction in
// The graph is generated and loaded once, into bench/data/. Both ways must give the same batches, array for array.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { words } from './random-rows.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const { values: options } = parseArgs({
  options: {
    nodes: { type: 'string', default: '2000000' },
    degree: { type: 'string', default: '13' },
    seeds: { type: 'string', default: '1152' },
    'fan-out': { type: 'string', default: '12,12,12' },
    batches: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '5' },
    pool: { type: 'string', default: '512' },
    direction: { type: 'string', default: 'in' },
    build: { type: 'string', default: path.join(here, '..', 'build') },
    only: { type: 'string', default: '' },
    ids: { type: 'boolean', default: false },
  },
})
const number = (name) => Number(options[name])
const fanOut = options['fan-out'].split(',').map(Number)
const load = (file) => import(pathToFileURL(path.resolve(options.build, 'src', file)).href)

/** In-degrees fall off as a power law (exponent 2.4, cut at 50,000), sources are skewed a little; ids say nothing about either. */
function* edgesOf(nodes, degree) {
  const word = words(7)
  const shuffled = Uint32Array.from({ length: nodes }, (_, i) => i)
  for (let i = nodes - 1; i > 0; i--) {
    const k = word() % (i + 1)
    ;[shuffled[i], shuffled[k]] = [shuffled[k], shuffled[i]]
  }
  const least = degree * (0.4 / 1.4)
  for (let target = 0; target < nodes; target++) {
    const exact = Math.min(50_000, least * ((word() + 1) / 2 ** 32) ** (-1 / 1.4))
    const count = Math.floor(exact) + (word() / 2 ** 32 < exact % 1 ? 1 : 0)
    for (let k = 0; k < count; k++) yield [shuffled[Math.floor(nodes * (word() / 2 ** 32) ** 1.3)], target]
  }
}

function writeCsv(file, lines) {
  const handle = openSync(file, 'w')
  let text = ''
  for (const line of lines) {
    text += line
    if (text.length < 1 << 20) continue
    writeSync(handle, text)
    text = ''
  }
  writeSync(handle, text)
  closeSync(handle)
}

async function makeDatabase(file, nodes, degree) {
  const { Database } = await load('database/database.js')
  const { Connection } = await load('database/connection.js')
  const nodesFile = `${file}.nodes.csv`
  const edgesFile = `${file}.edges.csv`
  const unfinished = `${file}.unfinished`
  rmSync(unfinished, { force: true })
  console.log(`generating ${nodes} nodes`)
  writeCsv(
    nodesFile,
    Array.from({ length: nodes }, (_, i) => `${i}\n`),
  )
  const lines = function* () {
    for (const [source, target] of edgesOf(nodes, degree)) yield `${source},${target}\n`
  }
  writeCsv(edgesFile, lines())
  const database = new Database(unfinished)
  const connection = new Connection(database)
  await connection.query('CREATE NODE TABLE paper(id INT64 PRIMARY KEY)')
  await connection.query('CREATE REL TABLE cites(FROM paper TO paper)')
  await connection.query(`COPY paper FROM '${nodesFile}'`)
  await connection.query(`COPY cites FROM '${edgesFile}'`)
  await database.close()
  rmSync(nodesFile)
  rmSync(edgesFile)
  renameSync(unfinished, file)
}

/** The lists of a database graph as arrays. */
function listsInMemory(graph, MemoryGraph) {
  const [edgeType] = graph.edgeTypes
  const nodes = graph.nodeCount('paper')
  const cursor = graph.adjacency(edgeType, 'bwd', true)
  const edges = graph.edgeCount(edgeType)
  const starts = new Uint32Array(nodes + 1)
  const neighbours = new Uint32Array(edges)
  const ids = new Uint32Array(edges)
  for (let node = 0, at = 0; node < nodes; node++) {
    cursor.load(node)
    for (let k = cursor.lo; k < cursor.hi; k++, at++) {
      neighbours[at] = cursor.neighbours[k]
      ids[at] = cursor.relIds === null ? k + cursor.relShift : cursor.relIds[k + cursor.relShift]
    }
    starts[node + 1] = at
  }
  cursor.close()
  return new MemoryGraph([{ nodeType: 'paper', count: nodes }], [{ edgeType, starts, neighbours, ids }])
}

function seedsOf(batch, nodes) {
  const word = words(batch + 1)
  const ids = new Set()
  while (ids.size < number('seeds')) ids.add(word() % nodes)
  return [{ nodeType: 'paper', ids: Uint32Array.from(ids) }]
}

/** Samples all batches. @returns milliseconds of processor time, edges and nodes, and a digest of all arrays. */
function run(sampler, requests) {
  let edges = 0
  let nodes = 0
  let digest = 0
  const started = process.cpuUsage()
  const wall = performance.now()
  for (const request of requests) {
    const sample = sampler.sample(request)
    const [drawn] = sample.edges
    edges += drawn.edgeIndex.length / 2
    nodes += sample.nodes[0].ids.length
    digest = (Math.imul(digest, 31) + drawn.edgeIndex[drawn.edgeIndex.length - 1] + sample.nodes[0].ids.at(-1)) | 0
  }
  const { user, system } = process.cpuUsage(started)
  return { ms: (user + system) / 1000, wall: performance.now() - wall, edges, nodes, digest }
}

function requireEqual(a, b) {
  const arrays = ({ nodes: [n], edges: [e] }) => [n.ids, e.edgeIndex, ...(e.ids === null ? [] : [e.ids])]
  const [left, right] = [arrays(a), arrays(b)]
  const equal = left.every(
    (array, at) => Buffer.compare(Buffer.from(array.buffer), Buffer.from(right[at].buffer)) === 0,
  )
  if (!equal) throw new Error('the database and the arrays in memory give different batches')
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

const file = path.join(here, 'data', `sampler-${options.nodes}-${options.degree}.db`)
mkdirSync(path.dirname(file), { recursive: true })
if (!existsSync(file)) await makeDatabase(file, number('nodes'), number('degree'))

const { Database } = await load('database/database.js')
const { NeighborSampler } = await load('pyg-compat/sampler/neighbor-sampler.js')
const { MemoryGraph } = await load('pyg-compat/sampler/memory-graph.js')
const { DatabaseGraph } = await load('pyg-compat/sampler/database-graph.js')

const database = new Database(file, { bufferPoolSize: number('pool') * 2 ** 20, readOnly: true })
const opened = database.openSync()
const view = opened.storage.openView()
const stored = new DatabaseGraph(view, opened.catalogOf(view))
const inMemory = listsInMemory(stored, MemoryGraph)
const nodes = stored.nodeCount('paper')
console.log(
  `${nodes} nodes, ${stored.edgeCount(stored.edgeTypes[0])} edges; fan-out ${fanOut}, ${options.seeds} seeds a batch`,
)

const settings = { numNeighbors: fanOut, direction: options.direction, withEdgeIds: options.ids }
const samplers = [
  ['arrays in memory', new NeighborSampler(inMemory, settings)],
  ['database, warm pool', new NeighborSampler(stored, settings)],
].filter(([name]) => name.includes(options.only))
const requests = Array.from({ length: number('batches') }, (_, batch) => ({
  seeds: seedsOf(batch, nodes),
  epoch: 0,
  batch,
}))
if (samplers.length === 2)
  for (const request of requests.slice(0, 3)) requireEqual(...samplers.map(([, s]) => s.sample(request)))
for (const [, sampler] of samplers) run(sampler, requests)

const results = samplers.map(() => [])
for (let round = 0; round < number('rounds'); round++) {
  for (const [at, [, sampler]] of samplers.entries()) results[at].push(run(sampler, requests))
}
for (const [at, [name]] of samplers.entries()) {
  const { edges, nodes: sampled } = results[at][0]
  const ms = median(results[at].map((result) => result.ms)) / requests.length
  const best = Math.min(...results[at].map((result) => result.ms)) / requests.length
  const wall = median(results[at].map((result) => result.wall)) / requests.length
  const perBatch = edges / requests.length
  console.log(
    `${name.padEnd(20)} ${(perBatch / ms / 1000).toFixed(2)} M edges/s of processor time (best round ${(perBatch / best / 1000).toFixed(2)}; ${(perBatch / wall / 1000).toFixed(2)} of wall time), ` +
      `${ms.toFixed(1)} ms a batch of ${Math.round(perBatch)} edges, ${Math.round(sampled / requests.length)} nodes`,
  )
}
await database.close()
