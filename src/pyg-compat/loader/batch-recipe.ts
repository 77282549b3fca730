import { BatchAssembler } from './batch-assembler.ts'
import { createSampler, reportedEdges, type SamplerFunction, type SamplerSpec } from './batch-sampler.ts'
import type { FeaturePlan } from './feature-plan.ts'
import { LinkSeedSampler } from './link-seed-sampler.ts'
import { NodeSeedSampler, type SeedSampler } from './seed-sampler.ts'
import type { Seeds } from './seeds.ts'
import type { ThreadSource } from './thread-source.ts'

/** How batches are made from one snapshot: plain data (unless the sampler is an object), the same for all threads. */
export interface BatchRecipe {
  /** Counts the snapshots of a loader, from 1. */
  readonly generation: number
  readonly commitNumber: number
  /** Key of all random numbers. */
  readonly seed: number
  readonly seeds: Seeds
  readonly sampler: SamplerSpec
  readonly plan: FeaturePlan
}

/**
 * @param module the function of the sampler's module, if it has one.
 * @returns what samples batches in this thread.
 * @throws {DatabaseError} for options that do not fit the graph.
 */
export function openSampling(source: ThreadSource, recipe: BatchRecipe, module: SamplerFunction | null): SeedSampler {
  const { seeds, generation } = recipe
  const sampler = createSampler(recipe.sampler, source.graph, module)
  if (seeds.kind === 'nodes') return new NodeSeedSampler(sampler, seeds, generation)
  return new LinkSeedSampler(sampler, source.graph, { seeds, generation, seed: recipe.seed })
}

/** @returns what joins features in this thread. @throws {DatabaseError} UNKNOWN_PROPERTY, NOT_SUPPORTED. */
export function openAssembler(source: ThreadSource, { plan, sampler, commitNumber }: BatchRecipe): BatchAssembler {
  return new BatchAssembler(source, { plan, edges: reportedEdges(source.graph, sampler), commitNumber })
}
