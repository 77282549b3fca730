import type { BufferPool, FrameId } from '../bufferpool/buffer-pool.ts'
import type { CsrDirection } from './csr-direction.ts'
import { PAGE_ELEMENTS } from './csr-format.ts'
import { CsrPins, type PinAllowance } from './csr-pins.ts'
import type { DeltaAdjacency } from './delta-adjacency.ts'
import type { DeltaSnapshot } from './delta-overlay.ts'
import type { RelDelta } from './delta-table.ts'
import { type AdjacencyCursor, CHUNK_MASK, CHUNK_SHIFT, type Direction } from './read-view.ts'

/** What a cursor reads: the base, the delta and the snapshot's place in it. */
export interface CsrSource {
  readonly pool: BufferPool
  readonly base: CsrDirection
  readonly delta: RelDelta
  readonly direction: Direction
  readonly snapshot: DeltaSnapshot
  readonly pins: PinAllowance
  /** The cursor leaves this set when it is closed. */
  readonly cursors: Set<AdjacencyCursor>
}

/** Rel id of no rel; ids end below it. */
const NO_IDS = new Uint32Array(0)

/**
 * Adjacency lists of one direction, base and delta merged.
 *
 * Cost of load: about 10 ns for a list inside one pinned page that the delta does not touch (no copy: `neighbours` is the pool's memory);
 * otherwise a copy of the list into the cursor's scratch memory, plus a hash probe per rel where base rels of the node were deleted.
 */
export class CsrCursor implements AdjacencyCursor {
  neighbours: Uint32Array = NO_IDS
  lo = 0
  hi = 0
  relIds: Uint32Array | null = null
  relShift = 0

  readonly #pool: BufferPool
  readonly #delta: RelDelta
  readonly #adjacency: DeltaAdjacency
  readonly #ends: readonly number[]
  readonly #snapshot: DeltaSnapshot
  readonly #withRelIds: boolean
  readonly #pins: CsrPins
  readonly #cursors: Set<AdjacencyCursor>
  readonly #frames: Int32Array
  readonly #groupCount: number
  readonly #ordinals: Int32Array
  readonly #nodeCounts: Int32Array
  readonly #relCounts: Int32Array
  readonly #firstRelIds: Float64Array
  #scratch: Uint32Array = NO_IDS
  #scratchIds: Uint32Array = NO_IDS
  /** Page number that the current list lies in, which must stay pinned; -1 when it lies in scratch memory. */
  #exposed = -1

  constructor(source: CsrSource, withRelIds: boolean) {
    const { base, delta, direction } = source
    this.#pool = source.pool
    this.#delta = delta
    this.#adjacency = delta.adjacency(direction)
    this.#ends = direction === 'fwd' ? delta.targets : delta.sources
    this.#snapshot = source.snapshot
    this.#withRelIds = withRelIds
    this.#pins = new CsrPins(source.pool, base, source.pins)
    this.#cursors = source.cursors
    this.#frames = this.#pins.frames
    this.#groupCount = base.groupCount
    this.#ordinals = base.ordinals
    this.#nodeCounts = base.nodeCounts
    this.#relCounts = base.relCounts
    this.#firstRelIds = base.firstRelIds
  }

  load(node: number): void {
    const group = node >>> CHUNK_SHIFT
    const local = node & CHUNK_MASK
    const touched = this.#adjacency.touched(group)
    if (touched !== undefined && (touched[local >>> 5]! & (1 << (local & 31))) !== 0) {
      this.#loadTouched(node)
      return
    }
    this.#exposed = -1
    if (group >= this.#groupCount || local >= this.#nodeCounts[group]!) {
      this.lo = 0
      this.hi = 0
      return
    }
    const nodeCount = this.#nodeCounts[group]!
    const ordinal = this.#ordinals[group]!
    // fast path: both offsets in one pinned page, the list in one page
    const offsetPage = (local / PAGE_ELEMENTS) | 0
    const at = local - offsetPage * PAGE_ELEMENTS
    let frame = this.#frames[ordinal + offsetPage]!
    if (frame < 0) frame = this.#pins.pin(ordinal + offsetPage, -1)
    const words = this.#pool.u32(frame)
    const word = this.#pool.wordBase(frame) + at
    const start = words[word]!
    const end = at === PAGE_ELEMENTS - 1 ? this.#element(ordinal, local + 1) : words[word + 1]!
    const first = nodeCount + 1 + start
    const page = (first / PAGE_ELEMENTS) | 0
    const inPage = first - page * PAGE_ELEMENTS
    const degree = end - start
    if (inPage + degree > PAGE_ELEMENTS || degree === 0) {
      this.#loadAcross(group, start, degree)
      return
    }
    frame = this.#frames[ordinal + page]!
    if (frame < 0) frame = this.#pins.pin(ordinal + page, -1)
    this.#exposed = ordinal + page
    this.neighbours = this.#pool.u32(frame)
    this.lo = this.#pool.wordBase(frame) + inPage
    this.hi = this.lo + degree
    if (this.#withRelIds) this.#loadIds(group, start, degree)
  }

  degree(node: number): number {
    const group = node >>> CHUNK_SHIFT
    const local = node & CHUNK_MASK
    let degree = 0
    if (group < this.#groupCount && local < this.#nodeCounts[group]!) {
      const ordinal = this.#ordinals[group]!
      degree = this.#element(ordinal, local + 1) - this.#element(ordinal, local)
    }
    const touched = this.#adjacency.touched(group)
    if (touched === undefined || (touched[local >>> 5]! & (1 << (local & 31))) === 0) return degree
    return degree + this.#countInserts(node) - this.#countDeletes(node)
  }

  close(): void {
    this.lo = 0
    this.hi = 0
    this.neighbours = NO_IDS
    this.relIds = null
    this.#exposed = -1
    this.#pins.close()
    this.#cursors.delete(this)
  }

  /** Rel ids of the list that {@link load} found in one page. */
  #loadIds(group: number, start: number, degree: number): void {
    const firstRelId = this.#firstRelIds[group]!
    if (firstRelId >= 0) {
      this.relIds = null
      this.relShift = firstRelId + start - this.lo
      return
    }
    const first = this.#nodeCounts[group]! + 1 + this.#relCounts[group]! + start
    const page = (first / PAGE_ELEMENTS) | 0
    const inPage = first - page * PAGE_ELEMENTS
    if (inPage + degree > PAGE_ELEMENTS) {
      this.#growScratchIds(degree)
      this.#copy(this.#ordinals[group]!, first, degree, this.#scratchIds, 0)
      this.relIds = this.#scratchIds
      this.relShift = -this.lo
      return
    }
    const ordinal = this.#ordinals[group]! + page
    let frame = this.#frames[ordinal]!
    if (frame < 0) frame = this.#pinBeside(ordinal)
    this.relIds = this.#pool.u32(frame)
    this.relShift = this.#pool.wordBase(frame) + inPage - this.lo
  }

  /** Pins a page while the exposed one stays; ids and neighbours may not evict each other. */
  #pinBeside(ordinal: number): FrameId {
    return this.#pins.pin(ordinal, this.#exposed)
  }

  /** A list that crosses pages, or an empty one: copied. */
  #loadAcross(group: number, start: number, degree: number): void {
    this.neighbours = this.#scratch
    this.lo = 0
    this.hi = 0
    if (degree === 0) return
    this.#copyBase(group, start, degree)
    this.neighbours = this.#scratch
    this.hi = degree
    this.relIds = this.#withRelIds ? this.#scratchIds : null
    this.relShift = 0
  }

  #loadTouched(node: number): void {
    const group = node >>> CHUNK_SHIFT
    const local = node & CHUNK_MASK
    this.#exposed = -1
    let count = 0
    if (group < this.#groupCount && local < this.#nodeCounts[group]!) {
      const ordinal = this.#ordinals[group]!
      const start = this.#element(ordinal, local)
      const degree = this.#element(ordinal, local + 1) - start
      const filter = this.#delta.deletes.count > 0 && this.#adjacency.firstDelete(node) >= 0
      this.#copyBase(group, start, degree, filter)
      count = filter ? this.#keepVisible(degree) : degree
    }
    count = this.#appendInserts(node, count)
    this.neighbours = this.#scratch
    this.lo = 0
    this.hi = count
    this.relIds = this.#withRelIds ? this.#scratchIds : null
    this.relShift = 0
  }

  /** Copies base positions into scratch memory, with rel ids if they are asked for or `needIds`. */
  #copyBase(group: number, start: number, degree: number, needIds = this.#withRelIds): void {
    const ordinal = this.#ordinals[group]!
    const nodeCount = this.#nodeCounts[group]!
    this.#growScratch(degree)
    this.#copy(ordinal, nodeCount + 1 + start, degree, this.#scratch, 0)
    if (!needIds && !this.#withRelIds) return
    this.#growScratchIds(degree)
    const firstRelId = this.#firstRelIds[group]!
    if (firstRelId >= 0) {
      for (let i = 0; i < degree; i++) this.#scratchIds[i] = firstRelId + start + i
    } else {
      this.#copy(ordinal, nodeCount + 1 + this.#relCounts[group]! + start, degree, this.#scratchIds, 0)
    }
  }

  /** Drops rels that are deleted in the snapshot from the scratch list. @returns how many are left. */
  #keepVisible(degree: number): number {
    const { deletes } = this.#delta
    const { commit } = this.#snapshot
    let kept = 0
    for (let i = 0; i < degree; i++) {
      const relId = this.#scratchIds[i]!
      if (deletes.has(relId, commit)) continue
      this.#scratch[kept] = this.#scratch[i]!
      this.#scratchIds[kept] = relId
      kept++
    }
    return kept
  }

  /** Appends visible inserted rels in the order of their ids. @returns the new length of the list. */
  #appendInserts(node: number, count: number): number {
    const { deletes, baseRows } = this.#delta
    const { commit } = this.#snapshot
    const adjacency = this.#adjacency
    const anyDeleted = deletes.count > 0
    const visible = this.#visibleInserts()
    let end = count
    for (let at = adjacency.firstInsert(node); at >= 0; at = adjacency.nextInsert(at)) {
      if (at >= visible || (anyDeleted && deletes.has(baseRows + at, commit))) continue
      if (end >= this.#scratch.length) this.#growScratch(end + 1)
      if (end >= this.#scratchIds.length) this.#growScratchIds(end + 1)
      this.#scratch[end] = this.#ends[at]!
      this.#scratchIds[end++] = baseRows + at
    }
    // the chain runs from the newest to the oldest
    const list = this.#scratch
    const ids = this.#scratchIds
    for (let low = count, high = end - 1; low < high; low++, high--) {
      const neighbour = list[low]!
      const relId = ids[low]!
      list[low] = list[high]!
      ids[low] = ids[high]!
      list[high] = neighbour
      ids[high] = relId
    }
    return end
  }

  #countInserts(node: number): number {
    const visible = this.#visibleInserts()
    let count = 0
    for (let at = this.#adjacency.firstInsert(node); at >= 0; at = this.#adjacency.nextInsert(at)) {
      if (at < visible) count++
    }
    return count
  }

  #countDeletes(node: number): number {
    const { deletes } = this.#delta
    let count = 0
    for (let at = this.#adjacency.firstDelete(node); at >= 0; at = this.#adjacency.nextDelete(at)) {
      if (deletes.commits[at]! <= this.#snapshot.commit) count++
    }
    return count
  }

  #visibleInserts(): number {
    return this.#delta.rowCommits.countAt(this.#snapshot.commit)
  }

  /** One element of a group. */
  #element(ordinal: number, element: number): number {
    const page = (element / PAGE_ELEMENTS) | 0
    let frame = this.#frames[ordinal + page]!
    if (frame < 0) frame = this.#pinBeside(ordinal + page)
    return this.#pool.u32(frame)[this.#pool.wordBase(frame) + element - page * PAGE_ELEMENTS]!
  }

  /** Copies elements of a group, page by page. */
  #copy(ordinal: number, first: number, count: number, target: Uint32Array, at: number): void {
    let element = first
    let to = at
    const end = first + count
    while (element < end) {
      const page = (element / PAGE_ELEMENTS) | 0
      let frame = this.#frames[ordinal + page]!
      if (frame < 0) frame = this.#pinBeside(ordinal + page)
      const stop = Math.min(end, (page + 1) * PAGE_ELEMENTS)
      const base = this.#pool.wordBase(frame) - page * PAGE_ELEMENTS
      const words = this.#pool.u32(frame)
      if (stop - element < 32) for (let i = element; i < stop; i++) target[to++] = words[base + i]!
      else {
        target.set(words.subarray(base + element, base + stop), to)
        to += stop - element
      }
      element = stop
    }
  }

  #growScratch(count: number): void {
    if (count > this.#scratch.length) this.#scratch = grown(this.#scratch, count)
  }

  #growScratchIds(count: number): void {
    if (count > this.#scratchIds.length) this.#scratchIds = grown(this.#scratchIds, count)
  }
}

function grown(array: Uint32Array, count: number): Uint32Array {
  const larger = new Uint32Array(Math.max(64, count, array.length * 2))
  larger.set(array)
  return larger
}
