// Whole batches of NeighborLoader, sampling and gathering FLOAT[128], in one thread: from arrays in memory and from a database in a warm pool. Options:
//   --nodes 2000000 --degree 13 --seeds 1152 --fan-out 12,12,12 --batches 12 --rounds 3 --pool 2048 --build ../build
// The topology is that of sampler.mjs (run it first: it generates and loads it into bench/data/); features are added once. Both ways must give the same
// batches. Processor time is printed beside elapsed time, so that a busy machine can be told from a slow loader.
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const here = path.dirname(fileURLToPath(import.meta.url))
const WIDTH = 128
const { values: options } = parseArgs({
  options: {
    nodes: { type: 'string', default: '2000000' },
    degree: { type: 'string', default: '13' },
    seeds: { type: 'string', default: '1152' },
    'fan-out': { type: 'string', default: '12,12,12' },
    batches: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '3' },
    pool: { type: 'string', default: '2048' },
    build: { type: 'string', default: path.join(here, '..', 'build') },
  },
})
const number = (name) => Number(options[name])
const load = (file) => import(pathToFileURL(path.resolve(options.build, 'src', file)).href)
const { Database } = await load('database/database.js')
const { Connection } = await load('database/connection.js')
const { getTorchGeometricRemoteBackend } = await load('pyg-compat/backend/get-remote-backend.js')
const { DatabaseGraph } = await load('pyg-compat/sampler/database-graph.js')
const { NeighborLoader } = await load('pyg-compat/loader/node-loader.js')

const nodes = number('nodes')
const topology = path.join(here, 'data', `sampler-${nodes}-${number('degree')}.db`)
const file = path.join(here, 'data', `loader-${nodes}-${number('degree')}.db`)

/** @returns the features of node `id`, element by element: a function of both. */
function fillRow(row, id) {
  let state = Math.imul(id + 1, 0x9e3779b9)
  for (let j = 0; j < WIDTH; j++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + j
    row[j] = (state | 0) / 2 ** 31
  }
}

/** @returns the lists of the sampler's database as arrays. */
function readLists() {
  const database = new Database(topology, 512 << 20)
  const [{ backend }] = getTorchGeometricRemoteBackend(database)
  const graph = new DatabaseGraph(backend.snapshot.view, backend.snapshot.catalog)
  const [edgeType] = graph.edgeTypes
  const edges = graph.edgeCount(edgeType)
  const lists = { starts: new Uint32Array(nodes + 1), neighbours: new Uint32Array(edges), ids: new Uint32Array(edges) }
  const cursor = graph.adjacency(edgeType, 'bwd', true)
  let at = 0
  for (let node = 0; node < nodes; node++) {
    cursor.load(node)
    for (let k = cursor.lo; k < cursor.hi; k++) {
      lists.ids[at] = cursor.relIds === null ? k + cursor.relShift : cursor.relIds[k + cursor.relShift]
      lists.neighbours[at++] = cursor.neighbours[k]
    }
    lists.starts[node + 1] = at
  }
  cursor.close()
  database.closeSync()
  return { edgeType, ...lists }
}

/** Writes an array as .npy in slices. @param fill fills the array with what lies at element `from`. */
function writeNpy(name, descr, shape, slice, fill) {
  const handle = openSync(name, 'w')
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const header = Buffer.alloc(Math.ceil((10 + text.length + 1) / 64) * 64, ' ')
  header.write('\x93NUMPY\x01\x00', 'latin1')
  header.writeUInt16LE(header.length - 10, 8)
  header.write(`${text}`, 10)
  header[header.length - 1] = 10
  writeSync(handle, header)
  const total = shape.reduce((product, size) => product * size, 1)
  for (let from = 0; from < total; from += slice.length) {
    fill(slice, from)
    const count = Math.min(slice.length, total - from)
    writeSync(handle, new Uint8Array(slice.buffer, 0, count * slice.BYTES_PER_ELEMENT))
  }
  closeSync(handle)
}

async function makeDatabase({ starts, neighbours }) {
  const unfinished = `${file}.unfinished`
  const [ids, x, edges] = ['ids.npy', 'x.npy', 'edges.csv'].map((name) => `${file}.${name}`)
  rmSync(unfinished, { force: true })
  writeNpy(ids, '<i8', [nodes], new BigInt64Array(1 << 14), (slice, from) => {
    for (let i = 0; i < slice.length; i++) slice[i] = BigInt(from + i)
  })
  writeNpy(x, '<f4', [nodes, WIDTH], new Float32Array(WIDTH << 12), (slice, from) => {
    for (let i = 0; i < 1 << 12; i++) fillRow(slice.subarray(i * WIDTH, (i + 1) * WIDTH), from / WIDTH + i)
  })
  const handle = openSync(edges, 'w')
  for (let node = 0, text = ''; node < nodes; node++) {
    for (let k = starts[node]; k < starts[node + 1]; k++) text += `${neighbours[k]},${node}\n`
    if (text.length < 1 << 20 && node < nodes - 1) continue
    writeSync(handle, text)
    text = ''
  }
  closeSync(handle)
  const database = new Database(unfinished, number('pool') * 2 ** 20)
  const connection = new Connection(database)
  await connection.query(`CREATE NODE TABLE paper(id INT64, x FLOAT[${WIDTH}], PRIMARY KEY (id))`)
  await connection.query('CREATE REL TABLE cites(FROM paper TO paper)')
  await connection.query(`COPY paper FROM ('${ids}', '${x}') BY COLUMN`)
  await connection.query(`COPY cites FROM '${edges}'`)
  await database.close()
  for (const name of [ids, x, edges]) rmSync(name)
  renameSync(unfinished, file)
}

function memoryGraph({ edgeType, starts, neighbours }) {
  const x = new Float32Array(nodes * WIDTH)
  for (let id = 0; id < nodes; id++) fillRow(x.subarray(id * WIDTH, (id + 1) * WIDTH), id)
  return {
    nodes: [{ nodeType: 'paper', count: nodes, columns: { x: { data: x, shape: [nodes, WIDTH], dtype: 'float32' } } }],
    edges: [{ edgeType, starts, neighbours, ids: null, columns: {} }],
  }
}

/** @returns milliseconds of each kind per batch over an epoch of so many batches, and a digest of what they hold. */
function measure(loader, count) {
  const hash = createHash('sha256')
  const cost = { wall: 0, sample: 0, gather: 0, edges: 0, nodes: 0 }
  const before = process.cpuUsage()
  let hashing = 0
  let last = performance.now()
  let made = 0
  for (const batch of loader) {
    const now = performance.now()
    const { sampleMs, gatherMs, nodes, edges } = batch.statistics
    cost.wall += now - last
    cost.sample += sampleMs
    cost.gather += gatherMs
    cost.edges += edges
    cost.nodes += nodes
    const cpu = process.cpuUsage()
    hash
      .update(batch.nId)
      .update(batch.edgeIndex.data)
      .update(batch.x.data.subarray(-WIDTH * 1000))
    const { user, system } = process.cpuUsage(cpu)
    hashing += user + system
    batch.dispose()
    last = performance.now()
    if (++made === count) break
  }
  const { user, system } = process.cpuUsage(before)
  const perBatch = Object.fromEntries(Object.entries(cost).map(([name, value]) => [name, Math.round(value / count)]))
  return {
    cpu: Math.round((user + system - hashing) / 1000 / count),
    ...perBatch,
    digest: hash.digest('hex').slice(0, 12),
  }
}

const lists = readLists()
if (!existsSync(file)) await makeDatabase(lists)
const database = new Database(file, number('pool') * 2 ** 20)
const stores = getTorchGeometricRemoteBackend(database)
const common = {
  numNeighbors: options['fan-out'].split(',').map(Number),
  inputNodes: 'paper',
  batchSize: number('seeds'),
  shuffle: true,
  persistentWorkers: true,
  seed: 1,
  edgeIds: false,
}
const loaders = { memory: new NeighborLoader(memoryGraph(lists), common), database: new NeighborLoader(stores, common) }
const state = loaders.memory.state()
console.log(`${nodes} nodes, ${lists.neighbours.length} edges; per batch, milliseconds unless said otherwise:`)
for (let round = 0; round <= number('rounds'); round++) {
  const digests = new Set()
  for (const [name, loader] of Object.entries(loaders)) {
    loader.resume({ ...loader.state(), epoch: state.epoch, batch: 0 })
    const { digest, ...cost } = measure(loader, number('batches'))
    digests.add(digest)
    const figures = Object.entries(cost).map(([what, value]) => `${what} ${value}`)
    console.log(`${round === 0 ? 'warm-up' : `round ${round}`}  ${name.padEnd(8)}  ${figures.join('  ')}`)
  }
  if (digests.size !== 1) throw new Error('the database and the arrays in memory give different batches')
}
console.log('statistics of the database loader:', loaders.database.statistics())
for (const loader of Object.values(loaders)) await loader.close()
await database.close()
