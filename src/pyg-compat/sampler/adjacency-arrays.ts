/** Adjacency lists in arrays: the neighbours of node n are `neighbours[starts[n] .. starts[n + 1])`. */
export interface AdjacencyArrays {
  /** [nodes + 1]. */
  readonly starts: Uint32Array
  /** [edges]. */
  readonly neighbours: Uint32Array
  /** [edges] edge id by position; null when it is the position. */
  readonly ids: Uint32Array | null
}

/**
 * Sorts edges by `nodes`, edges of one node in the order in which they are given. `ids` of the result is null when they were sorted already.
 * @param nodeCount above every element of `nodes`. Cost: two passes over the edges, the second at random.
 */
export function sortedByNode(nodes: Uint32Array, others: Uint32Array, nodeCount: number): AdjacencyArrays {
  const starts = countsBefore(nodes, nodeCount)
  if (isAscending(nodes)) return { starts, neighbours: others, ids: null }
  const next = starts.slice()
  const neighbours = new Uint32Array(nodes.length)
  const ids = new Uint32Array(nodes.length)
  for (let edge = 0; edge < nodes.length; edge++) {
    const at = next[nodes[edge]!]!++
    neighbours[at] = others[edge]!
    ids[at] = edge
  }
  return { starts, neighbours, ids }
}

/** @returns the same edges by their other end, edges of one node in the order of their ids. @param nodeCount of the other end. */
export function transposed({ starts, neighbours, ids }: AdjacencyArrays, nodeCount: number): AdjacencyArrays {
  const sources = new Uint32Array(neighbours.length)
  const targets = new Uint32Array(neighbours.length)
  for (let node = 0; node + 1 < starts.length; node++) {
    for (let k = starts[node]!; k < starts[node + 1]!; k++) {
      const edge = ids === null ? k : ids[k]!
      sources[edge] = neighbours[k]!
      targets[edge] = node
    }
  }
  return sortedByNode(sources, targets, nodeCount)
}

function countsBefore(nodes: Uint32Array, nodeCount: number): Uint32Array {
  const starts = new Uint32Array(nodeCount + 1)
  for (let i = 0; i < nodes.length; i++) starts[nodes[i]! + 1]!++
  for (let node = 0; node < nodeCount; node++) starts[node + 1]! += starts[node]!
  return starts
}

function isAscending(values: Uint32Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false
  return true
}
