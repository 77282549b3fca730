import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import type { CsrGroup } from './csr-format.ts'
import { CsrGroupReader } from './csr-group-reader.ts'

/**
 * The nodes that have a rel already, for an upper bound of one on a side whose lists are not stored. Memory: a bit a node.
 */
export class RelSeenNodes {
  readonly #bits: Uint32Array

  constructor(nodeCount: number) {
    this.#bits = new Uint32Array((nodeCount + 31) >>> 5)
  }

  /** Notes a rel of the node. @returns false if it had one before. */
  add(node: number): boolean {
    const word = this.#bits[node >>> 5]!
    const bit = 1 << (node & 31)
    this.#bits[node >>> 5] = word | bit
    return (word & bit) === 0
  }

  /** Notes every neighbour in the stored lists of the other direction. Cost: one pass over them. */
  addNeighbours(pool: BufferPool, groups: readonly CsrGroup[]): void {
    const part = new Uint32Array(1 << 14)
    for (const group of groups) {
      const reader = new CsrGroupReader(pool, group)
      for (let from = 0; from < group.relCount; from += part.length) {
        const piece = part.subarray(0, Math.min(part.length, group.relCount - from))
        reader.neighbours(from, piece)
        for (let i = 0; i < piece.length; i++) this.add(piece[i]!)
      }
    }
  }
}
