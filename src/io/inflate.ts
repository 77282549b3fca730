import type { ByteSource } from './byte-source.ts'

const WINDOW = 1 << 15
const MAX_MATCH = 258
/** Output kept before it is handed out: the window that matches may refer to, and room to go on writing. */
const BUFFER = 4 * WINDOW
const MAX_BITS = 15

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
]
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** Thrown inside this file's callers as an IO error; the text says what is wrong with the compressed data. */
export class InflateError extends Error {}

/**
 * Table of a canonical Huffman code: entry of the next 15 bits (reversed, as they come) is `symbol << 4 | length`.
 * Cost: 32,768 entries, filled once per block.
 */
function huffmanTable(lengths: Uint8Array, count: number): Uint16Array {
  const table = new Uint16Array(1 << MAX_BITS)
  const counts = new Uint16Array(MAX_BITS + 1)
  for (let i = 0; i < count; i++) counts[lengths[i]!]!++
  counts[0] = 0
  let code = 0
  const next = new Uint16Array(MAX_BITS + 1)
  for (let length = 1; length <= MAX_BITS; length++) {
    code = (code + counts[length - 1]!) << 1
    if (code + counts[length]! > 1 << length) throw new InflateError('over-full Huffman code')
    next[length] = code
  }
  for (let symbol = 0; symbol < count; symbol++) {
    const length = lengths[symbol]!
    if (length === 0) continue
    const reversed = reverseBits(next[length]!++, length)
    for (let i = reversed; i < table.length; i += 1 << length) table[i] = (symbol << 4) | length
  }
  return table
}

function reverseBits(value: number, length: number): number {
  let result = 0
  for (let i = 0; i < length; i++) result |= ((value >> i) & 1) << (length - 1 - i)
  return result
}

let fixedTables: { literals: Uint16Array; distances: Uint16Array } | undefined

function fixed(): { literals: Uint16Array; distances: Uint16Array } {
  if (fixedTables === undefined) {
    const lengths = new Uint8Array(288)
    lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280)
    fixedTables = { literals: huffmanTable(lengths, 288), distances: huffmanTable(new Uint8Array(30).fill(5), 30) }
  }
  return fixedTables
}

type State = 'header' | 'stored' | 'codes' | 'done'

/**
 * Decompresses a DEFLATE stream piece by piece and synchronously, which node:zlib cannot do with bounded memory (its one-shot functions
 * want the whole result, its streams an event loop, and a COPY worker has neither). About 100 MB/s; 128 KiB of output is kept.
 * Source: RFC 1951.
 */
export class Inflater {
  readonly #source: ByteSource
  readonly #input = new Uint8Array(1 << 16)
  #inputAt = 0
  #inputEnd = 0
  #bits = 0
  #bitCount = 0
  readonly #output = new Uint8Array(BUFFER)
  /** output[readAt, writeAt) is ready to be handed out; what lies before it serves as the window. */
  #readAt = 0
  #writeAt = 0
  #state: State = 'header'
  #last = false
  #storedLeft = 0
  #literals: Uint16Array = new Uint16Array(0)
  #distances: Uint16Array = new Uint16Array(0)

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** Prepares for another stream that follows in the same source. */
  restart(): void {
    this.#state = 'header'
    this.#last = false
    this.#readAt = this.#writeAt = 0
  }

  /** @returns the next byte of the source outside of a DEFLATE stream, or -1 at its end. */
  rawByte(): number {
    return this.#bitCount >= 8 ? this.#take(8) : this.#nextByte()
  }

  /**
   * @returns the number of bytes written to `target[offset…]`, at most `length`; 0 when the stream has ended.
   * @throws {InflateError} if the data is not a DEFLATE stream or ends too early.
   */
  read(target: Uint8Array, offset: number, length: number): number {
    while (this.#readAt === this.#writeAt && this.#state !== 'done') this.#fill()
    const count = Math.min(length, this.#writeAt - this.#readAt)
    target.set(this.#output.subarray(this.#readAt, this.#readAt + count), offset)
    this.#readAt += count
    return count
  }

  /** Decompresses until the buffer is full or the stream ends; everything decompressed before has been handed out. */
  #fill(): void {
    if (this.#writeAt > WINDOW) {
      this.#output.copyWithin(0, this.#writeAt - WINDOW, this.#writeAt)
      this.#readAt = this.#writeAt = WINDOW
    }
    while (this.#writeAt < BUFFER - MAX_MATCH && this.#state !== 'done') {
      if (this.#state === 'header') this.#blockHeader()
      else if (this.#state === 'stored') this.#stored()
      else this.#codes()
    }
  }

  #blockHeader(): void {
    if (this.#last) {
      this.#take(this.#bitCount & 7) // what follows the stream begins at a byte
      this.#state = 'done'
      return
    }
    this.#last = this.#take(1) === 1
    const kind = this.#take(2)
    if (kind === 3) throw new InflateError('unknown block type')
    if (kind === 0) {
      this.#take(this.#bitCount & 7)
      this.#storedLeft = this.#take(16)
      if ((this.#take(16) ^ 0xffff) !== this.#storedLeft) throw new InflateError('stored block with a wrong length')
      this.#state = 'stored'
      return
    }
    const tables = kind === 1 ? fixed() : this.#dynamicTables()
    this.#literals = tables.literals
    this.#distances = tables.distances
    this.#state = 'codes'
  }

  #stored(): void {
    while (this.#storedLeft > 0 && this.#writeAt < BUFFER - MAX_MATCH) {
      this.#output[this.#writeAt++] = this.#take(8)
      this.#storedLeft--
    }
    if (this.#storedLeft === 0) this.#state = 'header'
  }

  #dynamicTables(): { literals: Uint16Array; distances: Uint16Array } {
    const literalCount = this.#take(5) + 257
    const distanceCount = this.#take(5) + 1
    const lengthCount = this.#take(4) + 4
    const lengths = new Uint8Array(320)
    for (let i = 0; i < lengthCount; i++) lengths[CODE_LENGTH_ORDER[i]!] = this.#take(3)
    const table = huffmanTable(lengths, 19)
    lengths.fill(0)
    for (let i = 0; i < literalCount + distanceCount; ) {
      const symbol = this.#symbol(table)
      if (symbol < 16) {
        lengths[i++] = symbol
        continue
      }
      if (symbol === 16 && i === 0) throw new InflateError('repeat code without a length before it')
      const value = symbol === 16 ? lengths[i - 1]! : 0
      const repeat = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7)
      if (i + repeat > literalCount + distanceCount) throw new InflateError('too many code lengths')
      lengths.fill(value, i, i + repeat)
      i += repeat
    }
    const distances = huffmanTable(lengths.subarray(literalCount), distanceCount)
    return { literals: huffmanTable(lengths, literalCount), distances }
  }

  #codes(): void {
    const output = this.#output
    while (this.#writeAt < BUFFER - MAX_MATCH) {
      const symbol = this.#symbol(this.#literals)
      if (symbol < 256) {
        output[this.#writeAt++] = symbol
        continue
      }
      if (symbol === 256) {
        this.#state = 'header'
        return
      }
      if (symbol > 285) throw new InflateError('unknown length code')
      const length = LENGTH_BASE[symbol - 257]! + this.#take(LENGTH_EXTRA[symbol - 257]!)
      const code = this.#symbol(this.#distances)
      if (code > 29) throw new InflateError('unknown distance code')
      const distance = DISTANCE_BASE[code]! + this.#take(code < 4 ? 0 : (code >> 1) - 1)
      if (distance > this.#writeAt) throw new InflateError('distance beyond the start')
      let to = this.#writeAt
      for (let from = to - distance, end = to + length; to < end; ) output[to++] = output[from++]!
      this.#writeAt = to
    }
  }

  #symbol(table: Uint16Array): number {
    // At the end of the file fewer than 15 bits may be left, which is fine as long as the code itself is there.
    while (this.#bitCount < MAX_BITS && this.#moreBits());
    const entry = table[this.#bits & 0x7fff]!
    const length = entry & 15
    if (length === 0) throw new InflateError('unknown Huffman code')
    if (length > this.#bitCount) throw new InflateError('unexpected end of file')
    this.#bits >>>= length
    this.#bitCount -= length
    return entry >> 4
  }

  #take(count: number): number {
    while (this.#bitCount < count) {
      if (!this.#moreBits()) throw new InflateError('unexpected end of file')
    }
    const value = this.#bits & ((1 << count) - 1)
    this.#bits >>>= count
    this.#bitCount -= count
    return value
  }

  #moreBits(): boolean {
    const byte = this.#nextByte()
    if (byte < 0) return false
    this.#bits |= byte << this.#bitCount
    this.#bitCount += 8
    return true
  }

  #nextByte(): number {
    if (this.#inputAt === this.#inputEnd) {
      this.#inputAt = 0
      this.#inputEnd = this.#source.read(this.#input, 0, this.#input.length)
      if (this.#inputEnd === 0) return -1
    }
    return this.#input[this.#inputAt++]!
  }
}
