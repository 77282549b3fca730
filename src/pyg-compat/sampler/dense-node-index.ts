import { grown, type NodeIndex } from './node-index.ts'

const NONE = new Uint32Array(0)
/** Marks may not pass this. */
const LAST_MARK = 0x7fff_ffff

/**
 * Finds local ids in an array with one element per node of the type. What earlier batches wrote is told apart by its size: an element of this batch is
 * `base + local id`, and the base only grows. Cost: 4 bytes a node; one random access a look-up; clearing is free but for one batch in thousands.
 */
export class DenseNodeIndex implements NodeIndex {
  ids: Uint32Array = new Uint32Array(1024)
  readonly trees: Uint32Array = NONE
  count = 0
  readonly #marks: Int32Array
  /** At least 1, so that an element that was never written is below it. */
  #base = 1

  /** @param nodeCount upper end of node ids. */
  constructor(nodeCount: number) {
    this.#marks = new Int32Array(nodeCount)
  }

  clear(): void {
    this.#base += this.count
    this.count = 0
    if (this.#base + this.#marks.length <= LAST_MARK) return
    this.#marks.fill(0)
    this.#base = 1
  }

  add(node: number): boolean {
    if (this.#marks[node]! >= this.#base) return false
    if (this.count === this.ids.length) this.ids = grown(this.ids, this.count, this.count + 1)
    this.#marks[node] = this.#base + this.count
    this.ids[this.count++] = node
    return true
  }

  find(node: number): number {
    const local = this.#marks[node]! - this.#base
    return local < 0 ? -1 : local
  }

  addAll(nodes: Uint32Array, from: number, to: number): void {
    let count = this.count
    if (count + to - from > this.ids.length) this.ids = grown(this.ids, count, count + to - from)
    const ids = this.ids
    const marks = this.#marks
    const base = this.#base
    for (let i = from; i < to; i++) {
      const node = nodes[i]!
      let local = marks[node]! - base
      if (local < 0) {
        local = count++
        ids[local] = node
        marks[node] = base + local
      }
      nodes[i] = local
    }
    this.count = count
  }
}
