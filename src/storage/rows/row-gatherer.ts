import type { BufferPool } from '../../bufferpool/buffer-pool.ts'
import type { PlainElement } from '../column-base.ts'
import type { PlainTarget } from '../encoding/plain-run.ts'
import { ELSEWHERE, missOf, RowCache } from './row-cache.ts'
import { READ_BLOCK_BYTES, RowFetcher, type RowFile } from './row-fetcher.ts'
import { RowPlan } from './row-plan.ts'
import { RowSlots } from './row-slots.ts'

/** How rows are cached and read. */
export interface RowGathererOptions {
  /** Memory of the cache, taken from the pool. */
  readonly cacheBytes: number
  /** Memory of rows on their way, taken from the pool. */
  readonly stagingBytes: number
  /** Threads that read beside the gathering one. */
  readonly threads: number
}

/** A column whose rows can be read one by one. */
export interface GatheredColumn {
  readonly pool: BufferPool
  readonly file: RowFile
  readonly element: PlainElement
  /** Rows of the table, those that {@link isElsewhere} names included. */
  readonly rowCount: number
  /** Writes codes for rows whose value is not the stored one (changed, inserted, NULL): ELSEWHERE. */
  markElsewhere(slotOf: Int32Array, code: number): void
  /** Copies a row by other means. @throws {DatabaseError} what there is to say about it. */
  copyElsewhere(row: number, target: PlainTarget, at: number): void
  /** Called when the gatherer is closed. */
  closed(): void
}

/** Place of a row that the gather did not ask for. */
const FILLING = -1

/** What a gatherer did. */
export interface RowGathererStats {
  /** Rows that a gather asked for and that had to be read. */
  readonly rowsRead: number
  /** Whatever was read, for rows that fill the cache too. */
  readonly bytesRead: number
}

/**
 * Gathers rows of a wide column through a cache of rows. Announced gathers steer what is kept, and the next one's missing rows are read while the caller
 * does something else. One thread; close it before its view.
 *
 *     announced ──plan (slots given, reads under way)──► planned ──gather──► done
 *
 * At most one plan exists at a time, so that what it says about slots holds until its gather.
 */
export class RowGatherer {
  readonly #column: GatheredColumn
  readonly #slots: RowSlots
  readonly #fetcher: RowFetcher
  readonly #cache: RowCache
  readonly #width: number
  readonly #plan = new RowPlan()
  readonly #repeats: number[] = []
  #first = new Int32Array(0)
  /** Announced and not gathered; the first may be planned. */
  readonly #announced: Uint32Array[] = []
  #isPlanned = false
  /** All rows fit, and the last gather read nothing: plans are made only when a row is missing. */
  #isComplete = false
  #rowsRead = 0

  /** @returns null when the pool has no memory to lend. @throws {Error} of the file system. */
  static open(column: GatheredColumn, options: RowGathererOptions): RowGatherer | null {
    const fetcher = RowFetcher.open(column.pool, column.file, options.stagingBytes, options.threads)
    return fetcher === null ? null : new RowGatherer(column, fetcher, options)
  }

  private constructor(column: GatheredColumn, fetcher: RowFetcher, options: RowGathererOptions) {
    const { rowBytes } = column.file.layout
    this.#column = column
    this.#fetcher = fetcher
    this.#width = rowBytes / column.pool.slab(0)[column.element].BYTES_PER_ELEMENT
    this.#slots = new RowSlots(column.pool, column.element, this.#width, rowBytes, options.cacheBytes)
    this.#cache = new RowCache(column.rowCount)
    this.#cache.choosy = this.#slots.limit < column.rowCount
    column.markElsewhere(this.#cache.slotOf, ELSEWHERE)
  }

  /** @returns bytes beside the pool's that a gatherer of so many rows takes. */
  static tableBytes(rowCount: number): number {
    return Math.ceil(rowCount * RowCache.bytesPerRow)
  }

  announce(rows: Uint32Array): void {
    this.#announced.push(rows)
    if (!this.#isPlanned && this.#announced.length === 1 && !this.#isComplete) this.#planRows(rows)
  }

  /** Forgets what was announced and not gathered. */
  forget(): void {
    if (this.#isPlanned) this.#finish(null)
    this.#announced.length = 0
  }

  /** @param rows the array announced first, if any was. All below the row count. */
  gather(rows: Uint32Array, target: PlainTarget): void {
    if (this.#isComplete && !this.#isPlanned && this.#copyAll(rows, target)) {
      this.#announced.shift()
      return
    }
    if (!this.#isPlanned) this.#planRows(rows)
    this.#announced.shift()
    this.#finish(target)
    this.#isComplete = this.#plan.count === 0 && !this.#cache.choosy
    if (this.#announced.length > 0 && !this.#isComplete) this.#planRows(this.#announced[0]!)
  }

  stats(): RowGathererStats {
    return { rowsRead: this.#rowsRead, bytesRead: this.#fetcher.blocksRead * READ_BLOCK_BYTES }
  }

  /** Gives memory and threads back. */
  close(): void {
    this.#announced.length = 0
    this.#fetcher.close()
    this.#slots.close()
    this.#column.closed()
  }

  /** @param rows the array announced first, if any was. */
  #planRows(rows: Uint32Array): void {
    this.#plan.make(rows, this.#announced.slice(1), this.#cache, this.#canFetch, this.#room)
    this.#isPlanned = true
    this.#rowsRead += this.#plan.wanted
    this.#ask()
  }

  #canFetch = (row: number): boolean => this.#fetcher.canFetch(row)
  #room = (rows: number): number => this.#slots.grow(rows)

  #ask(): void {
    const plan = this.#plan
    plan.asked = this.#fetcher.ask(plan.missed, plan.asked, plan.count)
  }

  /** Makes the gather of the plan. Without a target its rows only come into the cache. */
  #finish(target: PlainTarget | null): void {
    this.#isPlanned = false
    try {
      if (target !== null) this.#copyPresent(target)
      this.#takeMissed(target)
    } catch (error) {
      this.#abandon()
      throw error
    }
    if (target === null) return
    const width = this.#width
    const repeats = this.#repeats
    for (let i = 0; i < repeats.length; i += 2) {
      const from = repeats[i + 1]! * width
      target.copyWithin(repeats[i]! * width, from, from + width)
    }
  }

  /** The whole of a gather when there is nothing to read, in one go. @returns false, having done nothing that counts, if some row has to be read. */
  #copyAll(rows: Uint32Array, target: PlainTarget): boolean {
    const slots = this.#slots
    const where = this.#plan.lookUp(rows, this.#cache)
    slots.aim(target)
    let k = 0
    for (; k < rows.length; k++) {
      const slot = where[k]! - 1
      if (slot >= 0) slots.read(slot, k)
      else if (where[k] === ELSEWHERE) this.#column.copyElsewhere(rows[k]!, target, k * this.#width)
      else break
    }
    slots.flush()
    slots.drop()
    return k === rows.length
  }

  /** Copies what is in slots and elsewhere, and notes where the missed rows go. */
  #copyPresent(target: PlainTarget): void {
    const { rows, where, count } = this.#plan
    const width = this.#width
    const slots = this.#slots
    this.#repeats.length = 0
    if (this.#first.length < count) this.#first = new Int32Array(2 * count)
    this.#first.fill(FILLING, 0, count)
    slots.drop()
    slots.aim(target)
    for (let k = 0; k < rows.length; k++) {
      const slot = where[k]!
      if (slot >= 0) slots.read(slot, k)
      else if (slot === ELSEWHERE) this.#column.copyElsewhere(rows[k]!, target, k * width)
      else {
        const m = missOf(slot)
        if (this.#first[m] === FILLING) this.#first[m] = k
        else this.#repeats.push(k, this.#first[m]!)
      }
    }
    slots.flush()
    slots.drop()
  }

  #takeMissed(target: PlainTarget | null): void {
    const plan = this.#plan
    const fetcher = this.#fetcher
    const width = this.#width
    let sequence = (fetcher.next - plan.asked + plan.arrived) | 0
    for (; plan.arrived < plan.count; sequence = (sequence + 1) | 0) {
      const m = plan.arrived
      const slot = plan.slots[m]!
      if (fetcher.wait(sequence)) {
        const view = fetcher.viewOf(sequence)
        const origin = fetcher.originOf(sequence)
        if (slot >= 0) this.#slots.write(slot, view, origin)
        const at = target === null ? FILLING : this.#first[m]!
        if (at !== FILLING) target!.set(view.subarray(origin, origin + width) as never, at * width)
      } else this.#replace(plan.missed[m]!, slot, target, target === null ? FILLING : this.#first[m]!)
      fetcher.release()
      plan.arrived++
      if (plan.asked < plan.count && ((m & 63) === 0 || plan.arrived === plan.asked)) this.#ask()
    }
  }

  /** Gets a row through the pool that could not be read, or whose block is damaged: then the error names it. */
  #replace(row: number, slot: number, target: PlainTarget | null, place: number): void {
    if (target === null || place === FILLING) {
      if (slot >= 0) this.#cache.giveUp(row, slot)
      return
    }
    const at = place * this.#width
    this.#column.copyElsewhere(row, target, at)
    if (slot >= 0) this.#slots.write(slot, target, at)
  }

  /** After an error: rows that have not arrived have no slots, and nothing is under way. */
  #abandon(): void {
    const plan = this.#plan
    const fetcher = this.#fetcher
    for (let m = plan.arrived; m < plan.count; m++) {
      if (plan.slots[m]! >= 0) this.#cache.giveUp(plan.missed[m]!, plan.slots[m]!)
    }
    for (let m = plan.arrived; m < plan.asked; m++) {
      fetcher.wait((fetcher.next - plan.asked + m) | 0)
      fetcher.release()
    }
    plan.arrived = plan.count
  }
}
