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
