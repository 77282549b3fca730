import type { FanOut } from '../../src/pyg-compat/sampler/fan-out.ts'
import { MemoryGraph } from '../../src/pyg-compat/sampler/memory-graph.ts'
import { NeighborSampler } from '../../src/pyg-compat/sampler/neighbor-sampler.ts'
import { SeededRandom } from '../../src/training/seeded-random.ts'
import type { TrainingBatch } from '../../src/training/training-batch.ts'

/** A small graph in memory. */
export interface ArrayGraph {
  readonly nodes: number
  readonly features: number
  readonly x: Float32Array
  readonly y: Int32Array
  /** [2, E] sources, then targets. */
  readonly edgeIndex: Int32Array
}

/** Options of {@link SampledBatches}. */
export interface SampledBatchesOptions {
  readonly numNeighbors: FanOut
  readonly batchSize: number
  readonly shuffle?: boolean
  readonly seed?: number
  /** Where to go on: what state gave. */
  readonly state?: { readonly epoch: number; readonly batch: number }
}

/** The graph as samplers read it. */
export function memoryGraphOf(graph: ArrayGraph): MemoryGraph {
  const edges = graph.edgeIndex.length / 2
  return new MemoryGraph(
    [{ nodeType: 'node', count: graph.nodes }],
    [
      {
        edgeType: ['node', 'to', 'node'],
        sources: Uint32Array.from(graph.edgeIndex.subarray(0, edges)),
        targets: Uint32Array.from(graph.edgeIndex.subarray(edges)),
      },
    ],
  )
}

/** A loader in twenty lines: each iteration is an epoch of batches sampled from arrays. */
export class SampledBatches {
  readonly #graph: ArrayGraph
  readonly #seeds: Int32Array
  readonly #options: SampledBatchesOptions
  readonly #sampler: NeighborSampler
  #epoch: number
  #batch: number

  constructor(graph: ArrayGraph, seeds: Int32Array, options: SampledBatchesOptions) {
    this.#graph = graph
    this.#seeds = seeds
    this.#options = options
    this.#sampler = new NeighborSampler(memoryGraphOf(graph), {
      numNeighbors: options.numNeighbors,
      seed: options.seed ?? 0,
    })
    this.#epoch = options.state?.epoch ?? 0
    this.#batch = options.state?.batch ?? 0
  }

  state(): { epoch: number; batch: number } {
    return { epoch: this.#epoch, batch: this.#batch }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<TrainingBatch> {
    const order = this.#order()
    const { batchSize } = this.#options
    while (this.#batch * batchSize < order.length) {
      const at = this.#batch * batchSize
      const batch = this.#make(order.slice(at, at + batchSize))
      this.#batch++
      yield batch
    }
    this.#epoch++
    this.#batch = 0
  }

  #order(): Uint32Array {
    const order = Uint32Array.from(this.#seeds)
    if (this.#options.shuffle !== true) return order
    const random = new SeededRandom((this.#options.seed ?? 0) * 1000 + this.#epoch)
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random.uniform() * (i + 1))
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    return order
  }

  #make(ids: Uint32Array): TrainingBatch {
    const { x, y, features } = this.#graph
    const sampled = this.#sampler.sample({
      seeds: [{ nodeType: 'node', ids }],
      epoch: this.#epoch,
      batch: this.#batch,
    })
    const nodes = sampled.nodes[0]!
    const edges = sampled.edges[0]!
    const rows = new Float32Array(nodes.ids.length * features)
    nodes.ids.forEach((id, i) => {
      rows.set(x.subarray(id * features, (id + 1) * features), i * features)
    })
    return {
      x: { data: rows, shape: [nodes.ids.length, features], dtype: 'float32' },
      y: { data: Int32Array.from(ids, (id) => y[id]!), shape: [ids.length], dtype: 'int32' },
      edgeIndex: { data: edges.edgeIndex, shape: [2, edges.edgeIndex.length / 2], dtype: 'int32' },
      batchSize: ids.length,
      nId: nodes.ids,
      numSampledNodes: nodes.perHop,
      numSampledEdges: edges.perHop,
    }
  }
}
