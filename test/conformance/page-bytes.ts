import { PAGE_BYTES } from '../../src/bufferpool/page-source.ts'

/** Bytes that tell which page they are, in `length` bytes; the rest of the page is zero. */
export function pageBytes(seed: number, length = PAGE_BYTES): Uint8Array {
  const bytes = new Uint8Array(PAGE_BYTES)
  for (let i = 0, x = seed * 2654435761 + 1; i < length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    bytes[i] = (x >>> 24) | 1
  }
  return bytes
}

/** Reads one page. */
export function readPage(store: { readPageInto(id: number, target: Uint8Array): void }, pageId: number): Uint8Array {
  const target = new Uint8Array(new SharedArrayBuffer(65_536)).fill(0xee)
  store.readPageInto(pageId, target)
  return target.slice(0, PAGE_BYTES)
}
