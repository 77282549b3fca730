import { DatabaseError } from '../errors/database-error.ts'
import { seedsOf } from './batch-tensors.ts'
import type { GraphModel } from './models/graph-model.ts'
import type { TrainingBatch } from './training-batch.ts'

/** Bytes of the largest tensor of a pass over the batch: features, or rows that a layer reads, aggregates or makes. */
function largestTensorBytes(model: GraphModel, batch: TrainingBatch): number {
  const counts = batch.numSampledNodes
  const nodes = batch.x.shape[0]!
  let largest = nodes * model.inputs
  for (let l = 0; l < model.layerCount; l++) {
    // Rows that layer l makes: the nodes within layerCount - l - 1 hops of the seeds.
    const rows = counts === null ? nodes : counts.slice(0, model.layerCount - l).reduce((a, b) => a + b, 0)
    const read = l === 0 ? model.inputs : model.widthOf(l - 1)
    largest = Math.max(largest, rows * Math.max(read, model.widthOf(l)))
  }
  return 4 * largest
}

/**
 * Refuses a batch one of whose tensors would not fit the device, before any of them is made.
 * @throws {DatabaseError} OUT_OF_MEMORY naming the batch size that would fit: rows grow at most in proportion to the seeds.
 */
export function checkDeviceSize(model: GraphModel, batch: TrainingBatch, maxTensorBytes: number): void {
  const bytes = largestTensorBytes(model, batch)
  if (bytes <= maxTensorBytes) return
  const seeds = seedsOf(batch)
  const fitting = Math.floor((seeds * maxTensorBytes) / bytes)
  const megabytes = (n: number) => `${Math.ceil(n / 2 ** 20)} MiB`
  const advice =
    fitting > 0 ? `a batch size of ${fitting} would fit` : 'not even a single seed fits; sample fewer neighbours'
  const text = `A batch of ${seeds} seeds needs a tensor of ${megabytes(bytes)}; the device holds ${megabytes(maxTensorBytes)}: ${advice}.`
  throw new DatabaseError('OUT_OF_MEMORY', text, { facts: { bytes, limit: maxTensorBytes, batchSize: fitting } })
}
