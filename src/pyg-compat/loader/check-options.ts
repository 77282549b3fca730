import { DatabaseError } from '../../errors/database-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { EngineSettings } from './batch-engine.ts'
import type { OrderOptions } from './epoch-order.ts'
import type {
  HGTLoaderOptions,
  LinkNeighborLoaderOptions,
  LoaderOptions,
  NeighborLoaderOptions,
} from './loader-options.ts'

/** Memory for batches that are sampled ahead of reading their features. */
const LOOK_AHEAD_BYTES = 64 << 20

type OptionName = keyof (NeighborLoaderOptions & LinkNeighborLoaderOptions & HGTLoaderOptions)

const OF_ALL: readonly OptionName[] = [
  'batchSampler',
  'batchSize',
  'columns',
  'consistency',
  'dropLast',
  'edgeColumns',
  'impute',
  'cacheBytes',
  'inputId',
  'labels',
  'lookAhead',
  'numWorkers',
  'persistentWorkers',
  'prefetchFactor',
  'sampler',
  'seed',
  'shuffle',
  'state',
  'transform',
]

/** Names of the options of each kind: a misspelt one would be ignored in silence otherwise. */
export const OPTION_NAMES = {
  nodes: ['inputNodes', 'inputTime'],
  links: ['edgeLabel', 'edgeLabelIndex', 'edgeLabelTime', 'excludeEdges', 'negSampling', 'reverseEdgeType'],
  neighbors: [
    'direction',
    'disjoint',
    'edgeIds',
    'labor',
    'mapBudgetBytes',
    'numNeighbors',
    'replace',
    'subgraphType',
    'temporalStrategy',
    'timeAttr',
    'weightAttr',
    'where',
  ],
  hgt: ['edgeIds', 'maxDegree', 'numSamples'],
} as const satisfies Record<string, readonly OptionName[]>

/** @throws {DatabaseError} INVALID_ARGUMENT for an option that no such loader has, with the nearest name; for options that are no object. */
export function requireKnownOptions(options: object, ...kinds: (keyof typeof OPTION_NAMES)[]): void {
  if (typeof options !== 'object' || options === null) throw invalid('The options of a loader are an object.')
  const known: readonly string[] = [...OF_ALL, ...kinds.flatMap((kind) => OPTION_NAMES[kind] as readonly OptionName[])]
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const camel = unknown.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase())
  throw invalid(`Unknown option ${unknown} of a loader.${didYouMean(camel, known)}`)
}

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
