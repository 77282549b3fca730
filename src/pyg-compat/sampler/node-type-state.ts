import type { CheckedColumn } from './checked-column.ts'
import { DenseNodeIndex } from './dense-node-index.ts'
import { HashNodeIndex } from './hash-node-index.ts'
import type { NodeIndex } from './node-index.ts'
import type { SampledNodes } from './sampled-subgraph.ts'
import type { SamplerGraph } from './sampler-graph.ts'

/** The nodes of one type in the running batch. */
export interface NodeTypeState {
  readonly nodeType: string
  readonly index: NodeIndex
  /** Times of the nodes; null when the sampler has none or the type has none. */
  readonly times: CheckedColumn | null
  /** New nodes per hop; element 0: seeds. */
  perHop: number[]
  /** Local ids [from, to) draw in the running hop. */
  from: number
  to: number
}

/** Bytes of an element of {@link DenseNodeIndex}. */
const MARK_BYTES = 4

/**
 * @param budget bytes for dense maps; small types come first.
 * @param timesOf times of a node type's nodes, or null.
 * @returns one state for each node type of the graph, in its order.
 */
export function nodeTypeStates(
  graph: SamplerGraph,
  disjoint: boolean,
  budget: number,
  timesOf: (nodeType: string) => CheckedColumn | null,
): readonly NodeTypeState[] {
  const bySize = [...graph.nodeTypes].sort((a, b) => graph.nodeCount(a) - graph.nodeCount(b))
  const dense = new Set<string>()
  let left = disjoint ? 0 : budget
  for (const nodeType of bySize) {
    left -= MARK_BYTES * graph.nodeCount(nodeType)
    if (left >= 0) dense.add(nodeType)
  }
  return graph.nodeTypes.map((nodeType) => ({
    nodeType,
    index: dense.has(nodeType) ? new DenseNodeIndex(graph.nodeCount(nodeType)) : new HashNodeIndex(disjoint),
    times: timesOf(nodeType),
    perHop: [],
    from: 0,
    to: 0,
  }))
}

/** @returns a copy of the batch's nodes. @param withHops whether the numbers per hop mean anything. */
export function sampledNodes(
  { nodeType, index, perHop }: NodeTypeState,
  disjoint: boolean,
  withHops: boolean,
): SampledNodes {
  return {
    nodeType,
    ids: index.ids.slice(0, index.count),
    batch: disjoint ? index.trees.slice(0, index.count) : null,
    perHop: withHops ? perHop : null,
  }
}
