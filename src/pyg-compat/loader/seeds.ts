import type { EdgeType } from '../edge-type.ts'
import type { LinkSamplerOptions } from '../sampler/link-sampler.ts'

/** Nodes that batches are grown from: all seeds of a loader, as plain data in shared memory. */
export interface NodeSeeds {
  readonly kind: 'nodes'
  readonly nodeType: string
  /** Offsets in the node table. */
  readonly ids: Uint32Array
  /** Times that replace the seeds' own. */
  readonly times: Float64Array | null
  /** What batches report as inputId; null: the position in `ids`. */
  readonly inputIds: Uint32Array | null
}

/** Links that batches are grown from. */
export interface LinkSeeds {
  readonly kind: 'links'
  readonly edgeType: EdgeType
  readonly sources: Uint32Array
  readonly targets: Uint32Array
  /** Rel ids, where links are stored edges whose parallel edges are not to be excluded with them. */
  readonly ids: Uint32Array | null
  /** The type of edgeLabel in batches is that of the array. */
  readonly labels: LinkLabels | null
  readonly times: Float64Array | null
  readonly inputIds: Uint32Array | null
  readonly options: LinkOptions
  /** Whether the sampler goes by times. */
  readonly timed: boolean
}

/** Labels of links. */
export type LinkLabels = Float32Array | Float64Array | Int32Array

/** How links are sampled, apart from what all samplers of a loader share. */
export type LinkOptions = Omit<LinkSamplerOptions, 'edgeType' | 'seed'>

/** Either kind. */
export type Seeds = NodeSeeds | LinkSeeds

/** @returns the number of seeds. */
export function seedTotal(seeds: Seeds): number {
  return seeds.kind === 'nodes' ? seeds.ids.length : seeds.sources.length
}
