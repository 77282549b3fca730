import type { PageId } from '../bufferpool/page-source.ts'
import { PageTree, type PageTreeVisitor } from './page-tree.ts'

/** Pages of one line: neighbours by id. */
const LINE_PAGES = 64

/** Lines at first and at most: 24 KiB and 6 MiB, which hold the places of 64 GiB of pages. */
const MIN_LINES = 64
const MAX_LINES = 16_384

/**
 * Remembers where pages lie in an LMDB file: 6 bytes a page, in lines of 64 that push each other out when there are many more pages than it may hold.
 * A page's id is never used again and a page never moves, so nothing that is remembered here becomes wrong as long as the page exists.
 * Used by one thread.
 */
export class PageDirectory implements PageTreeVisitor {
  readonly #tree: PageTree
  /** Line number (page id / 64) of each line; -1: unused. Line n lies at n % the number of lines. */
  #lines = new Float64Array(MIN_LINES).fill(-1)
  /** First block of the content; meaningless where the length is 0. */
  #blocks = new Uint32Array(MIN_LINES * LINE_PAGES)
  /** Stored bytes; 0: not known. */
  #lengths = new Uint16Array(MIN_LINES * LINE_PAGES)
  #used = 0
  #block = 0
  #length = 0
  #walks = 0

  /** @param descriptor of the file, open for reading; stays the caller's. */
  constructor(descriptor: number) {
    this.#tree = new PageTree(descriptor, this)
  }

  /**
   * Looks for a page; `block` and `length` tell where it is. Only while a version is held that the page belongs to.
   * Cost: nothing to speak of; once per about 90 pages a walk down the tree, with some reads of 4 KiB.
   * @returns false if the page does not lie in blocks of its own: it is very short, or lmdb is to be asked what is wrong.
   * @throws {Error} of the file system.
   */
  find(pageId: PageId): boolean {
    let at = this.#indexOf(pageId)
    if (at < 0 || this.#lengths[at] === 0) {
      this.#walks++
      if (!this.#tree.readRoot()) return false
      this.#tree.visitPages({ first: pageId, count: 1 })
      at = this.#indexOf(pageId)
      if (at < 0) return false
    }
    this.#block = this.#blocks[at]!
    this.#length = this.#lengths[at]!
    return this.#length > 0 && this.#block > 0
  }

  /** First block of the page that was found last. */
  get block(): number {
    return this.#block
  }

  /** Stored bytes of that page. */
  get length(): number {
    return this.#length
  }

  /** How often the tree was walked. */
  get walks(): number {
    return this.#walks
  }

  /** Bytes that the lines take. */
  get bytes(): number {
    return this.#lines.byteLength + this.#blocks.byteLength + this.#lengths.byteLength
  }

  /** {@link PageTreeVisitor.takePage} */
  takePage(pageId: PageId, block: number, length: number): void {
    let at = this.#indexOf(pageId)
    if (at < 0) {
      this.#claim(Math.floor(pageId / LINE_PAGES))
      at = this.#indexOf(pageId)
    }
    this.#blocks[at] = block
    this.#lengths[at] = length
  }

  /** {@link PageTreeVisitor.takeChecksums} */
  takeChecksums(): void {
    // not asked for: lmdb tells them, and with them whether the page exists
  }

  #indexOf(pageId: PageId): number {
    const line = Math.floor(pageId / LINE_PAGES)
    const slot = line % this.#lines.length
    return this.#lines[slot] === line ? slot * LINE_PAGES + (pageId - line * LINE_PAGES) : -1
  }

  /** Makes room for a line, at the cost of another if need be. */
  #claim(line: number): void {
    const count = this.#lines.length
    let slot = line % count
    if (this.#lines[slot] !== -1 && this.#used > count / 8 && count < MAX_LINES) {
      this.#grow()
      slot = line % this.#lines.length
    }
    if (this.#lines[slot] === -1) this.#used++
    this.#lines[slot] = line
    this.#lengths.fill(0, slot * LINE_PAGES, (slot + 1) * LINE_PAGES)
  }

  /** Twice as many: two lines that were at different places still are. */
  #grow(): void {
    const [lines, blocks, lengths] = [this.#lines, this.#blocks, this.#lengths]
    const count = lines.length * 2
    this.#lines = new Float64Array(count).fill(-1)
    this.#blocks = new Uint32Array(count * LINE_PAGES)
    this.#lengths = new Uint16Array(count * LINE_PAGES)
    for (const [slot, line] of lines.entries()) {
      if (line < 0) continue
      const to = (line % count) * LINE_PAGES
      this.#lines[line % count] = line
      this.#blocks.set(blocks.subarray(slot * LINE_PAGES, (slot + 1) * LINE_PAGES), to)
      this.#lengths.set(lengths.subarray(slot * LINE_PAGES, (slot + 1) * LINE_PAGES), to)
    }
  }
}
