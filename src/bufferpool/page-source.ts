/** Bytes of one page: 64 KiB less the 16 that LMDB puts before a large value, so that a page fills 16 blocks exactly. */
export const PAGE_BYTES = 65_520

/** Bytes of one frame of the pool: a page and 16 spare bytes (always zero), so that frames are aligned to 64 KiB. */
export const FRAME_BYTES = 65_536

/** Bytes under one checksum. The last block of a page has 16 fewer. */
export const BLOCK_BYTES = 4_096

/** Blocks, and so checksums, of one page. */
export const BLOCKS_PER_PAGE = 16

/**
 * Name of a page for ever: a safe integer from 1 upwards, never given twice, not even after the page is gone.
 * That is why the pool's key is the page id alone, whatever the commit.
 */
export type PageId = number

/** What a {@link BufferPool} reads through when a page is not in memory. Storage implements it. */
export interface PageSource {
  /**
   * Copies a page into `target` and checks it.
   * @param target at least {@link PAGE_BYTES} long; only the first PAGE_BYTES are written, all of them (a page that was
   *   stored short is filled with zeros). It may lie over a SharedArrayBuffer. Untouched content is not kept on an error.
   * Cost: one copy of 64 KiB and its checksums, about 40 µs when the file is cached by the system.
   * @throws {DatabaseError} CORRUPT_PAGE (missing, wrong length or checksum; names the page), IO, CLOSED.
   */
  readPageInto(pageId: PageId, target: Uint8Array): void
}
