import { readSync } from 'node:fs'
import { BLOCK_BYTES, BLOCKS_PER_PAGE, PAGE_BYTES, type PageId } from '../bufferpool/page-source.ts'
import { LMDB_PAGE_BYTES } from './lmdb-environment.ts'
import type { PageRange } from './page-store.ts'
import { makeChecksumKey, PAGE_KEY_BYTES, readPageKey, writePageKey } from './store-format.ts'

/*
 * Where pages lie in an LMDB file, found by walking its tree ourselves: lmdb hands out copies of values, never their places. What is relied on:
 *  - a large value lies in consecutive blocks and never moves while it exists (a change of the tree copies its leaf, not the value);
 *  - no block of a tree that a reader holds can be used again while it does, nor one of any later tree: so the newest tree may be walked while
 *    a version is held, whatever is committed meanwhile;
 *  - the file is written with pwrite or through the same map, so that reads see what was committed.
 * Nothing is believed: each node is checked to be what it should be, and whoever reads a page at its place has the page's checksums. Where anything is
 * odd, the pages in question count as "not found", and are read through lmdb.
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
const LARGE_BYTES = 24

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

/** Gets what lies in the leaves that a {@link PageTree} visits: whole leaves, so more pages than were asked for. */
export interface PageTreeVisitor {
  /**
   * @param block the first block of a page's content, which starts {@link PAGE_HEADER_BYTES} after it; 0: the content is so short that it lies in the leaf.
   * @param length stored bytes, 1 to PAGE_BYTES; what follows reads as zeros.
   */
  takePage(pageId: PageId, block: number, length: number): void
  /** @param at byte of the first of `count` checksums (u32, little-endian) in `leaf`, which the next block overwrites. */
  takeChecksums(pageId: PageId, leaf: DataView, at: number, count: number): void
}

/** Walks the tree of an LMDB file. Only while a version is held that the wanted pages belong to. Memory: 4 KiB per level of the tree. */
export class PageTree {
  readonly #descriptor: number
  readonly #visitor: PageTreeVisitor
  readonly #metas = new DataView(new ArrayBuffer(2 * LMDB_PAGE_BYTES))
  /** The way down of the last walk, and the numbers of its blocks: kept while the tree is the same. */
  readonly #levels: DataView[] = []
  readonly #levelBlocks = new Float64Array(MAX_DEPTH).fill(-1)
  readonly #from = new Uint8Array(PAGE_KEY_BYTES)
  readonly #to = new Uint8Array(PAGE_KEY_BYTES)
  #root = -1
  #transaction = -1
  #areSums = false

  /** @param descriptor of the file, open for reading; stays the caller's. */
  constructor(descriptor: number, visitor: PageTreeVisitor) {
    this.#descriptor = descriptor
    this.#visitor = visitor
  }

  /** Turns to the newest tree. @returns false if there is none, or it is not of the format that is known here. @throws {Error} of the file system. */
  readRoot(): boolean {
    const metas = this.#metas
    const wanted = metas.byteLength
    if (readSync(this.#descriptor, metas, 0, wanted, 0) !== wanted) return this.#turnTo(-1, -1)
    const first = number64(metas, TRANSACTION_AT)
    const second = number64(metas, LMDB_PAGE_BYTES + TRANSACTION_AT)
    const meta = second > first ? LMDB_PAGE_BYTES : 0
    return this.#turnTo(Math.max(first, second), isKnownFormat(metas, meta) ? number64(metas, meta + ROOT_AT) : -1)
  }

  /** Visits the leaves that lead to some pages. Cost: one read of 4 KiB per about 90 pages, and those above them. @throws {Error} of the file system. */
  visitPages(range: PageRange): void {
    this.#setRange(range)
    this.#areSums = false
    this.#visit(this.#root, 0)
  }

  /** Visits the leaves with the checksums of some pages. Cost: one read of 4 KiB per about 40 pages. @throws {Error} of the file system. */
  visitChecksums(range: PageRange): void {
    this.#setRange(range)
    makeChecksumKey(this.#from)
    makeChecksumKey(this.#to)
    this.#areSums = true
    this.#visit(this.#root, 0)
  }

  #turnTo(transaction: number, root: number): boolean {
    if (transaction !== this.#transaction || root < 0) this.#levelBlocks.fill(-1) // blocks of old trees may have been used again
    this.#transaction = transaction
    this.#root = root
    return root >= 0 && root < 2 ** 48 // an empty tree has 2^64 - 1
  }

  #setRange({ first, count }: PageRange): void {
    writePageKey(this.#from, first)
    writePageKey(this.#to, first + count - 1)
  }

  #visit(block: number, depth: number): void {
    if (depth >= MAX_DEPTH) return
    const node = this.#readBlock(block, depth)
    if (node === null) return
    const count = node.getUint16(LOWER_AT, true) >>> 1
    const flags = node.getUint16(FLAGS_AT, true)
    if (HEADER_BYTES + 2 * count > LMDB_PAGE_BYTES) return
    if ((flags & IS_LEAF) !== 0) this.#visitLeaf(node, count)
    else if ((flags & IS_BRANCH) !== 0) this.#visitBranch(node, count, depth)
  }

  /** Child i holds keys from its own key (the first child: from the start) up to the next one's. */
  #visitBranch(node: DataView, count: number, depth: number): void {
    for (let i = lastNotAbove(node, count, this.#from); i < count; i++) {
      const at = nodeAt(node, i)
      if (at < 0 || (i > 0 && compareKey(node, at, this.#to) > 0)) return
      const child = node.getUint16(at, true) + node.getUint32(at + 2, true) * 2 ** 16
      this.#visit(child, depth + 1)
    }
  }

  #visitLeaf(node: DataView, count: number): void {
    for (let i = 0; i < count; i++) {
      const at = nodeAt(node, i)
      if (at < 0) return
      this.#takeNode(node, at)
    }
  }

  #takeNode(node: DataView, at: number): void {
    const keyBytes = node.getUint16(at + 6, true)
    const data = at + NODE_BYTES + keyBytes
    // pages and checksums may share a leaf, with each other and with records
    if (keyBytes !== PAGE_KEY_BYTES || data > LMDB_PAGE_BYTES || node.getUint8(at + NODE_BYTES) !== this.#to[0]) return
    const pageId = readPageKey(node, at + NODE_BYTES)
    const length = node.getUint16(at, true) + node.getUint16(at + 2, true) * 2 ** 16
    const isLarge = (node.getUint16(at + 4, true) & IS_LARGE) !== 0
    if (data + (isLarge ? LARGE_BYTES : length) > LMDB_PAGE_BYTES) return
    if (this.#areSums) {
      if (!isLarge && length <= BLOCKS_PER_PAGE * 4) this.#visitor.takeChecksums(pageId, node, data, length >>> 2)
    } else if (length > 0 && length <= PAGE_BYTES) {
      const block = isLarge ? number64(node, data) : 0
      if (block < 2 ** 32) this.#visitor.takePage(pageId, block, length) // places beyond 16 TiB are not kept
    }
  }

  #readBlock(block: number, depth: number): DataView | null {
    this.#levels[depth] ??= new DataView(new ArrayBuffer(LMDB_PAGE_BYTES))
    const node = this.#levels[depth]!
    if (this.#levelBlocks[depth] === block) return node
    this.#levelBlocks[depth] = -1
    const count = readSync(this.#descriptor, node, 0, LMDB_PAGE_BYTES, block * LMDB_PAGE_BYTES)
    if (count !== LMDB_PAGE_BYTES || number64(node, 0) !== block) return null
    this.#levelBlocks[depth] = block
    return node
  }
}

function isKnownFormat(metas: DataView, at: number): boolean {
  return (
    metas.getUint32(at + HEADER_BYTES, true) === MAGIC &&
    metas.getUint32(at + VERSION_AT, true) === DATA_VERSION &&
    metas.getUint32(at + BLOCK_SIZE_AT, true) === BLOCK_BYTES
  )
}

/** @returns the last child of a branch whose key is not above `key`; 0 if there is none. */
function lastNotAbove(node: DataView, count: number, key: Uint8Array): number {
  let low = 0
  let high = count
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    const at = nodeAt(node, middle)
    if (at >= 0 && compareKey(node, at, key) <= 0) low = middle
    else high = middle
  }
  return low
}

/** Compares the key of a node with another as LMDB does, byte by byte. */
function compareKey(node: DataView, at: number, key: Uint8Array): number {
  const length = Math.min(node.getUint16(at + 6, true), LMDB_PAGE_BYTES - at - NODE_BYTES)
  for (let k = 0; k < Math.min(length, key.length); k++) {
    const difference = node.getUint8(at + NODE_BYTES + k) - key[k]!
    if (difference !== 0) return difference
  }
  return length - key.length
}

function nodeAt(node: DataView, i: number): number {
  const at = node.getUint16(HEADER_BYTES + 2 * i, true) + HEADER_BYTES
  return at + NODE_BYTES <= LMDB_PAGE_BYTES ? at : -1
}

function number64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
}
