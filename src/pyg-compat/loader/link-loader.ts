import { DatabaseError } from '../../errors/database-error.ts'
import type { NegativeSampling } from '../sampler/negative-sampling.ts'
import { BaseLoader } from './base-loader.ts'
import type { SamplerSpec } from './batch-sampler.ts'
import { requireKnownOptions } from './check-options.ts'
import { chooseLinks } from './choose-links.ts'
import type { CustomSampler, LinkLoaderOptions, LinkNeighborLoaderOptions } from './loader-options.ts'
import type { LoaderSource, PinnedSource } from './loader-source.ts'
import { neighborSpec } from './neighbor-spec.ts'
import { customSpec, identityOf, samplingOf } from './node-loader.ts'
import { type LoaderData, openLoaderSource } from './open-source.ts'
import type { LinkOptions } from './seeds.ts'

/** What loaders of links differ in. */
interface LinkSampling {
  sampler(source: LoaderSource, pinned: PinnedSource): SamplerSpec
  readonly timeAttr: string | undefined
  /** What decides the samples: plain data. */
  readonly identity: unknown
  readonly optionKinds: readonly 'neighbors'[]
}

class SeededLinksLoader extends BaseLoader {
  constructor(data: LoaderData, options: LinkLoaderOptions, sampling: LinkSampling) {
    requireKnownOptions(options, 'links', ...sampling.optionKinds)
    const source = openLoaderSource(data)
    const { edgeLabelIndex, edgeLabel, edgeLabelTime, inputId } = options
    const given = { edgeLabelIndex, edgeLabel, edgeLabelTime, inputId, timed: sampling.timeAttr !== undefined }
    super(source, options, {
      seeds: (pinned) => {
        const links = linkOptions(options, timeColumn(pinned, sampling.timeAttr))
        return chooseLinks(source, pinned, { ...given, options: links })
      },
      sampler: (pinned) => sampling.sampler(source, pinned),
      identity: sampling.identity,
    })
  }
}

/** Mini-batches of links and the sampled neighbourhoods of their end points, with negatives: PyG's LinkNeighborLoader. */
export class LinkNeighborLoader extends SeededLinksLoader {
  /** @throws {DatabaseError} as {@link BaseLoader}: everything that is wrong with the options. */
  constructor(data: LoaderData, options: LinkNeighborLoaderOptions) {
    super(data, options, {
      sampler: (source, pinned) => neighborSpec(source, pinned, options),
      timeAttr: options.timeAttr,
      identity: ['links', samplingOf(options)],
      optionKinds: ['neighbors'],
    })
  }
}

/** Mini-batches of links from a sampler of your own. */
export class LinkLoader extends SeededLinksLoader {
  /** @param sampler an object for numWorkers 0, a module for any number. @throws {DatabaseError} as {@link BaseLoader}. */
  constructor(data: LoaderData, sampler: CustomSampler, options: LinkLoaderOptions) {
    const spec = customSpec(sampler)
    super(data, options, { sampler: () => spec, timeAttr: undefined, identity: identityOf(spec), optionKinds: [] })
  }
}

function linkOptions(options: LinkLoaderOptions, time: string | null): LinkOptions {
  const { excludeEdges = 'none', reverseEdgeType } = options
  if (!['none', 'self', 'reverse'].includes(excludeEdges)) {
    throw invalid(`excludeEdges is 'none', 'self' or 'reverse', not ${String(excludeEdges)}.`)
  }
  const negSampling = negativesOf(options.negSampling)
  return {
    exclude: excludeEdges,
    ...(negSampling === null ? {} : { negSampling }),
    ...(reverseEdgeType === undefined ? {} : { reverseEdgeType }),
    ...(time === null ? {} : { timeColumn: time }),
  }
}

function negativesOf(given: LinkLoaderOptions['negSampling']): NegativeSampling | null {
  if (given === undefined || given === null) return null
  const negatives = typeof given === 'string' ? { mode: given } : given
  if (negatives.mode === 'binary' || negatives.mode === 'triplet') return negatives
  throw invalid(`negSampling is 'binary', 'triplet' or { mode, amount, … }, not ${JSON.stringify(given)}.`)
}

/** Negatives heed the times of nodes; where times are those of edges, they have none. */
function timeColumn({ schema }: PinnedSource, timeAttr: string | undefined): string | null {
  if (timeAttr === undefined) return null
  return schema.nodeTypes.some((type) => schema.nodeColumns(type).has(timeAttr)) ? timeAttr : null
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}
