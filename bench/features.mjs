// Gathering rows of FLOAT[128]: from plain arrays and from a warm pool, one thread; then through small pools, against row-LRU and full Belady on the same trace
// and the disk's rate of random reads. Options:
//   --rows 400000 --batch 6000 --batches 60 --ahead 60 --pools 113,75,38,19 --threads 16 --rounds 7 --build ../build --only warm
// Rows are wanted by skew, the tenth most wanted about half of the time, in shuffled order. The file's pages are dropped from the system's cache before each
// epoch (Linux); what an epoch reads twice may still come from there, so confine the process to be sure.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { distinct, generator, skewed } from './random-rows.mjs'
import { diskRate } from './training/disk-rate.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const WIDTH = 128
const EPOCHS = 3

await main()

async function main() {
  const { values: options } = parseArgs({
    options: {
      rows: { type: 'string', default: '400000' },
      batch: { type: 'string', default: '6000' },
      batches: { type: 'string', default: '60' },
      ahead: { type: 'string', default: '60' },
      pools: { type: 'string', default: '113,75,38,19' },
      threads: { type: 'string', default: '16' },
      rounds: { type: 'string', default: '7' },
      build: { type: 'string', default: path.join(here, '..', 'build') },
      data: { type: 'string', default: path.join(here, 'data') },
      only: { type: 'string', default: '' },
    },
  })
  const number = (name) => Number(options[name])
  const load = (file) => import(pathToFileURL(path.resolve(options.build, file)).href)
  const { Connection, Database } = await load('src/index.js')
  const { openDatabaseFeatures } = await load('src/pyg-compat/features/database-feature-source.js')
  const { MemoryFeatureSource } = await load('src/pyg-compat/features/memory-feature-source.js')
  const { writeNpy } = await load('datasets/file-writers.js')
  const rowCount = number('rows')
  mkdirSync(options.data, { recursive: true })
  const file = path.join(options.data, `features-${rowCount}.nisaba`)
  if (!existsSync(file)) await makeDatabase({ Connection, Database, writeNpy }, file, rowCount)

  const random = generator(5)
  const draw = skewed(random, rowCount)
  const batch = () => distinct(draw, number('batch'))
  if (options.only !== 'pools') await warm(batch)
  if (options.only !== 'warm') await pools(Array.from({ length: EPOCHS * number('batches') }, batch))

  /** Opens the features through a pool of so many bytes beside what else is needed. */
  async function withSource(cacheBytes, body) {
    const database = new Database(file, Math.ceil(cacheBytes * 1.3) + 32 * 2 ** 20)
    const opened = database.openSync()
    const view = opened.storage.openView()
    const snapshot = { view, catalog: opened.catalogOf(view) }
    const source = openDatabaseFeatures(snapshot, 'paper', 'x', { cacheBytes, ioThreads: number('threads') })
    await body(source)
    source.close()
    view.close()
    await database.close()
  }

  async function warm(batch) {
    const data = new Float32Array(rowCount * WIDTH)
    for (let i = 0; i < data.length; i++) data[i] = featureOf(Math.floor(i / WIDTH), i % WIDTH)
    const memory = new MemoryFeatureSource(data, 'float32', [WIDTH])
    await withSource(rowCount * WIDTH * 4 + 2 ** 20, (source) => {
      const all = Uint32Array.from({ length: rowCount }, (_, i) => i)
      for (let from = 0; from < rowCount; from += 20_000) {
        const rows = all.slice(from, from + 20_000)
        source.gather(rows, new Float32Array(rows.length * WIDTH))
      }
      const { rowsRead } = source.stats()
      const target = new Float32Array(number('batch') * WIDTH)
      const times = { plain: [], memory: [], database: [] }
      for (let round = 0; round < number('rounds') + 2; round++) {
        const batches = Array.from({ length: 5 }, batch)
        const way = {
          plain: (rows) => {
            for (let k = 0; k < rows.length; k++) {
              const at = rows[k] * WIDTH
              target.set(data.subarray(at, at + WIDTH), k * WIDTH)
            }
          },
          memory: (rows) => memory.gather(rows, target),
          database: (rows) => source.gather(rows, target),
        }
        for (const [name, gather] of Object.entries(way)) {
          const start = performance.now()
          for (const rows of batches) gather(rows)
          if (round > 1) times[name].push((performance.now() - start) / batches.length)
        }
        check(batches.at(-1), target)
      }
      const rate = (name) => number('batch') / 1000 / median(times[name])
      for (const name of Object.keys(times)) {
        console.log(
          `warm, ${name.padEnd(9)} ${rate(name).toFixed(2)} M rows/s  ${(rate('plain') / rate(name)).toFixed(2)} x plain arrays' time`,
        )
      }
      if (source.stats().rowsRead !== rowsRead) throw new Error('a warm gather read from the file')
    })
  }

  async function pools(batches) {
    dropCache(file)
    const { perSecond: rate } = await diskRate(file)
    console.log(`disk: ${Math.round(rate)} reads of 4 KiB a second at depth 32`)
    const perEpoch = number('batches')
    const target = new Float32Array(number('batch') * WIDTH)
    console.log('pool %  epoch  rows read/batch  x Belady  x LRU  ms/batch  x (Belady reads / disk rate)')
    for (const share of options.pools.split(',').map(Number)) {
      const capacity = Math.floor((rowCount * share) / 100)
      const best = beladyReads(batches, capacity, rowCount)
      const lru = lruReads(batches, capacity)
      await withSource(Math.min(capacity, rowCount) * WIDTH * 4, (source) => {
        let announced = 0
        for (let epoch = 0; epoch < EPOCHS; epoch++) {
          dropCache(file)
          const before = source.stats().rowsRead
          const start = performance.now()
          for (let b = epoch * perEpoch; b < (epoch + 1) * perEpoch; b++) {
            while (announced < Math.min(batches.length, b + number('ahead'))) source.announce(batches[announced++])
            source.gather(batches[b], target)
            if (b % 16 === 0) check(batches[b], target)
          }
          const ms = (performance.now() - start) / perEpoch
          const of = (reads) => sum(reads.slice(epoch * perEpoch, (epoch + 1) * perEpoch)) / perEpoch
          const reads = (source.stats().rowsRead - before) / perEpoch
          const ideal = (of(best) / rate) * 1000
          const ratio = (a, b) => (b === 0 ? '-' : (a / b).toFixed(2)).padStart(8)
          console.log(
            `${String(share).padStart(6)} ${String(epoch + 1).padStart(6)} ${reads.toFixed(0).padStart(16)} ${ratio(reads, of(best))} ${ratio(reads, of(lru))} ${ms.toFixed(1).padStart(8)} ${ratio(ms, ideal)}`,
          )
        }
      })
    }
  }
}

async function makeDatabase({ Connection, Database, writeNpy }, file, rowCount) {
  const features = `${file}.x.npy`
  const ids = `${file}.id.npy`
  writeNpy(features, '<f4', [rowCount, WIDTH], pieces(rowCount))
  writeNpy(ids, '<i8', [rowCount], [BigInt64Array.from({ length: rowCount }, (_, i) => BigInt(i))])
  const database = new Database(file, 256 * 2 ** 20)
  const connection = new Connection(database)
  await connection.query(`CREATE NODE TABLE paper(id INT64, x FLOAT[${WIDTH}], PRIMARY KEY(id))`)
  await connection.query(`COPY paper FROM ('${ids}', '${features}') BY COLUMN`)
  await connection.close()
  await database.close()
  rmSync(features)
  rmSync(ids)
}

function* pieces(rowCount) {
  const piece = new Float32Array(1000 * WIDTH)
  for (let row = 0; row < rowCount; row += 1000) {
    const rows = Math.min(1000, rowCount - row)
    for (let i = 0; i < rows * WIDTH; i++) piece[i] = featureOf(row + Math.floor(i / WIDTH), i % WIDTH)
    yield piece.subarray(0, rows * WIDTH)
  }
}

function featureOf(row, k) {
  return Math.fround(row + k / 256)
}

function check(rows, target) {
  for (let k = 0; k < rows.length; k++) {
    for (const i of [0, 77, WIDTH - 1]) {
      if (target[k * WIDTH + i] !== featureOf(rows[k], i)) throw new Error(`wrong element ${i} of row ${rows[k]}`)
    }
  }
}

/** Rows that the best of all caches reads, per batch: what is wanted soonest is kept (L. A. Belady, 1966). */
function beladyReads(batches, capacity, rowCount) {
  const next = batches.map((rows) => new Int32Array(rows.length))
  const seen = new Int32Array(rowCount).fill(batches.length)
  for (let b = batches.length - 1; b >= 0; b--) {
    batches[b].forEach((row, k) => {
      next[b][k] = seen[row]
      seen[row] = b
    })
  }
  const use = new Map() // cached rows and their next use
  return batches.map((rows, b) => {
    let reads = 0
    for (let k = 0; k < rows.length; k++) {
      if (!use.has(rows[k])) reads++
      use.set(rows[k], next[b][k])
    }
    if (use.size <= capacity) return reads
    const counts = new Int32Array(batches.length + 1)
    for (const when of use.values()) counts[when]++
    let last = batches.length
    let surplus = use.size - capacity
    while (surplus > counts[last]) surplus -= counts[last--]
    for (const [row, when] of use) if (when > last || (when === last && surplus-- > 0)) use.delete(row)
    return reads
  })
}

function lruReads(batches, capacity) {
  const kept = new Map()
  return batches.map((rows) => {
    let reads = 0
    for (const row of rows) {
      if (!kept.delete(row)) reads++
      kept.set(row, true)
      if (kept.size > capacity) kept.delete(kept.keys().next().value)
    }
    return reads
  })
}

function dropCache(file) {
  spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' })
}

function sum(numbers) {
  return numbers.reduce((total, n) => total + n, 0)
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
}
