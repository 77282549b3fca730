/**
 * The sampled nodes of one type: local ids in order of discovery, and the way from a node to its local id.
 *
 * In a disjoint sampler a node is known by its tree too. Memory is kept from batch to batch. Ids are valid below `count`.
 */
export interface NodeIndex {
  /** Offsets by local id. May be replaced by a longer array whenever nodes are added. */
  readonly ids: Uint32Array
  /** Tree by local id; empty unless disjoint. */
  readonly trees: Uint32Array
  readonly count: number
  /** Forgets all nodes. */
  clear(): void
  /** Adds a node. @returns false when it is there already. `tree` is ignored unless disjoint. */
  add(node: number, tree: number): boolean
  /** @returns the local id of a node, or -1. */
  find(node: number, tree: number): number
  /**
   * Replaces `nodes[from .. to)` by their local ids, adding those that are new, in this order.
   * @param owners local ids of the nodes they were drawn for, at the same places, and `ownerTrees` the trees of those; ignored unless disjoint.
   */
  addAll(nodes: Uint32Array, from: number, to: number, owners: Uint32Array, ownerTrees: Uint32Array): void
}

/** @returns an array of at least `length` elements (and half as many again) that begins with `array`'s first `used`. */
export function grown(array: Uint32Array, used: number, length: number): Uint32Array {
  const larger = new Uint32Array(Math.max(1024, length + (length >>> 1)))
  larger.set(used === array.length ? array : array.subarray(0, used))
  return larger
}
