import { CHUNK_MASK, CHUNK_SHIFT, type RowBitset } from './read-view.ts'

/** What an index is built of: one direction of a rel delta, as far as `insertCount` and `deleteCount` say. */
export interface DeltaAdjacencyLog {
  /** The node whose list an inserted rel is in, the node at its other end, by position; rel ids go on from `baseRows`. */
  readonly insertNodes: readonly number[]
  readonly insertOthers: readonly number[]
  readonly baseRows: number
  /** The node whose list a deleted rel was in and the rel's id, by position. */
  readonly deleteNodes: readonly number[]
  readonly deletedRels: readonly number[]
  readonly insertCount: number
  readonly deleteCount: number
}

/** Words of the bitset of a group. */
const GROUP_WORDS = (CHUNK_MASK + 1) >>> 5

/**
 * The first changes of a delta sorted by node: for each node its inserted rels that are not deleted again, and its deleted rels of the base.
 * Right for every reader that sees at least these changes; what came later is found through the chains of {@link DeltaAdjacency}, but only for the
 * nodes of which {@link hasTail} says so.
 *
 * Nodes with changes are numbered through in their order ("slots"). Memory: 32 KiB for each group with a change, 8 bytes a node, 8 bytes a rel.
 */
export class DeltaAdjacencyIndex {
  readonly insertCount: number
  readonly deleteCount: number
  /** Slot s has inserted rels [insertStarts s, insertStarts s + 1) and deleted rels [deleteStarts s, deleteStarts s + 1). */
  readonly insertStarts: Int32Array
  readonly deleteStarts: Int32Array
  /** Inserted rels: the node at the other end and the rel id; within a slot by rel id. */
  readonly neighbours: Uint32Array
  readonly relIds: Uint32Array
  /** Deleted rels of the base: ids, ascending within a slot. */
  readonly deleted: Uint32Array
  /** Changes noted since are no longer in {@link hasTail}: readers of an open transaction must ask for another index. */
  retired = false
  readonly #bits: (RowBitset | undefined)[] = []
  /** Slots before the word of the bitset. */
  readonly #ranks: (Int32Array | undefined)[] = []
  readonly #tail: (RowBitset | undefined)[] = []

  /** Cost: about 30 ns a change, plus 10 µs for each group with a change. */
  constructor(log: DeltaAdjacencyLog) {
    this.insertCount = log.insertCount
    this.deleteCount = log.deleteCount
    const goneAgain = deletedInserts(log)
    this.#mark(log)
    const slots = this.#number()
    this.insertStarts = new Int32Array(slots + 1)
    this.deleteStarts = new Int32Array(slots + 1)
    const slotOfInsert = this.#countInserts(log, goneAgain)
    const slotOfDelete = this.#countDeletes(log)
    this.neighbours = new Uint32Array(sumUp(this.insertStarts))
    this.relIds = new Uint32Array(this.neighbours.length)
    this.deleted = new Uint32Array(sumUp(this.deleteStarts))
    this.#fillInserts(log, slotOfInsert)
    this.#fillDeletes(log, slotOfDelete)
  }

  /** @returns the slot of a node, or -1 when the index has no change of it. */
  slotOf(group: number, local: number): number {
    const bits = this.#bits[group]
    if (bits === undefined) return -1
    const word = bits[local >>> 5]!
    const bit = 1 << (local & 31)
    if ((word & bit) === 0) return -1
    return this.#ranks[group]![local >>> 5]! + bitCount(word & (bit - 1))
  }

  /** Whether the node has changes that are not in the index. */
  hasTail(group: number, local: number): boolean {
    const bits = this.#tail[group]
    return bits !== undefined && (bits[local >>> 5]! & (1 << (local & 31))) !== 0
  }

  /** Notes a change that is not in the index. */
  noteTail(node: number): void {
    setBit(this.#tail, node)
  }

  #mark({ insertNodes, insertCount, deleteNodes, deleteCount }: DeltaAdjacencyLog): void {
    for (let i = 0; i < insertCount; i++) setBit(this.#bits, insertNodes[i]!)
    for (let i = 0; i < deleteCount; i++) setBit(this.#bits, deleteNodes[i]!)
  }

  /** Gives each marked node its slot. @returns their number. */
  #number(): number {
    let slots = 0
    for (const bits of this.#bits) {
      if (bits === undefined) {
        this.#ranks.push(undefined)
        continue
      }
      const ranks = new Int32Array(GROUP_WORDS)
      for (let i = 0; i < GROUP_WORDS; i++) {
        ranks[i] = slots
        slots += bitCount(bits[i]! | 0)
      }
      this.#ranks.push(ranks)
    }
    return slots
  }

  /** Counts inserted rels in element slot + 1. @returns the slot of each, -1 for those that are deleted again. */
  #countInserts({ insertNodes, insertCount }: DeltaAdjacencyLog, goneAgain: RowBitset | null): Int32Array {
    const slots = new Int32Array(insertCount)
    for (let i = 0; i < insertCount; i++) {
      const gone = goneAgain !== null && (goneAgain[i >>> 5]! & (1 << (i & 31))) !== 0
      const slot = gone ? -1 : this.#slotOfNode(insertNodes[i]!)
      slots[i] = slot
      if (!gone) this.insertStarts[slot + 1]!++
    }
    return slots
  }

  #countDeletes({ deleteNodes, deletedRels, deleteCount, baseRows }: DeltaAdjacencyLog): Int32Array {
    const slots = new Int32Array(deleteCount)
    for (let i = 0; i < deleteCount; i++) {
      const slot = deletedRels[i]! < baseRows ? this.#slotOfNode(deleteNodes[i]!) : -1
      slots[i] = slot
      if (slot >= 0) this.deleteStarts[slot + 1]!++
    }
    return slots
  }

  #fillInserts({ insertOthers, baseRows }: DeltaAdjacencyLog, slots: Int32Array): void {
    const next = this.insertStarts.slice()
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      if (slot < 0) continue
      const at = next[slot]!
      next[slot] = at + 1
      this.neighbours[at] = insertOthers[i]!
      this.relIds[at] = baseRows + i
    }
  }

  #fillDeletes({ deletedRels }: DeltaAdjacencyLog, slots: Int32Array): void {
    const next = this.deleteStarts.slice()
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      if (slot < 0) continue
      const at = next[slot]!
      next[slot] = at + 1
      this.deleted[at] = deletedRels[i]!
    }
    const starts = this.deleteStarts
    for (let slot = 0; slot + 1 < starts.length; slot++) {
      const from = starts[slot]!
      if (starts[slot + 1]! - from > 1) this.deleted.subarray(from, starts[slot + 1]!).sort()
    }
  }

  #slotOfNode(node: number): number {
    return this.slotOf(node >>> CHUNK_SHIFT, node & CHUNK_MASK)
  }
}

/** Sets the bit of a node in bitsets by group. */
export function setBit(groups: (RowBitset | undefined)[], node: number): void {
  const group = node >>> CHUNK_SHIFT
  let bits = groups[group]
  if (bits === undefined) {
    while (groups.length < group) groups.push(undefined)
    bits = new Uint32Array(GROUP_WORDS)
    groups[group] = bits
  }
  const local = node & CHUNK_MASK
  bits[local >>> 5] = bits[local >>> 5]! | (1 << (local & 31))
}

/** @returns bit i set for inserted rel i that one of the deletes took back; null when there is none. */
function deletedInserts({ deletedRels, deleteCount, baseRows, insertCount }: DeltaAdjacencyLog): RowBitset | null {
  let bits: RowBitset | null = null
  for (let i = 0; i < deleteCount; i++) {
    const inserted = deletedRels[i]! - baseRows
    if (inserted < 0) continue
    bits ??= new Uint32Array((insertCount + 31) >>> 5)
    bits[inserted >>> 5] = bits[inserted >>> 5]! | (1 << (inserted & 31))
  }
  return bits
}

/** Turns counts in elements 1… into starts. @returns the last one. */
function sumUp(counts: Int32Array): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i]!
    counts[i] = sum
  }
  return sum
}

function bitCount(word: number): number {
  const pairs = (word - ((word >>> 1) & 0x55555555)) | 0
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
