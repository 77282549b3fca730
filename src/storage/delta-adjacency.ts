import { ABSENT, DeltaRowMap } from './delta-row-map.ts'
import { CHUNK_MASK, CHUNK_SHIFT, type RowBitset } from './read-view.ts'

/**
 * Which rels since the base was written start (or end) at which node: two chains per node, of inserted rels and of deleted rels of the base,
 * newest first. Elements are positions in the rel delta's logs; the reader tests their visibility.
 */
export class DeltaAdjacency {
  readonly #insertHeads = new DeltaRowMap()
  readonly #insertNext: number[] = []
  readonly #deleteHeads = new DeltaRowMap()
  readonly #deleteNext: number[] = []
  readonly #touched: (RowBitset | undefined)[] = []

  appendInsert(node: number): void {
    const at = this.#insertNext.length
    this.#insertNext.push(this.#insertHeads.get(node))
    this.#insertHeads.set(node, at)
    this.#touch(node)
  }

  appendDelete(node: number): void {
    const at = this.#deleteNext.length
    this.#deleteNext.push(this.#deleteHeads.get(node))
    this.#deleteHeads.set(node, at)
    this.#touch(node)
  }

  /** @returns position of the newest inserted rel of the node in the insert log, or -1. */
  firstInsert(node: number): number {
    return this.#insertHeads.get(node)
  }

  nextInsert(at: number): number {
    return this.#insertNext[at]!
  }

  /** @returns position of the newest deleted rel of the node in the delete log, or -1. */
  firstDelete(node: number): number {
    return this.#deleteHeads.get(node)
  }

  nextDelete(at: number): number {
    return this.#deleteNext[at]!
  }

  /** @returns bit `node & CHUNK_MASK` set for each node of the group that was ever touched, or undefined when none was. Live, not to be written. */
  touched(group: number): RowBitset | undefined {
    return this.#touched[group]
  }

  /** Groups up to the last one that was ever touched. */
  get groupCount(): number {
    return this.#touched.length
  }

  /** Takes back log entries; `nodeOfInsert` and `nodeOfDelete` give the node of a position, asked newest first. */
  truncate(
    insertCount: number,
    deleteCount: number,
    nodeOfInsert: (at: number) => number,
    nodeOfDelete: (at: number) => number,
  ): void {
    while (this.#insertNext.length > insertCount) {
      const next = this.#insertNext.pop() ?? ABSENT
      this.#insertHeads.set(nodeOfInsert(this.#insertNext.length), next)
    }
    while (this.#deleteNext.length > deleteCount) {
      const next = this.#deleteNext.pop() ?? ABSENT
      this.#deleteHeads.set(nodeOfDelete(this.#deleteNext.length), next)
    }
  }

  #touch(node: number): void {
    const group = node >>> CHUNK_SHIFT
    let bits = this.#touched[group]
    if (bits === undefined) {
      while (this.#touched.length < group) this.#touched.push(undefined)
      bits = new Uint32Array((CHUNK_MASK + 1) >>> 5)
      this.#touched[group] = bits
    }
    const local = node & CHUNK_MASK
    bits[local >>> 5] = bits[local >>> 5]! | (1 << (local & 31))
  }
}
