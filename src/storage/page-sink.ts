/** Takes the pages of new chunks. The bulk writer and the merge each provide one. */
export interface PageSink {
  /**
   * Stores one page. Ids of successive calls are consecutive, so that a chunk written in one go is a run of pages.
   * @param bytes at most PAGE_BYTES; the rest of a shorter page reads as zeroes. Copied before the call returns: the caller reuses the memory.
   * @returns the page id.
   */
  write(bytes: Uint8Array): number
}
