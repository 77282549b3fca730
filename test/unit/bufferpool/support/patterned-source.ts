import { PAGE_BYTES, type PageId, type PageSource } from '../../../../src/bufferpool/page-source.ts'
import { DatabaseError } from '../../../../src/errors/database-error.ts'

/** Pages whose every 64-bit word tells the page's id and the word's place; counts what it is asked. */
export class PatternedSource implements PageSource {
  /** Reads per page. */
  readonly reads = new Map<PageId, number>()
  /** Pages that are damaged. */
  readonly broken = new Set<PageId>()

  readPageInto(pageId: PageId, target: Uint8Array): void {
    this.reads.set(pageId, (this.reads.get(pageId) ?? 0) + 1)
    if (this.broken.has(pageId)) {
      throw new DatabaseError('CORRUPT_PAGE', `Page ${pageId} is damaged: test.`, { facts: { page: pageId } })
    }
    const words = new Float64Array(target.buffer, target.byteOffset, PAGE_BYTES / 8)
    for (let i = 0; i < words.length; i++) words[i] = pageId * 10_000 + i
  }
}

/** @returns whether a frame's bytes are those of the page. Looks at every 16th word. */
export function isPage(bytes: Uint8Array, pageId: PageId): boolean {
  const words = new Float64Array(bytes.buffer, bytes.byteOffset, PAGE_BYTES / 8)
  for (let i = 0; i < words.length; i += 16) if (words[i] !== pageId * 10_000 + i) return false
  return words[words.length - 1] === pageId * 10_000 + words.length - 1
}
