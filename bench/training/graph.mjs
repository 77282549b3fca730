// The graph of the experiment: generated, loaded into a database, and once more as plain arrays for the baseline. Made once per size, in steps that are kept.
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const FEATURES = 128
const MEAN_CITATIONS = 15
/** Share of the papers that are trained on, as in ogbn-papers100M. */
const TRAIN_SHARE = 0.011

/** Ways to follow citations: from the cited to the citing papers, as PyG samples them, and both ways. */
export const DIRECTIONS = ['in', 'both']

/** @returns where everything about the graph of this size lies, after making what is missing. */
export async function prepareGraph(root, papers, log) {
  const folder = path.join(root, 'data', `training-${papers}`)
  mkdirSync(folder, { recursive: true })
  const { existingCitations, generateCitations } = await import('../../dist/generate-citations.js')
  const options = { papers, features: FEATURES, meanCitations: MEAN_CITATIONS }
  if (existingCitations(folder, options) === undefined) {
    log(`generating ${papers} papers`)
    generateCitations(folder, options)
  }
  const database = path.join(folder, 'graph.db')
  await step(database, log, () => load(`${database}.part`, folder, log))
  await step(arrayFile(folder, 'ids'), log, () => exportArrays(database, folder))
  return { folder, database, papers }
}

export function arrayFile(folder, name) {
  return path.join(folder, `${name}.u32`)
}

/** Seeds: papers drawn by a multiplicative hash of their number, so that they lie everywhere. */
export function trainingSeeds(papers) {
  const limit = TRAIN_SHARE * 2 ** 32
  const seeds = []
  for (let paper = 0; paper < papers; paper++) if (Math.imul(paper, 0x9e3779b1) >>> 0 < limit) seeds.push(paper)
  return Uint32Array.from(seeds)
}

/** Makes `file` by way of `file.part`, so that what was cut off is made again. */
async function step(file, log, make) {
  if (existsSync(file)) return
  log(`making ${path.basename(file)}`)
  await make()
  if (existsSync(`${file}.part`)) renameSync(`${file}.part`, file)
}

async function load(file, folder, log) {
  const { Connection, Database } = await import('../../dist/index.js')
  const database = new Database(file, 2 ** 30)
  const connection = new Connection(database)
  const place = (name) => `"${path.join(folder, name)}"`
  for (const text of [
    'CREATE NODE TABLE paper(id INT64, x FLOAT[128], year INT64, y FLOAT, PRIMARY KEY (id))',
    'CREATE REL TABLE cites (FROM paper TO paper, MANY_MANY)',
    `COPY paper FROM (${['ids', 'node_feat', 'node_year', 'node_label'].map((name) => place(`${name}.npy`)).join(', ')}) BY COLUMN`,
    `COPY cites FROM ${place('edge_index.csv')}`,
  ]) {
    const started = performance.now()
    await connection.query(text)
    log(`${text.slice(0, 40)}…: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }
  await connection.close()
  await database.close()
}

/** Sources of each paper's in-edges, in the order in which the database lists them: the baseline then draws the same samples. */
async function exportArrays(file, folder) {
  const { Database } = await import('../../dist/index.js')
  const database = new Database(file, { bufferPoolSize: 2 ** 30, readOnly: true })
  const [, graph] = database.getTorchGeometricRemoteBackend()
  const attr = { edgeType: ['paper', 'cites', 'paper'], layout: 'csc' }
  const [sources, starts] = graph.getEdgeIndex(attr)
  writeFileSync(arrayFile(folder, 'starts'), starts)
  writeFileSync(arrayFile(folder, 'neighbours'), sources)
  writeFileSync(arrayFile(folder, 'ids'), graph.getEdgeIds(attr))
  await database.close()
}

/** Reads a file of 32-bit elements, or the body of an .npy file, into shared memory. */
export function readShared(file, bodyAt = 0) {
  const bytes = statSync(file).size - bodyAt
  const memory = new Uint8Array(new SharedArrayBuffer(bytes))
  const fd = openSync(file, 'r')
  for (let at = 0; at < bytes; ) at += readSync(fd, memory, at, Math.min(1 << 26, bytes - at), bodyAt + at)
  closeSync(fd)
  return memory.buffer
}
