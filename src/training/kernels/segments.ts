import * as tf from '@tensorflow/tfjs-core'
import { DatabaseError } from '../../errors/database-error.ts'

/** Names of the index arrays that a kernel can ask for on the device. */
export type SegmentArray = 'rowPtr' | 'source' | 'target' | 'sourcePtr' | 'sourceEdge'

/**
 * Edges grouped by target, as the aggregation kernels walk them: the in-edges of target i are the edge positions
 * [rowPtr[i], rowPtr[i + 1]), and edge e comes from row source[e].
 *
 * Arrays on the device and the grouping by source, which some gradients need, are made at first use and kept until {@link dispose}.
 * The arrays given to the constructor are not copied: do not change them before that.
 */
export class Segments {
  readonly targetCount: number
  readonly sourceCount: number
  readonly edgeCount: number
  /** [targetCount + 1] first edge of each target. */
  readonly rowPtr: Int32Array
  /** [edgeCount] row that each edge comes from, below sourceCount. */
  readonly source: Int32Array
  readonly #derived = new Map<SegmentArray, Int32Array>()
  readonly #device = new Map<string, tf.Tensor1D>()
  readonly #dependents: (() => void)[] = []

  /** @throws {DatabaseError} INVALID_ARGUMENT when a source lies outside its rows. */
  constructor(rowPtr: Int32Array, source: Int32Array, sourceCount: number) {
    this.targetCount = rowPtr.length - 1
    this.sourceCount = sourceCount
    this.edgeCount = source.length
    this.rowPtr = rowPtr
    this.source = source
    for (let e = 0; e < source.length; e++) {
      const row = source[e]!
      if (row < 0 || row >= sourceCount) {
        throw new DatabaseError('INVALID_ARGUMENT', `Edge ${e} comes from row ${row}; there are ${sourceCount} rows.`)
      }
    }
  }

  /** Segments of one edge each: what gathering rows by `index` is to the kernels. */
  static gather(index: Int32Array, sourceCount: number): Segments {
    return new Segments(
      Int32Array.from({ length: index.length + 1 }, (_, i) => i),
      index,
      sourceCount,
    )
  }

  /** @returns one of the index arrays in this thread's memory; cost O(edges) at the first use of a derived one. */
  array(name: SegmentArray): Int32Array {
    if (name === 'rowPtr') return this.rowPtr
    if (name === 'source') return this.source
    if (!this.#derived.has(name)) {
      if (name === 'target') this.#derived.set('target', this.#targets())
      else this.#groupBySource()
    }
    return this.#derived.get(name)!
  }

  /** @returns the array on the backend in use; it belongs to these segments. */
  device(name: SegmentArray): tf.Tensor1D {
    const key = `${tf.getBackend()}:${name}`
    let tensor = this.#device.get(key)
    if (tensor === undefined) {
      const values = this.array(name)
      // Devices have no empty buffers; nothing reads the one element that stands in.
      tensor = tf.keep(tf.tensor1d(values.length === 0 ? new Int32Array(1) : values, 'int32'))
      this.#device.set(key, tensor)
    }
    return tensor
  }

  /** Has `giveBack` called at {@link dispose}: for segments that were derived from these. */
  onDispose(giveBack: () => void): void {
    this.#dependents.push(giveBack)
  }

  /** Gives the device's copies back. Twice is allowed. */
  dispose(): void {
    for (const giveBack of this.#dependents) giveBack()
    for (const tensor of this.#device.values()) tensor.dispose()
    this.#device.clear()
  }

  #targets(): Int32Array {
    const target = new Int32Array(this.edgeCount)
    for (let i = 0; i < this.targetCount; i++) target.fill(i, this.rowPtr[i]!, this.rowPtr[i + 1]!)
    return target
  }

  /** Counting sort of the edges by source; the order inside a source stays that of the edges, so that sums are repeatable. */
  #groupBySource(): void {
    const { source, sourceCount, edgeCount } = this
    const pointer = new Int32Array(sourceCount + 1)
    for (let e = 0; e < edgeCount; e++) pointer[source[e]! + 1]!++
    for (let s = 0; s < sourceCount; s++) pointer[s + 1]! += pointer[s]!
    const next = pointer.slice()
    const edge = new Int32Array(edgeCount)
    for (let e = 0; e < edgeCount; e++) edge[next[source[e]!]!++] = e
    this.#derived.set('sourcePtr', pointer)
    this.#derived.set('sourceEdge', edge)
  }
}
