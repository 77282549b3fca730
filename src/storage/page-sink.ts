import type { PageId } from '../bufferpool/page-source.ts'

/** Takes the pages of new chunks. {@link PageBuffer} is the one implementation; bulk loads and merges flush it to different places. */
export interface PageSink {
  /** @returns the first of `count` consecutive page ids, which belong to the caller. Ids that are never put are skipped for ever. */
  reserve(count: number): PageId
  /**
   * Stores a page under a reserved id, each id at most once, in any order.
   * @param bytes at most PAGE_BYTES; the rest of a shorter page reads as zeroes. Copied before the call returns: the caller reuses the memory.
   */
  put(id: PageId, bytes: Uint8Array): void
  /**
   * {@link put} without a copy: `write` gets the memory that a page of `length` bytes is written from. If it throws, the page is not stored.
   */
  fill(id: PageId, length: number, write: (target: Uint8Array) => void): void
}
