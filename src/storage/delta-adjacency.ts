import { DeltaAdjacencyIndex, type DeltaAdjacencyLog, setBit } from './delta-adjacency-index.ts'
import { ABSENT, DeltaRowMap } from './delta-row-map.ts'
import type { RowBitset } from './read-view.ts'

/** So many changes, and so many a group, are found through the chains rather than sorted. */
const LEAST_INDEXED = 1024
const LEAST_INDEXED_PER_GROUP = 256

/**
 * Which rels since the base was written start (or end) at which node: two chains per node, of inserted rels and of deleted rels, newest first.
 * Elements are positions in the rel delta's logs; the reader tests their visibility. Where there are many, readers find them sorted by node in an
 * {@link DeltaAdjacencyIndex} and follow chains only for what came later.
 */
export class DeltaAdjacency {
  readonly #insertHeads = new DeltaRowMap()
  readonly #insertNext: number[] = []
  readonly #deleteHeads = new DeltaRowMap()
  readonly #deleteNext: number[] = []
  readonly #touched: (RowBitset | undefined)[] = []
  /** Of committed changes, and of those of an open transaction too. */
  readonly #indexes: [DeltaAdjacencyIndex | null, DeltaAdjacencyIndex | null] = [null, null]

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

  /** {@link touched} of all groups. */
  get touchedGroups(): readonly (RowBitset | undefined)[] {
    return this.#touched
  }

  /** Groups up to the last one that was ever touched. */
  get groupCount(): number {
    return this.#touched.length
  }

  /**
   * @param log as far as the reader sees it.
   * @param live the reader belongs to an open transaction.
   * @returns an index that the reader may use, or null when chains are cheap enough.
   * Cost: nothing, or sorting all changes, when they have grown by a quarter since that was last done.
   */
  index(log: DeltaAdjacencyLog, live: boolean): DeltaAdjacencyIndex | null {
    let best: DeltaAdjacencyIndex | null = null
    for (const index of this.#indexes) {
      if (index === null || index.insertCount > log.insertCount || index.deleteCount > log.deleteCount) continue
      if (best === null || changesIn(index) > changesIn(best)) best = index
    }
    const indexed = best === null ? 0 : changesIn(best)
    const least = Math.max(LEAST_INDEXED, LEAST_INDEXED_PER_GROUP * this.#touched.length, indexed / 4)
    if (changesIn(log) - indexed <= least) return best
    return this.#build(log, live ? 1 : 0)
  }

  /** Takes back log entries; `nodeOfInsert` and `nodeOfDelete` give the node of a position, asked newest first. */
  truncate(
    insertCount: number,
    deleteCount: number,
    nodeOfInsert: (at: number) => number,
    nodeOfDelete: (at: number) => number,
  ): void {
    for (const at of [0, 1] as const) {
      const index = this.#indexes[at]
      if (index !== null && (index.insertCount > insertCount || index.deleteCount > deleteCount)) this.#retire(at)
    }
    while (this.#insertNext.length > insertCount) {
      const next = this.#insertNext.pop() ?? ABSENT
      this.#insertHeads.set(nodeOfInsert(this.#insertNext.length), next)
    }
    while (this.#deleteNext.length > deleteCount) {
      const next = this.#deleteNext.pop() ?? ABSENT
      this.#deleteHeads.set(nodeOfDelete(this.#deleteNext.length), next)
    }
  }

  #build(log: DeltaAdjacencyLog, at: 0 | 1): DeltaAdjacencyIndex {
    const index = new DeltaAdjacencyIndex(log)
    for (let i = log.insertCount; i < this.#insertNext.length; i++) index.noteTail(log.insertNodes[i]!)
    for (let i = log.deleteCount; i < this.#deleteNext.length; i++) index.noteTail(log.deleteNodes[i]!)
    this.#retire(at)
    this.#indexes[at] = index
    return index
  }

  #retire(at: 0 | 1): void {
    const index = this.#indexes[at]
    if (index !== null) index.retired = true
    this.#indexes[at] = null
  }

  #touch(node: number): void {
    setBit(this.#touched, node)
    this.#indexes[0]?.noteTail(node)
    this.#indexes[1]?.noteTail(node)
  }
}

function changesIn(log: { readonly insertCount: number; readonly deleteCount: number }): number {
  return log.insertCount + log.deleteCount
}
