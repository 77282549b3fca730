import { PAGE_BYTES } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import type { KeyIndexPart } from './column-base.ts'
import { isNumberType } from './column-reader.ts'
import { vectorNumbers } from './encoding/vector-numbers.ts'
import { KeyEntries, type KeyEntryRange, SPILL_RANGES } from './key-entries.ts'
import { hashKeyVector, type KeyHash, keyHasher } from './key-hash.ts'
import { KEY_SLOTS, NO_ROW, pageOfHash } from './key-index.ts'
import type { PageSink } from './page-sink.ts'
import type { OpenRelSpill } from './rel-spill.ts'

/** Share of the slots that are used on average; a page overflows then about once in 10^80. */
const LOAD = 0.8

/** Tells whether two rows whose hashes are the same have the same key, and is that an error. */
export type CheckDuplicate = (earlierRow: number, laterRow: number) => void

/**
 * Builds one part of a key index from (key, row) pairs. As long as rows follow each other and keys are in arithmetic sequence nothing is stored; otherwise
 * entries go to a hash table over pages.
 *
 * Memory: that of {@link KeyEntries}, and 20 bytes for each entry of one range at the end. Cost: 5 ns a key for a sequence, else 30-60 ns.
 */
export class KeyIndexBuilder {
  readonly #entries: KeyEntries
  readonly #hash: KeyHash = { page: 0, print: 0 }
  readonly #hashKey: (key: Value) => void
  /** The sequence that all keys so far form; null once there is none. */
  #sequence: { base: number; step: number; firstRow: number; count: number } | null = null
  #sequential: boolean
  #pageHashes = new Uint32Array(0)
  #prints = new Uint32Array(0)

  constructor(type: LogicalType, memoryBytes: number, openSpill: OpenRelSpill) {
    this.#entries = new KeyEntries(memoryBytes, openSpill)
    this.#hashKey = keyHasher(type, this.#hash)
    this.#sequential = isNumberType(type) && type.id !== 'FLOAT' && type.id !== 'DOUBLE'
  }

  get count(): number {
    return this.#sequence?.count ?? this.#entries.count
  }

  /** Whether all keys so far form one sequence, for which nothing is stored. */
  get isSequence(): boolean {
    return this.#sequence !== null
  }

  /** Adds one key. */
  add(key: Value, row: number): void {
    if (this.#sequential && typeof key === 'number' && this.#continues(key, row)) return
    this.#leaveSequence()
    this.#hashKey(key)
    this.#entries.add(this.#hash.page, this.#hash.print, row)
  }

  /** Adds the keys of a vector without NULLs; they belong to rows `firstRow`, `firstRow + 1`, … */
  addVector(keys: Vector, firstRow: number): void {
    let done = 0
    if (this.#sequential) {
      const numbers = vectorNumbers(keys)
      if (numbers !== null) while (done < keys.length && this.#continues(numbers[done]!, firstRow + done)) done++
      if (done === keys.length) return
    }
    this.#leaveSequence()
    if (this.#prints.length < keys.length) {
      this.#pageHashes = new Uint32Array(keys.length)
      this.#prints = new Uint32Array(keys.length)
    }
    hashKeyVector(keys, this.#pageHashes, this.#prints, 0)
    for (let i = done; i < keys.length; i++) this.#entries.add(this.#pageHashes[i]!, this.#prints[i]!, firstRow + i)
  }

  /**
   * Writes the part. The builder is used up.
   * @param check called for every two rows with the same hashes; throws if they are a duplicate.
   * @returns null when there was no key.
   */
  finish(sink: PageSink, check: CheckDuplicate): KeyIndexPart | null {
    if (this.#sequence !== null) return { kind: 'arithmetic', ...this.#sequence }
    try {
      return this.#entries.count === 0 ? null : writeHashPart(this.#entries, sink, check)
    } finally {
      this.#entries.close()
    }
  }

  close(): void {
    this.#entries.close()
  }

  #continues(key: number, row: number): boolean {
    const sequence = this.#sequence
    if (sequence === null) {
      if (this.#entries.count > 0) return false
      this.#sequence = { base: key, step: 1, firstRow: row, count: 1 }
      return true
    }
    if (row !== sequence.firstRow + sequence.count) return false
    if (sequence.count === 1) {
      const step = key - sequence.base
      if (step === 0 || !Number.isSafeInteger(step)) return false
      sequence.step = step
    } else if (key !== sequence.base + sequence.step * sequence.count) return false
    sequence.count++
    return true
  }

  /** Turns the sequence so far into entries: from here on keys are hashed. */
  #leaveSequence(): void {
    this.#sequential = false
    const sequence = this.#sequence
    if (sequence === null) return
    this.#sequence = null
    for (let i = 0; i < sequence.count; i++) {
      this.#hashKey(sequence.base + sequence.step * i)
      this.#entries.add(this.#hash.page, this.#hash.print, sequence.firstRow + i)
    }
  }
}

function writeHashPart(entries: KeyEntries, sink: PageSink, check: CheckDuplicate): KeyIndexPart {
  const needed = Math.ceil(entries.count / (KEY_SLOTS * LOAD))
  // with several ranges each has whole pages of its own
  const pageCount = entries.rangeCount === 1 ? needed : Math.ceil(needed / SPILL_RANGES) * SPILL_RANGES
  const firstPage = sink.reserve(pageCount)
  const perRange = pageCount / entries.rangeCount
  for (let k = 0; k < entries.rangeCount; k++) {
    writePages(entries.range(k), k * perRange, perRange, pageCount, firstPage, sink, check)
  }
  return { kind: 'hash', firstPage, pageCount, count: entries.count }
}

/** Writes pages [from, from + count) of the part, which hold exactly the entries of the range. */
function writePages(
  range: KeyEntryRange,
  from: number,
  count: number,
  pageCount: number,
  firstPage: number,
  sink: PageSink,
  check: CheckDuplicate,
): void {
  const starts = new Uint32Array(count + 1)
  for (let k = 0; k < range.count; k++) starts[pageOfHash(range.pageHashes[k]!, pageCount) - from + 1]!++
  for (let page = 0; page < count; page++) {
    if (starts[page + 1]! > KEY_SLOTS) throw overflow(starts[page + 1]!)
    starts[page + 1]! += starts[page]!
  }
  const order = new Uint32Array(range.count)
  const next = starts.slice()
  for (let k = 0; k < range.count; k++) order[next[pageOfHash(range.pageHashes[k]!, pageCount) - from]!++] = k
  const words = new Uint32Array(PAGE_BYTES / 4)
  const bytes = new Uint8Array(words.buffer)
  for (let page = 0; page < count; page++) {
    words.fill(NO_ROW)
    for (let at = starts[page]!; at < starts[page + 1]!; at++) {
      const k = order[at]!
      insert(words, range.prints[k]!, range.rows[k]!, check)
    }
    sink.put(firstPage + from + page, bytes)
  }
}

function insert(words: Uint32Array, print: number, row: number, check: CheckDuplicate): void {
  let slot = print % KEY_SLOTS
  while (words[2 * slot + 1] !== NO_ROW) {
    if (words[2 * slot] === print) {
      const other = words[2 * slot + 1]!
      check(Math.min(other, row), Math.max(other, row))
    }
    slot = slot + 1 === KEY_SLOTS ? 0 : slot + 1
  }
  words[2 * slot] = print
  words[2 * slot + 1] = row
}

function overflow(entries: number): DatabaseError {
  return new DatabaseError('LIMIT', `Too many primary keys (${entries}) share the hash of one index page.`)
}
