import { closeSync, openSync } from 'node:fs'
import { BLOCKS_PER_PAGE, type PageId } from '../../bufferpool/page-source.ts'
import type { PageRange } from '../page-store.ts'
import { PageTree, type PageTreeVisitor } from '../page-tree.ts'
import type { PagePlaces } from './place-table.ts'

/*
 * Places of the pages of a column, for those who read parts of pages in other threads. page-tree.ts tells how places are found and why they can be relied on.
 */

/**
 * Finds pages: `ranges`, one after the other, are elements 0, 1, … of `places`.
 * Only while a snapshot is held that the pages belong to. Cost: one read of 4 KiB per about 100 pages.
 * @returns how many were found.
 * @throws {Error} of the file system.
 */
export function findPages(file: string, ranges: readonly PageRange[], places: PagePlaces): number {
  const descriptor = openSync(file, 'r') // LMDB's locks are on the lock file: closing this one drops none of them
  try {
    const taker = new PlaceTaker(places)
    const tree = new PageTree(descriptor, taker)
    if (!tree.readRoot()) return 0
    let first = 0
    for (const range of ranges) {
      taker.begin(range, first)
      if (range.count > 0) tree.visitPages(range)
      if (range.count > 0) tree.visitChecksums(range)
      first += range.count
    }
    let found = 0
    for (let i = 0; i < first; i++) if (isWhole(places, i)) found++
    return found
  } finally {
    closeSync(descriptor)
  }
}

/** Takes pages back whose checksums were not found. @returns whether the page was found. */
function isWhole({ blocks, lengths, sums }: PagePlaces, index: number): boolean {
  if (blocks[index] === 0 || lengths[index] === 0) {
    blocks[index] = 0
    return false
  }
  // a page without checksums would be one whose sums are all zero: then it is read through lmdb, which looks
  for (let k = 0; k < BLOCKS_PER_PAGE; k++) if (sums[index * BLOCKS_PER_PAGE + k] !== 0) return true
  blocks[index] = 0
  return false
}

/** Takes the pages of one range out of the leaves that they share with others. */
class PlaceTaker implements PageTreeVisitor {
  readonly #places: PagePlaces
  #range: PageRange = { first: 0, count: 0 }
  #index = 0

  constructor(places: PagePlaces) {
    this.#places = places
  }

  begin(range: PageRange, index: number): void {
    this.#range = range
    this.#index = index
  }

  takePage(pageId: PageId, block: number, length: number): void {
    if (!this.#wants(pageId) || block === 0) return
    const index = this.#index + pageId - this.#range.first
    this.#places.blocks[index] = block
    this.#places.lengths[index] = length
  }

  takeChecksums(pageId: PageId, leaf: DataView, at: number, count: number): void {
    if (!this.#wants(pageId)) return
    const index = (this.#index + pageId - this.#range.first) * BLOCKS_PER_PAGE
    for (let k = 0; k < count; k++) this.#places.sums[index + k] = leaf.getUint32(at + 4 * k, true)
  }

  #wants(pageId: PageId): boolean {
    return pageId >= this.#range.first && pageId < this.#range.first + this.#range.count
  }
}
