import { crc32 } from 'node:zlib'
import type { PageId } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { PageRange } from './page-store.ts'

/*
 * What lies in the file. One LMDB environment, only its unnamed database, binary keys compared byte by byte:
 *
 *   key                        value
 *   01 "format"                sealed: u32 magic "NSBA", u32 version
 *   01 "root"                  sealed: f64 commit, f64 next page id, f64 LMDB transaction of the commit
 *   01 "lease"                 sealed: JSON of the writing process (lease.ts)
 *   01 "bulk:"  u64be id       sealed: (f64 first page, f64 count)*   pages of a bulk load that nothing refers to yet
 *   01 "freed:" u64be commit   sealed: f64 LMDB transaction, (f64 first page, f64 count)*   pages this commit gave up
 *   02 name (UTF-8)            sealed: a record of the engine
 *   03 u64be page id           the page without its trailing zero bytes (at least 1 byte, at most 65,520)
 *   04 u64be page id           u32 CRC-32 of the first 4,072 bytes of that value, then of each 4,096 bytes
 *
 * Sealed: u32 CRC-32 of the rest, then the rest. Numbers are little-endian but for those in keys.
 */

/** "NSBA" as a little-endian u32. */
export const FORMAT_MAGIC = 0x4142534e

/** Version this code writes; it reads this one. Version 1 had its checksums over other blocks. */
export const FORMAT_VERSION = 2

/** The longest name of a record, in bytes of UTF-8 (LMDB's limit is 1,978 with 4 KiB pages). */
export const MAX_RECORD_NAME_BYTES = 1_900

const TAG_SYSTEM = 1
const TAG_RECORD = 2
const TAG_PAGE = 3
const TAG_CHECKSUMS = 4

const encoder = new TextEncoder()

/** The newest commit, as the root record has it. */
export interface Root {
  readonly commit: number
  /** Every page id below this one may have been used. */
  readonly nextPageId: PageId
  /** LMDB's number of the transaction that made the commit: readers of this number or later see it. */
  readonly txn: number
}

/** @returns the key of one of the store's own entries. */
export function systemKey(name: string): Uint8Array {
  return taggedName(TAG_SYSTEM, name)
}

/** @returns the key of an entry of the store's own lists `bulk:` and `freed:`. */
export function listKey(list: 'bulk:' | 'freed:', id: number): Uint8Array {
  const prefix = systemKey(list)
  const key = new Uint8Array(prefix.length + 8)
  key.set(prefix)
  writeId(key, prefix.length, id)
  return key
}

/** @returns the half-open key range of such a list. */
export function listKeyRange(list: 'bulk:' | 'freed:'): { start: Uint8Array; end: Uint8Array } {
  const end = listKey(list, 0)
  end.fill(0xff, end.length - 8)
  return { start: listKey(list, 0), end }
}

/** @returns the number at the end of a key of {@link listKey}. */
export function listKeyId(key: Uint8Array): number {
  return readId(key, key.length - 8)
}

/** @returns the key of an engine record. @throws {DatabaseError} LIMIT if the name is too long; INVALID_ARGUMENT if empty. */
export function recordKey(name: string): Uint8Array {
  const key = taggedName(TAG_RECORD, name)
  if (key.length === 1) throw new DatabaseError('INVALID_ARGUMENT', 'A record needs a name.')
  if (key.length > MAX_RECORD_NAME_BYTES + 1) {
    throw new DatabaseError('LIMIT', `A record's name has at most ${MAX_RECORD_NAME_BYTES} bytes.`)
  }
  return key
}

/** @returns the half-open key range of the records whose names start with `prefix`. */
export function recordKeyRange(prefix: string): { start: Uint8Array; end: Uint8Array } {
  const start = taggedName(TAG_RECORD, prefix)
  const end = start.slice()
  let last = end.length - 1
  while (end[last] === 0xff) last-- // stops at the tag at the latest
  end[last] = end[last]! + 1
  return { start, end: end.subarray(0, last + 1) }
}

/** @returns the name inside a key of {@link recordKey}. */
export function recordName(key: Uint8Array): string {
  return new TextDecoder().decode(key.subarray(1))
}

/** Bytes of the keys of pages and of their checksums. */
export const PAGE_KEY_BYTES = 9

/** Writes the key of a page into `key` [9]. */
export function writePageKey(key: Uint8Array, pageId: PageId): void {
  key[0] = TAG_PAGE
  writeId(key, 1, pageId)
}

/** @returns the page id in a key of a page, or of its checksums, that lies at byte `at` of `view`. */
export function readPageKey(view: DataView, at: number): PageId {
  return view.getUint32(at + 1) * 2 ** 32 + view.getUint32(at + 5)
}

/** Turns a key written by {@link writePageKey} into that of the page's checksums. */
export function makeChecksumKey(key: Uint8Array): void {
  key[0] = TAG_CHECKSUMS
}

/** @returns the half-open range of all page keys. */
export function pageKeyRange(): { start: Uint8Array; end: Uint8Array } {
  return { start: Uint8Array.of(TAG_PAGE, 0), end: Uint8Array.of(TAG_CHECKSUMS, 0) }
}

/** @returns `payload` with its checksum before it. */
export function seal(payload: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(payload.length + 4)
  sealed.set(payload, 4)
  new DataView(sealed.buffer).setUint32(0, crc32(payload), true)
  return sealed
}

/**
 * @returns a copy of what {@link seal} was given.
 * @throws {DatabaseError} CORRUPT_PAGE, naming `what`, if the checksum does not match.
 */
export function unseal(sealed: Uint8Array, what: string): Uint8Array {
  const payload = new Uint8Array(sealed.subarray(4)) // slice of a Buffer would not copy, and keep its larger memory
  const sum = sealed.length < 4 ? -1 : new DataView(sealed.buffer, sealed.byteOffset).getUint32(0, true)
  if (sum !== crc32(payload)) {
    throw new DatabaseError('CORRUPT_PAGE', `${what} is damaged: its checksum does not match.`, {
      facts: { record: what },
    })
  }
  return payload
}

/** @returns the payload of the format record. */
export function encodeFormat(): Uint8Array {
  return new Uint8Array(Uint32Array.of(FORMAT_MAGIC, FORMAT_VERSION).buffer)
}

/** @returns the payload of the root record. */
export function encodeRoot(root: Root): Uint8Array {
  return new Uint8Array(Float64Array.of(root.commit, root.nextPageId, root.txn).buffer)
}

/** @returns the root record from its payload. */
export function decodeRoot(payload: Uint8Array): Root {
  const view = new DataView(payload.buffer, payload.byteOffset)
  return { commit: view.getFloat64(0, true), nextPageId: view.getFloat64(8, true), txn: view.getFloat64(16, true) }
}

/** @returns ranges as the payload of a journal entry, after `head` numbers of the caller's. */
export function encodeRanges(ranges: readonly PageRange[], head: readonly number[] = []): Uint8Array {
  const numbers = new Float64Array(head.length + ranges.length * 2)
  numbers.set(head)
  for (let i = 0; i < ranges.length; i++) {
    numbers[head.length + i * 2] = ranges[i]!.first
    numbers[head.length + i * 2 + 1] = ranges[i]!.count
  }
  return new Uint8Array(numbers.buffer)
}

/** @returns the ranges after the first `headLength` numbers of a payload of {@link encodeRanges}. */
export function decodeRanges(payload: Uint8Array, headLength = 0): PageRange[] {
  const numbers = new Float64Array(payload.slice().buffer)
  const ranges: PageRange[] = []
  for (let i = headLength; i + 1 < numbers.length; i += 2) ranges.push({ first: numbers[i]!, count: numbers[i + 1]! })
  return ranges
}

/** @returns the ranges with neighbours joined, ascending. */
export function joinRanges(ranges: readonly PageRange[]): PageRange[] {
  const sorted = [...ranges].sort((a, b) => a.first - b.first)
  const joined: PageRange[] = []
  for (const range of sorted) {
    const last = joined.at(-1)
    if (last !== undefined && last.first + last.count >= range.first) {
      const end = Math.max(last.first + last.count, range.first + range.count)
      joined[joined.length - 1] = { first: last.first, count: end - last.first }
    } else if (range.count > 0) joined.push(range)
  }
  return joined
}

/** @returns how many pages the ranges name. */
export function countPages(ranges: readonly PageRange[]): number {
  let count = 0
  for (const range of ranges) count += range.count
  return count
}

function taggedName(tag: number, name: string): Uint8Array {
  const bytes = encoder.encode(name)
  const key = new Uint8Array(bytes.length + 1)
  key[0] = tag
  key.set(bytes, 1)
  return key
}

function writeId(target: Uint8Array, at: number, id: number): void {
  let high = Math.floor(id / 2 ** 32)
  let low = id >>> 0
  for (let i = 3; i >= 0; i--) {
    target[at + i] = high & 0xff
    target[at + 4 + i] = low & 0xff
    high >>>= 8
    low >>>= 8
  }
}

function readId(source: Uint8Array, at: number): number {
  const view = new DataView(source.buffer, source.byteOffset + at, 8)
  return view.getUint32(0) * 2 ** 32 + view.getUint32(4)
}
