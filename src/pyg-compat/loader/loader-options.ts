import type { EdgeType } from '../edge-type.ts'
import type { DecodedColumn } from '../features/decoded-column.ts'
import type { FanOut } from '../sampler/fan-out.ts'
import type { NegativeSampling } from '../sampler/negative-sampling.ts'
import type { SampleDirection, SubgraphType } from '../sampler/sampler-options.ts'
import type { Tensor } from '../tensor.ts'
import type { Batch } from './batch.ts'
import type { Consistency } from './batch-engine.ts'
import type { BatchSampler, SamplerModule } from './batch-sampler.ts'
import type { KeyValue } from './loader-source.ts'
import type { LoaderState } from './loader-state.ts'
import type { LookAhead } from './look-ahead.ts'

/** Numbers in an array, typed array or scalar tensor. */
export type Numbers = ArrayLike<number> | Tensor

/**
 * Nodes: null for all; ids (offsets); a mask (booleans, a tensor of 'bool', or a Uint8Array with an element per node); the nodes that a Cypher query
 * returns in its only column, `RETURN p` or `RETURN id(p)`; or nodes by primary key.
 */
export type NodeChoice =
  | null
  | Numbers
  | readonly boolean[]
  | { readonly query: string }
  | { readonly keys: ArrayLike<KeyValue> }

/** Seeds: a choice among the only node type's nodes, a type for all its nodes, or both. */
export type InputNodes = NodeChoice | string | readonly [nodeType: string, nodes: NodeChoice]

/** Seed links: end points as [2, P] or as a pair of arrays; null for all stored edges; a query that returns two nodes, or one rel. */
export type LinkChoice = null | Tensor | readonly [sources: Numbers, targets: Numbers] | { readonly query: string }

/** Links of the only edge type, all edges of a type, or both. */
export type EdgeLabelIndex = LinkChoice | EdgeType | readonly [edgeType: EdgeType, links: LinkChoice]

/** Which columns batches carry for the nodes of a type. */
export interface ColumnChoice {
  /**
   * Columns that are joined in this order and cast to the Float32 tensor x; those of small elements may say how they are decoded. Default: the column x, if
   * there is one.
   */
  readonly x?: string | DecodedColumn | readonly (string | DecodedColumn)[] | null
  /** Column of labels. Default: the column y, if there is one. */
  readonly y?: string | null
  /** Columns under their own names and types; 'all' stands for all that are neither in x nor y and have a tensor form. Default: none. */
  readonly other?: readonly string[] | 'all'
}

/** Options of all loaders. Names and defaults are PyG's down to `persistentWorkers`. */
export interface LoaderOptions {
  /** Seeds per batch. Default 1. */
  readonly batchSize?: number
  /** A new random order each epoch. Default false. */
  readonly shuffle?: boolean
  /** Leave a last batch that is shorter out. Default false. */
  readonly dropLast?: boolean
  /** Order of seed positions, given anew each epoch; not with `shuffle`. */
  readonly sampler?: Iterable<number> | ((epoch: number) => Iterable<number>)
  /** Batches of seed positions; not with batchSize, shuffle, sampler or dropLast. */
  readonly batchSampler?: Iterable<ArrayLike<number>> | ((epoch: number) => Iterable<ArrayLike<number>>)
  /** Threads that sample and gather ahead; 0: in the caller. Default 0. */
  readonly numWorkers?: number
  /** Finished batches that wait per worker. Default 2. */
  readonly prefetchFactor?: number
  /** Keep workers, the snapshot while it is the newest, and what they have cached between epochs; then call close(). Default false. */
  readonly persistentWorkers?: boolean
  /** Called with each batch in the thread of the consumer; what it returns is handed out in its place. */
  readonly transform?: (batch: Batch) => Batch
  /** What batches report as inputId: one per seed. Default: positions; for masks, ids. */
  readonly inputId?: Numbers
  /** Key of order, draws and negatives; an integer. Default 0. */
  readonly seed?: number
  /** By node type, or for the only one. */
  readonly columns?: ColumnChoice | Readonly<Record<string, ColumnChoice>>
  /** Labels of the seeds only, or of all nodes. Default 'seeds'. */
  readonly labels?: 'seeds' | 'all'
  /** Columns of edges, by 'src__rel__dst', or for the only edge type. Default: none. */
  readonly edgeColumns?: readonly string[] | Readonly<Record<string, readonly string[]>>
  /** What a batch sees of later commits. Default 'epoch'. */
  readonly consistency?: Consistency
  /** How far to sample ahead of gathering. Default: 64 MiB of samples for a database; in memory, what keeps the workers busy. */
  readonly lookAhead?: Partial<LookAhead>
  /** Stands for NULL and NaN in x and y, and for NULL in other columns; must be 0 where x is decoded by a scale. Default: they are refused. */
  readonly impute?: number
  /**
   * Memory for rows of a wide column of a database, in bytes, taken from the buffer pool as it is needed; another wide column takes as much again.
   * Default: three quarters of what no other such source has of the pool, at most what the column needs.
   */
  readonly cacheBytes?: number
  /** Where to go on: what {@link LoaderState} an earlier loader gave. */
  readonly state?: LoaderState
}

/** Which neighbours are drawn. */
export interface NeighborOptions {
  readonly numNeighbors: FanOut
  /** Default false. */
  readonly replace?: boolean
  /** Default 'directional'. */
  readonly subgraphType?: SubgraphType
  /** Default false; always so when sampling in time. */
  readonly disjoint?: boolean
  /** Default 'uniform'. */
  readonly temporalStrategy?: 'uniform' | 'last'
  /** Column with times, of nodes or of edges. */
  readonly timeAttr?: string
  /** Edge column that draws are in proportion to. */
  readonly weightAttr?: string
  /** Which way edges are followed. Default 'in', PyG's. */
  readonly direction?: SampleDirection | Readonly<Record<string, SampleDirection>>
  /**
   * Cypher predicates inside the hop: by node type, over the variable `n`; by 'src__rel__dst', over `r` and its ends `a` and `b`. The fan-out is exact
   * over what passes.
   */
  readonly where?: Readonly<Record<string, string>>
  /** Whether batches have eId. Default true. */
  readonly edgeIds?: boolean
  /** Overlapping samples: see NeighborSamplerOptions. */
  readonly labor?: 'hop' | 'batch' | 'epoch'
  /** Memory for id maps per thread. Default 64 MiB. */
  readonly mapBudgetBytes?: number
}

/** Options of loaders of nodes. */
export interface NodeLoaderOptions extends LoaderOptions {
  /** Default: all nodes, where there is one node type. */
  readonly inputNodes?: InputNodes
  /** Times that replace the seeds' own; needs timeAttr. */
  readonly inputTime?: Numbers
}

/** Options of loaders of links. */
export interface LinkLoaderOptions extends LoaderOptions {
  /** Default: all edges, where there is one edge type. */
  readonly edgeLabelIndex?: EdgeLabelIndex
  /** Label per seed link. */
  readonly edgeLabel?: Numbers
  /** Time per seed link; if and only if timeAttr is given. */
  readonly edgeLabelTime?: Numbers
  readonly negSampling?: 'binary' | 'triplet' | NegativeSampling | null
  /**
   * Whether the seed links, or they and their reverses, may carry messages. 'none' leaks the answer to the model, as PyG does; it is the default so that
   * batches are PyG's.
   */
  readonly excludeEdges?: 'none' | 'self' | 'reverse'
  /** Type of the reverses. Default: 'rev_…', or the type itself. */
  readonly reverseEdgeType?: EdgeType
}

/** Options of {@link NeighborLoader}. */
export interface NeighborLoaderOptions extends NodeLoaderOptions, NeighborOptions {}

/** Options of {@link LinkNeighborLoader}. */
export interface LinkNeighborLoaderOptions extends LinkLoaderOptions, NeighborOptions {}

/** Options of {@link HGTLoader}. */
export interface HGTLoaderOptions extends NodeLoaderOptions {
  /** Nodes to add per hop, to each node type alike or by node type. */
  readonly numSamples: readonly number[] | Readonly<Record<string, readonly number[]>>
  /** Longest neighbour list that is looked at. Default 50. */
  readonly maxDegree?: number
  readonly edgeIds?: boolean
}

/** A sampler of your own: an object for numWorkers 0, a module for any number. */
export type CustomSampler = BatchSampler | SamplerModule
