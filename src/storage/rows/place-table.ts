import { BLOCKS_PER_PAGE } from '../../bufferpool/page-source.ts'

/*
 * Kept apart from page-places.ts, which needs lmdb: reader threads do not, start faster without, and may be ended at any time.
 */

/** Places of pages, in shared memory: element i belongs to the page i of `findPages`. 76 bytes a page. */
export interface PagePlaces {
  /** First block of the page in the file; 0: not found. */
  readonly blocks: Uint32Array
  /** Stored bytes; what follows reads as zeros. */
  readonly lengths: Uint32Array
  /** [n, BLOCKS_PER_PAGE] checksums of the page's blocks. */
  readonly sums: Uint32Array
}

/** @returns places for `count` pages, all "not found". */
export function allocatePlaces(count: number): PagePlaces {
  const shared = new SharedArrayBuffer(placesBytes(count))
  return attachPlaces(shared, count)
}

/** @returns bytes that the places of so many pages take. */
export function placesBytes(count: number): number {
  return count * 4 * (2 + BLOCKS_PER_PAGE)
}

/** @returns the arrays over their memory. */
export function attachPlaces(shared: SharedArrayBuffer, count: number): PagePlaces {
  return {
    blocks: new Uint32Array(shared, 0, count),
    lengths: new Uint32Array(shared, count * 4, count),
    sums: new Uint32Array(shared, count * 8, count * BLOCKS_PER_PAGE),
  }
}
