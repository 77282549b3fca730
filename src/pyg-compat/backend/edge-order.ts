/** Edges as two columns, and which position of the original order each one had; null when they stand in it. */
export interface OrderedEdges {
  /** [e] */
  readonly row: Uint32Array
  /** [e] */
  readonly col: Uint32Array
  /** [e], or null: edge k is edge k of the original order. */
  readonly perm: Uint32Array | null
}

/** @returns where the edges of each node begin, and their end: [nodes + 1]. Cost: one pass. */
export function pointersOf(sorted: Uint32Array, nodes: number): Uint32Array {
  const pointers = new Uint32Array(nodes + 1)
  for (let k = 0; k < sorted.length; k++) pointers[sorted[k]! + 1]!++
  for (let node = 0; node < nodes; node++) pointers[node + 1]! += pointers[node]!
  return pointers
}

/** @returns the node of each edge: the reverse of {@link pointersOf}. */
export function expandPointers(pointers: Uint32Array): Uint32Array {
  const nodes = pointers.length - 1
  const ids = new Uint32Array(pointers[nodes]!)
  for (let node = 0; node < nodes; node++) ids.fill(node, pointers[node]!, pointers[node + 1]!)
  return ids
}

/**
 * Sorts edges by one end; edges of one node keep their order.
 * @param nodes upper end of that end's ids.
 * @returns the edges themselves, if they stand so already. Cost: two passes.
 */
export function sortEdges(edges: OrderedEdges, by: 'row' | 'col', nodes: number): OrderedEdges {
  const keys = edges[by]
  if (isAscending(keys)) return edges
  const count = keys.length
  const next = pointersOf(keys, nodes)
  const row = new Uint32Array(count)
  const col = new Uint32Array(count)
  const perm = new Uint32Array(count)
  for (let k = 0; k < count; k++) {
    const at = next[keys[k]!]!++
    row[at] = edges.row[k]!
    col[at] = edges.col[k]!
    perm[at] = edges.perm === null ? k : edges.perm[k]!
  }
  return { row, col, perm }
}

function isAscending(keys: Uint32Array): boolean {
  for (let k = 1; k < keys.length; k++) if (keys[k]! < keys[k - 1]!) return false
  return true
}
