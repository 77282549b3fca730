import { DatabaseError } from '../../errors/database-error.ts'
import type { HeteroData } from '../data.ts'
import type { EdgeType } from '../edge-type.ts'
import { edgeTypeKey } from '../edge-type.ts'
import { sortedByNode } from '../sampler/adjacency-arrays.ts'
import type { Tensor, TypedArray } from '../tensor.ts'
import { newTypedArrayOn } from './typed-arrays.ts'

/** Nodes of one type: ids 0 to count - 1. The first dimension of every column is `count`. */
export interface InMemoryNodes {
  readonly nodeType: string
  readonly count: number
  readonly columns: Readonly<Record<string, Tensor>>
}

/**
 * Edges of one type by target: the sources of target t are `neighbours[starts[t] .. starts[t + 1])`. The edge at position k has the id `ids[k]`, or k
 * when `ids` is null. Row e of a column belongs to the edge with id e.
 */
export interface InMemoryEdges {
  readonly edgeType: EdgeType
  /** [targets + 1] */
  readonly starts: Uint32Array
  readonly neighbours: Uint32Array
  readonly ids: Uint32Array | null
  readonly columns: Readonly<Record<string, Tensor>>
}

/** A graph in typed arrays, as loaders take it besides Data and HeteroData. Arrays are kept, not copied, unless workers need them shared. */
export interface InMemoryGraph {
  readonly nodes: readonly InMemoryNodes[]
  readonly edges: readonly InMemoryEdges[]
}

/** @returns the graph of Data or HeteroData. Cost: the edges are sorted by target, 20 ns an edge. @throws {DatabaseError} INVALID_ARGUMENT. */
export function inMemoryGraphOf(data: HeteroData): InMemoryGraph {
  const nodes = data.nodeStores.map(({ nodeType, numNodes, columns }) => ({
    nodeType,
    count: numNodes,
    columns: Object.fromEntries(columns),
  }))
  const counts = new Map(nodes.map(({ nodeType, count }) => [nodeType, count]))
  const edges = data.edgeStores.map(({ edgeType, edgeIndex, columns }) => {
    const ids = wordsOf(edgeIndex.data)
    const count = ids.length / 2
    const sources = ids.subarray(0, count)
    const targets = ids.subarray(count)
    const key = edgeTypeKey(edgeType)
    requireBelow(sources, counts.get(edgeType[0]) ?? 0, key)
    requireBelow(targets, counts.get(edgeType[2]) ?? 0, key)
    const lists = sortedByNode(targets, sources, counts.get(edgeType[2]) ?? 0)
    return { edgeType, ...lists, columns: Object.fromEntries(columns) }
  })
  return { nodes, edges }
}

/** @returns the same graph with all arrays in shared memory; arrays that are there already are kept. */
export function sharedGraph({ nodes, edges }: InMemoryGraph): InMemoryGraph {
  return {
    nodes: nodes.map((type) => ({ ...type, columns: sharedColumns(type.columns) })),
    edges: edges.map((type) => ({
      edgeType: type.edgeType,
      starts: sharedArray(type.starts),
      neighbours: sharedArray(type.neighbours),
      ids: type.ids === null ? null : sharedArray(type.ids),
      columns: sharedColumns(type.columns),
    })),
  }
}

function sharedColumns(columns: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const shared = Object.entries(columns).map(([name, tensor]) => {
    return [name, { ...tensor, data: sharedArray(tensor.data) } as Tensor] as const
  })
  return Object.fromEntries(shared)
}

/** @returns the array itself when it lies in shared memory, else a copy there. */
export function sharedArray<T extends TypedArray>(array: T): T {
  return array.buffer instanceof SharedArrayBuffer
    ? array
    : (newTypedArrayOn(new SharedArrayBuffer(array.byteLength), array) as T)
}

function wordsOf({ buffer, byteOffset, length }: Int32Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length)
}

function requireBelow(ends: Uint32Array, count: number, key: string): void {
  for (let i = 0; i < ends.length; i++) {
    if (ends[i]! >= count) {
      const text = `Edges ${key}: edge ${i} has end point ${ends[i]! | 0}, there are ${count} nodes.`
      throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { edgeType: key, edge: i } })
    }
  }
}
