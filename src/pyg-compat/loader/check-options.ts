import { DatabaseError } from '../../errors/database-error.ts'
import type { EngineSettings } from './batch-engine.ts'
import type { OrderOptions } from './epoch-order.ts'
import type { LoaderOptions } from './loader-options.ts'

/** Memory for batches that are sampled ahead of reading their features. */
const LOOK_AHEAD_BYTES = 64 << 20

/** @returns how seeds are cut into batches. @throws {DatabaseError} INVALID_ARGUMENT naming the option. */
export function orderOptions(options: LoaderOptions): OrderOptions {
  const { batchSize = 1, shuffle = false, dropLast = false, seed = 0, sampler, batchSampler } = options
  requireWhole(batchSize, 1, 'batchSize')
  if (!Number.isSafeInteger(seed)) throw invalid(`seed is a whole number, not ${String(seed)}.`)
  if (sampler !== undefined && shuffle) throw invalid('sampler decides the order: leave shuffle out.')
  if (batchSampler !== undefined) {
    const other = (['batchSize', 'shuffle', 'sampler', 'dropLast'] as const).find((name) => options[name] !== undefined)
    if (other !== undefined) throw invalid(`batchSampler decides the batches: leave ${other} out.`)
  }
  return { batchSize, shuffle, dropLast, seed }
}

/** @param isMemory whether features are in memory. @throws {DatabaseError} INVALID_ARGUMENT naming the option. */
export function engineSettings(options: LoaderOptions, isMemory: boolean): EngineSettings {
  const { numWorkers = 0, prefetchFactor = 2, consistency = 'epoch', lookAhead = {} } = options
  requireWhole(numWorkers, 0, 'numWorkers')
  requireWhole(prefetchFactor, 1, 'prefetchFactor')
  if (!['epoch', 'batch', 'latest'].includes(consistency)) {
    throw invalid(`consistency is 'epoch', 'batch' or 'latest', not ${String(consistency)}.`)
  }
  // in memory nothing is gained by knowing the future, but workers want something to do
  const { batches = isMemory ? Math.max(1, 2 * numWorkers) : Number.POSITIVE_INFINITY, bytes = LOOK_AHEAD_BYTES } =
    lookAhead
  if (!(batches >= 1)) throw invalid(`lookAhead.batches is at least 1, not ${String(batches)}.`)
  if (!(bytes >= 0)) throw invalid(`lookAhead.bytes is at least 0, not ${String(bytes)}.`)
  return { consistency, numWorkers, lookAhead: { batches, bytes }, prefetch: prefetchFactor * Math.max(1, numWorkers) }
}

function requireWhole(value: number, least: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw invalid(`${name} is a whole number of at least ${least}, not ${String(value)}.`)
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}
