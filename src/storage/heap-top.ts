/** More than LMDB allocates for one page of ours (16 of its own), so that no hole that such a page left is large enough. */
const PIN_BYTES = 80 * 1024

/**
 * Keeps the memory of a transaction's pages for the next one. LMDB allocates each page that a transaction writes and frees them all with the commit; the C
 * library gives the free end of its heap back to the system, and each transaction of a load has its 16 to 32 MiB faulted in again, page by page: two fifths of
 * the writer thread's time. It only gives back what is above everything in use, so one small block, allocated when all pages of a
 * transaction are, keeps what lies below it. (Allocators that do not work so lose nothing by it.)
 *
 * Memory: that of one transaction's pages stays with this thread until the block is collected after {@link HeapTop.release}.
 */
export class HeapTop {
  #pin: ArrayBuffer | null = null
  #heldPages = 0

  /** Call when a transaction has all its `pages`, before it commits. Does nothing unless it is the largest one so far. */
  hold(pages: number): void {
    if (this.#pin !== null && pages <= this.#heldPages) return
    this.#heldPages = pages
    this.#pin = new ArrayBuffer(PIN_BYTES)
  }

  /** No more such transactions come. */
  release(): void {
    this.#pin = null
  }
}
