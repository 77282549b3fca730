import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { KeyIndexBase, KeyIndexPart } from './column-base.ts'
import { type KeyHash, keyHasher } from './key-hash.ts'
import { ChunkPages, type PageOwner } from './page-pins.ts'
import type { ReaderContext } from './reader-context.ts'

/**
 * Entries of one page of a hash part: little-endian words, slot s at word 2s: hash of the key, row. A free slot has row {@link NO_ROW}.
 * A key's page is `floor(page hash * pages / 2^32)`, its slot the first free one from `hash % KEY_SLOTS` on, cyclically.
 */
export const KEY_SLOTS = 8190
export const NO_ROW = 0xffffffff

/** Decides whether a candidate row is the one: live, and its key is the wanted one (an index remembers neither). */
export type AcceptRow = (row: number) => boolean

/** Looks primary keys up in the merged part of an index. */
export class KeyIndex {
  readonly #parts: readonly (ArithmeticPart | HashPart)[]
  readonly #hash: KeyHash = { page: 0, print: 0 }
  readonly #hashKey: (key: Value) => void
  readonly #hashed: boolean

  constructor(base: KeyIndexBase, type: LogicalType, context: ReaderContext, owner: PageOwner) {
    this.#parts = base.parts.map((part) => openPart(part, context, owner)).reverse()
    this.#hashKey = keyHasher(type, this.#hash)
    this.#hashed = base.parts.some((part) => part.kind === 'hash')
  }

  /**
   * @param key a non-null value of the key's type.
   * @returns the newest row that `accept` takes among those that may have this key, or -1.
   * Cost: one page for each hash part, besides what `accept` reads for the candidates (hardly ever more than one).
   */
  find(key: Value, accept: AcceptRow): number {
    if (this.#hashed) this.#hashKey(key)
    for (const part of this.#parts) {
      const row = part.find(key, this.#hash, accept)
      if (row >= 0) return row
    }
    return -1
  }
}

function openPart(part: KeyIndexPart, context: ReaderContext, owner: PageOwner): ArithmeticPart | HashPart {
  if (part.kind === 'arithmetic') return new ArithmeticPart(part)
  return new HashPart(new ChunkPages(context.pins, part.firstPage, part.pageCount, owner))
}

/** Keys in arithmetic sequence: the row follows from the key. */
class ArithmeticPart {
  readonly #part: Extract<KeyIndexPart, { kind: 'arithmetic' }>

  constructor(part: Extract<KeyIndexPart, { kind: 'arithmetic' }>) {
    this.#part = part
  }

  find(key: Value, _hash: KeyHash, accept: AcceptRow): number {
    const row = arithmeticRow(this.#part, key)
    return row >= 0 && accept(row) ? row : -1
  }
}

/** @returns the row that has this key in an arithmetic part, or -1. */
export function arithmeticRow(part: Extract<KeyIndexPart, { kind: 'arithmetic' }>, key: Value): number {
  if (typeof key !== 'number' || typeof part.base !== 'number') return -1
  const position = part.step === 0 ? (key === part.base ? 0 : -1) : (key - part.base) / part.step
  return position >= 0 && position < part.count && Number.isInteger(position) ? part.firstRow + position : -1
}

/** Keys in a hash table over pages. */
class HashPart {
  readonly #pages: ChunkPages

  constructor(pages: ChunkPages) {
    this.#pages = pages
  }

  find(_key: Value, hash: KeyHash, accept: AcceptRow): number {
    const pages = this.#pages
    const page = pageOfHash(hash.page, pages.pageCount)
    const { print } = hash
    let slot = print % KEY_SLOTS
    for (let step = 0; step < KEY_SLOTS; step++) {
      // `accept` may pin other pages, so this one is asked for again after each candidate
      const at = pages.pin(page) + 2 * slot
      const words = pages.words[page]!
      const row = words[at + 1]!
      if (row === NO_ROW) return -1
      if (words[at] === print && accept(row)) return row
      slot = slot + 1 === KEY_SLOTS ? 0 : slot + 1
    }
    return -1
  }
}

/** @returns the page of a hash part that keys with this page hash are in; it never descends as the hash ascends. */
export function pageOfHash(hash: number, pageCount: number): number {
  return Math.floor((hash * pageCount) / 4294967296)
}
