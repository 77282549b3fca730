import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import { type CsrGroup, EMPTY_GROUP } from './csr-format.ts'
import { CsrGroupReader } from './csr-group-reader.ts'
import type { CsrScratch } from './csr-scratch.ts'
import { CsrGroupWriter } from './csr-writer.ts'
import type { PageSink } from './page-sink.ts'
import { CHUNK_MASK, CHUNK_ROWS } from './read-view.ts'
import { RelPartitions, type RelRecords } from './rel-partitions.ts'
import type { OpenRelSpill, RelSpill } from './rel-spill.ts'

/** Rels added to a stretch of nodes, sorted by node and, within a node, in the order of arrival. */
export interface SortedRels {
  /** Number of the stretch that they arrived in: 0, or as told by {@link CsrGroupBuild.onSplit}. */
  readonly stretch: number
  /** This is a part of one node's rels, which come in order of arrival, several parts after each other. */
  readonly streamed: boolean
  /** Position in the stretch's arrival order of each; empty unless {@link CsrGroupBuild.wantsOrder}. */
  readonly order: Uint32Array
  readonly nodes: Uint32Array
  readonly neighbours: Uint32Array
}

/** What goes into a new version of one group. */
export interface CsrGroupBuild {
  readonly pool: BufferPool
  readonly sink: PageSink
  /** Shared by the groups of a load; what `onSorted` is given lies in it. */
  readonly scratch: CsrScratch
  readonly old: CsrGroup
  /** Records (node, neighbour) or (node, neighbour, rel id) of new rels, in order of arrival. */
  readonly added: RelRecords
  readonly recordWords: 2 | 3
  /** Offset of the group's first node. */
  readonly firstNode: number
  /** Whether `onSorted` needs the order of arrival. Only with records of two words. */
  readonly wantsOrder: boolean
  /** Records of two words: the first new rel in the group's order has this id, the next one the id after it, and so on. */
  readonly firstNewRelId: number
  /** Rels of the old group that are gone; null when none is. */
  readonly removed: ((relId: number) => boolean) | null
  /** Rels to hold in memory at most; a larger group is built in stretches of nodes. 16 bytes each. */
  readonly capacity: number
  readonly openSpill: OpenRelSpill
  /** Called when a node has more than one rel; absent when it may. Throws. */
  readonly onSecond?: (localNode: number) => void
  /** Takes the new rels in the order that the group gives them. Absent when nobody needs it (then nothing is collected). */
  readonly onSorted?: (rels: SortedRels) => void
  /**
   * The group is too large for memory: record i of `added` goes to stretch `stretchOf(node of i)`. Called once, before the first `onSorted`.
   */
  readonly onSplit?: (stretchCount: number, stretchOf: (node: number) => number) => void
}

/** New rels of a stretch in their final order; `ids` is empty when ids are implicit. */
interface SortedLists {
  readonly neighbours: Uint32Array
  readonly ids: Uint32Array
}

const NOTHING = new Uint32Array(0)

/** Half-open range of local nodes. */
interface Stretch {
  readonly start: number
  readonly end: number
}

/**
 * Builds one group: old lists without removed rels, each followed by the node's new rels in order of arrival.
 * Cost: two passes over the new rels (counting sort), one over the old ones; memory: `capacity` * 16 bytes and 2 MB.
 * A single node with more rels than that is streamed, since its new rels already stand in order.
 */
export function buildCsrGroup(build: CsrGroupBuild): CsrGroup {
  return new GroupBuilder(build).run()
}

class GroupBuilder {
  readonly #build: CsrGroupBuild
  readonly #oldReader: CsrGroupReader
  readonly #oldOffsets = new Uint32Array(CHUNK_ROWS + 1)
  readonly #addedOffsets = new Uint32Array(CHUNK_ROWS + 1)
  readonly #explicit: boolean
  #writer: CsrGroupWriter | null = null
  #ids: RelSpill | null = null
  readonly #idsInMemory: Uint32Array[] = []
  readonly #idRuns: { position: number; count: number }[] = []
  #idsHeld = 0
  /** The group is built in one stretch. */
  #isWhole = false

  constructor(build: CsrGroupBuild) {
    this.#build = build
    this.#oldReader = new CsrGroupReader(build.pool, build.old)
    this.#explicit = build.recordWords === 3 || build.old.relCount > 0
  }

  run(): CsrGroup {
    const build = this.#build
    this.#oldReader.offsets(0, this.#oldOffsets)
    this.#countAdded()
    const offsets = this.#newOffsets()
    let nodeCount = CHUNK_ROWS
    while (nodeCount > 0 && offsets[nodeCount] === offsets[nodeCount - 1]) nodeCount--
    if (nodeCount === 0) return EMPTY_GROUP
    if (build.onSecond !== undefined) {
      for (let node = 0; node < nodeCount; node++) if (offsets[node + 1]! - offsets[node]! > 1) build.onSecond(node)
    }
    const stretches = this.#stretches(nodeCount)
    const firstRelId = this.#explicit ? -1 : build.firstNewRelId
    this.#writer = new CsrGroupWriter(build.sink, offsets.subarray(0, nodeCount + 1), firstRelId)
    try {
      this.#writeStretches(stretches)
      this.#writeIds()
      return this.#writer.finish()
    } finally {
      this.#ids?.close()
    }
  }

  /** Fills #addedOffsets: prefix sums of the new rels of each node. */
  #countAdded(): void {
    const counts = this.#addedOffsets
    const step = this.#build.recordWords
    this.#build.added.forEach((words, from, to) => {
      countNodes(words, from, to, step, counts)
    })
    for (let node = 0; node < CHUNK_ROWS; node++) counts[node + 1] = counts[node + 1]! + counts[node]!
  }

  #newOffsets(): Uint32Array {
    const offsets = new Uint32Array(CHUNK_ROWS + 1)
    const removed = this.#removedPerNode()
    for (let node = 0; node < CHUNK_ROWS; node++) {
      const kept = this.#oldOffsets[node + 1]! - this.#oldOffsets[node]! - (removed === null ? 0 : removed[node]!)
      offsets[node + 1] = offsets[node]! + kept + this.#addedOffsets[node + 1]! - this.#addedOffsets[node]!
    }
    return offsets
  }

  #removedPerNode(): Uint32Array | null {
    const { removed, old } = this.#build
    if (removed === null || old.relCount === 0) return null
    const counts = new Uint32Array(CHUNK_ROWS)
    const ids = new Uint32Array(Math.min(old.relCount, 1 << 16))
    let node = 0
    for (let from = 0; from < old.relCount; from += ids.length) {
      const part = ids.subarray(0, Math.min(ids.length, old.relCount - from))
      this.#oldReader.relIds(from, part)
      for (let i = 0; i < part.length; i++) {
        while (this.#oldOffsets[node + 1]! <= from + i) node++
        if (removed(part[i]!)) counts[node] = counts[node]! + 1
      }
    }
    return counts
  }

  /** Cuts the nodes so that each stretch fits into memory, a node with more rels than that standing alone. */
  #stretches(nodeCount: number): Stretch[] {
    const { capacity } = this.#build
    const total = (node: number) => this.#oldOffsets[node]! + this.#addedOffsets[node]!
    if (total(nodeCount) <= capacity) return [{ start: 0, end: CHUNK_ROWS }]
    const stretches: Stretch[] = []
    for (let start = 0, end = 0; start < nodeCount; start = end) {
      end = start + 1
      while (end < nodeCount && total(end + 1) - total(start) <= capacity) end++
      stretches.push({ start, end: end === nodeCount ? CHUNK_ROWS : end })
    }
    return stretches
  }

  #writeStretches(stretches: readonly Stretch[]): void {
    this.#isWhole = stretches.length === 1
    if (this.#isWhole) {
      this.#writeStretch(stretches[0]!, 0, this.#build.added)
      return
    }
    const { recordWords, openSpill, capacity, added } = this.#build
    const stretchOf = new Uint32Array(CHUNK_ROWS)
    stretches.forEach(({ start, end }, i) => {
      stretchOf.fill(i, start, end)
    })
    this.#build.onSplit?.(stretches.length, (node) => stretchOf[node & CHUNK_MASK]!)
    const parts = new RelPartitions(stretches.length, recordWords, capacity * 4, openSpill)
    try {
      added.forEach((words, from, to) => {
        for (let at = from; at < to; at += recordWords) {
          const node = words[at]!
          parts.append(stretchOf[node & CHUNK_MASK]!, node, words[at + 1]!, recordWords === 3 ? words[at + 2]! : 0)
        }
      })
      stretches.forEach((stretch, i) => {
        const records = parts.records(i)
        if (stretch.end - stretch.start === 1 && records.count > capacity) this.#streamNode(stretch.start, i, records)
        else this.#writeStretch(stretch, i, records)
        parts.release(i)
      })
    } finally {
      parts.close()
    }
  }

  #writeStretch({ start, end }: Stretch, stretch: number, added: RelRecords): void {
    const base = this.#addedOffsets[start]!
    const sorted = this.#sort({ start, end }, stretch, added, base)
    const oldStart = this.#oldOffsets[start]!
    const oldCount = this.#oldOffsets[end]! - oldStart
    if (oldCount === 0) {
      this.#writer!.neighbours(sorted.neighbours)
      if (this.#explicit) this.#holdIds(sorted.ids)
      return
    }
    const old = new Uint32Array(oldCount)
    const oldIds = new Uint32Array(oldCount)
    this.#oldReader.neighbours(oldStart, old)
    this.#oldReader.relIds(oldStart, oldIds)
    const neighbours = new Uint32Array(oldCount + sorted.neighbours.length)
    const ids = new Uint32Array(neighbours.length)
    const { removed } = this.#build
    let to = 0
    for (let node = start; node < end; node++) {
      const oldEnd = this.#oldOffsets[node + 1]! - oldStart
      for (let at = this.#oldOffsets[node]! - oldStart; at < oldEnd; at++) {
        if (removed?.(oldIds[at]!)) continue
        neighbours[to] = old[at]!
        ids[to++] = oldIds[at]!
      }
      const addedEnd = this.#addedOffsets[node + 1]! - base
      for (let at = this.#addedOffsets[node]! - base; at < addedEnd; at++) {
        neighbours[to] = sorted.neighbours[at]!
        ids[to++] = sorted.ids[at]!
      }
    }
    this.#writer!.neighbours(neighbours.subarray(0, to))
    this.#holdIds(ids.subarray(0, to))
  }

  /** Counting sort of a stretch's new rels by node. @param base new rels of the group before the stretch. */
  #sort({ start, end }: Stretch, stretch: number, added: RelRecords, base: number): SortedLists {
    const { recordWords, firstNewRelId, onSorted, wantsOrder, scratch } = this.#build
    const next = this.#addedOffsets.slice(start, end)
    const count = added.count
    const neighbours = scratch.take('neighbours', count)
    const second = scratch.take('second', recordWords === 3 || wantsOrder ? count : 0)
    if (second.length === 0) {
      added.forEach((words, from, to) => {
        scatterNeighbours(words, from, to, start, base, next, neighbours)
      })
    } else {
      // pairs are scattered together and parted afterwards: one cache miss a rel, not two
      const pairs = scratch.take('pairs', 2 * count)
      let arrival = 0
      added.forEach((words, from, to) => {
        if (recordWords === 3) scatterRecords(words, from, to, start, base, next, pairs)
        else scatterArrivals(words, from, to, start, base, next, pairs, arrival)
        arrival += (to - from) / recordWords
      })
      partPairs(pairs, neighbours, second)
    }
    if (onSorted !== undefined) {
      const nodes = this.#nodesOf({ start, end }, count)
      onSorted({ stretch, streamed: false, order: wantsOrder ? second : NOTHING, nodes, neighbours })
    }
    if (recordWords === 3) return { neighbours, ids: second }
    const ids = new Uint32Array(this.#explicit ? count : 0)
    for (let i = 0; i < ids.length; i++) ids[i] = firstNewRelId + base + i
    return { neighbours, ids }
  }

  /** The node of each sorted rel of a stretch. */
  #nodesOf({ start, end }: Stretch, count: number): Uint32Array {
    const { firstNode, scratch } = this.#build
    const nodes = scratch.take('nodes', count)
    const offsets = this.#addedOffsets
    for (let local = start, at = 0; local < end; local++) {
      const degree = offsets[local + 1]! - offsets[local]!
      for (let i = 0; i < degree; i++) nodes[at++] = firstNode + local
    }
    return nodes
  }

  /** One node with more new rels than memory holds: they stand in order already. */
  #streamNode(local: number, stretch: number, added: RelRecords): void {
    const { recordWords, firstNewRelId, onSorted } = this.#build
    this.#copyOld(local)
    let done = 0
    added.forEach((words, from, to) => {
      const count = (to - from) / recordWords
      const neighbours = new Uint32Array(count)
      const ids = new Uint32Array(count)
      for (let i = 0; i < count; i++) {
        neighbours[i] = words[from + i * recordWords + 1]!
        ids[i] =
          recordWords === 3 ? words[from + i * recordWords + 2]! : firstNewRelId + this.#addedOffsets[local]! + done + i
      }
      this.#writer!.neighbours(neighbours)
      if (this.#explicit) this.#holdIds(ids)
      if (onSorted !== undefined) {
        const order = Uint32Array.from({ length: count }, (_, i) => done + i)
        onSorted({ stretch, streamed: true, order, nodes: new Uint32Array(count).fill(words[from]!), neighbours })
      }
      done += count
    })
  }

  #copyOld(local: number): void {
    const { removed, capacity } = this.#build
    const end = this.#oldOffsets[local + 1]!
    for (let from = this.#oldOffsets[local]!; from < end; from += capacity) {
      const neighbours = new Uint32Array(Math.min(capacity, end - from))
      const ids = new Uint32Array(neighbours.length)
      this.#oldReader.neighbours(from, neighbours)
      this.#oldReader.relIds(from, ids)
      let kept = 0
      for (let i = 0; i < ids.length; i++) {
        if (removed?.(ids[i]!)) continue
        neighbours[kept] = neighbours[i]!
        ids[kept++] = ids[i]!
      }
      this.#writer!.neighbours(neighbours.subarray(0, kept))
      this.#holdIds(ids.subarray(0, kept))
    }
  }

  /** Ids follow the last neighbour of the group: the first stretches' stay in memory, further ones in a temporary file. */
  #holdIds(ids: Uint32Array): void {
    if (this.#isWhole) {
      this.#writer!.relIds(ids) // the one stretch's neighbours have been written just before
      return
    }
    if (this.#idsHeld + ids.length <= this.#build.capacity) {
      this.#idsInMemory.push(ids.slice())
      this.#idRuns.push({ position: -1, count: ids.length })
      this.#idsHeld += ids.length
      return
    }
    this.#ids ??= this.#build.openSpill()
    const position = this.#ids.append(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
    this.#idRuns.push({ position, count: ids.length })
  }

  #writeIds(): void {
    for (const { position, count } of this.#idRuns) {
      if (position < 0) {
        this.#writer!.relIds(this.#idsInMemory.shift()!)
        continue
      }
      for (let done = 0; done < count; done += 1 << 16) {
        const part = new Uint32Array(Math.min(1 << 16, count - done))
        this.#ids!.read(position + done * 4, new Uint8Array(part.buffer))
        this.#writer!.relIds(part)
      }
    }
  }
}

// The loops below are functions of their own, not closures: over captured variables they run at a third of the speed.

function countNodes(words: Uint32Array, from: number, to: number, step: number, counts: Uint32Array): void {
  for (let at = from; at < to; at += step) {
    const local = words[at]! & CHUNK_MASK
    counts[local + 1] = counts[local + 1]! + 1
  }
}

function scatterNeighbours(
  words: Uint32Array,
  from: number,
  to: number,
  start: number,
  base: number,
  next: Uint32Array,
  neighbours: Uint32Array,
): void {
  for (let at = from; at < to; at += 2) {
    const local = (words[at]! & CHUNK_MASK) - start
    const place = next[local]!
    next[local] = place + 1
    neighbours[place - base] = words[at + 1]!
  }
}

function scatterRecords(
  words: Uint32Array,
  from: number,
  to: number,
  start: number,
  base: number,
  next: Uint32Array,
  pairs: Uint32Array,
): void {
  for (let at = from; at < to; at += 3) {
    const local = (words[at]! & CHUNK_MASK) - start
    const place = next[local]!
    next[local] = place + 1
    const pair = 2 * (place - base)
    pairs[pair] = words[at + 1]!
    pairs[pair + 1] = words[at + 2]!
  }
}

function scatterArrivals(
  words: Uint32Array,
  from: number,
  to: number,
  start: number,
  base: number,
  next: Uint32Array,
  pairs: Uint32Array,
  firstArrival: number,
): void {
  let arrival = firstArrival
  for (let at = from; at < to; at += 2) {
    const local = (words[at]! & CHUNK_MASK) - start
    const place = next[local]!
    next[local] = place + 1
    const pair = 2 * (place - base)
    pairs[pair] = words[at + 1]!
    pairs[pair + 1] = arrival++
  }
}

function partPairs(pairs: Uint32Array, firsts: Uint32Array, seconds: Uint32Array): void {
  for (let i = 0; i < firsts.length; i++) {
    firsts[i] = pairs[2 * i]!
    seconds[i] = pairs[2 * i + 1]!
  }
}
