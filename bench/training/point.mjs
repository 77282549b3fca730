// One point of the experiment, in a process of its own: loads batches of some epochs, with nothing, a step of fixed length or real training in between.
import { appendFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { arrayFile, FEATURES, readShared, trainingSeeds } from './graph.mjs'

const CLASSES = 16
/** The npy files of the generator have a header of this length: one block of 64 bytes, twice. */
const NPY_HEADER = 128

const point = JSON.parse(process.argv[2])
const { NeighborLoader } = await import('../../dist/pyg.js')

const anonymous = () => Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? 0) * 1024
let peakBytes = 0
setInterval(() => {
  peakBytes = Math.max(peakBytes, anonymous())
}, 20).unref()

function openMemory() {
  const { folder, papers, direction } = point
  const features = new Float32Array(readShared(path.join(folder, 'node_feat.npy'), NPY_HEADER))
  const labels = new Float32Array(readShared(path.join(folder, 'node_label.npy'), NPY_HEADER))
  if (features.length !== papers * FEATURES || labels.length !== papers)
    throw new Error('an .npy file has another header')
  const words = (name) => new Uint32Array(readShared(arrayFile(folder, name)))
  const x = { data: features, shape: [papers, FEATURES], dtype: 'float32' }
  const y = { data: labels, shape: [papers], dtype: 'float32' }
  const lists = { starts: words('starts'), neighbours: words('neighbours') }
  // ids are needed to turn the lists round in the order of the database
  const ids = direction === 'both' ? words('ids') : null
  const edges = { edgeType: ['paper', 'cites', 'paper'], ...lists, ids, columns: {} }
  return {
    data: { nodes: [{ nodeType: 'paper', count: papers, columns: { x, y } }], edges: [edges] },
    close: () => {},
  }
}

async function openDatabase() {
  const { Database } = await import('../../dist/index.js')
  const database = new Database(point.database, { bufferPoolSize: point.poolBytes, readOnly: true })
  const stores = database.getTorchGeometricRemoteBackend()
  return { data: stores, close: () => database.close() }
}

/** @returns what happens to a batch, and how long it took in copying and in training. */
async function makeStep() {
  const { step } = point
  if (step === 'none') return () => ({ copyMs: 0, trainMs: 0 })
  if (typeof step === 'number') {
    return async () => {
      await new Promise((resolve) => setTimeout(resolve, step)) // a device that works by itself
      return { copyMs: 0, trainMs: step }
    }
  }
  const { chooseBackend, LayeredModel, Trainer } = await import('../../dist/training.js')
  const backend = await chooseBackend()
  const model = new LayeredModel({ kind: 'sage', inputs: FEATURES, hidden: 64, outputs: CLASSES, layers: 3 })
  const trainer = new Trainer(model, { backend, learningRate: 0.01 })
  return (batch) => trainer.step(batch)
}

const source = point.source === 'memory' ? openMemory() : await openDatabase()
const step = await makeStep()
const loader = new NeighborLoader(source.data, {
  numNeighbors: point.fanOut,
  direction: point.direction,
  inputNodes: ['paper', trainingSeeds(point.papers)],
  batchSize: point.seeds,
  shuffle: true,
  numWorkers: point.workers,
  persistentWorkers: true,
  edgeIds: false,
  ...(point.cacheBytes === undefined ? {} : { cacheBytes: point.cacheBytes }),
})

/** A number that tells other batches apart: ids and features, sampled. */
let check = 0
function look(batch) {
  const ids = batch.node('paper').nId
  const { data } = batch.node('paper').x
  for (let k = 0; k < ids.length; k += 97)
    check = (Math.imul(check, 31) + ids[k] + Math.round(data[k * FEATURES] * 1024)) | 0
  if (point.trace === undefined) return
  appendFileSync(point.trace, Uint32Array.of(ids.length))
  appendFileSync(point.trace, Uint32Array.from(ids))
}

const epochs = []
for (let epoch = 0; epoch < point.epochs; epoch++) {
  const before = loader.statistics()
  const totals = { batches: 0, copyMs: 0, trainMs: 0 }
  const started = performance.now()
  for await (const batch of loader) {
    look(batch)
    const { copyMs, trainMs } = await step(batch)
    totals.copyMs += copyMs
    totals.trainMs += trainMs
    totals.batches++
    batch.dispose()
    if (totals.batches === point.batches) break
  }
  const ms = performance.now() - started
  const after = loader.statistics()
  const delta = (key) => (after[key] - before[key]) / totals.batches
  epochs.push({
    batches: totals.batches,
    copyMs: totals.copyMs / totals.batches,
    trainMs: totals.trainMs / totals.batches,
    msPerBatch: ms / totals.batches,
    sampleMs: delta('sampleMs'),
    gatherMs: delta('gatherMs'),
    waitMs: delta('waitMs'),
    rows: delta('rows'),
    edges: delta('edges'),
    rowsRead: delta('rowsRead'),
    bytesRead: delta('bytesRead'),
  })
}
await loader.close()
await source.close()
process.send({ epochs, check, peakBytes })
