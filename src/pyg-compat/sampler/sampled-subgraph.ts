import type { EdgeType } from '../edge-type.ts'

/** Sampled nodes of one type, in order of discovery, seeds first. Position in `ids` is the local id. */
export interface SampledNodes {
  readonly nodeType: string
  /** [n] offsets in the node table. */
  readonly ids: Uint32Array
  /** [n] index of the seed whose tree holds the node; null unless disjoint. */
  readonly batch: Uint32Array | null
  /** New nodes per hop, element 0 = seeds; null for bidirectional and induced subgraphs. */
  readonly perHop: readonly number[] | null
}

/** Sampled edges of one type. They point towards the seeds: row = the sampled neighbour, col = the node it was drawn for. */
export interface SampledEdges<Index = Int32Array> {
  readonly edgeType: EdgeType
  /** [2, e] local ids, row-major: e source positions, then e target positions. */
  readonly edgeIndex: Index
  /** [e] rel ids; null when they were not asked for. */
  readonly ids: Uint32Array | null
  /** Edges per hop; null for bidirectional and induced subgraphs. */
  readonly perHop: readonly number[] | null
}

/**
 * One sampled subgraph. The arrays belong to the caller. Node types and edge types that got nothing are present and empty.
 */
export interface SampledSubgraph<Index = Int32Array> {
  readonly nodes: readonly SampledNodes[]
  readonly edges: readonly SampledEdges<Index>[]
}
