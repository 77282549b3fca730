import { NEVER, REPEATED } from './next-uses.ts'
import { ABSENT, ELSEWHERE, missCode, missOf, type RowCache } from './row-cache.ts'
import { sortRows } from './sort-rows.ts'

/** While there is room, so many rows that nobody asked for are read per row that was asked for, and at most so many per batch. */
const FILL_PER_MISS = 16
const MAX_FILL = 1 << 17

/** Rows whose entries are looked at together before they are changed. */
const TOUCH_ROWS = 64

/**
 * What a gather has to do for each of its rows: copy it from a slot, read it, or get it elsewhere. Made when the rows are known, often long before the gather;
 * slots are given and taken here, their content changes only when the gather is made.
 */
export class RowPlan {
  rows: Uint32Array = new Uint32Array(0)
  /** Per place: slot, or a code below 0 as in {@link RowCache.slotOf}. */
  where = new Int32Array(0)
  /** Rows to read, ascending, the batch that wants them next, and their slots or -1. */
  missed: Uint32Array = new Uint32Array(0)
  slots = new Int32Array(0)
  count = 0
  /** How many of them the gather wants; the others fill the cache. */
  wanted = 0
  /** How many of them were asked for, and how many have arrived. */
  asked = 0
  arrived = 0
  #next = new Int32Array(0)
  /** Rows below this one have filled the cache. */
  #fillAt = 0
  #scratch = new Uint32Array(0)

  /**
   * @param batch its number. @param announced whether it is the oldest batch of the window.
   * @param canFetch whether a row can be read by itself. @param room grows the cache's memory for so many rows more.
   */
  make(
    batch: number,
    rows: Uint32Array,
    announced: boolean,
    cache: RowCache,
    canFetch: (row: number) => boolean,
    room: (rows: number) => number,
  ): void {
    this.rows = rows
    this.count = 0
    this.asked = 0
    this.arrived = 0
    this.#classify(announced, cache, canFetch)
    this.wanted = this.count
    this.#fill(cache, canFetch, room)
    const { missed, count } = this
    sortRows(missed, count, this.#scratch)
    for (let m = 0; m < count; m++) cache.slotOf[missed[m]!] = missCode(m)
    this.#numberMisses(announced, cache)
    for (let m = 0; m < count; m++) cache.slotOf[missed[m]!] = ABSENT
    cache.setCapacity(room(cache.size + count))
    cache.admit(batch, missed, this.#next, count, this.slots)
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

  #classify(announced: boolean, cache: RowCache, canFetch: (row: number) => boolean): void {
    const { rows } = this
    const where = this.lookUp(rows, cache)
    for (let from = 0; from < rows.length; from += TOUCH_ROWS) {
      const to = Math.min(from + TOUCH_ROWS, rows.length)
      if (cache.choosy) cache.touch(rows, where, from, to)
      for (let k = from; k < to; k++) this.#classifyRow(k, announced, cache, canFetch)
    }
  }

  #classifyRow(k: number, announced: boolean, cache: RowCache, canFetch: (row: number) => boolean): void {
    const { where } = this
    const { slotOf } = cache
    const row = this.rows[k]!
    const slot = where[k]! - 1
    if (slot >= 0) {
      where[k] = slot
      if (cache.choosy) cache.hit(row, slot, announced ? cache.window.after(k) : REPEATED)
    } else if (where[k] === ELSEWHERE) return
    else if (slotOf[row] !== ABSENT) where[k] = slotOf[row]!
    else if (canFetch(row)) {
      where[k] = ON_ITS_WAY
      slotOf[row] = ON_ITS_WAY
      this.missed[this.count++] = row
      cache.miss(row)
    } else {
      slotOf[row] = ELSEWHERE
      where[k] = ELSEWHERE
    }
  }

  #numberMisses(announced: boolean, cache: RowCache): void {
    const { rows, where } = this
    const { slotOf, window } = cache
    this.#next.fill(NEVER, 0, this.count)
    for (let k = 0; k < rows.length; k++) {
      if (where[k] !== ON_ITS_WAY) continue
      const code = slotOf[rows[k]!]!
      where[k] = code
      const next = announced ? window.after(k) : REPEATED
      if (next !== REPEATED) this.#next[missOf(code)] = next
    }
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
    this.#next = new Int32Array(capacity)
    this.#scratch = new Uint32Array(capacity)
  }
}

function capacityFor(length: number): number {
  return Math.max(1024, 2 ** Math.ceil(Math.log2(length)))
}

/** A miss without a number yet. */
const ON_ITS_WAY = missCode(0)
