import type { BufferPool, FrameId } from '../../bufferpool/buffer-pool.ts'
import { FRAME_BYTES } from '../../bufferpool/page-source.ts'
import type { PlainElement } from '../column-base.ts'
import type { PlainTarget, PlainView } from '../encoding/plain-run.ts'

/** Bytes that are moved as doubles at a time. */
const WORD_STEP = 32

/** Rows of a group. */
const GROUP = 16

const NO_TARGET = new Uint8Array(0)

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
  readonly #rowBytes: number
  /** The frames' memory as 8-byte words. */
  readonly #words: Float64Array[] = []
  readonly #wordOrigins: number[] = []
  #target: PlainTarget = NO_TARGET
  #targetWords: Float64Array | null = null
  /** Rows put off: frame, row in the frame, place in the target; word at which the row begins. */
  readonly #group = {
    frames: new Int32Array(GROUP),
    rows: new Int32Array(GROUP),
    places: new Int32Array(GROUP),
    origins: new Int32Array(GROUP),
  }
  #grouped = 0
  /** Keeps the compiler from leaving out loads whose only use is that they were made. */
  sum = 0

  constructor(pool: BufferPool, element: PlainElement, width: number, rowBytes: number, limitBytes: number) {
    this.#pool = pool
    this.#element = element
    this.#width = width
    this.#rowBytes = rowBytes
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
      this.#words.push(this.#pool.f64(frame))
      this.#wordOrigins.push(this.#pool.byteBase(frame) / 8)
      this.#origins.push(this.#pool.byteBase(frame) / view.BYTES_PER_ELEMENT)
    }
    return this.count
  }

  /**
   * Says where {@link read} copies to, until the next call.
   * Rows are moved as doubles where they can: an object for each row is saved, and all bits are kept, those of NaNs too (a test copies random bits).
   */
  aim(target: PlainTarget): void {
    this.#target = target
    const fits = this.#rowBytes % WORD_STEP === 0 && target.byteOffset % 8 === 0
    this.#targetWords = fits ? new Float64Array(target.buffer, target.byteOffset, target.byteLength >>> 3) : null
  }

  /** Copies a slot's row to row `place` of the target, at the latest in {@link flush}: rows are copied in groups. */
  read(slot: number, place: number): void {
    const frame = (slot / this.rowsPerFrame) | 0
    const group = this.#group
    const i = this.#grouped++
    group.frames[i] = frame
    group.rows[i] = slot - frame * this.rowsPerFrame
    group.places[i] = place
    if (i === GROUP - 1) this.flush()
  }

  /** Copies what {@link read} put off. */
  flush(): void {
    const count = this.#grouped
    this.#grouped = 0
    if (this.#targetWords !== null) this.#moveWords(count, this.#targetWords)
    else this.#moveElements(count)
  }

  #moveWords(count: number, target: Float64Array): void {
    const { frames, rows, places, origins } = this.#group
    const wordsPerRow = this.#rowBytes >>> 3
    let sum = 0
    // all rows of the group are on their way from memory before the first is copied: the copying itself would wait for one after the other
    for (let i = 0; i < count; i++) {
      const origin = this.#wordOrigins[frames[i]!]! + rows[i]! * wordsPerRow
      origins[i] = origin
      sum += this.#words[frames[i]!]![origin]!
    }
    this.sum = sum
    for (let i = 0; i < count; i++) {
      const words = this.#words[frames[i]!]!
      let to = places[i]! * wordsPerRow
      for (let at = origins[i]!, end = at + wordsPerRow; at < end; at += 4, to += 4) {
        target[to] = words[at]!
        target[to + 1] = words[at + 1]!
        target[to + 2] = words[at + 2]!
        target[to + 3] = words[at + 3]!
      }
    }
  }

  #moveElements(count: number): void {
    const { frames, rows, places } = this.#group
    const width = this.#width
    for (let i = 0; i < count; i++) {
      const frame = frames[i]!
      const at = this.#origins[frame]! + rows[i]! * width
      this.#target.set(this.#views[frame]!.subarray(at, at + width) as never, places[i]! * width)
    }
  }

  /** Copies the row that begins at element `from` of `source` into a slot. */
  write(slot: number, source: PlainView, from: number): void {
    const frame = (slot / this.rowsPerFrame) | 0
    const at = this.#origins[frame]! + (slot - frame * this.rowsPerFrame) * this.#width
    this.#views[frame]!.set(source.subarray(from, from + this.#width) as never, at)
  }

  /** Forgets the target and what was put off for it. */
  drop(): void {
    this.#target = NO_TARGET
    this.#targetWords = null
    this.#grouped = 0
  }

  /** Gives the frames back. */
  close(): void {
    for (const frame of this.#frames) this.#pool.takeBack(frame)
    this.#frames.length = 0
  }
}
