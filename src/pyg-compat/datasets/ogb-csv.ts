import { DatabaseError } from '../../errors/database-error.ts'
import { BATCH_EDGES, BATCH_NODES, type Dataset, type DatasetEdges, type DatasetNodes, NO_LABEL } from './dataset.ts'
import type { NumberLines } from './number-lines.ts'
import { badNode, RawFolder } from './raw-folder.ts'

/** What distinguishes the data sets that OGB publishes as text. */
export interface OgbCsvForm {
  readonly nodeTable: string
  readonly relTable: string
  /** Folder of the split's lists. */
  readonly split: string
  /** Edges stand once in the file and mean both directions. */
  readonly symmetric: boolean
}

/** ogbn-arxiv: citations, with years. */
export const OGB_ARXIV: OgbCsvForm = { nodeTable: 'paper', relTable: 'cites', split: 'time', symmetric: false }
/** ogbn-products: pairs of products that are bought together. */
export const OGB_PRODUCTS: OgbCsvForm = {
  nodeTable: 'product',
  relTable: 'bought_with',
  split: 'sales_ranking',
  symmetric: true,
}

/**
 * A data set that OGB publishes as compressed text: raw/edge.csv.gz, node-feat.csv.gz, node-label.csv.gz, num-node-list.csv.gz,
 * num-edge-list.csv.gz, node_year.csv.gz (where there are years), and lists of ids in split/.
 * @throws {DatabaseError} IO for a file that is missing, BAD_FILE.
 */
export async function openOgbCsv(folder: string, form: OgbCsvForm): Promise<Dataset> {
  const raw = new RawFolder(folder)
  const file = (name: string) => raw.require(`raw/${name}.csv.gz`, `raw/${name}.csv`, `${name}.csv.gz`, `${name}.csv`)
  const [nodes, edges] = [await one(raw, file('num-node-list')), await one(raw, file('num-edge-list'))]
  const years = raw.find('raw/node_year.csv.gz', 'raw/node_year.csv', 'node_year.csv.gz', 'node_year.csv')
  const splits = await raw.splits(nodes, [`split/${form.split}`, 'split', '.'])
  const features = await columnsOf(raw, file('node-feat'), nodes)
  const files = { features: file('node-feat'), labels: file('node-label'), edges: file('edge'), years }
  return new OgbCsv(raw, form, files, { nodes, edges, features }, splits)
}

interface Files {
  readonly features: string
  readonly labels: string
  readonly edges: string
  readonly years: string | null
}

class OgbCsv implements Dataset {
  readonly nodeTable: string
  readonly relTable: string
  readonly nodes: number
  readonly edges: number
  readonly features: number
  readonly hasYears: boolean
  readonly #raw: RawFolder
  readonly #files: Files
  readonly #symmetric: boolean
  readonly #splits: Uint8Array

  constructor(
    raw: RawFolder,
    form: OgbCsvForm,
    files: Files,
    counts: { readonly nodes: number; readonly edges: number; readonly features: number },
    splits: Uint8Array,
  ) {
    this.nodeTable = form.nodeTable
    this.relTable = form.relTable
    this.nodes = counts.nodes
    this.edges = counts.edges * (form.symmetric ? 2 : 1)
    this.features = counts.features
    this.hasYears = files.years !== null
    this.#raw = raw
    this.#files = files
    this.#symmetric = form.symmetric
    this.#splits = splits
  }

  async *readNodes(): AsyncGenerator<DatasetNodes> {
    const { features: featureFile, labels: labelFile, years: yearFile } = this.#files
    const features = this.#raw.numbers(featureFile)
    const labels = this.#raw.numbers(labelFile)
    const years = yearFile === null ? null : this.#raw.numbers(yearFile)
    const numbers = new Float64Array(BATCH_NODES * this.features)
    const batch = {
      features: new Float32Array(numbers.length),
      ints: [new Int32Array(BATCH_NODES), new Int32Array(BATCH_NODES)],
    }
    for (let first = 0; first < this.nodes; first += BATCH_NODES) {
      const count = Math.min(BATCH_NODES, this.nodes - first)
      const part = numbers.subarray(0, count * this.features)
      await fill(features, part, featureFile)
      batch.features.set(part)
      const label = await ints(labels, batch.ints[0]!.subarray(0, count), labelFile)
      const year = years === null ? null : await ints(years, batch.ints[1]!.subarray(0, count), yearFile!)
      const rows = batch.features.subarray(0, part.length)
      yield {
        first,
        count,
        features: rows,
        years: year,
        labels: label,
        splits: this.#splits.subarray(first, first + count),
      }
    }
  }

  async *readEdges(): AsyncGenerator<DatasetEdges> {
    const lines = this.#raw.numbers(this.#files.edges)
    const pairs = new Float64Array(2 * (BATCH_EDGES >> 1))
    const sources = new Uint32Array(BATCH_EDGES)
    const targets = new Uint32Array(BATCH_EDGES)
    for (let length = pairs.length; length === pairs.length; ) {
      length = await lines.read(pairs)
      let count = 0
      for (let k = 0; k + 1 < length; k += 2) {
        sources[count] = this.#node(pairs[k]!)
        targets[count++] = this.#node(pairs[k + 1]!)
        if (!this.#symmetric) continue
        sources[count] = targets[count - 1]!
        targets[count] = sources[count - 1]!
        count++
      }
      if (count > 0) yield { count, sources: sources.subarray(0, count), targets: targets.subarray(0, count) }
    }
  }

  async close(): Promise<void> {}

  #node(id: number): number {
    if (id >= 0 && id < this.nodes && Number.isInteger(id)) return id
    throw badNode(this.#files.edges, id, this.nodes)
  }
}

async function fill(lines: NumberLines, target: Float64Array, file: string): Promise<void> {
  const count = await lines.read(target)
  if (count === target.length) return
  throw new DatabaseError('BAD_FILE', `Error in file ${file}: it ends too early.`, { facts: { file } })
}

async function ints(lines: NumberLines, target: Int32Array, file: string): Promise<Int32Array> {
  const numbers = new Float64Array(target.length)
  await fill(lines, numbers, file)
  for (let k = 0; k < target.length; k++) target[k] = Number.isNaN(numbers[k]!) ? NO_LABEL : numbers[k]!
  return target
}

/** @returns the sum of a short list: OGB counts nodes and edges graph by graph, and there is one graph. */
async function one(raw: RawFolder, file: string): Promise<number> {
  const numbers = new Float64Array(16)
  const lines = raw.numbers(file)
  const count = await lines.read(numbers)
  await lines.close()
  if (count === 1 && Number.isInteger(numbers[0]!)) return numbers[0]!
  throw new DatabaseError('BAD_FILE', `Error in file ${file}: one number is expected.`, { facts: { file } })
}

/** @returns the number of columns: that of the numbers on the first line. */
async function columnsOf(raw: RawFolder, file: string, nodes: number): Promise<number> {
  const bytes = raw.bytes(file)
  let commas = 0
  for (let piece = await bytes.next(); piece !== null && nodes > 0; piece = await bytes.next()) {
    const end = piece.indexOf(10)
    for (const byte of end < 0 ? piece : piece.subarray(0, end)) if (byte === 44) commas++
    if (end >= 0) break
  }
  await bytes.close()
  return commas + 1
}
