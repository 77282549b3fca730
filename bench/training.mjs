// The story's experiment: training from a database with pools of several sizes, against the same loader over arrays in memory. See README.md.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { dropCaches, runPoint } from './training/confine.mjs'
import { diskRate } from './training/disk-rate.mjs'
import { arrayFile, DIRECTIONS, FEATURES, prepareGraph } from './training/graph.mjs'
import { slowdownPlot } from './training/plot.mjs'
import { reportOf } from './training/report.mjs'
import { beladyReads, lruReads } from './training/simulate.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const { values: options } = parseArgs({
  options: {
    papers: { type: 'string', default: '4000000' },
    pools: { type: 'string', default: '113,75,38,19' },
    seeds: { type: 'string', default: '42,1152' },
    directions: { type: 'string', default: DIRECTIONS.join(',') },
    steps: { type: 'string', default: 'none,fixed' },
    workers: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '3' },
    batches: { type: 'string', default: '100000' },
    keep: { type: 'boolean', default: false },
    results: { type: 'string', default: path.join(here, 'TRAINING.md') },
  },
})
const list = (text) => text.split(',').filter(Boolean)
const papers = Number(options.papers)
const ROW_BYTES = FEATURES * 4
const FAN_OUT = [12, 12, 12]
/** What the process needs besides pool and topology, by the terms. */
const ALLOWANCE = 400 * 2 ** 20
/** The story's training step, and its batch. */
const STEP_MS = 240
const STEP_SEEDS = 1152
const log = (text) => process.stderr.write(`${text}\n`)

const graph = await prepareGraph(here, papers, log)
const featureBytes = papers * ROW_BYTES
/** The database's lists take a little more than plain arrays: pages are not always full. */
const LISTS_SHARE = 1.05
/** Rows on their way, and frames that the pool keeps free. */
const WORKING_BYTES = 32 << 20
/** The topology budget: lists of both directions are read where citations are followed both ways. */
const topologyBytes = (direction) => {
  const lists = ['neighbours', 'starts'].reduce((sum, name) => sum + statSync(arrayFile(graph.folder, name)).size, 0)
  return Math.ceil((direction === 'both' ? 2 * lists : lists) * LISTS_SHARE) + WORKING_BYTES
}
const caches = dropCaches()

const curve = citationCurve()
const plot = options.results.replace(/\.md$/, '.svg')
const kept = options.results.replace(/\.md$/, '.json')
/** Sections with what was measured, also of earlier runs where they are to be kept. */
const sections = options.keep && existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')).sections : []
for (const direction of list(options.directions)) {
  for (const seeds of list(options.seeds).map(Number)) await measure(direction, seeds)
}
log(`wrote ${options.results}`)

/** Writes what there is so far: a long run that is cut off has not been for nothing. */
function report() {
  const about = aboutMachine()
  writeFileSync(kept, `${JSON.stringify({ papers, about, sections }, null, 1)}\n`)
  writeFileSync(plot, slowdownPlot(sections))
  writeFileSync(
    options.results,
    reportOf({ sections, papers, featureBytes, caches, about, plot: path.basename(plot), curve }),
  )
}

/** All points of one direction and batch size. */
async function measure(direction, seeds) {
  const trace = path.join(graph.folder, 'trace.u32')
  rmSync(trace, { force: true })
  const base = {
    ...graph,
    direction,
    seeds,
    fanOut: FAN_OUT,
    epochs: Number(options.epochs),
    batches: Number(options.batches),
    workers: Number(options.workers),
  }
  const traced = await run({ ...base, source: 'memory', step: 'none', trace }, null)
  const simulated = simulate(readTrace(trace), traced)
  rmSync(trace, { force: true })
  const section = sectionFor(direction, seeds)
  for (const name of list(options.steps)) {
    const step = name === 'fixed' ? (STEP_MS * seeds) / STEP_SEEDS : name
    const memory = await run({ ...base, source: 'memory', step }, null)
    if (memory.check !== traced.check) throw new Error('the baseline gave other batches than before')
    section.rows = section.rows.filter((row) => row.step !== name)
    section.rows.push({ step: name, pool: null, result: memory })
    for (const { percent, ...best } of simulated) {
      const cacheBytes = Math.floor((featureBytes * percent) / 100)
      const poolBytes = cacheBytes + topologyBytes(direction)
      const before = await diskRate(graph.database)
      const result = await run({ ...base, source: 'database', step, poolBytes, cacheBytes }, poolBytes + ALLOWANCE)
      const after = await diskRate(graph.database)
      if (result.check !== memory.check) throw new Error(`a pool of ${percent} % gave other batches than the baseline`)
      const disk = { perSecond: (before.perSecond + after.perSecond) / 2, direct: before.direct && after.direct }
      section.rows.push({ step: name, pool: percent, result, disk, ...best })
      report()
    }
  }
}

function sectionFor(direction, seeds) {
  const known = sections.find((section) => section.direction === direction && section.seeds === seeds)
  if (known !== undefined) return known
  const section = { direction, seeds, rows: [], topologyBytes: topologyBytes(direction) }
  sections.push(section)
  return section
}

/** @returns what the best and the usual cache of each pool's size read per batch, epoch by epoch. */
function simulate(batches, { epochs }) {
  const perEpoch = epochs.map(({ batches: count }) => count)
  return list(options.pools).map((percent) => {
    const capacity = Math.floor((featureBytes * Number(percent)) / 100 / ROW_BYTES)
    const belady = byEpoch(beladyReads(batches, papers, capacity), perEpoch)
    return { percent: Number(percent), belady, lru: byEpoch(lruReads(batches, papers, capacity), perEpoch) }
  })
}

async function run(point, limitBytes) {
  dropCaches()
  const result = await runPoint(point, limitBytes)
  const what = `${point.direction}, ${point.seeds} seeds, step ${point.step}, ${point.source} ${point.cacheBytes ?? ''}`
  log(
    `${what}: ${result.epochs.map(({ msPerBatch, rowsRead }) => `${msPerBatch.toFixed(1)} ms, ${rowsRead.toFixed(0)} read`).join('; ')}`,
  )
  return result
}

/** @returns the shares of all citations that the most cited 1, 5, 10, 20 and 50 % of the papers get. */
function citationCurve() {
  const bytes = readFileSync(arrayFile(graph.folder, 'starts'))
  const starts = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  const degrees = Uint32Array.from({ length: papers }, (_, i) => starts[i + 1] - starts[i])
    .sort()
    .reverse()
  const share = (percent) => degrees.subarray(0, (papers * percent) / 100).reduce((sum, n) => sum + n, 0)
  return [1, 5, 10, 20, 50].map((percent) => share(percent) / starts[papers])
}

function readTrace(file) {
  const bytes = readFileSync(file)
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  const batches = []
  for (let at = 0; at < words.length; at += words[at] + 1) batches.push(words.subarray(at + 1, at + 1 + words[at]))
  return batches
}

/** Mean reads per batch, epoch by epoch. */
function byEpoch(reads, perEpoch) {
  let at = 0
  return perEpoch.map((count) => {
    const part = reads.slice(at, at + count)
    at += count
    return part.reduce((sum, n) => sum + n, 0) / count
  })
}

function aboutMachine() {
  const [cpu] = os.cpus()
  const { version } = JSON.parse(readFileSync(path.join(here, '..', 'package.json'), 'utf8'))
  const memory = `${Math.round(os.totalmem() / 2 ** 30)} GiB`
  return `${cpu.model}, ${os.cpus().length} cores, ${memory}, ${os.type()} ${os.release()}; Node ${process.version}; nisaba ${version}; ${new Date().toISOString().slice(0, 10)}; load average ${os.loadavg()[0].toFixed(1)} at the end`
}
