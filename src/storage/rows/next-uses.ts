/** No use of the row is known. */
export const NEVER = 0x7fff_ffff

/** A row that came before in its own batch: its first place has the answer. */
export const REPEATED = -1

const FIRST_CAPACITY = 1 << 16

/** Rows whose entries are looked at together before they are changed. */
const TOUCH_ROWS = 64

/**
 * The batches to come: for each row of each batch, which batch wants it next. A ring of the rows of the batches that were added and not removed, in order.
 *
 * Memory: 4 bytes a row of the table, and 4 bytes a row of a batch, up to the limit. Cost: adding a batch touches each of its rows once.
 */
export class NextUses {
  readonly #limit: number
  /** Per row of the table: place in the ring of its last use, plus 1, if that is still in the ring. Places count on and wrap. */
  readonly #lastPlace: Int32Array
  #ring = new Int32Array(0)
  /** Keeps the compiler from leaving out loads whose only use is that they were made. */
  sum = 0
  #start = 0
  #end = 0

  /** @param limitBytes of the ring. */
  constructor(rowCount: number, limitBytes: number) {
    this.#lastPlace = new Int32Array(rowCount)
    this.#limit = Math.max(FIRST_CAPACITY, 2 ** Math.floor(Math.log2(Math.max(4, limitBytes) / 4)))
  }

  /** Place of the first row of the batch added first. */
  get start(): number {
    return this.#start
  }

  /** @returns whether there is room for a batch of so many rows. */
  hasRoom(rows: number): boolean {
    return ((this.#end - this.#start) | 0) + rows <= this.#limit
  }

  /**
   * Adds batch number `batch`; there must be room.
   * @param unseen called for rows that no batch of the ring wants before.
   */
  add(batch: number, rows: Uint32Array, unseen: (row: number, batch: number) => void): void {
    this.#reserve(rows.length)
    const ring = this.#ring
    const mask = ring.length - 1
    const first = this.#end
    const held = (first - this.#start) | 0
    for (let k = 0; k < rows.length; k++) {
      if (k % TOUCH_ROWS === 0) this.#touch(rows, k, Math.min(k + TOUCH_ROWS, rows.length))
      const row = rows[k]!
      const place = (first + k) | 0
      const before = (this.#lastPlace[row]! - 1) | 0
      const age = (place - before) | 0 // 0 or less, or more than the ring holds: it is from long ago
      ring[place & mask] = NEVER
      if (this.#lastPlace[row] === 0 || age <= 0 || age > held + k) unseen(row, batch)
      else if (age <= k) {
        ring[place & mask] = REPEATED
        continue
      } else ring[before & mask] = batch
      this.#lastPlace[row] = (place + 1) | 0
    }
    this.#end = (first + rows.length) | 0
  }

  /** Loads what {@link add} looks at for rows [from, to), all at a time rather than one after the other. */
  #touch(rows: Uint32Array, from: number, to: number): void {
    const lastPlace = this.#lastPlace
    const ring = this.#ring
    const mask = ring.length - 1
    let sum = 0
    for (let k = from; k < to; k++) sum ^= ring[(lastPlace[rows[k]!]! - 1) & mask]!
    this.sum = sum
  }

  /** @returns the batch that wants the row next that is `k` places after {@link start}; NEVER, or REPEATED. */
  after(k: number): number {
    return this.#ring[(this.#start + k) & (this.#ring.length - 1)]!
  }

  /** Removes the oldest batch, which had so many rows. */
  remove(rows: number): void {
    this.#start = (this.#start + rows) | 0
  }

  /** Forgets all batches. */
  clear(): void {
    this.#start = this.#end
  }

  #reserve(rows: number): void {
    const held = (this.#end - this.#start) | 0
    if (held + rows <= this.#ring.length) return
    const larger = new Int32Array(Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(held + rows))))
    for (let k = 0; k < held; k++) larger[(this.#start + k) & (larger.length - 1)] = this.after(k)
    this.#ring = larger
  }
}
