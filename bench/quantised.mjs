// node bench/quantised.mjs [--rows 100000 --batch 6000 --batches 60 --ahead 60 --pools 75,38,19 --seeds 5]
//   [--only work|accuracy --graphs Cora,papers --columns float32,float16,int8]
// Columns of bytes and halves against floats: rows and blocks read through small pools on one trace, time of a gather from a warm pool, and test accuracy on
// Cora and on generated papers with the same seeds. Needs `npm run build -- --tests`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CITATION_FILES, DEFAULT_CITATIONS, generateCitations } from '../build/datasets/generate-citations.js'
import { loadCora } from '../build/datasets/load-cora.js'
import { Connection, Database } from '../build/src/index.js'
import { quantizeColumn } from '../build/src/pyg-compat/backend/quantize-column.js'
import { openNodeFeatures } from '../build/src/pyg-compat/features/open-node-features.js'
import { chooseBackend } from '../build/src/training/index.js'
import { halfOf, halfTable } from '../build/src/util/float16.js'
import { trainOnCora } from '../build/test/support/train-on-cora.js'
import { distinct, generator, skewed } from './random-rows.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const WIDTH = 128
const EPOCHS = 3
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    batch: { type: 'string', default: '6000' },
    batches: { type: 'string', default: '60' },
    ahead: { type: 'string', default: '60' },
    pools: { type: 'string', default: '75,38,19' },
    seeds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    graphs: { type: 'string', default: 'Cora,papers' },
    columns: { type: 'string', default: 'float32,float16,int8' },
  },
})
const number = (name) => Number(options[name])
mkdirSync(path.join(here, 'data'), { recursive: true })
const folder = mkdtempSync(path.join(here, 'data', 'quantised-'))
try {
  if (options.only !== 'accuracy') await work()
  if (options.only !== 'work') await accuracy()
} finally {
  rmSync(folder, { recursive: true })
}
process.exit()

async function work() {
  const rowCount = number('rows')
  const random = generator(7)
  const x = Float32Array.from({ length: rowCount * WIDTH }, () => random() + random() + random() - 1.5)
  const file = path.join(folder, 'papers.nisaba')
  const made = new Database(file, 256 * 2 ** 20)
  const connection = new Connection(made)
  connection.querySync('CREATE NODE TABLE paper(id INT64, PRIMARY KEY(id))')
  connection.querySync(`UNWIND range(0, ${rowCount - 1}) AS i CREATE (:paper {id: i})`)
  const [store] = made.getTorchGeometricRemoteBackend()
  store.putTensor({ data: x, shape: [rowCount, WIDTH], dtype: 'float32' }, ['paper', 'x', null])
  const columns = { float32: 'x' }
  for (const as of ['float16', 'int8']) {
    const start = performance.now()
    columns[as] = quantizeColumn(store, 'paper', 'x', `x_${as}`, as).x
    console.log(`quantizeColumn, ${as}: ${(((performance.now() - start) * 1e6) / rowCount).toFixed(0)} ns a row`)
  }
  await made.close()

  const draw = skewed(generator(5), rowCount)
  const batches = Array.from({ length: EPOCHS * number('batches') }, () => distinct(draw, number('batch')))
  const target = new Float32Array(number('batch') * WIDTH)
  console.log('pool %  column   rows read/batch, epochs 2 and 3  KiB read/batch')
  for (const share of options.pools.split(',').map(Number)) {
    for (const [name, column] of Object.entries(columns)) {
      await withSource(file, column, Math.floor((rowCount * WIDTH * 4 * share) / 100), (source) => {
        let announced = 0
        let first = null
        for (let b = 0; b < batches.length; b++) {
          if (b === number('batches')) first = source.stats()
          while (announced < Math.min(batches.length, b + number('ahead'))) source.announce(batches[announced++])
          source.gather(batches[b], target)
        }
        const { rowsRead, bytesRead } = source.stats()
        const of = (n) => n / (batches.length - number('batches'))
        const bytes = of(bytesRead - first.bytesRead) / 1024
        console.log(
          `${String(share).padStart(6)}  ${name.padEnd(8)} ${of(rowsRead - first.rowsRead)
            .toFixed(1)
            .padStart(14)} ${bytes.toFixed(0).padStart(14)}`,
        )
      })
    }
  }
  await warm(file, columns, batches, target)
}

async function warm(file, columns, batches, target) {
  const best = {}
  for (let round = 0; round < 3; round++) {
    for (const [name, column] of Object.entries(columns)) {
      await withSource(file, column, number('rows') * WIDTH * 4 + 2 ** 20, (source) => {
        for (const rows of batches) source.gather(rows, target)
        const start = performance.now()
        for (const rows of batches) source.gather(rows, target)
        const perRow = ((performance.now() - start) * 1e6) / (batches.length * number('batch'))
        best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, perRow)
      })
    }
  }
  for (const [name, ns] of Object.entries(best))
    console.log(`warm gather, ${name}: ${ns.toFixed(0)} ns a row of ${WIDTH}`)
}

async function withSource(file, column, cacheBytes, body) {
  const database = new Database(file, Math.ceil(cacheBytes * 1.3) + 32 * 2 ** 20)
  const opened = database.openSync()
  const view = opened.storage.openView()
  const snapshot = { view, catalog: opened.catalogOf(view) }
  const source = openNodeFeatures(snapshot, 'paper', column, { cacheBytes })
  body(source)
  source.close()
  view.close()
  await database.close()
}

async function accuracy() {
  await chooseBackend('wasm')
  const cora = loadCora(path.join(here, '..', 'datasets', 'cora'))
  const papers = await generatedPapers()
  for (const [name, graph, epochs] of [
    ['Cora', cora, 150],
    ['papers', papers, 40],
  ]) {
    if (!options.graphs.includes(name)) continue
    for (const [kind, x] of Object.entries(kindsOf(graph))) {
      if (!options.columns.includes(kind)) continue
      const found = []
      for (let seed = 1; seed <= number('seeds'); seed++) {
        found.push((await trainOnCora({ ...graph, x }, 'sage', seed, epochs)).accuracy * 100)
      }
      const mean = found.reduce((a, b) => a + b, 0) / found.length
      console.log(`${name}, ${kind}: ${mean.toFixed(2)} % (${found.map((a) => a.toFixed(1)).join(' ')})`)
    }
  }
}

/** What a loader would hand out of each column. */
function kindsOf({ x, features }) {
  const halves = new Float32Array(Int32Array.from(x, (value) => halfTable()[halfOf(value)]).buffer)
  const most = new Float64Array(features)
  x.forEach((value, i) => {
    most[i % features] = Math.max(most[i % features], Math.abs(value))
  })
  const scales = Float32Array.from(most, (value) => value / 127 || 1)
  const bytes = x.map((value, i) => Math.round(value / scales[i % features]) * scales[i % features])
  return { float32: x, float16: halves, int8: bytes }
}

async function generatedPapers() {
  const classes = 16
  const count = 6000
  const out = path.join(folder, 'citations')
  generateCitations(out, { papers: count, classes, meanCitations: 8 })
  const array = (file, Type) => {
    const bytes = readFileSync(path.join(out, file))
    const at = 10 + bytes.readUInt16LE(8)
    return new Type(bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + bytes.length))
  }
  const lines = readFileSync(path.join(out, CITATION_FILES.edges), 'utf8').trimEnd().split('\n')
  const edges = lines.map((line) => line.split(',').map(Number))
  const both = [...edges, ...edges.map(([citing, cited]) => [cited, citing])]
  const part = (from, to) => Int32Array.from({ length: to - from }, (_, i) => from + i)
  return {
    nodes: count,
    features: DEFAULT_CITATIONS.features,
    classes,
    x: array(CITATION_FILES.features, Float32Array),
    y: Int32Array.from(array(CITATION_FILES.labels, Float32Array)),
    edgeIndex: Int32Array.from([...both.map(([source]) => source), ...both.map(([, target]) => target)]),
    train: part(0, 600),
    validation: part(600, 1100),
    test: part(1100, 3100),
  }
}
