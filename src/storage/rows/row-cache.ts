import { NEVER, NextUses, REPEATED } from './next-uses.ts'

/** What {@link RowCache} knows of a row that has no slot. */
export const ABSENT = 0
/** It cannot be cached: it is changed, NULL, or does not lie in one page. */
export const ELSEWHERE = -1
/** On its way: miss m of the plan is `-2 - m`. */
const FIRST_MISS = -2

/** Batches further away than this count as one. */
const FAR = 1_023

/** Places in the order of worth: 0 … FAR batches until the next use, then those without a known use by their heat, the cold ones last. */
const CLASSES = FAR + 1 + 256

/** When rows are dropped, this part of the slots is freed at once: looking for them takes a look at every slot. */
const BULK_SHARE = 1 / 64

/** Rows wanted within so many batches are not dropped before they must be. */
const NEAR = 32

/** Heat is halved after so many uses per row that fits, so that it follows what is wanted lately. */
const COOLING_USES = 16

/**
 * Which rows are kept: those that announced batches want soonest; of the others, those used most often lately. A row that is worth less than all
 * that are kept is not kept at all.
 *
 * Nothing here touches the rows themselves: slots are numbers. Memory: 9 bytes a row of the table and 9 bytes a slot, beside the window's.
 * Source: L. A. Belady (1966); admission by frequency as in G. Einziger et al., TinyLFU (2017).
 */
export class RowCache {
  /** Per row: slot + 1, or ABSENT, ELSEWHERE, or a miss. */
  readonly slotOf: Int32Array
  readonly window: NextUses
  /** Whether uses are noted: not while all rows fit. Set when a row is dropped for lack of room. */
  choosy = true
  /** Keeps the compiler from leaving out loads whose only use is that they were made. */
  sum = 0
  #wasFull = false
  readonly #heat: Uint8Array
  #slotRow = new Uint32Array(0)
  #slotNext = new Int32Array(0)
  /** Per slot: the heat of its row, so that a look at all slots goes through memory in order. */
  #slotHeat = new Uint8Array(0)
  #free: number[] = []
  /** Slots below this were used before. */
  #used = 0
  #capacity = 0
  readonly #maxSlots: number
  #uses = 0
  /** Rows by class: those that are missing, and those in slots. */
  readonly #missed = new Int32Array(CLASSES)
  readonly #kept = new Int32Array(CLASSES)

  /** @param maxSlots what the capacity may grow to. */
  constructor(rowCount: number, windowBytes: number, maxSlots: number) {
    this.#maxSlots = maxSlots
    this.slotOf = new Int32Array(rowCount)
    this.window = new NextUses(rowCount, windowBytes)
    this.#heat = new Uint8Array(rowCount)
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
    if (slots <= this.#capacity) return
    this.#capacity = slots
    if (slots <= this.#slotRow.length) return
    const length = Math.max(slots, Math.min(this.#maxSlots, Math.max(1024, 2 * this.#slotRow.length)))
    const rows = new Uint32Array(length)
    const next = new Int32Array(length)
    const heat = new Uint8Array(length)
    rows.set(this.#slotRow)
    next.set(this.#slotNext)
    heat.set(this.#slotHeat)
    this.#slotRow = rows
    this.#slotNext = next
    this.#slotHeat = heat
  }

  /** Adds a batch to the window. */
  announce(batch: number, rows: Uint32Array): void {
    this.window.add(batch, rows, this.#noteNext)
  }

  /** Loads what {@link hit} changes for rows [from, to), all at a time rather than one after the other. @param codes of the rows, as in slotOf. */
  touch(rows: Uint32Array, codes: Int32Array, from: number, to: number): void {
    const heat = this.#heat
    const next = this.#slotNext
    let sum = 0
    for (let k = from; k < to; k++) sum ^= heat[rows[k]!]! ^ next[Math.max(0, codes[k]! - 1)]!
    this.sum = sum
  }

  /** Notes a use of a row that has a slot; only if {@link choosy}. @param next batch that wants it next. */
  hit(row: number, slot: number, next: number): void {
    this.#warm(row)
    this.#slotHeat[slot] = this.#heat[row]!
    if (next !== REPEATED) this.#slotNext[slot] = next
  }

  /** Notes a use of a row that has none. */
  miss(row: number): void {
    if (this.choosy) this.#warm(row)
  }

  /**
   * Decides which of the missed rows get slots, and takes slots away for them.
   * @param next [count] batches that want them next. @param slots [count] written: their slots, or -1.
   */
  admit(batch: number, rows: Uint32Array, next: Int32Array, count: number, slots: Int32Array): void {
    const dropped = this.size + count - this.#capacity
    if (dropped <= 0) {
      for (let m = 0; m < count; m++) slots[m] = this.#take(rows[m]!, next[m]!)
      return
    }
    this.choosy = true
    this.#wasFull = true
    const missed = this.#missed.fill(0)
    for (let m = 0; m < count; m++) missed[classOf(this.#heat[rows[m]!]!, next[m]!, batch)]!++
    const kept = this.#kept.fill(0)
    for (let slot = 0; slot < this.#used; slot++) {
      if (this.#slotNext[slot] !== FREE) kept[classOf(this.#slotHeat[slot]!, this.#slotNext[slot]!, batch)]!++
    }
    let worst = CLASSES - 1
    let left = dropped
    while (left > kept[worst]! + missed[worst]!) left -= kept[worst]! + missed[worst--]!
    // of the class at the limit rows are dropped that have no slot yet, before any that has
    let missesDropped = Math.min(left, missed[worst]!)
    this.#evictBulk(batch, worst, left - missesDropped)
    for (let m = 0; m < count; m++) {
      const place = classOf(this.#heat[rows[m]!]!, next[m]!, batch)
      if (place > worst || (place === worst && missesDropped-- > 0)) slots[m] = -1
      else slots[m] = this.#take(rows[m]!, next[m]!)
    }
  }

  /** Takes a slot back whose row never came. */
  giveUp(row: number, slot: number): void {
    this.slotOf[row] = ABSENT
    this.#slotNext[slot] = FREE
    this.#free.push(slot)
  }

  #noteNext = (row: number, batch: number): void => {
    const slot = this.slotOf[row]! - 1
    if (slot >= 0) this.#slotNext[slot] = batch
  }

  #warm(row: number): void {
    const heat = this.#heat[row]!
    if (heat < 255) this.#heat[row] = heat + 1
    this.#uses++
  }

  /** Call between batches. */
  cool(): void {
    if (this.#uses < COOLING_USES * Math.max(1024, this.#capacity)) return
    this.#uses = 0
    const heat = this.#heat
    for (let row = 0; row < heat.length; row++) heat[row] = heat[row]! >>> 1
    const slotHeat = this.#slotHeat
    for (let slot = 0; slot < slotHeat.length; slot++) slotHeat[slot] = slotHeat[slot]! >>> 1
  }

  /** {@link #evict}, and a bulk of the next worse rows. */
  #evictBulk(batch: number, worst: number, count: number): void {
    let limit = worst
    let last = count
    let more = Math.floor(this.#used * BULK_SHARE)
    for (let place = worst; place > NEAR && more > 0; place--) {
      const left = this.#kept[place]! - (place === worst ? count : 0)
      limit = place
      last = Math.min(left, more) + (place === worst ? count : 0)
      more -= left
    }
    this.#evict(batch, limit, last)
  }

  /** Frees the slots of all rows worth less than class `worst`, and `count` of that class. */
  #evict(batch: number, worst: number, count: number): void {
    for (let slot = 0; slot < this.#used; slot++) {
      if (this.#slotNext[slot] === FREE) continue
      const place = classOf(this.#slotHeat[slot]!, this.#slotNext[slot]!, batch)
      if (place > worst || (place === worst && count-- > 0)) this.giveUp(this.#slotRow[slot]!, slot)
    }
  }

  #take(row: number, next: number): number {
    const slot = this.#free.pop() ?? this.#used++
    this.#slotRow[slot] = row
    this.#slotNext[slot] = next
    this.#slotHeat[slot] = this.#heat[row]!
    this.slotOf[row] = slot + 1
    return slot
  }
}

/** @returns the place of a row in the order of worth, the most worth first. */
function classOf(heat: number, next: number, batch: number): number {
  if (next === NEVER || next <= batch) return FAR + 1 + 255 - heat
  return Math.min(FAR, next - batch)
}

/** Next use of a slot that holds no row. */
const FREE = -2

/** @returns the code of miss `m`, for slotOf. */
export function missCode(m: number): number {
  return FIRST_MISS - m
}

/** @returns the miss of a code that is below ELSEWHERE. */
export function missOf(code: number): number {
  return FIRST_MISS - code
}
