import type { BufferPool, FrameId } from '../../bufferpool/buffer-pool.ts'
import { FRAME_BYTES } from '../../bufferpool/page-source.ts'
import type { SlabViews } from '../../bufferpool/slab-set.ts'
import type { PlainElement } from '../column-base.ts'
import type { PlainTarget, PlainView } from '../encoding/plain-run.ts'
import { GroupedCopy } from './grouped-copy.ts'

/** Memory for rows, numbered slots in frames that the pool lends as they are needed. */
export class RowSlots {
  /** Slots that there can be at most. */
  readonly limit: number
  readonly rowsPerFrame: number
  readonly #pool: BufferPool
  readonly #element: PlainElement
  readonly #width: number
  readonly #frames: FrameId[] = []
  readonly #slabs: SlabViews[] = []
  readonly #rowBytes: number
  readonly #copy: GroupedCopy
  /** Set while rows cannot be copied in groups: their width or the target's place forbids it. */
  #target: PlainTarget | null = null

  constructor(pool: BufferPool, element: PlainElement, width: number, rowBytes: number, limitBytes: number) {
    this.#pool = pool
    this.#element = element
    this.#width = width
    this.#rowBytes = rowBytes
    this.#copy = new GroupedCopy(rowBytes)
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
      this.#frames.push(frame)
      this.#slabs.push(this.#pool.slab(frame))
    }
    return this.count
  }

  /** Says where {@link read} copies to, until the next call. */
  aim(target: PlainTarget): void {
    const isGrouped = GroupedCopy.canCopy(this.#rowBytes, target)
    this.#target = isGrouped ? null : target
    if (isGrouped) this.#copy.aim(target)
  }

  /** Copies a slot's row to row `place` of the target, at the latest in {@link flush}. */
  read(slot: number, place: number): void {
    const index = (slot / this.rowsPerFrame) | 0
    const slab = this.#slabs[index]!
    const origin = this.#origin(slot, index)
    if (this.#target === null) this.#copy.add(slab, origin, place)
    else this.#target.set(this.#rowIn(slab, origin) as never, place * this.#width)
  }

  /** Copies what {@link read} put off. */
  flush(): void {
    this.#copy.flush()
  }

  /** First byte of a slot in its slab. @param index of its frame. */
  #origin(slot: number, index: number): number {
    return this.#pool.byteBase(this.#frames[index]!) + (slot - index * this.rowsPerFrame) * this.#rowBytes
  }

  #rowIn(slab: SlabViews, origin: number): PlainView {
    const view = slab[this.#element]
    const at = origin / view.BYTES_PER_ELEMENT
    return view.subarray(at, at + this.#width)
  }

  /** Copies the row that begins at element `from` of `source` into a slot. */
  write(slot: number, source: PlainView, from: number): void {
    const index = (slot / this.rowsPerFrame) | 0
    this.#rowIn(this.#slabs[index]!, this.#origin(slot, index)).set(source.subarray(from, from + this.#width) as never)
  }

  /** Forgets the target and what was put off for it. */
  drop(): void {
    this.#target = null
    this.#copy.drop()
  }

  /** Gives the frames back. */
  close(): void {
    for (const frame of this.#frames) this.#pool.takeBack(frame)
    this.#frames.length = 0
  }
}
