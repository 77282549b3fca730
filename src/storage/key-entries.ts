import type { OpenRelSpill, RelSpill } from './rel-spill.ts'

/** Entries of one range of page hashes. Parallel arrays of `count` elements. */
export interface KeyEntryRange {
  readonly count: number
  readonly pageHashes: Uint32Array
  readonly prints: Uint32Array
  readonly rows: Uint32Array
}

/** Entries per block in memory. */
const BLOCK = 1 << 14
/** Ranges of page hashes that spilled entries are spread over. */
export const SPILL_RANGES = 256
/** Entries of a range held in memory before they are written. */
const RANGE_BUFFER = 1024
const WORDS = 3

/**
 * Entries (page hash, print, row) of an index being built: in memory up to a limit, then spread over 256 ranges of page hashes in a temporary
 * file. Memory: 12 bytes an entry up to the limit, or 3 MiB.
 */
export class KeyEntries {
  readonly #limit: number
  readonly #openSpill: OpenRelSpill
  #blocks: Uint32Array[] = []
  #count = 0
  #spill: RelSpill | null = null
  readonly #buffers: Uint32Array[] = []
  readonly #fill = new Uint32Array(SPILL_RANGES)
  readonly #positions: number[][] = []

  /** @param memoryBytes what the entries in memory may take. */
  constructor(memoryBytes: number, openSpill: OpenRelSpill) {
    this.#limit = Math.max(BLOCK, Math.floor(memoryBytes / (4 * WORDS)))
    this.#openSpill = openSpill
  }

  get count(): number {
    return this.#count
  }

  /** Number of ranges that {@link range} gives. */
  get rangeCount(): number {
    return this.#spill === null ? 1 : SPILL_RANGES
  }

  add(pageHash: number, print: number, row: number): void {
    if (this.#spill !== null) {
      this.#addToRange(pageHash, print, row)
      this.#count++
      return
    }
    const within = this.#count % BLOCK
    if (within === 0) {
      if (this.#count >= this.#limit) {
        this.#startSpill()
        this.add(pageHash, print, row)
        return
      }
      this.#blocks.push(new Uint32Array(BLOCK * WORDS))
    }
    const block = this.#blocks[this.#blocks.length - 1]!
    block[within * WORDS] = pageHash
    block[within * WORDS + 1] = print
    block[within * WORDS + 2] = row
    this.#count++
  }

  /** @returns the entries whose page hash is in range `index` of {@link rangeCount} equal ranges. */
  range(index: number): KeyEntryRange {
    return this.#spill === null ? this.#all() : this.#readRange(this.#spill, index)
  }

  close(): void {
    this.#spill?.close()
    this.#spill = null
    this.#blocks = []
  }

  #all(): KeyEntryRange {
    const range = emptyRange(this.#count)
    let at = 0
    for (const block of this.#blocks) {
      const end = Math.min(at + BLOCK, this.#count)
      split(block, end - at, range, at)
      at = end
    }
    return range
  }

  #startSpill(): void {
    this.#spill = this.#openSpill()
    for (let k = 0; k < SPILL_RANGES; k++) {
      this.#buffers.push(new Uint32Array(RANGE_BUFFER * WORDS))
      this.#positions.push([])
    }
    const blocks = this.#blocks
    this.#blocks = []
    for (const block of blocks) {
      for (let at = 0; at < block.length; at += WORDS) this.#addToRange(block[at]!, block[at + 1]!, block[at + 2]!)
    }
  }

  #addToRange(pageHash: number, print: number, row: number): void {
    const range = pageHash >>> 24
    const buffer = this.#buffers[range]!
    const at = this.#fill[range]! * WORDS
    buffer[at] = pageHash
    buffer[at + 1] = print
    buffer[at + 2] = row
    if (++this.#fill[range]! < RANGE_BUFFER) return
    this.#positions[range]!.push(this.#spill!.append(new Uint8Array(buffer.buffer)))
    this.#fill[range] = 0
  }

  #readRange(spill: RelSpill, index: number): KeyEntryRange {
    const positions = this.#positions[index]!
    const rest = this.#fill[index]!
    const range = emptyRange(positions.length * RANGE_BUFFER + rest)
    const block = new Uint32Array(RANGE_BUFFER * WORDS)
    for (const [k, position] of positions.entries()) {
      spill.read(position, new Uint8Array(block.buffer))
      split(block, RANGE_BUFFER, range, k * RANGE_BUFFER)
    }
    split(this.#buffers[index]!, rest, range, positions.length * RANGE_BUFFER)
    return range
  }
}

function emptyRange(count: number): KeyEntryRange {
  const make = (): Uint32Array => new Uint32Array(count)
  return { count, pageHashes: make(), prints: make(), rows: make() }
}

function split(block: Uint32Array, count: number, range: KeyEntryRange, at: number): void {
  for (let k = 0; k < count; k++) {
    range.pageHashes[at + k] = block[k * WORDS]!
    range.prints[at + k] = block[k * WORDS + 1]!
    range.rows[at + k] = block[k * WORDS + 2]!
  }
}
