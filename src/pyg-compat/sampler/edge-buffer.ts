import { grown } from './node-index.ts'

const NONE = new Uint32Array(0)

/**
 * The drawn edges of one relation in one batch, in order. `rows` holds neighbours: their offsets while a hop is drawn, local ids after that.
 * Memory is kept from batch to batch.
 */
export class EdgeBuffer {
  rows: Uint32Array = new Uint32Array(1024)
  /** Local ids of the nodes that the neighbours were drawn for. */
  cols: Uint32Array = new Uint32Array(1024)
  /** Empty unless edge ids are kept. */
  ids: Uint32Array
  count = 0
  readonly withIds: boolean
  /** Where the next edge of a column goes, while edges are sorted. */
  #next = NONE

  constructor(withIds: boolean) {
    this.withIds = withIds
    this.ids = withIds ? new Uint32Array(1024) : NONE
  }

  /** Makes room for `more` edges. Arrays may be replaced by longer ones. */
  reserve(more: number): void {
    const wanted = this.count + more
    if (wanted <= this.rows.length) return
    this.rows = grown(this.rows, this.count, wanted)
    this.cols = grown(this.cols, this.count, wanted)
    if (this.withIds) this.ids = grown(this.ids, this.count, wanted)
  }

  /**
   * Appends the edges of another buffer, sorted by column, edges of one column in the order in which they are.
   * @param from columns of `other` are local ids [from, to).
   */
  appendSorted(other: EdgeBuffer, from: number, to: number): void {
    this.reserve(other.count)
    const next = this.#next.length > to - from ? this.#next : new Uint32Array(2 * (to - from) + 1)
    this.#next = next
    next.fill(0, 0, to - from + 1)
    for (let edge = 0; edge < other.count; edge++) next[other.cols[edge]! - from + 1]!++
    next[0] = this.count
    for (let i = 1; i <= to - from; i++) next[i]! += next[i - 1]!
    this.#scatter(other, from)
    this.count += other.count
  }

  #scatter(other: EdgeBuffer, from: number): void {
    const { rows, cols, ids } = this
    const next = this.#next
    for (let edge = 0; edge < other.count; edge++) {
      const col = other.cols[edge]!
      const at = next[col - from]!++
      rows[at] = other.rows[edge]!
      cols[at] = col
      if (this.withIds) ids[at] = other.ids[edge]!
    }
  }

  /** @returns [2, count] rows and columns, a copy. */
  edgeIndex(): Int32Array {
    const { count } = this
    const index = new Int32Array(2 * count)
    // views of the same element type are copied as blocks
    index.set(new Int32Array(this.rows.buffer, 0, count), 0)
    index.set(new Int32Array(this.cols.buffer, 0, count), count)
    return index
  }
}
