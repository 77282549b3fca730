import { DatabaseError } from '../../errors/database-error.ts'
import { HgtSampler, type HgtSamplerOptions } from '../sampler/hgt-sampler.ts'
import { NeighborSampler } from '../sampler/neighbor-sampler.ts'
import { relationsOf } from '../sampler/relations.ts'
import type { SampledSubgraph } from '../sampler/sampled-subgraph.ts'
import type { SamplerGraph } from '../sampler/sampler-graph.ts'
import type { NeighborSamplerOptions, SampleRequest } from '../sampler/sampler-options.ts'
import type { ReportedEdges } from './batch-assembler.ts'

/**
 * Draws the subgraph of a batch, in one thread; `NeighborSampler` is one. A sampler of your own must be a function of the request (and of the graph), so
 * that batches do not depend on which worker makes them, and must number seeds first, in the order given.
 */
export interface BatchSampler {
  /** Whether each seed has a tree of its own: then links keep their end points apart. Default false. */
  readonly disjoint?: boolean
  sample(request: SampleRequest): SampledSubgraph
  close?(): void
}

/** A sampler in a module of its own, so that workers can load it. */
export interface SamplerModule {
  /** URL of the module: `new URL('./my-sampler.js', import.meta.url)`. */
  readonly module: string | URL
  /** Exported function `(graph: SamplerGraph, options) => BatchSampler`. Default 'createSampler'. */
  readonly export?: string
  /** Handed to that function; structured-cloneable. */
  readonly options?: unknown
}

/** How a thread makes its sampler: plain data, but for samplers that only live on the main thread. */
export type SamplerSpec =
  | { readonly kind: 'neighbor'; readonly options: NeighborSamplerOptions }
  | { readonly kind: 'hgt'; readonly options: HgtSamplerOptions }
  | { readonly kind: 'module'; readonly url: string; readonly name: string; readonly options: unknown }
  | { readonly kind: 'object'; readonly sampler: BatchSampler }

/** What a sampler module exports. */
export type SamplerFunction = (graph: SamplerGraph, options: unknown) => unknown

/**
 * Loads the module of a sampler in this thread.
 * @returns its function, or null where the spec names no module.
 * @throws {DatabaseError} INVALID_ARGUMENT for a module without the function.
 */
export async function loadSamplerFunction(spec: SamplerSpec): Promise<SamplerFunction | null> {
  if (spec.kind !== 'module') return null
  const exports: Record<string, unknown> = await import(spec.url)
  const create = exports[spec.name]
  if (typeof create === 'function') return create as SamplerFunction
  throw new DatabaseError('INVALID_ARGUMENT', `The sampler module ${spec.url} exports no function ${spec.name}.`)
}

/** @param module what {@link loadSamplerFunction} gave. @throws {DatabaseError} for options that do not fit the graph. */
export function createSampler(spec: SamplerSpec, graph: SamplerGraph, module: SamplerFunction | null): BatchSampler {
  switch (spec.kind) {
    case 'neighbor':
      return new NeighborSampler(graph, spec.options)
    case 'hgt':
      return new HgtSampler(graph, spec.options)
    case 'object':
      return spec.sampler
    case 'module':
      if (module !== null) return checkedSampler(module(graph, spec.options))
      throw new DatabaseError(
        'INVALID_ARGUMENT',
        'A sampler in a module needs asynchronous iteration: for await (… of loader).',
      )
  }
}

/** @returns the edge types that batches report, with the stored types behind them. */
export function reportedEdges(graph: SamplerGraph, spec: SamplerSpec): readonly ReportedEdges[] {
  if (spec.kind !== 'neighbor') return graph.edgeTypes.map((edgeType) => ({ reported: edgeType, stored: edgeType }))
  return relationsOf(graph.edgeTypes, spec.options.direction).map(({ edgeType, stored }) => {
    return { reported: edgeType, stored }
  })
}

/** @throws {DatabaseError} INVALID_ARGUMENT unless it is an object with a function `sample`. */
export function checkedSampler(sampler: unknown): BatchSampler {
  if (typeof sampler === 'object' && sampler !== null && 'sample' in sampler && typeof sampler.sample === 'function') {
    return sampler as BatchSampler
  }
  throw new DatabaseError('INVALID_ARGUMENT', 'A sampler must be an object with a function sample(request).')
}
