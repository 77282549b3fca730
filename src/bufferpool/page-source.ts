/** Bytes of one page: a multiple of 16, so that no element straddles two, and of many widths of rows. */
export const PAGE_BYTES = 65_520

/** Bytes of one frame of the pool: a page and 16 spare bytes (always zero), so that frames are aligned to 64 KiB. */
export const FRAME_BYTES = 65_536

/** Bytes under one checksum: a block of the disk. */
export const BLOCK_BYTES = 4_096

/** What LMDB puts before a large value: it starts so many bytes after the start of a block of the file. */
export const PAGE_HEADER_BYTES = 24

/** Blocks of the file, and so checksums, that a page has bytes in. The first and the last are not full. */
export const BLOCKS_PER_PAGE = 17

/**
 * Name of a page for ever: a safe integer from 1 upwards, never given twice, not even after the page is gone.
 * That is why the pool's key is the page id alone, whatever the commit.
 */
export type PageId = number

/** What a {@link BufferPool} reads through when a page is not in memory. Storage implements it. */
export interface PageSource {
  /** The LMDB file that the pages lie in; undefined when they lie in no file. */
  readonly file?: string | undefined
  /**
   * Copies a page into `target` and checks it.
   * @param target at least {@link PAGE_BYTES} long; only the first PAGE_BYTES are written, all of them (a page that was
   *   stored short is filled with zeros). It may lie over a SharedArrayBuffer. Untouched content is not kept on an error.
   * Cost: one copy of 64 KiB and its checksums, about 40 µs when the file is cached by the system.
   * @throws {DatabaseError} CORRUPT_PAGE (missing, wrong length or checksum; names the page), IO, CLOSED.
   */
  readPageInto(pageId: PageId, target: Uint8Array): void
}
