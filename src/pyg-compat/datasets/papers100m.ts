import { DatabaseError } from '../../errors/database-error.ts'
import { BATCH_EDGES, BATCH_NODES, type Dataset, type DatasetEdges, type DatasetNodes, NO_LABEL } from './dataset.ts'
import type { NpyStream } from './npy-stream.ts'
import { NpzArchive } from './npz-archive.ts'
import { badNode, RawFolder } from './raw-folder.ts'

/**
 * ogbn-papers100M as OGB publishes it: raw/data.npz with edge_index [2, E], node_feat [N, 128] (float16 or float32), node_year [N, 1];
 * raw/node-label.npz with node_label [N, 1], NaN where a paper has none; split/time/*.csv.gz. The archives are read as streams: edge_index by two at
 * once, since the sources of all edges stand before all targets.
 */
export async function openPapers100M(folder: string): Promise<Dataset> {
  const raw = new RawFolder(folder)
  const data = await NpzArchive.open(raw.require('raw/data.npz', 'data.npz'))
  const labels = await NpzArchive.open(raw.require('raw/node-label.npz', 'node-label.npz'))
  const [edges, features] = [await shapeOf(data, 'edge_index'), await shapeOf(data, 'node_feat')]
  if (edges.length !== 2 || edges[0] !== 2 || features.length !== 2) {
    const text = `Error in file ${data.path}: edge_index is [${edges.join(', ')}], node_feat [${features.join(', ')}]; two dimensions each are expected.`
    throw new DatabaseError('BAD_FILE', text, { facts: { file: data.path } })
  }
  const splits = await raw.splits(features[0]!, ['split/time', 'split', '.'])
  return new Papers100M(data, labels, features[0]!, features[1]!, edges[1]!, splits)
}

class Papers100M implements Dataset {
  readonly nodeTable = 'paper'
  readonly relTable = 'cites'
  readonly nodes: number
  readonly features: number
  readonly edges: number
  readonly hasYears: boolean
  readonly #data: NpzArchive
  readonly #labels: NpzArchive
  readonly #splits: Uint8Array

  constructor(
    data: NpzArchive,
    labels: NpzArchive,
    nodes: number,
    features: number,
    edges: number,
    splits: Uint8Array,
  ) {
    this.#data = data
    this.#labels = labels
    this.nodes = nodes
    this.features = features
    this.edges = edges
    this.#splits = splits
    this.hasYears = data.has('node_year')
  }

  async *readNodes(): AsyncGenerator<DatasetNodes> {
    const features = await this.#data.array('node_feat')
    const years = this.hasYears ? await this.#data.array('node_year') : null
    const labels = await this.#labels.array(this.#labels.has('node_label') ? 'node_label' : this.#labels.names[0]!)
    const batch = {
      features: new Float32Array(BATCH_NODES * this.features),
      years: new Int32Array(BATCH_NODES),
      labels: new Int32Array(BATCH_NODES),
    }
    for (let first = 0; first < this.nodes; first += BATCH_NODES) {
      const count = Math.min(BATCH_NODES, this.nodes - first)
      const part = {
        features: batch.features.subarray(0, count * this.features),
        years: batch.years.subarray(0, count),
        labels: batch.labels.subarray(0, count),
      }
      await features.readFloats(part.features)
      await years?.readInts(part.years)
      await labels.readInts(part.labels, NO_LABEL)
      const splits = this.#splits.subarray(first, first + count)
      yield { first, count, ...part, years: years === null ? null : part.years, splits }
    }
    for (const stream of [features, years, labels]) await stream?.close()
  }

  async *readEdges(): AsyncGenerator<DatasetEdges> {
    const sources = await this.#data.array('edge_index')
    const targets = await this.#data.array('edge_index')
    await targets.skip(this.edges)
    const batch = { sources: new Uint32Array(BATCH_EDGES), targets: new Uint32Array(BATCH_EDGES) }
    for (let first = 0; first < this.edges; first += BATCH_EDGES) {
      const count = Math.min(BATCH_EDGES, this.edges - first)
      const part = { sources: batch.sources.subarray(0, count), targets: batch.targets.subarray(0, count) }
      await sources.readInts(part.sources)
      await targets.readInts(part.targets)
      this.#check(part.sources)
      this.#check(part.targets)
      yield { count, ...part }
    }
    await sources.close()
    await targets.close()
  }

  async close(): Promise<void> {
    this.#data.close()
    this.#labels.close()
  }

  #check(ids: Uint32Array): void {
    for (let k = 0; k < ids.length; k++) if (ids[k]! >= this.nodes) throw badNode(this.#data.path, ids[k]!, this.nodes)
  }
}

async function shapeOf(archive: NpzArchive, name: string): Promise<readonly number[]> {
  const stream: NpyStream = await archive.array(name)
  await stream.close()
  return stream.shape
}
