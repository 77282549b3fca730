import { grown, type NodeIndex } from './node-index.ts'

const NONE = new Uint32Array(0)
/** Writing so many words of a block costs about as much as one at random. */
const BLOCK_WORDS = 8

/**
 * Finds local ids in an array with one element per node of the type, beside a bitset of the nodes that are there. Most nodes of a batch are new; that is
 * seen in the bitset, which fits into a cache, and their elements are only written, which nobody waits for (measured: twice as fast as reading them).
 * Cost: 33 bits a node of the type; one random access a look-up.
 */
export class DenseNodeIndex implements NodeIndex {
  ids: Uint32Array = new Uint32Array(1024)
  readonly trees: Uint32Array = NONE
  count = 0
  /** Local ids; of nodes that are not there, what earlier batches left. */
  readonly #locals: Uint32Array
  readonly #bits: Int32Array

  /** @param nodeCount upper end of node ids. */
  constructor(nodeCount: number) {
    this.#locals = new Uint32Array(nodeCount)
    this.#bits = new Int32Array((nodeCount + 31) >>> 5)
  }

  clear(): void {
    const { ids, count } = this
    const bits = this.#bits
    if (bits.length <= BLOCK_WORDS * count) bits.fill(0)
    else for (let i = 0; i < count; i++) bits[ids[i]! >>> 5] = 0
    this.count = 0
  }

  add(node: number): boolean {
    if (this.find(node) >= 0) return false
    if (this.count === this.ids.length) this.ids = grown(this.ids, this.count, this.count + 1)
    this.#bits[node >>> 5]! |= 1 << (node & 31)
    this.#locals[node] = this.count
    this.ids[this.count++] = node
    return true
  }

  find(node: number): number {
    return (this.#bits[node >>> 5]! & (1 << (node & 31))) === 0 ? -1 : this.#locals[node]!
  }

  addAll(nodes: Uint32Array, from: number, to: number): void {
    let count = this.count
    if (count + to - from > this.ids.length) this.ids = grown(this.ids, count, count + to - from)
    const ids = this.ids
    const locals = this.#locals
    const bits = this.#bits
    for (let i = from; i < to; i++) {
      const node = nodes[i]!
      const word = bits[node >>> 5]!
      const bit = 1 << (node & 31)
      if ((word & bit) === 0) {
        bits[node >>> 5] = word | bit
        ids[count] = node
        locals[node] = count
        nodes[i] = count++
      } else nodes[i] = locals[node]!
    }
    this.count = count
  }
}
