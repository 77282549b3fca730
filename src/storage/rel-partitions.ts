import type { OpenRelSpill, RelSpill } from './rel-spill.ts'

/** Records of one partition, in the order in which they were appended. */
export interface RelRecords {
  readonly count: number
  /** Calls `visit` with runs of records: words [from, to), valid during the call. */
  forEach(visit: (words: Uint32Array, from: number, to: number) => void): void
}

/** Where a full block of a partition is: in the arena (block >= 0) or in the spill file. */
interface FullBlock {
  block: number
  position: number
}

const MAX_BLOCK_BYTES = 64 << 10
const MIN_BLOCK_RECORDS = 16

/**
 * Spreads small records of u32 words over partitions within a fixed amount of memory: one arena cut into blocks; when none is free, all full
 * blocks go to a temporary file. Cost of append: about 3 ns, plus one sequential write of what does not fit.
 */
export class RelPartitions {
  readonly #recordWords: number
  readonly #blockWords: number
  readonly #words: Uint32Array
  readonly #free: number[] = []
  /** Per partition: where the next record goes, the end of its block, its start. */
  readonly #cursors: Int32Array
  readonly #limits: Int32Array
  readonly #starts: Int32Array
  readonly #full: FullBlock[][]
  readonly #openSpill: OpenRelSpill
  #spill: RelSpill | null = null

  /**
   * @param recordWords words of a record, 2 or 3.
   * @param arenaBytes memory to use; the arena is touched only as far as it is filled.
   */
  constructor(partitions: number, recordWords: 2 | 3, arenaBytes: number, openSpill: OpenRelSpill) {
    this.#recordWords = recordWords
    this.#openSpill = openSpill
    const arenaWords = Math.floor(arenaBytes / 4)
    const wanted = Math.floor(arenaWords / (4 * partitions * recordWords))
    const records = Math.max(MIN_BLOCK_RECORDS, Math.min(wanted, Math.floor(MAX_BLOCK_BYTES / 4 / recordWords)))
    this.#blockWords = records * recordWords
    const blocks = Math.max(Math.floor(arenaWords / this.#blockWords), partitions + 1)
    this.#words = new Uint32Array(blocks * this.#blockWords)
    for (let block = blocks - 1; block >= 0; block--) this.#free.push(block)
    this.#cursors = new Int32Array(partitions)
    this.#limits = new Int32Array(partitions)
    this.#starts = new Int32Array(partitions)
    this.#full = Array.from({ length: partitions }, () => [])
  }

  get partitionCount(): number {
    return this.#cursors.length
  }

  /** @param third is stored when records have three words. */
  append(partition: number, first: number, second: number, third: number): void {
    let at = this.#cursors[partition]!
    if (at === this.#limits[partition]!) at = this.#nextBlock(partition)
    const words = this.#words
    words[at] = first
    words[at + 1] = second
    if (this.#recordWords === 3) words[at + 2] = third
    this.#cursors[partition] = at + this.#recordWords
  }

  /** Appends `count` records of two words to the partitions of the node groups (`node >>> shift`) of their first words. */
  appendPairs(shift: number, firsts: Uint32Array, seconds: Uint32Array, count: number): void {
    const words = this.#words
    const cursors = this.#cursors
    const limits = this.#limits
    for (let i = 0; i < count; i++) {
      const first = firsts[i]!
      const partition = first >>> shift
      let at = cursors[partition]!
      if (at === limits[partition]!) at = this.#nextBlock(partition)
      words[at] = first
      words[at + 1] = seconds[i]!
      cursors[partition] = at + 2
    }
  }

  /** The same for records of three words, the third of which counts up from `third`. */
  appendTriples(shift: number, firsts: Uint32Array, seconds: Uint32Array, third: number): void {
    const words = this.#words
    const cursors = this.#cursors
    const limits = this.#limits
    for (let i = 0; i < firsts.length; i++) {
      const first = firsts[i]!
      const partition = first >>> shift
      let at = cursors[partition]!
      if (at === limits[partition]!) at = this.#nextBlock(partition)
      words[at] = first
      words[at + 1] = seconds[i]!
      words[at + 2] = third + i
      cursors[partition] = at + 3
    }
  }

  /** @returns the records of a partition; readable as often as needed until the next append or {@link release}. */
  records(partition: number): RelRecords {
    const full = this.#full[partition]!
    const tail = this.#cursors[partition]! - this.#starts[partition]!
    return {
      count: (full.length * this.#blockWords + tail) / this.#recordWords,
      forEach: (visit) => this.#forEach(partition, visit),
    }
  }

  /** Gives the memory of a partition to those still being filled. */
  release(partition: number): void {
    for (const { block } of this.#full[partition]!) if (block >= 0) this.#free.push(block)
    this.#full[partition] = []
    this.#cursors[partition] = 0
    this.#limits[partition] = 0
    this.#starts[partition] = 0
  }

  /** Deletes the temporary file. */
  close(): void {
    this.#spill?.close()
    this.#spill = null
  }

  #forEach(partition: number, visit: (words: Uint32Array, from: number, to: number) => void): void {
    const buffer = new Uint32Array(this.#blockWords)
    for (const { block, position } of this.#full[partition]!) {
      if (block >= 0) visit(this.#words, block * this.#blockWords, (block + 1) * this.#blockWords)
      else {
        this.#spill!.read(position, new Uint8Array(buffer.buffer))
        visit(buffer, 0, this.#blockWords)
      }
    }
    const from = this.#starts[partition]!
    const to = this.#cursors[partition]!
    if (to > from) visit(this.#words, from, to)
  }

  #nextBlock(partition: number): number {
    if (this.#limits[partition]! > 0) {
      this.#full[partition]!.push({ block: this.#starts[partition]! / this.#blockWords, position: 0 })
    }
    if (this.#free.length === 0) this.#spillFull()
    const start = this.#free.pop()! * this.#blockWords
    this.#starts[partition] = start
    this.#limits[partition] = start + this.#blockWords
    return start
  }

  #spillFull(): void {
    this.#spill ??= this.#openSpill()
    for (const blocks of this.#full) {
      for (const entry of blocks) {
        if (entry.block < 0) continue
        const from = entry.block * this.#blockWords * 4
        entry.position = this.#spill.append(new Uint8Array(this.#words.buffer, from, this.#blockWords * 4))
        this.#free.push(entry.block)
        entry.block = -1
      }
    }
  }
}
