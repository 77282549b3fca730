import type { Tensor } from '../pyg-compat/tensor.ts'

/**
 * What training reads of a mini-batch; the loaders' batches are such. Arrays are read during the step only: a batch may be disposed
 * as soon as the step is over.
 */
export interface TrainingBatch {
  /** [n, features] any numeric type. */
  readonly x: Tensor
  /** Labels, the seeds' first: [batchSize] at least, whole numbers from 0. */
  readonly y?: Tensor
  /** [2, edges] local ids: source (the neighbour), then target. */
  readonly edgeIndex: Tensor<'int32'>
  /** Number of seeds, which are the first nodes; null: all nodes are. */
  readonly batchSize: number | null
  /** New nodes per hop, seeds first, and edges per hop: rows and edges that a layer does not need are then left out. */
  readonly numSampledNodes: readonly number[] | null
  readonly numSampledEdges: readonly number[] | null
  /** Global ids, for messages. */
  readonly nId?: Uint32Array | null
  /** What making the batch cost, where its maker says so. */
  readonly statistics?: BatchCost
  dispose?(): void
}

/** What making one batch cost: times in milliseconds. */
export interface BatchCost {
  readonly sampleMs: number
  readonly gatherMs: number
  readonly rows: number
  readonly rowsRead: number
  readonly bytesRead: number
}
