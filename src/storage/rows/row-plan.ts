import { ABSENT, ELSEWHERE, missCode, type RowCache } from './row-cache.ts'
import { sortRows } from './sort-rows.ts'

/** While there is room, so many rows that nobody asked for are read per row that was asked for, and at most so many per batch. */
const FILL_PER_MISS = 16
const MAX_FILL = 1 << 17

/**
 * What a gather has to do for each of its rows: copy it from a slot, read it, or get it elsewhere. Made when the rows are known, often long before the gather;
 * slots are given and taken here, their content changes only when the gather is made.
 */
export class RowPlan {
  rows: Uint32Array = new Uint32Array(0)
  /** Per place: slot, or a code below 0 as in {@link RowCache.slotOf}. */
  where = new Int32Array(0)
  /** Rows to read, ascending, and their slots or -1. */
  missed: Uint32Array = new Uint32Array(0)
  slots = new Int32Array(0)
  count = 0
  /** How many of them the gather wants; the others fill the cache. */
  wanted = 0
  /** How many of them were asked for, and how many have arrived. */
  asked = 0
  arrived = 0
  /** Rows below this one have filled the cache. */
  #fillAt = 0
  #scratch = new Uint32Array(0)

  /**
   * @param future the batches that come after this one, soonest first, as far as they are known.
   * @param canFetch whether a row can be read by itself. @param room grows the cache's memory for so many rows more.
   */
  make(
    rows: Uint32Array,
    future: readonly Uint32Array[],
    cache: RowCache,
    canFetch: (row: number) => boolean,
    room: (rows: number) => number,
  ): void {
    this.rows = rows
    this.count = 0
    this.asked = 0
    this.arrived = 0
    this.#classify(cache, canFetch)
    if (cache.choosy) cache.warm(rows)
    this.wanted = this.count
    this.#fill(cache, canFetch, room)
    this.#numberMisses(cache)
    cache.setCapacity(room(cache.size + this.count))
    cache.admit(this.missed, this.count, this.slots, future)
    cache.cool()
  }

  /** @returns what the cache's slotOf says of each row, until the next call of any kind. A loop of nothing else waits for many of these rows at a time. */
  lookUp(rows: Uint32Array, { slotOf }: RowCache): Int32Array {
    if (this.where.length < rows.length) this.#grow(rows.length)
    const { where } = this
    for (let k = 0; k < rows.length; k++) where[k] = slotOf[rows[k]!]!
    return where
  }

  /**
   * Adds rows that follow each other in the file, as long as the cache has slots that nobody needs: eight of them cost one more block of a read that is made
   * anyway, where eight misses would cost eight reads. In proportion to the misses, so that who wants little reads little.
   */
  #fill(cache: RowCache, canFetch: (row: number) => boolean, room: (rows: number) => number): void {
    const { slotOf } = cache
    const goal = Math.min(MAX_FILL, FILL_PER_MISS * this.wanted)
    if (goal === 0 || this.#fillAt === slotOf.length) return
    cache.setCapacity(room(cache.size + this.wanted + goal))
    let left = Math.min(goal, cache.spare(this.wanted))
    if (this.missed.length < this.wanted + left) this.#growMissed(this.wanted + left)
    const { missed } = this
    let row = this.#fillAt
    for (; row < slotOf.length && left > 0; row++) {
      if (slotOf[row] !== ABSENT || !canFetch(row)) continue
      slotOf[row] = ON_ITS_WAY
      missed[this.count++] = row
      left--
    }
    this.#fillAt = row
  }

  #classify(cache: RowCache, canFetch: (row: number) => boolean): void {
    const { rows } = this
    const where = this.lookUp(rows, cache)
    for (let k = 0; k < rows.length; k++) {
      const slot = where[k]! - 1
      if (slot >= 0) where[k] = slot
      else if (where[k] !== ELSEWHERE) where[k] = this.#codeOf(rows[k]!, cache.slotOf, canFetch)
    }
  }

  /** @returns the code of a row that had none when the batch was looked up, which it may have got since. */
  #codeOf(row: number, slotOf: Int32Array, canFetch: (row: number) => boolean): number {
    if (slotOf[row] !== ABSENT) return slotOf[row]!
    const code = canFetch(row) ? ON_ITS_WAY : ELSEWHERE
    slotOf[row] = code
    if (code === ON_ITS_WAY) this.missed[this.count++] = row
    return code
  }

  /** Sorts the misses, and writes their numbers to where they belong. */
  #numberMisses({ slotOf }: RowCache): void {
    const { rows, where, missed, count } = this
    sortRows(missed, count, this.#scratch)
    for (let m = 0; m < count; m++) slotOf[missed[m]!] = missCode(m)
    for (let k = 0; k < rows.length; k++) if (where[k] === ON_ITS_WAY) where[k] = slotOf[rows[k]!]!
    for (let m = 0; m < count; m++) slotOf[missed[m]!] = ABSENT
  }

  #grow(length: number): void {
    this.where = new Int32Array(capacityFor(length))
    if (this.missed.length < length) this.#growMissed(length)
  }

  /** Keeps the rows found so far. */
  #growMissed(length: number): void {
    const capacity = capacityFor(length)
    const missed = new Uint32Array(capacity)
    missed.set(this.missed.subarray(0, this.count))
    this.missed = missed
    this.slots = new Int32Array(capacity)
    this.#scratch = new Uint32Array(capacity)
  }
}

function capacityFor(length: number): number {
  return Math.max(1024, 2 ** Math.ceil(Math.log2(length)))
}

/** A miss without a number yet. */
const ON_ITS_WAY = missCode(0)
