import { DatabaseError } from '../../errors/database-error.ts'
import { BaseLoader } from './base-loader.ts'
import { checkedSampler, type SamplerSpec } from './batch-sampler.ts'
import { requireKnownOptions } from './check-options.ts'
import { chooseSeeds } from './choose-seeds.ts'
import type { CustomSampler, HGTLoaderOptions, NeighborLoaderOptions, NodeLoaderOptions } from './loader-options.ts'
import type { LoaderSource, PinnedSource } from './loader-source.ts'
import { neighborSpec } from './neighbor-spec.ts'
import { type LoaderData, openLoaderSource } from './open-source.ts'

/** What loaders of nodes differ in. */
interface NodeSampling {
  sampler(source: LoaderSource, pinned: PinnedSource): SamplerSpec
  readonly disjoint: boolean
  readonly timed: boolean
  /** What decides the samples: plain data. */
  readonly identity: unknown
  readonly optionKinds: readonly ('neighbors' | 'hgt')[]
}

class SeededNodesLoader extends BaseLoader {
  constructor(data: LoaderData, options: NodeLoaderOptions, sampling: NodeSampling) {
    requireKnownOptions(options, 'nodes', ...sampling.optionKinds)
    const source = openLoaderSource(data)
    const { inputNodes, inputTime, inputId } = options
    if (inputTime !== undefined && !sampling.timed) {
      throw new DatabaseError('INVALID_ARGUMENT', 'inputTime needs timeAttr.')
    }
    const choice = { inputNodes, inputTime, inputId, allowRepeats: sampling.disjoint }
    super(source, options, {
      seeds: (pinned) => chooseSeeds(source, pinned, choice),
      sampler: (pinned) => sampling.sampler(source, pinned),
      identity: sampling.identity,
    })
  }
}

/**
 * Mini-batches of nodes and their sampled neighbourhoods: PyG's NeighborLoader, over a database or a graph in memory.
 *
 *     const loader = new NeighborLoader([featureStore, graphStore], {
 *       numNeighbors: [12, 12, 12],
 *       inputNodes: { query: 'MATCH (p:paper) WHERE p.year < 2018 RETURN p' },
 *       batchSize: 1152, shuffle: true, numWorkers: 2,
 *     })
 *     for await (const batch of loader) { …; batch.dispose() }
 */
export class NeighborLoader extends SeededNodesLoader {
  /** @throws {DatabaseError} as {@link BaseLoader}: everything that is wrong with the options. */
  constructor(data: LoaderData, options: NeighborLoaderOptions) {
    const timed = options.timeAttr !== undefined
    super(data, options, {
      sampler: (source, pinned) => neighborSpec(source, pinned, options),
      disjoint: options.disjoint === true || timed,
      timed,
      identity: ['neighbor', samplingOf(options)],
      optionKinds: ['neighbors'],
    })
  }
}

/** Mini-batches with about as many nodes of every type: PyG's HGTLoader. */
export class HGTLoader extends SeededNodesLoader {
  /** @throws {DatabaseError} as {@link BaseLoader}. */
  constructor(data: LoaderData, options: HGTLoaderOptions) {
    const { numSamples, maxDegree, edgeIds, seed = 0, edgeColumns } = options
    const withEdgeIds = edgeColumns === undefined ? (edgeIds ?? true) : true
    const sampler = { numSamples, seed, withEdgeIds, ...(maxDegree === undefined ? {} : { maxDegree }) }
    super(data, options, {
      sampler: () => ({ kind: 'hgt', options: sampler }),
      disjoint: false,
      timed: false,
      identity: ['hgt', sampler],
      optionKinds: ['hgt'],
    })
  }
}

/** Mini-batches of nodes from a sampler of your own. */
export class NodeLoader extends SeededNodesLoader {
  /** @param sampler an object for numWorkers 0, a module for any number. @throws {DatabaseError} as {@link BaseLoader}. */
  constructor(data: LoaderData, sampler: CustomSampler, options: NodeLoaderOptions) {
    const spec = customSpec(sampler)
    const disjoint = spec.kind === 'object' && spec.sampler.disjoint === true
    const identity = identityOf(spec)
    super(data, options, { sampler: () => spec, disjoint, timed: true, identity, optionKinds: [] })
  }
}

/** @returns the spec of a sampler that the user brings. @throws {DatabaseError} INVALID_ARGUMENT. */
export function customSpec(sampler: CustomSampler): SamplerSpec {
  if (typeof sampler !== 'object' || sampler === null || !('module' in sampler)) {
    return { kind: 'object', sampler: checkedSampler(sampler) }
  }
  return {
    kind: 'module',
    url: String(sampler.module),
    name: sampler.export ?? 'createSampler',
    options: sampler.options,
  }
}

/** @returns what tells custom samplers apart in the state of a loader. */
export function identityOf(spec: SamplerSpec): unknown {
  return spec.kind === 'module' ? ['module', spec.name, spec.options] : [spec.kind]
}

/** @returns the options that decide which neighbours are drawn. */
export function samplingOf(options: Omit<NeighborLoaderOptions, 'inputNodes'>): unknown {
  const { numNeighbors, replace, subgraphType, disjoint, temporalStrategy, timeAttr, weightAttr } = options
  const { direction, where, labor } = options
  const pyg = { numNeighbors, replace, subgraphType, disjoint, temporalStrategy, timeAttr, weightAttr }
  return { ...pyg, direction, where, labor }
}
