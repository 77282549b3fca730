import { BATCH_EDGES, BATCH_NODES, type Dataset, type DatasetEdges, type DatasetNodes } from './dataset.ts'

/** A small data set that is wholly in memory. */
export interface MemoryGraphData {
  readonly features: number
  /** [n * features] */
  readonly x: Float32Array
  readonly labels: Int32Array
  readonly splits: Uint8Array
  readonly sources: Uint32Array
  readonly targets: Uint32Array
}

/** Hands a small data set out in batches, as {@link Dataset} wants it. */
export class MemoryDataset implements Dataset {
  readonly nodeTable = 'paper'
  readonly relTable = 'cites'
  readonly hasYears = false
  readonly nodes: number
  readonly edges: number
  readonly features: number
  readonly #data: MemoryGraphData

  constructor(data: MemoryGraphData) {
    this.#data = data
    this.nodes = data.labels.length
    this.edges = data.sources.length
    this.features = data.features
  }

  async *readNodes(): AsyncGenerator<DatasetNodes> {
    const { x, labels, splits } = this.#data
    for (let first = 0; first < this.nodes; first += BATCH_NODES) {
      const end = Math.min(first + BATCH_NODES, this.nodes)
      yield {
        first,
        count: end - first,
        features: x.subarray(first * this.features, end * this.features),
        years: null,
        labels: labels.subarray(first, end),
        splits: splits.subarray(first, end),
      }
    }
  }

  async *readEdges(): AsyncGenerator<DatasetEdges> {
    const { sources, targets } = this.#data
    for (let first = 0; first < this.edges; first += BATCH_EDGES) {
      const end = Math.min(first + BATCH_EDGES, this.edges)
      yield { count: end - first, sources: sources.subarray(first, end), targets: targets.subarray(first, end) }
    }
  }

  async close(): Promise<void> {}
}
