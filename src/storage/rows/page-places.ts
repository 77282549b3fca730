import { closeSync, openSync, readSync } from 'node:fs'
import { BLOCK_BYTES, BLOCKS_PER_PAGE, PAGE_BYTES, type PageId } from '../../bufferpool/page-source.ts'
import { LMDB_PAGE_BYTES } from '../lmdb-environment.ts'
import type { PageRange } from '../page-store.ts'
import { makeChecksumKey, PAGE_KEY_BYTES, readPageKey, writePageKey } from '../store-format.ts'

/*
 * Where pages lie in an LMDB file, found by walking its tree ourselves: lmdb hands out copies of values, never their places, and copying 64 KiB for
 * a row of 512 bytes is what this folder is there to avoid. What is relied on:
 *  - a large value lies in consecutive blocks and never moves while it exists (a change of the tree copies its leaf, not the value);
 *  - no block of a tree that a snapshot can see is used again while the snapshot is held, nor of any later tree: so the newest tree may be walked while
 *    a snapshot is held, whatever is committed meanwhile;
 *  - the file is written with pwrite or through the same map, so that reads see what was committed.
 * Nothing is believed: each node is checked to be what it should be, and each block that is read has a checksum. Where anything is odd, the pages in
 * question count as "not found", and are read through lmdb.
 *
 * Format of a block (LMDB data version 2), all little-endian:
 *   header  u64 number, u64 transaction, u16 pad, u16 flags, u16 lower, u16 upper      24 bytes
 *   u16[lower / 2]  positions of nodes, from the end of the header
 *   node    u16 low, u16 high, u16 flags, u16 key length, key, data
 *   branch node: its child is block low + high * 2^16 + flags * 2^32
 *   leaf node: low + high * 2^16 is the value's length; flag 1: data is u64 first block, u64 transaction, u64 block count of the value
 */
const HEADER_BYTES = 24
const NODE_BYTES = 8
const FLAGS_AT = 18
const LOWER_AT = 20
const IS_BRANCH = 1
const IS_LEAF = 2
const IS_LARGE = 1

/* A meta block, after its header: u32 magic, u32 version, u64 address, u64 map size, two trees of 48 bytes (the second is ours), u64 last block, u64 transaction. */
const MAGIC = 0xbeefc0de
const VERSION_AT = HEADER_BYTES + 4
const TREES_AT = HEADER_BYTES + 24
const BLOCK_SIZE_AT = TREES_AT
const ROOT_AT = TREES_AT + 48 + 40
const TRANSACTION_AT = TREES_AT + 96 + 8
const DATA_VERSION = 2

/** Deeper than any tree of 2^48 pages. */
const MAX_DEPTH = 16

/** Places of pages, in shared memory: element i belongs to the page i of {@link findPages}. 76 bytes a page. */
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

/**
 * Finds pages: `ranges`, one after the other, are elements 0, 1, … of `places`.
 * Only while a snapshot is held that the pages belong to. Cost: one read of 4 KiB per about 100 pages.
 * @returns how many were found.
 * @throws {Error} of the file system.
 */
export function findPages(file: string, ranges: readonly PageRange[], places: PagePlaces): number {
  const descriptor = openSync(file, 'r') // LMDB's locks are on the lock file: closing this one drops none of them
  try {
    const root = readRoot(descriptor)
    if (root === null) return 0
    const walk = new Walk(descriptor, root, places)
    let first = 0
    for (const range of ranges) {
      if (range.count > 0) walk.find(range, first)
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

function readRoot(descriptor: number): number | null {
  let root: number | null = null
  let newest = -1
  for (let block = 0; block < 2; block++) {
    const meta = new DataView(new ArrayBuffer(LMDB_PAGE_BYTES))
    if (readSync(descriptor, meta, 0, LMDB_PAGE_BYTES, block * LMDB_PAGE_BYTES) < LMDB_PAGE_BYTES) return null
    if (meta.getUint32(HEADER_BYTES, true) !== MAGIC || meta.getUint32(VERSION_AT, true) !== DATA_VERSION) return null
    if (meta.getUint32(BLOCK_SIZE_AT, true) !== BLOCK_BYTES) return null
    const transaction = number64(meta, TRANSACTION_AT)
    if (transaction <= newest) continue
    newest = transaction
    root = number64(meta, ROOT_AT)
  }
  return root === null || root >= 2 ** 48 ? null : root
}

/** Walks the tree once per range of pages and of their checksums, keeping the branches of the way down. */
class Walk {
  readonly #descriptor: number
  readonly #root: number
  readonly #places: PagePlaces
  readonly #levels: DataView[] = []
  readonly #from = new Uint8Array(PAGE_KEY_BYTES)
  readonly #to = new Uint8Array(PAGE_KEY_BYTES)
  #range: PageRange = { first: 0, count: 0 }
  #index = 0
  #areSums = false

  constructor(descriptor: number, root: number, places: PagePlaces) {
    this.#descriptor = descriptor
    this.#root = root
    this.#places = places
  }

  find(range: PageRange, index: number): void {
    this.#range = range
    this.#index = index
    for (const areSums of [false, true]) {
      this.#areSums = areSums
      writePageKey(this.#from, range.first)
      writePageKey(this.#to, range.first + range.count - 1)
      if (areSums) makeChecksumKey(this.#from)
      if (areSums) makeChecksumKey(this.#to)
      this.#visit(this.#root, 0)
    }
  }

  #visit(block: number, depth: number): void {
    if (depth >= MAX_DEPTH) return
    const node = this.#read(block, depth)
    if (node === null) return
    const count = node.getUint16(LOWER_AT, true) >>> 1
    const flags = node.getUint16(FLAGS_AT, true)
    if (HEADER_BYTES + 2 * count > LMDB_PAGE_BYTES) return
    if ((flags & IS_LEAF) !== 0) this.#visitLeaf(node, count)
    else if ((flags & IS_BRANCH) !== 0) this.#visitBranch(node, count, depth)
  }

  /** Child i holds keys from its own key (the first child: from the start) up to the next one's. */
  #visitBranch(node: DataView, count: number, depth: number): void {
    for (let i = 0; i < count; i++) {
      const at = nodeAt(node, i)
      if (at < 0) return
      if (i > 0 && this.#compare(node, at, this.#to) > 0) return
      const next = i + 1 < count ? nodeAt(node, i + 1) : -1
      if (next >= 0 && this.#compare(node, next, this.#from) <= 0) continue
      const child = node.getUint16(at, true) + node.getUint32(at + 2, true) * 2 ** 16
      this.#visit(child, depth + 1)
    }
  }

  #visitLeaf(node: DataView, count: number): void {
    for (let i = 0; i < count; i++) {
      const at = nodeAt(node, i)
      if (at < 0) return
      if (this.#compare(node, at, this.#from) < 0) continue
      if (this.#compare(node, at, this.#to) > 0) return
      this.#takeNode(node, at)
    }
  }

  #takeNode(node: DataView, at: number): void {
    const keyBytes = node.getUint16(at + 6, true)
    const data = at + NODE_BYTES + keyBytes
    if (keyBytes !== PAGE_KEY_BYTES || data + NODE_BYTES > LMDB_PAGE_BYTES) return
    const pageId: PageId = readPageKey(new Uint8Array(node.buffer, at + NODE_BYTES, keyBytes))
    const index = this.#index + pageId - this.#range.first
    const length = node.getUint16(at, true) + node.getUint16(at + 2, true) * 2 ** 16
    const isLarge = (node.getUint16(at + 4, true) & IS_LARGE) !== 0
    const { blocks, lengths, sums } = this.#places
    if (this.#areSums) {
      if (isLarge || length > BLOCKS_PER_PAGE * 4 || data + length > LMDB_PAGE_BYTES) return
      for (let k = 0; 4 * k < length; k++) sums[index * BLOCKS_PER_PAGE + k] = node.getUint32(data + 4 * k, true)
    } else if (isLarge && length <= PAGE_BYTES && data + 24 <= LMDB_PAGE_BYTES) {
      const first = number64(node, data)
      if (first >= 2 ** 32) return // beyond 16 TiB
      blocks[index] = first
      lengths[index] = length
    }
  }

  /** Compares the key of a node with another as LMDB does, byte by byte. */
  #compare(node: DataView, at: number, key: Uint8Array): number {
    const length = Math.min(node.getUint16(at + 6, true), LMDB_PAGE_BYTES - at - NODE_BYTES)
    for (let k = 0; k < Math.min(length, key.length); k++) {
      const difference = node.getUint8(at + NODE_BYTES + k) - key[k]!
      if (difference !== 0) return difference
    }
    return length - key.length
  }

  #read(block: number, depth: number): DataView | null {
    this.#levels[depth] ??= new DataView(new ArrayBuffer(LMDB_PAGE_BYTES))
    const node = this.#levels[depth]!
    const count = readSync(this.#descriptor, node, 0, LMDB_PAGE_BYTES, block * LMDB_PAGE_BYTES)
    return count === LMDB_PAGE_BYTES && number64(node, 0) === block ? node : null
  }
}

function nodeAt(node: DataView, i: number): number {
  const at = node.getUint16(HEADER_BYTES + 2 * i, true) + HEADER_BYTES
  return at + NODE_BYTES <= LMDB_PAGE_BYTES ? at : -1
}

function number64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
}
