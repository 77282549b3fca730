import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PairWriter } from '../src/io/pair-writer.ts'
import { writeNpy } from './file-writers.ts'
import { Random, shuffle } from './random.ts'

/** Size and seed of a generated citation graph. The same options give the same bytes on every machine. */
export interface CitationOptions {
  readonly papers: number
  /** Numbers per paper in node_feat.npy. */
  readonly features: number
  /** Mean number of papers that a paper cites. */
  readonly meanCitations: number
  readonly classes: number
  readonly seed: number
}

export const DEFAULT_CITATIONS: CitationOptions = {
  papers: 100_000,
  features: 128,
  meanCitations: 15,
  classes: 16,
  seed: 1,
}

/** Names of the files in the folder. */
export const CITATION_FILES = {
  ids: 'ids.npy',
  features: 'node_feat.npy',
  years: 'node_year.npy',
  labels: 'node_label.npy',
  edges: 'edge_index.csv',
} as const

/** What was generated. */
export interface CitationSummary {
  readonly options: CitationOptions
  readonly citations: number
  /** Bytes of all files together. */
  readonly bytes: number
}

/** How far the generator is: `done` of `total` papers of one file. */
export interface CitationProgress {
  readonly file: string
  readonly done: number
  readonly total: number
}

const SUMMARY_FILE = 'summary.json'
/** Raised when the same options begin to give other bytes. */
const GENERATOR_VERSION = 1
const FIRST_YEAR = 1990
const YEARS = 31
const CHUNK_ROWS = 8192

/** Share of citations that stay inside the class, beyond those that do by chance. */
const HOMOPHILY = 0.7
/** Share of citations that must go to an older paper, where one can be found. */
const BACKWARDS = 0.9
/** The most cited tenth of each class, and the share of draws that are made among it only: gives it 60 % of all citations. */
const HOT_PART = 0.1
const HOT_DRAWS = 0.56
const MAX_CITATIONS = 300
/**
 * Length of a class's mean feature vector, where the noise has variance 1 in each direction. At 1 the best classifier of features
 * alone is right for about a quarter of the papers (16 classes); the mean over 15 mostly like-minded neighbours is right for most.
 */
const CLASS_SIGNAL = 1

/** Independent streams of random numbers, so that the files do not depend on each other's length. */
const STREAM = { order: 0, labels: 1, means: 2, noise: 3, popularity: 4, citations: 5 } as const

/**
 * Generates a citation graph into a folder: ids.npy (i8, 0..n-1), node_feat.npy (f4 [n, features]), node_year.npy (i8, 1990..2020),
 * node_label.npy (f4, the class) and edge_index.csv (citing,cited, no header, in order of publication). See README.md for the model.
 * Memory: 13 bytes per paper and a few buffers, whatever the number of features and citations.
 * @param progress called several times per file.
 * @throws {RangeError} for options that make no graph.
 */
export function generateCitations(
  folder: string,
  options: Partial<CitationOptions> = {},
  progress: (state: CitationProgress) => void = () => {},
): CitationSummary {
  const full = { ...DEFAULT_CITATIONS, ...options }
  checkOptions(full)
  mkdirSync(folder, { recursive: true })
  const summaryPath = path.join(folder, SUMMARY_FILE)
  rmSync(summaryPath, { force: true })
  const graph = new CitationModel(full)
  const { papers, features } = full
  const place = (file: string) => path.join(folder, file)
  const column = (
    file: string,
    type: string,
    shape: number[],
    fill: FillChunk,
    make: (length: number) => Chunk,
  ): number => writeNpy(place(file), type, shape, chunks(file, papers, fill, make, progress))
  let bytes = 0
  bytes += column(CITATION_FILES.ids, '<i8', [papers], fillIds, (n) => new BigInt64Array(n))
  bytes += column(CITATION_FILES.years, '<i8', [papers], graph.fillYears, (n) => new BigInt64Array(n))
  bytes += column(CITATION_FILES.labels, '<f4', [papers], graph.fillLabels, (n) => new Float32Array(n))
  const matrix = (n: number) => new Float32Array(n * features)
  bytes += column(CITATION_FILES.features, '<f4', [papers, features], graph.featureFiller(), matrix)
  const edges = writeCitations(place(CITATION_FILES.edges), graph, progress)
  const summary = { options: full, citations: edges.citations, bytes: bytes + edges.bytes }
  writeFileSync(summaryPath, `${JSON.stringify({ version: GENERATOR_VERSION, ...summary })}\n`)
  return summary
}

/** @returns the summary of what lies in a folder if it is complete and was made with these options, otherwise undefined. */
export function existingCitations(folder: string, options: Partial<CitationOptions> = {}): CitationSummary | undefined {
  const summaryPath = path.join(folder, SUMMARY_FILE)
  if (!existsSync(summaryPath)) return undefined
  const { version, ...summary } = JSON.parse(readFileSync(summaryPath, 'utf8')) as CitationSummary & { version: number }
  const wanted = JSON.stringify({ ...DEFAULT_CITATIONS, ...options })
  const complete = Object.values(CITATION_FILES).every((file) => existsSync(path.join(folder, file)))
  return version === GENERATOR_VERSION && complete && JSON.stringify(summary.options) === wanted ? summary : undefined
}

function checkOptions({ papers, features, meanCitations, classes, seed }: CitationOptions): void {
  const counts = { papers, features, classes }
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} must be a positive whole number, not ${value}`)
  }
  if (papers < classes || papers > 0xffff_fff0)
    throw new RangeError(`cannot make ${papers} papers of ${classes} classes`)
  if (classes > 256) throw new RangeError(`at most 256 classes, not ${classes}`)
  if (!(meanCitations >= 0) || meanCitations > 100)
    throw new RangeError(`meanCitations must be in 0..100, not ${meanCitations}`)
  if (!Number.isInteger(seed)) throw new RangeError(`seed must be a whole number, not ${seed}`)
}

type Chunk = BigInt64Array<ArrayBuffer> | Float32Array<ArrayBuffer>
/** Fills a chunk with the rows of papers [first, first + count). */
type FillChunk = (chunk: Chunk, first: number, count: number) => void

function* chunks(
  file: string,
  rows: number,
  fill: FillChunk,
  make: (length: number) => Chunk,
  progress: (state: CitationProgress) => void,
): Generator<Chunk> {
  for (let first = 0; first < rows; first += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - first)
    const chunk = make(count)
    fill(chunk, first, count)
    yield chunk
    progress({ file, done: first + count, total: rows })
  }
}

function fillIds(chunk: Chunk, first: number, count: number): void {
  for (let i = 0; i < count; i++) chunk[i] = BigInt(first + i)
}

/** Who was published when, in which class, and how popular it is: everything that more than one file depends on. */
class CitationModel {
  readonly options: CitationOptions
  /** Papers in order of publication. Ids say nothing about age. */
  readonly byAge: Uint32Array
  /** Position of each paper in that order. */
  readonly ageOf: Uint32Array
  readonly classOf: Uint8Array
  /** Papers class by class, the most popular first; class c is [classStart[c], classStart[c + 1]). */
  readonly byClass: Uint32Array
  readonly classStart: Uint32Array

  constructor(options: CitationOptions) {
    const { papers, classes, seed } = options
    this.options = options
    this.byAge = Uint32Array.from({ length: papers }, (_, i) => i)
    shuffle(this.byAge, new Random(seed, STREAM.order))
    this.ageOf = new Uint32Array(papers)
    for (let age = 0; age < papers; age++) this.ageOf[this.byAge[age]!] = age
    const labels = new Random(seed, STREAM.labels)
    this.classOf = new Uint8Array(papers)
    for (let paper = 0; paper < papers; paper++) this.classOf[paper] = labels.below(classes)
    this.classStart = new Uint32Array(classes + 1)
    this.byClass = this.#groupByClass()
  }

  /** Papers of a year grow with time: the rank of a paper in its era is the square of the time passed. */
  readonly fillYears = (chunk: Chunk, first: number, count: number): void => {
    for (let i = 0; i < count; i++) {
      const passed = Math.sqrt(this.ageOf[first + i]! / this.options.papers)
      chunk[i] = BigInt(FIRST_YEAR + Math.floor(passed * YEARS))
    }
  }

  readonly fillLabels = (chunk: Chunk, first: number, count: number): void => {
    for (let i = 0; i < count; i++) chunk[i] = this.classOf[first + i]!
  }

  /** @returns what fills feature rows; the chunks must be asked for in order. */
  featureFiller(): FillChunk {
    const { features, seed } = this.options
    const means = this.#classMeans()
    const noise = new Random(seed, STREAM.noise)
    const normals = normalTable(noise)
    return (chunk, first, count) => {
      for (let i = 0, at = 0; i < count; i++) {
        const mean = this.classOf[first + i]! * features
        for (let f = 0; f < features; f += 2) {
          const bits = noise.bits()
          chunk[at++] = means[mean + f]! + normals[bits & 0xffff]!
          if (f + 1 < features) chunk[at++] = means[mean + f + 1]! + normals[bits >>> 16]!
        }
      }
    }
  }

  #classMeans(): Float64Array {
    const { classes, features, seed } = this.options
    const random = new Random(seed, STREAM.means)
    const means = new Float64Array(classes * features)
    for (let c = 0; c < classes; c++) {
      const mean = means.subarray(c * features, (c + 1) * features)
      for (let f = 0; f < features; f++) mean[f] = random.normal()
      const scale = CLASS_SIGNAL / Math.hypot(...mean)
      for (let f = 0; f < features; f++) mean[f]! *= scale
    }
    return means
  }

  #groupByClass(): Uint32Array {
    const { papers, classes, seed } = this.options
    const popularity = Uint32Array.from({ length: papers }, (_, i) => i)
    shuffle(popularity, new Random(seed, STREAM.popularity))
    for (const label of this.classOf) this.classStart[label + 1]!++
    for (let c = 0; c < classes; c++) this.classStart[c + 1]! += this.classStart[c]!
    const next = this.classStart.slice()
    const grouped = new Uint32Array(papers)
    for (const paper of popularity) grouped[next[this.classOf[paper]!]!++] = paper
    return grouped
  }
}

/** 65,536 normally distributed numbers of mean 0 and variance 1: drawing from them is ten times faster than making each. */
function normalTable(random: Random): Float64Array {
  const table = new Float64Array(1 << 16)
  // In pairs of opposite sign, so that the mean is exactly 0.
  for (let i = 0; i < table.length; i += 2) {
    table[i] = random.normal()
    table[i + 1] = -table[i]!
  }
  const scale = Math.sqrt(table.length / table.reduce((sum, x) => sum + x * x, 0))
  return table.map((x) => x * scale)
}

function writeCitations(
  file: string,
  model: CitationModel,
  progress: (state: CitationProgress) => void,
): { citations: number; bytes: number } {
  const { papers, meanCitations, classes, seed } = model.options
  const random = new Random(seed, STREAM.citations)
  const writer = new PairWriter(file)
  const cited = new Uint32Array(MAX_CITATIONS)
  let citations = 0
  for (let age = 0; age < papers; age++) {
    const paper = model.byAge[age]!
    const wanted = Math.min(MAX_CITATIONS, papers - 1, Math.floor(-Math.log(1 - random.unit()) * (meanCitations + 0.5)))
    let count = 0
    for (let i = 0; i < wanted; i++) {
      const label = random.unit() < HOMOPHILY ? model.classOf[paper]! : random.below(classes)
      const target = drawTarget(model, random, label, age)
      if (target === paper || cited.subarray(0, count).includes(target)) continue
      cited[count++] = target
      writer.write(paper, target)
    }
    citations += count
    if (age % CHUNK_ROWS === 0 || age === papers - 1)
      progress({ file: CITATION_FILES.edges, done: age + 1, total: papers })
  }
  return { citations, bytes: writer.close() }
}

/** @returns a paper of a class, popular ones more often, usually one that is older than `age`. */
function drawTarget(model: CitationModel, random: Random, label: number, age: number): number {
  const start = model.classStart[label]!
  const size = model.classStart[label + 1]! - start
  if (size === 0) return model.byAge[random.below(model.byAge.length)]!
  let tries = random.unit() < BACKWARDS ? 8 : 1
  let target: number
  do {
    const u = random.unit()
    const position = random.unit() < HOT_DRAWS ? u * u * HOT_PART * size : u * size
    target = model.byClass[start + Math.floor(position)]!
  } while (--tries > 0 && model.ageOf[target]! >= age)
  return target
}
