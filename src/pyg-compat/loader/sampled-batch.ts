import { freeBuffers } from '../../util/free-buffers.ts'
import type { EdgeType } from '../edge-type.ts'
import type { SampledSubgraph } from '../sampler/sampled-subgraph.ts'
import type { DType, TypedArray } from '../tensor.ts'

/** An array of a batch that comes from its seeds rather than from a column: seed positions, times, labels of links … */
export interface SeedField {
  /** The store that it belongs to. */
  readonly on: { readonly nodeType: string } | { readonly edgeType: EdgeType }
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: TypedArray
}

/** Local ids of a sample, in 16 bits where it is packed. */
export type EdgeIndex = Int32Array | Uint16Array

/** Local ids below this fit into 16 bits. */
const PACKED_NODES = 2 ** 16

/** Seeds of one node type in a batch: they are the first nodes of the type. */
export interface SeedCount {
  readonly nodeType: string
  readonly count: number
}

/** A batch without its features: plain data whose arrays may be moved to another thread. */
export interface SampledBatch {
  readonly epoch: number
  readonly index: number
  /** Number of the source that it was sampled from. */
  readonly generation: number
  readonly subgraph: SampledSubgraph<EdgeIndex>
  readonly seeds: readonly SeedCount[]
  /** Whether the seeds are nodes; batches of links have no batchSize. */
  readonly hasBatchSize: boolean
  readonly fields: readonly SeedField[]
  readonly sampleMs: number
}

/** @returns bytes of the batch's arrays. */
export function sampledBytes({ subgraph, fields }: SampledBatch): number {
  let bytes = 0
  for (const { ids, batch } of subgraph.nodes) bytes += ids.byteLength + (batch?.byteLength ?? 0)
  for (const { edgeIndex, ids } of subgraph.edges) bytes += edgeIndex.byteLength + (ids?.byteLength ?? 0)
  for (const { data } of fields) bytes += data.byteLength
  return bytes
}

/**
 * @returns the sample with local ids of 16 bits, if it is small enough: samples wait in memory by the hundred, and the more of them wait, the better is known which
 * rows to keep. Its edge indices must belong to it; their memory is given back.
 */
export function packSample(sampled: SampledBatch): SampledBatch {
  const { nodes, edges } = sampled.subgraph
  if (nodes.some(({ ids }) => ids.length > PACKED_NODES)) return sampled
  const packed = edges.map((one) => ({ ...one, edgeIndex: new Uint16Array(one.edgeIndex) }))
  freeBuffers([...new Set(edges.map(({ edgeIndex }) => edgeIndex.buffer as ArrayBuffer))])
  return { ...sampled, subgraph: { nodes, edges: packed } }
}

/** @returns the buffers to move when the batch crosses threads. */
export function sampledTransfer({ subgraph, fields }: SampledBatch): ArrayBuffer[] {
  const arrays: (ArrayBufferView | null)[] = [
    ...subgraph.nodes.flatMap(({ ids, batch }) => [ids, batch]),
    ...subgraph.edges.flatMap(({ edgeIndex, ids }) => [edgeIndex, ids]),
    ...fields.map(({ data }) => data),
  ]
  const buffers = new Set<ArrayBuffer>()
  for (const array of arrays) if (array !== null && array.buffer instanceof ArrayBuffer) buffers.add(array.buffer)
  return [...buffers]
}
