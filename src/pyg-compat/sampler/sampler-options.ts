import type { RowBitset } from '../../storage/read-view.ts'
import type { EdgeType } from '../edge-type.ts'
import type { FanOut } from './fan-out.ts'

/**
 * Which edges of a stored type lead to neighbours.
 * 'in': sources of a node's in-edges (PyG's way). 'out': targets of its out-edges; they are reported under the reverse type [target, 'rev_' + relation,
 * source], so that rows still are the sampled neighbours. 'both': between nodes of one type the in-edges followed by the out-edges as one list, reported
 * under the type itself (a symmetrised graph, in which a loop is listed twice); between two types the same as 'in' and, under the reverse type, 'out'.
 */
export type SampleDirection = 'in' | 'out' | 'both'

/** What of the graph goes into a batch: the drawn edges, these and their reverses, or all edges among the sampled nodes. */
export type SubgraphType = 'directional' | 'bidirectional' | 'induced'

/** Sampling in time: a neighbour is admissible when its time is not later than the time of the seed whose tree is grown. */
export interface TimeOptions {
  /** Whether `column` is one of the neighbour nodes or of the edges. Types that have no such column are always admissible. */
  readonly on: 'node' | 'edge'
  readonly column: string
  /** Which of the admissible: any, or the most recent. Default 'uniform'. */
  readonly strategy?: 'uniform' | 'last'
}

/** How neighbours are drawn. */
export interface NeighborSamplerOptions {
  readonly numNeighbors: FanOut
  /** Key of all random numbers: an integer. Default 0. */
  readonly seed?: number
  /** Draw with replacement: always the fan-out, also from shorter lists. Default false. */
  readonly replace?: boolean
  /** One separate tree per seed. Sampling in time always is. Default false. */
  readonly disjoint?: boolean
  /** Default 'directional'. */
  readonly subgraphType?: SubgraphType
  /** Column of edges that draws are in proportion to; not together with `time` or `labor`. Types that have no such column draw uniformly. */
  readonly weightColumn?: string
  readonly time?: TimeOptions
  /** One direction, or one by 'src__rel__dst' of the stored types. Default 'in'. */
  readonly direction?: SampleDirection | Readonly<Record<string, SampleDirection>>
  /** By node type: only neighbours whose bit is set are drawn. Seeds need no bit. */
  readonly nodeFilters?: Readonly<Record<string, RowBitset>>
  /** By 'src__rel__dst' of the stored types: only edges whose bit (by edge id) is set are drawn. */
  readonly edgeFilters?: Readonly<Record<string, RowBitset>>
  /** Report edge ids. Default true. */
  readonly withEdgeIds?: boolean
  /**
   * Nodes keep one random number each and everybody draws the neighbours with the smallest, so that samples overlap and fewer nodes are needed: within a
   * hop, a batch, or an epoch (batches then depend on each other). Not together with `replace`, `weightColumn` or `time`.
   * Source: Balin and Catalyurek, "Layer-neighbor sampling" (NeurIPS 2023), in the form that takes exactly the fan-out.
   */
  readonly labor?: 'hop' | 'batch' | 'epoch'
  /** Memory for arrays with one element (4 bytes) per node of a type; node types that do not fit use a hash table. Default 64 MiB. */
  readonly mapBudgetBytes?: number
}

/** Seeds of one node type. */
export interface SeedNodes {
  readonly nodeType: string
  /** Offsets; distinct unless the sampler is disjoint. */
  readonly ids: Uint32Array
  /** [ids.length] times that replace the seeds' own; only with `time`. */
  readonly times?: ArrayLike<number>
}

/** Edges that must not be drawn. */
export interface ExcludedEdges {
  /** A stored edge type. */
  readonly edgeType: EdgeType
  readonly ids?: Uint32Array
  /** All edges from `sources[k]` to `targets[k]`. */
  readonly sources?: Uint32Array
  readonly targets?: Uint32Array
}

/** What one batch is sampled from. */
export interface SampleRequest {
  /** At most one element per node type. Trees are numbered in this order. */
  readonly seeds: readonly SeedNodes[]
  readonly epoch: number
  readonly batch: number
  readonly exclude?: readonly ExcludedEdges[]
}
