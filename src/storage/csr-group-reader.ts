import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import { type CsrGroup, PAGE_ELEMENTS } from './csr-format.ts'

/** Sequential reading of whole parts of one group, for merges and degree sums. Holds no page pinned between calls. */
export class CsrGroupReader {
  readonly #pool: BufferPool
  readonly #group: CsrGroup

  constructor(pool: BufferPool, group: CsrGroup) {
    this.#pool = pool
    this.#group = group
  }

  /** @returns position of the first rel of a local node; nodes beyond the last one with rels give the number of rels. */
  offset(local: number): number {
    const { nodeCount, relCount } = this.#group
    if (relCount === 0) return 0
    if (local >= nodeCount) return relCount
    const one = new Uint32Array(1)
    this.#read(local, one)
    return one[0]!
  }

  /** Fills `target` with the positions of local nodes from `from` on, as {@link offset}. */
  offsets(from: number, target: Uint32Array): void {
    const { nodeCount, relCount } = this.#group
    const stored = relCount === 0 ? 0 : Math.max(0, Math.min(target.length, nodeCount + 1 - from))
    this.#read(from, target.subarray(0, stored))
    target.fill(relCount, stored)
  }

  /** Fills `target` with the neighbours of positions from `from` on. */
  neighbours(from: number, target: Uint32Array): void {
    this.#read(this.#group.nodeCount + 1 + from, target)
  }

  /** Fills `target` with the rel ids of positions from `from` on. */
  relIds(from: number, target: Uint32Array): void {
    const { firstRelId, nodeCount, relCount } = this.#group
    if (firstRelId < 0) this.#read(nodeCount + 1 + relCount + from, target)
    else for (let i = 0; i < target.length; i++) target[i] = firstRelId + from + i
  }

  #read(first: number, target: Uint32Array): void {
    let element = first
    let to = 0
    while (to < target.length) {
      const page = Math.floor(element / PAGE_ELEMENTS)
      const inPage = element - page * PAGE_ELEMENTS
      const count = Math.min(target.length - to, PAGE_ELEMENTS - inPage)
      const frame = this.#pool.pin(this.#group.firstPage + page)
      const word = this.#pool.wordBase(frame) + inPage
      target.set(this.#pool.u32(frame).subarray(word, word + count), to)
      this.#pool.unpin(frame)
      element += count
      to += count
    }
  }
}
