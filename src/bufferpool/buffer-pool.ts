import type { PageId, PageSource } from './page-source.ts'

/** Position of a frame in the pool, from 0. */
export type FrameId = number

/** What a pool has done and holds; exact at a moment when no thread is inside a call. */
export interface BufferPoolStats {
  /** Hard limit, in bytes, of the frames. */
  readonly limitBytes: number
  /** Bytes of the frames that hold a page. */
  readonly usedBytes: number
  readonly hits: number
  readonly misses: number
  readonly evictions: number
  readonly bytesRead: number
  /** Calls of pin not yet matched by one of unpin. */
  readonly pinned: number
}

/** The pool as plain data and shared memory: what {@link BufferPool.attach} needs in another thread. */
export interface BufferPoolDescription {
  readonly frameCount: number
  readonly control: SharedArrayBuffer
  readonly slabs: readonly SharedArrayBuffer[]
}

/** The calls of a pool; see buffer-pool.ts for the class. Interface first: bodies follow. */
export interface BufferPoolApi {
  /** @returns the frame that holds the page, which stays there until {@link BufferPoolApi.unpin}. */
  pin(pageId: PageId): FrameId
  unpin(frame: FrameId): void
  /** The 65,536 bytes of a frame, the same object for every call of this thread. */
  bytes(frame: FrameId): Uint8Array
  /** Slab of a frame as unsigned 32-bit words; element `wordBase(frame) + i` is word i of the frame. */
  u32(frame: FrameId): Uint32Array
  i32(frame: FrameId): Int32Array
  f32(frame: FrameId): Float32Array
  f64(frame: FrameId): Float64Array
  u8(frame: FrameId): Uint8Array
  u16(frame: FrameId): Uint16Array
  i64(frame: FrameId): BigInt64Array
  /** Byte position of a frame in its slab; divide by the element size for the other views. */
  byteBase(frame: FrameId): number
  wordBase(frame: FrameId): number
  stats(): BufferPoolStats
  describe(): BufferPoolDescription
}

/** Makes the pool of a process. */
export type CreateBufferPool = (source: PageSource, limitBytes?: number) => BufferPoolApi
