import { FRAME_BYTES } from './page-source.ts'

/** Bytes of a full slab: below 2^31, so that positions in it are small integers. */
export const SLAB_BYTES = 2 ** 30

/** Frames of a full slab; a power of two. */
export const FRAMES_PER_SLAB = SLAB_BYTES / FRAME_BYTES

/** `frame >>> SLAB_SHIFT` is a frame's slab. */
export const SLAB_SHIFT = 14

/** A slab as arrays of each element type, all over the same bytes. */
export interface SlabViews {
  readonly i8: Int8Array
  readonly u8: Uint8Array
  readonly i16: Int16Array
  readonly u16: Uint16Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly f32: Float32Array
  readonly i64: BigInt64Array
  readonly u64: BigUint64Array
  readonly f64: Float64Array
}

/**
 * Reserves address space for `frameCount` frames in slabs. Costs neither memory nor time (40 GiB: 0.3 ms): a slab gets its
 * memory when it is grown, and the system its pages when they are touched. Growing is seen by every thread that has the
 * slab, which is why the slabs are growable.
 */
export function reserveSlabs(frameCount: number): SharedArrayBuffer[] {
  const slabs: SharedArrayBuffer[] = []
  for (let left = frameCount; left > 0; left -= FRAMES_PER_SLAB) {
    slabs.push(growableMemory(Math.min(left, FRAMES_PER_SLAB) * FRAME_BYTES))
  }
  return slabs
}

/** @returns shared memory of no bytes that can grow to `maxByteLength`. */
export function growableMemory(maxByteLength: number): SharedArrayBuffer {
  // TypeScript's library of this target does not know the second argument, every supported Node does.
  const Growable = SharedArrayBuffer as unknown as new (
    byteLength: number,
    options: { maxByteLength: number },
  ) => SharedArrayBuffer
  return new Growable(0, { maxByteLength })
}

/** Grows shared memory of {@link growableMemory} to its full size. @returns false if the system refuses. Twice is harmless. */
export function growFully(memory: SharedArrayBuffer): boolean {
  const growable = memory as SharedArrayBuffer & { readonly maxByteLength: number; grow(byteLength: number): void }
  try {
    growable.grow(growable.maxByteLength)
    return true
  } catch {
    return false
  }
}

/** The slabs as one thread sees them: views are made when first asked for, and then are always the same objects. */
export class SlabSet {
  readonly slabs: readonly SharedArrayBuffer[]
  readonly #views: (SlabViews | undefined)[]

  constructor(slabs: readonly SharedArrayBuffer[]) {
    this.slabs = slabs
    this.#views = new Array(slabs.length).fill(undefined)
  }

  /** @returns whether the slab of a frame has memory, growing it if need be. */
  ensure(frame: number): boolean {
    const slab = this.slabs[frame >>> SLAB_SHIFT]
    return slab !== undefined && (slab.byteLength > 0 || growFully(slab))
  }

  /** @returns the views of a frame's slab, which must have memory. */
  views(frame: number): SlabViews {
    return this.#views[frame >>> SLAB_SHIFT] ?? this.#makeViews(frame >>> SLAB_SHIFT)
  }

  #makeViews(index: number): SlabViews {
    const slab = this.slabs[index]!
    // The length is given: a view that follows the length of growable memory is eight times slower.
    const bytes = slab.byteLength
    const views: SlabViews = {
      i8: new Int8Array(slab, 0, bytes),
      u8: new Uint8Array(slab, 0, bytes),
      i16: new Int16Array(slab, 0, bytes / 2),
      u16: new Uint16Array(slab, 0, bytes / 2),
      i32: new Int32Array(slab, 0, bytes / 4),
      u32: new Uint32Array(slab, 0, bytes / 4),
      f32: new Float32Array(slab, 0, bytes / 4),
      i64: new BigInt64Array(slab, 0, bytes / 8),
      u64: new BigUint64Array(slab, 0, bytes / 8),
      f64: new Float64Array(slab, 0, bytes / 8),
    }
    this.#views[index] = views
    return views
  }
}
