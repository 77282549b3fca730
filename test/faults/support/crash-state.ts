import assert from 'node:assert/strict'
import { PAGE_BYTES } from '../../../src/bufferpool/page-source.ts'
import type { PageRange } from '../../../src/storage/page-store.ts'

/** What the newest commit of the crash test should hold. */
export interface CrashState {
  /** Number of the commit. */
  readonly commit: number
  /** The pages that belong to it; content follows from the id, see {@link fillPages}. */
  readonly ranges: readonly PageRange[]
}

/** Reads the state record. */
export function decodeState(bytes: Uint8Array | null): CrashState {
  return bytes === null ? { commit: 0, ranges: [] } : (JSON.parse(new TextDecoder().decode(bytes)) as CrashState)
}

/** @returns the content of consecutive pages: each tells its id, at both ends of a length that follows from it. */
export function fillPages(range: PageRange): Uint8Array {
  const bytes = new Uint8Array(range.count * PAGE_BYTES)
  const words = new Float64Array(bytes.buffer)
  for (let i = 0; i < range.count; i++) {
    const start = (i * PAGE_BYTES) / 8
    words[start] = range.first + i
    words[start + lastWord(range.first + i)] = -(range.first + i)
  }
  return bytes
}

/** Checks every page of a state. */
export function checkState(store: { readPageInto(id: number, target: Uint8Array): void }, state: CrashState): void {
  const page = new Float64Array(PAGE_BYTES / 8)
  const bytes = new Uint8Array(page.buffer)
  for (const { first, count } of state.ranges) {
    for (let id = first; id < first + count; id++) {
      store.readPageInto(id, bytes)
      assert.equal(page[0], id)
      assert.equal(page[lastWord(id)], -id)
    }
  }
}

/** @returns how many pages a state has. */
export function pagesOf(state: CrashState): number {
  return state.ranges.reduce((sum, range) => sum + range.count, 0)
}

/** A small generator of random numbers. */
export function randomNumbers(seed: number): (below: number) => number {
  let x = Math.imul(seed ^ (seed >>> 15), 0x9e3779b1) >>> 0 // so that neighbouring seeds differ from the first number on
  return (below) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    return Math.floor((x / 2 ** 32) * below)
  }
}

function lastWord(pageId: number): number {
  return 1 + ((pageId * 997) % (PAGE_BYTES / 8 - 1))
}
