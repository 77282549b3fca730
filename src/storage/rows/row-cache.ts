/** What {@link RowCache} knows of a row that has no slot. */
export const ABSENT = 0
/** It cannot be cached: it is changed, NULL, or does not lie in one page. */
export const ELSEWHERE = -1
/** On its way: miss m of the plan is `-2 - m`. */
const FIRST_MISS = -2

/** When rows are dropped, this part of the slots is freed at once: looking for them takes a look at all announced batches. */
const BULK_SHARE = 1 / 64

/** Rows wanted within so many batches are not dropped before they must be. */
const NEAR = 32

/** Heat is halved after so many uses per row that fits, so that it follows what is wanted lately. */
const COOLING_USES = 16

/** Heats that there are: a byte, which stays at its highest. */
const HEATS = 256

/**
 * Which rows are kept: those that announced batches want soonest; of the others, those used most often lately. A row that is worth less than all
 * that are kept is not kept at all.
 *
 * Nothing is noted of announced batches: only when rows must be dropped they are gone through, soonest first, until as many rows are found as may stay.
 *
 * Nothing here touches the rows themselves: slots are numbers. Memory: {@link bytesPerRow} for each row of the table.
 * Source: L. A. Belady (1966); admission by frequency as in G. Einziger et al., TinyLFU (2017).
 */
export class RowCache {
  /** A slot's number, a byte of heat, two bits. */
  static readonly bytesPerRow = 4 + 1 + 2 / 8

  /** Per row: slot + 1, or ABSENT, ELSEWHERE, or a miss. */
  readonly slotOf: Int32Array
  /** Whether uses are noted: not while all rows fit. Set when a row is dropped for lack of room. */
  choosy = true
  #wasFull = false
  /** Per row: its uses, halved now and then. */
  readonly #heat: Uint8ClampedArray
  /** A bit per row: whether it has a slot. */
  readonly #held: Int32Array
  /** A bit per row, used within {@link admit}: it has a slot or wants one, and nothing speaks for it yet. */
  readonly #doubtful: Int32Array
  readonly #byHeat = new Int32Array(HEATS)
  #free: number[] = []
  /** Slots below this were used before. */
  #used = 0
  #capacity = 0
  /** Where in the bits the next eviction begins. */
  #hand = 0
  #uses = 0

  constructor(rowCount: number) {
    this.slotOf = new Int32Array(rowCount)
    this.#heat = new Uint8ClampedArray(rowCount)
    this.#held = new Int32Array(Math.ceil(rowCount / 32))
    this.#doubtful = new Int32Array(this.#held.length)
  }

  /** Slots in use. */
  get size(): number {
    return this.#used - this.#free.length
  }

  /** Slots for rows that nobody asked for: none any more once a row was dropped. @param wanted rows that will be admitted. */
  spare(wanted: number): number {
    return this.#wasFull ? 0 : Math.max(0, this.#capacity - this.size - wanted)
  }

  /** Tells how many slots there are; never fewer than before. */
  setCapacity(slots: number): void {
    this.#capacity = Math.max(slots, this.#capacity)
  }

  /** Notes a use of each row; only if {@link choosy}. */
  warm(rows: Uint32Array): void {
    const heat = this.#heat
    for (let k = 0; k < rows.length; k++) heat[rows[k]!]!++
    this.#uses += rows.length
  }

  /** Call between batches. */
  cool(): void {
    if (this.#uses < COOLING_USES * Math.max(1024, this.#capacity)) return
    this.#uses = 0
    const heat = this.#heat
    for (let row = 0; row < heat.length; row++) heat[row] = heat[row]! >>> 1
  }

  /**
   * Decides which of the missed rows get slots, and takes slots away for them.
   * @param rows [count] without slots, each once. @param slots [count] written: their slots, or -1. @param future the batches to come, soonest first.
   */
  admit(rows: Uint32Array, count: number, slots: Int32Array, future: readonly Uint32Array[]): void {
    const isTight = this.size + count > this.#capacity
    if (isTight) this.#makeRoom(rows, count, future)
    for (let m = 0; m < count; m++) slots[m] = isTight && this.#isInDoubt(rows[m]!) ? -1 : this.#take(rows[m]!)
  }

  /** Takes a slot back whose row never came. */
  giveUp(row: number, slot: number): void {
    this.slotOf[row] = ABSENT
    this.#held[row >>> 5]! &= ~(1 << row)
    this.#free.push(slot)
  }

  /** Drops what is worth least, and a bulk more. Only those of the missed rows that get no slot are in doubt then. */
  #makeRoom(rows: Uint32Array, count: number, future: readonly Uint32Array[]): void {
    this.choosy = true
    this.#wasFull = true
    const all = this.size + count
    const doubtful = this.#doubtful
    doubtful.set(this.#held)
    for (let m = 0; m < count; m++) doubtful[rows[m]! >>> 5]! |= 1 << rows[m]!
    const enough = this.#capacity - Math.floor(this.#used * BULK_SHARE)
    const wanted = this.#clearWanted(future, enough)
    this.#dropColdest(rows, count, all - wanted, all - Math.max(wanted, enough))
  }

  /** Goes through the batches to come until enough rows are found that may stay, which are in doubt no more. @returns how many. */
  #clearWanted(future: readonly Uint32Array[], enough: number): number {
    let wanted = 0
    for (let b = 0; b < future.length; b++) {
      const limit = b < NEAR ? this.#capacity : enough
      if (wanted >= limit) break
      wanted += clearBits(this.#doubtful, future[b]!, limit - wanted)
    }
    return wanted
  }

  /** Of `inDoubt` rows drops the `drop` coldest, of the same heat the missed ones first. Missed rows that are kept are in doubt no more. */
  #dropColdest(rows: Uint32Array, count: number, inDoubt: number, drop: number): void {
    const heat = this.#heat
    const byHeat = drop < inDoubt ? this.#countHeats() : this.#byHeat.fill(0)
    let limit = 0
    let last = drop
    while (limit < HEATS && last > byHeat[limit]!) last -= byHeat[limit++]!
    for (let m = 0; m < count; m++) {
      const row = rows[m]!
      if (!this.#isInDoubt(row) || heat[row]! < limit || (heat[row] === limit && last > 0 && last-- > 0)) continue
      this.#doubtful[row >>> 5]! &= ~(1 << row)
    }
    this.#evict(limit, last)
  }

  /** @returns how many rows in doubt there are of each heat. */
  #countHeats(): Int32Array {
    const heat = this.#heat
    const doubtful = this.#doubtful
    const byHeat = this.#byHeat.fill(0)
    for (let i = 0; i < doubtful.length; i++) {
      for (let bits = doubtful[i]!; bits !== 0; bits &= bits - 1) byHeat[heat[32 * i + lowestBit(bits)]!]!++
    }
    return byHeat
  }

  /** Frees the slots of all rows in doubt below a heat, and of `last` rows of that heat, beginning where it ended the time before, so that each has its turn. */
  #evict(limit: number, last: number): void {
    const from = this.#hand
    const left = this.#evictIn(from, this.#held.length, limit, last)
    this.#evictIn(0, from, limit, left)
  }

  /** {@link #evict} in a range of 32 rows each. @returns what is left of `last`. */
  #evictIn(from: number, to: number, limit: number, last: number): number {
    const heat = this.#heat
    let left = last
    for (let i = from; i < to; i++) {
      for (let bits = this.#held[i]! & this.#doubtful[i]!; bits !== 0; bits &= bits - 1) {
        const row = 32 * i + lowestBit(bits)
        const isLast = heat[row] === limit && left > 0
        if (heat[row]! >= limit && !isLast) continue
        this.giveUp(row, this.slotOf[row]! - 1)
        if (isLast && --left === 0) this.#hand = i
      }
    }
    return left
  }

  #isInDoubt(row: number): boolean {
    return (this.#doubtful[row >>> 5]! & (1 << row)) !== 0
  }

  #take(row: number): number {
    const slot = this.#free.pop() ?? this.#used++
    this.slotOf[row] = slot + 1
    this.#held[row >>> 5]! |= 1 << row
    return slot
  }
}

/** Clears the bits of rows, in their order, until `limit` bits that were set are clear. @returns how many were. */
function clearBits(bits: Int32Array, rows: Uint32Array, limit: number): number {
  let cleared = 0
  for (let k = 0; k < rows.length && cleared < limit; k++) {
    const row = rows[k]!
    const word = bits[row >>> 5]!
    cleared += (word >>> row) & 1
    bits[row >>> 5] = word & ~(1 << row)
  }
  return cleared
}

/** @returns the number of the lowest bit that is set. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

/** @returns the code of miss `m`, for slotOf. */
export function missCode(m: number): number {
  return FIRST_MISS - m
}

/** @returns the miss of a code that is below ELSEWHERE. */
export function missOf(code: number): number {
  return FIRST_MISS - code
}
