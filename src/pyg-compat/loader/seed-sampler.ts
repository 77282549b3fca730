import type { SeedNodes } from '../sampler/sampler-options.ts'
import type { BatchSampler } from './batch-sampler.ts'
import type { SampledBatch, SeedField } from './sampled-batch.ts'
import type { NodeSeeds } from './seeds.ts'

/** Which batch, and the positions of its seeds in the seed list. */
export interface BatchTask {
  readonly epoch: number
  readonly index: number
  readonly positions: Uint32Array
}

/** Samples the batches of a loader from its seeds, in one thread. */
export interface SeedSampler {
  /** @returns the batch; its arrays are its own. @throws whatever the sampler throws. */
  sample(task: BatchTask): SampledBatch
  close(): void
}

/** Batches of nodes. */
export class NodeSeedSampler implements SeedSampler {
  readonly #sampler: BatchSampler
  readonly #seeds: NodeSeeds
  readonly #generation: number

  constructor(sampler: BatchSampler, seeds: NodeSeeds, generation: number) {
    this.#sampler = sampler
    this.#seeds = seeds
    this.#generation = generation
  }

  sample({ epoch, index, positions }: BatchTask): SampledBatch {
    const started = performance.now()
    const { nodeType, ids, times, inputIds } = this.#seeds
    const chosen = takeWords(ids, positions)
    const seedTimes = times === null ? null : takeNumbers(times, positions)
    const seeds: SeedNodes = { nodeType, ids: chosen, ...(seedTimes === null ? {} : { times: seedTimes }) }
    const subgraph = this.#sampler.sample({ seeds: [seeds], epoch, batch: index })
    const shape = [positions.length]
    const on = { nodeType }
    const reported = inputIds === null ? positions.slice() : takeWords(inputIds, positions)
    const fields: SeedField[] = [{ on, name: 'inputId', dtype: 'uint32', shape, data: reported }]
    if (seedTimes !== null) fields.push({ on, name: 'seedTime', dtype: 'float64', shape, data: seedTimes })
    return {
      epoch,
      index,
      generation: this.#generation,
      subgraph,
      seeds: [{ nodeType, count: positions.length }],
      hasBatchSize: true,
      fields,
      sampleMs: performance.now() - started,
    }
  }

  close(): void {
    this.#sampler.close?.()
  }
}

/** @returns the elements at some positions, in fresh memory of this thread. */
export function takeWords(values: Uint32Array, positions: Uint32Array): Uint32Array {
  const taken = new Uint32Array(positions.length)
  for (let i = 0; i < positions.length; i++) taken[i] = values[positions[i]!]!
  return taken
}

/** {@link takeWords} for numbers. */
export function takeNumbers(values: Float64Array, positions: Uint32Array): Float64Array {
  const taken = new Float64Array(positions.length)
  for (let i = 0; i < positions.length; i++) taken[i] = values[positions[i]!]!
  return taken
}
