import type { BufferPool } from '../bufferpool/buffer-pool.ts'
import type { CsrDirection } from './csr-direction.ts'
import { CsrPins, NO_PAGE, type PinAllowance } from './csr-pins.ts'
import type { DeltaLists } from './delta-lists.ts'
import { type AdjacencyCursor, CHUNK_SHIFT } from './read-view.ts'

/** What a cursor reads: the base, and what the snapshot sees of the delta (null: nothing, now and later). */
export interface CsrSource {
  readonly pool: BufferPool
  readonly base: CsrDirection
  readonly delta: DeltaLists | null
  readonly pins: PinAllowance
  /** The cursor leaves this set when it is closed. */
  readonly cursors: Set<AdjacencyCursor>
}

const NO_IDS = new Uint32Array(0)

/*
 * Constants of read-view.ts, csr-format.ts and csr-page-table.ts once more: imported ones are variables to the compiler, and a division by a variable
 * costs 25 cycles instead of 4. No list of any test comes out right when one of them is wrong.
 */
const NODE_SHIFT = 17
const NODE_MASK = 131_071
const ELEMENTS = 16_380
const PAGES = 1
const NEIGHBOURS = 2
const IDS = 3

/**
 * Adjacency lists of one direction, base and delta merged.
 *
 * Cost of load: about 10 ns for a list inside one pinned page that the delta does not touch (no copy: `neighbours` is the pool's memory);
 * otherwise a copy of the list into the cursor's scratch memory and some 30 ns.
 */
export class CsrCursor implements AdjacencyCursor {
  neighbours: Uint32Array = NO_IDS
  lo = 0
  hi = 0
  relIds: Uint32Array | null = null
  relShift = 0

  /** null when no visible change touches any list. */
  readonly #delta: DeltaLists | null
  readonly #withRelIds: boolean
  readonly #pins: CsrPins
  readonly #cursors: Set<AdjacencyCursor>
  readonly #table: Int32Array
  /** Nodes from here on have no group in the base. */
  readonly #nodeLimit: number
  readonly #firstRelIds: Float64Array
  #scratch: Uint32Array = NO_IDS
  #scratchIds: Uint32Array = NO_IDS

  constructor(source: CsrSource, withRelIds: boolean) {
    const { base, delta } = source
    this.#delta = delta
    this.#withRelIds = withRelIds
    this.#pins = new CsrPins(source.pool, base, source.pins)
    this.#cursors = source.cursors
    this.#table = this.#pins.table
    this.#nodeLimit = base.groupCount * 2 ** CHUNK_SHIFT
    this.#firstRelIds = base.firstRelIds
  }

  load(node: number): void {
    if (this.#delta?.touches(node)) {
      this.#loadTouched(node)
      return
    }
    const table = this.#table
    const group = (node >>> NODE_SHIFT) << 2
    const local = node & NODE_MASK
    if (node >= this.#nodeLimit || local >= table[group]!) {
      this.lo = 0
      this.hi = 0
      return
    }
    // fast path: both offsets in one page, the list in one page, both pinned
    const pins = this.#pins
    let page = (local / ELEMENTS) | 0
    let at = table[group + PAGES]! + page
    let entry = table[at]!
    if (entry === 0 || local === page * ELEMENTS + (ELEMENTS - 1)) {
      this.#loadSlowly(group, local)
      return
    }
    const offsets = pins.slabs === null ? pins.slab : pins.slabs[at]!
    const start = offsets[entry + local - 1]!
    const degree = offsets[entry + local]! - start
    const first = table[group + NEIGHBOURS]! + start
    page = (first / ELEMENTS) | 0
    at = table[group + PAGES]! + page
    entry = table[at]!
    if (entry === 0 || first + degree > page * ELEMENTS + ELEMENTS) {
      this.#loadList(group, start, degree)
      return
    }
    pins.keepList = at
    const words = pins.slabs === null ? pins.slab : pins.slabs[at]!
    if (this.neighbours !== words) this.neighbours = words
    this.lo = entry + first - 1
    this.hi = entry + first - 1 + degree
    if (this.#withRelIds) this.#loadIds(group, start, degree)
  }

  degree(node: number): number {
    const change = this.#delta?.touches(node) ? this.#delta.degreeChange(node) : 0
    const table = this.#table
    const group = (node >>> NODE_SHIFT) << 2
    const local = node & NODE_MASK
    if (node >= this.#nodeLimit || local >= table[group]!) return change
    const page = (local / ELEMENTS) | 0
    const at = table[group + PAGES]! + page
    const entry = table[at]!
    if (entry === 0 || local === page * ELEMENTS + (ELEMENTS - 1)) return this.#degreeSlowly(group, local) + change
    const offsets = this.#pins.slabs === null ? this.#pins.slab : this.#pins.slabs[at]!
    return offsets[entry + local]! - offsets[entry + local - 1]! + change
  }

  close(): void {
    this.lo = 0
    this.hi = 0
    this.neighbours = NO_IDS
    this.relIds = null
    this.#pins.close()
    this.#cursors.delete(this)
  }

  #degreeSlowly(group: number, local: number): number {
    const start = this.#element(group, local)
    return this.#element(group, local + 1) - start
  }

  /** A list whose offsets are not pinned, or not in one page. */
  #loadSlowly(group: number, local: number): void {
    this.#keepNothing()
    const start = this.#element(group, local)
    this.#loadList(group, start, this.#element(group, local + 1) - start)
  }

  /** A list at a position of the base. One that crosses pages is copied. */
  #loadList(group: number, start: number, degree: number): void {
    this.#keepNothing()
    const first = this.#table[group + NEIGHBOURS]! + start
    const page = (first / ELEMENTS) | 0
    if (degree === 0 || first + degree > (page + 1) * ELEMENTS) {
      if (degree > 0) this.#copyBase(group, start, degree, this.#withRelIds)
      this.#show(degree)
      return
    }
    const at = this.#table[group + PAGES]! + page
    let entry = this.#table[at]!
    if (entry === 0) entry = this.#pins.pin(at)
    this.#pins.keepList = at
    this.neighbours = this.#slabOf(at)
    this.lo = entry + first - 1
    this.hi = this.lo + degree
    if (this.#withRelIds) this.#loadIds(group, start, degree)
  }

  /** Rel ids of a list that lies in one page. */
  #loadIds(group: number, start: number, degree: number): void {
    const firstRelId = this.#firstRelIds[group >>> 2]!
    if (firstRelId >= 0) {
      this.relIds = null
      this.relShift = firstRelId + start - this.lo
      return
    }
    const first = this.#table[group + IDS]! + start
    const page = (first / ELEMENTS) | 0
    this.#pins.keepIds = NO_PAGE
    if (first + degree > (page + 1) * ELEMENTS) {
      this.#growScratchIds(degree)
      this.#copy(group, first, degree, this.#scratchIds)
      this.relIds = this.#scratchIds
      this.relShift = -this.lo
      return
    }
    const at = this.#table[group + PAGES]! + page
    let entry = this.#table[at]!
    if (entry === 0) entry = this.#pins.pin(at)
    this.#pins.keepIds = at
    this.relIds = this.#slabOf(at)
    this.relShift = entry + first - 1 - this.lo
  }

  #loadTouched(node: number): void {
    const lists = this.#delta!
    lists.seek(node)
    this.#keepNothing()
    const table = this.#table
    const group = (node >>> NODE_SHIFT) << 2
    const local = node & NODE_MASK
    let count = 0
    if (node < this.#nodeLimit && local < table[group]!) {
      const start = this.#element(group, local)
      count = this.#copyKept(group, start, this.#element(group, local + 1) - start, lists)
    }
    const total = count + lists.inserted
    if (total > this.#scratch.length) this.#growScratch(total)
    if (this.#withRelIds) this.#growScratchIds(total)
    lists.copyInserted(this.#scratch, this.#withRelIds ? this.#scratchIds : null, count)
    this.#show(total)
  }

  /** Copies what the delta leaves of a node's base list. @returns how many that are. */
  #copyKept(group: number, start: number, degree: number, lists: DeltaLists): number {
    if (lists.deleted >= degree) return 0
    this.#copyBase(group, start, degree, this.#withRelIds || lists.deleted > 0)
    return lists.deleted === 0 ? degree : lists.dropDeleted(this.#scratch, this.#scratchIds, degree)
  }

  #keepNothing(): void {
    this.#pins.keepList = NO_PAGE
    this.#pins.keepIds = NO_PAGE
  }

  /** Makes the first elements of the scratch memory the current list. */
  #show(count: number): void {
    this.neighbours = this.#scratch
    this.lo = 0
    this.hi = count
    this.relIds = this.#withRelIds ? this.#scratchIds : null
    this.relShift = 0
  }

  /** Copies base positions into scratch memory. */
  #copyBase(group: number, start: number, degree: number, withIds: boolean): void {
    this.#growScratch(degree)
    this.#copy(group, this.#table[group + NEIGHBOURS]! + start, degree, this.#scratch)
    if (!withIds) return
    this.#growScratchIds(degree)
    const firstRelId = this.#firstRelIds[group >>> 2]!
    if (firstRelId < 0) this.#copy(group, this.#table[group + IDS]! + start, degree, this.#scratchIds)
    else for (let i = 0; i < degree; i++) this.#scratchIds[i] = firstRelId + start + i
  }

  /** One element of a group. Kept pages stay. */
  #element(group: number, element: number): number {
    const at = this.#table[group + PAGES]! + ((element / ELEMENTS) | 0)
    let entry = this.#table[at]!
    if (entry === 0) entry = this.#pins.pin(at)
    return this.#slabOf(at)[entry + element - 1]!
  }

  /** Copies elements of a group to the start of `target`, page by page. */
  #copy(group: number, first: number, count: number, target: Uint32Array): void {
    const end = first + count
    for (let element = first, to = 0; element < end; ) {
      const page = (element / ELEMENTS) | 0
      const at = this.#table[group + PAGES]! + page
      let entry = this.#table[at]!
      if (entry === 0) entry = this.#pins.pin(at)
      const stop = Math.min(end, (page + 1) * ELEMENTS)
      copyWords(this.#slabOf(at), entry + element - 1, entry + stop - 1, target, to)
      to += stop - element
      element = stop
    }
  }

  #slabOf(at: number): Uint32Array {
    return this.#pins.slabs === null ? this.#pins.slab : this.#pins.slabs[at]!
  }

  #growScratch(count: number): void {
    if (count > this.#scratch.length) this.#scratch = grown(this.#scratch, count)
  }

  #growScratchIds(count: number): void {
    if (count > this.#scratchIds.length) this.#scratchIds = grown(this.#scratchIds, count)
  }
}

/** A call of set() costs as much as copying some fifty elements one by one. */
const LEAST_BLOCK = 64

function copyWords(words: Uint32Array, from: number, end: number, target: Uint32Array, to: number): void {
  if (end - from >= LEAST_BLOCK) target.set(words.subarray(from, end), to)
  else for (let i = from; i < end; i++) target[to++] = words[i]!
}

function grown(array: Uint32Array, count: number): Uint32Array {
  const larger = new Uint32Array(Math.max(64, count, array.length * 2))
  larger.set(array)
  return larger
}
