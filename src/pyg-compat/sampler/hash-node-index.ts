import { grown, type NodeIndex } from './node-index.ts'
import { mix32 } from './random.ts'

const NONE = new Uint32Array(0)
const LEAST_SLOTS = 1 << 12
const LAST_MARK = 0x7fff_ffff

/**
 * Finds local ids in an open-addressing table whose slots are pairs (node, base + local id); a mark below the base is a free slot, so that clearing
 * costs nothing. For node types too large for {@link DenseNodeIndex}, and for disjoint samplers, where a node is found by its tree too.
 * Cost: 8 to 32 bytes a sampled node; one cache line a look-up, mostly.
 */
export class HashNodeIndex implements NodeIndex {
  ids: Uint32Array = new Uint32Array(1024)
  trees: Uint32Array
  count = 0
  readonly #disjoint: boolean
  /** Node at 2 * slot, mark at 2 * slot + 1. */
  #slots: Int32Array = new Int32Array(2 * LEAST_SLOTS)
  #mask = LEAST_SLOTS - 1
  #base = 1

  constructor(disjoint: boolean) {
    this.#disjoint = disjoint
    this.trees = disjoint ? new Uint32Array(1024) : NONE
  }

  clear(): void {
    this.#base += this.count
    this.count = 0
    if (this.#base + 2 ** 30 <= LAST_MARK) return
    this.#slots.fill(0)
    this.#base = 1
  }

  add(node: number, tree: number): boolean {
    this.#reserve(1)
    const before = this.count
    this.#intern(node, tree)
    return this.count > before
  }

  find(node: number, tree: number): number {
    const slots = this.#slots
    for (let slot = this.#slotOf(node, tree); ; slot = (slot + 1) & this.#mask) {
      const local = slots[2 * slot + 1]! - this.#base
      if (local < 0) return -1
      if (slots[2 * slot] === (node | 0) && (!this.#disjoint || this.trees[local] === tree)) return local
    }
  }

  addAll(nodes: Uint32Array, from: number, to: number, owners: Uint32Array, ownerTrees: Uint32Array): void {
    // in steps, so that a hub with many known neighbours does not make room for all of them
    for (let i = from; i < to; ) {
      const end = Math.min(to, i + LEAST_SLOTS)
      this.#reserve(end - i)
      if (this.#disjoint) for (; i < end; i++) nodes[i] = this.#intern(nodes[i]!, ownerTrees[owners[i]!]!)
      else for (; i < end; i++) nodes[i] = this.#intern(nodes[i]!, 0)
    }
  }

  #slotOf(node: number, tree: number): number {
    return (this.#disjoint ? mix32(mix32(node) + tree) : mix32(node)) & this.#mask
  }

  #intern(node: number, tree: number): number {
    const slots = this.#slots
    const base = this.#base
    for (let slot = this.#slotOf(node, tree); ; slot = (slot + 1) & this.#mask) {
      const local = slots[2 * slot + 1]! - base
      if (local < 0) return this.#append(slot, node, tree)
      if (slots[2 * slot] === (node | 0) && (!this.#disjoint || this.trees[local] === tree)) return local
    }
  }

  #append(slot: number, node: number, tree: number): number {
    const local = this.count++
    this.#slots[2 * slot] = node
    this.#slots[2 * slot + 1] = this.#base + local
    this.ids[local] = node
    if (this.#disjoint) this.trees[local] = tree
    return local
  }

  /** Makes room for more nodes: at most half of the slots are taken. */
  #reserve(more: number): void {
    const wanted = this.count + more
    if (wanted > this.ids.length) this.ids = grown(this.ids, this.count, wanted)
    if (this.#disjoint && wanted > this.trees.length) this.trees = grown(this.trees, this.count, wanted)
    if (2 * wanted <= this.#mask + 1) return
    const slots = 2 ** Math.ceil(Math.log2(2 * wanted) + 1)
    this.#slots = new Int32Array(2 * slots)
    this.#mask = slots - 1
    const count = this.count
    for (let local = 0; local < count; local++) this.#reinsert(local)
  }

  #reinsert(local: number): void {
    const node = this.ids[local]!
    let slot = this.#slotOf(node, this.#disjoint ? this.trees[local]! : 0)
    while (this.#slots[2 * slot + 1]! >= this.#base) slot = (slot + 1) & this.#mask
    this.#slots[2 * slot] = node
    this.#slots[2 * slot + 1] = this.#base + local
  }
}
