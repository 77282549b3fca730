import type { BufferPool, FrameId } from '../../bufferpool/buffer-pool.ts'
import { FRAME_BYTES } from '../../bufferpool/page-source.ts'
import type { PlainElement } from '../column-base.ts'
import type { PlainTarget, PlainView } from '../encoding/plain-run.ts'

/** Memory for rows, numbered slots in frames that the pool lends as they are needed. */
export class RowSlots {
  /** Slots that there can be at most. */
  readonly limit: number
  readonly rowsPerFrame: number
  readonly #pool: BufferPool
  readonly #element: PlainElement
  readonly #width: number
  readonly #frames: FrameId[] = []
  readonly #views: PlainView[] = []
  readonly #origins: number[] = []

  constructor(pool: BufferPool, element: PlainElement, width: number, rowBytes: number, limitBytes: number) {
    this.#pool = pool
    this.#element = element
    this.#width = width
    this.rowsPerFrame = Math.floor(FRAME_BYTES / rowBytes)
    this.limit = Math.max(0, Math.floor(limitBytes / FRAME_BYTES)) * this.rowsPerFrame
  }

  /** Slots that have memory. */
  get count(): number {
    return this.#frames.length * this.rowsPerFrame
  }

  /** Makes room for `wanted` slots as far as the limit and the pool allow. @returns how many there are. */
  grow(wanted: number): number {
    while (this.count < Math.min(wanted, this.limit)) {
      const frame = this.#pool.lend()
      if (frame < 0) break
      const view = this.#pool.slab(frame)[this.#element]
      this.#frames.push(frame)
      this.#views.push(view)
      this.#origins.push(this.#pool.byteBase(frame) / view.BYTES_PER_ELEMENT)
    }
    return this.count
  }

  /** Copies a slot's row to `target` from element `to` on. */
  read(slot: number, target: PlainTarget, to: number): void {
    const frame = (slot / this.rowsPerFrame) | 0
    const at = this.#origins[frame]! + (slot - frame * this.rowsPerFrame) * this.#width
    target.set(this.#views[frame]!.subarray(at, at + this.#width) as never, to)
  }

  /** Copies the row that begins at element `from` of `source` into a slot. */
  write(slot: number, source: PlainView, from: number): void {
    const frame = (slot / this.rowsPerFrame) | 0
    const at = this.#origins[frame]! + (slot - frame * this.rowsPerFrame) * this.#width
    this.#views[frame]!.set(source.subarray(from, from + this.#width) as never, at)
  }

  /** Gives the frames back. */
  close(): void {
    for (const frame of this.#frames) this.#pool.takeBack(frame)
    this.#frames.length = 0
  }
}
