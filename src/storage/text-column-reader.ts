import type { ChunkDescriptor, ColumnBase } from './column-base.ts'
import type { ColumnOverlay } from './column-overlay.ts'
import { type ChunkReader, ColumnReaderBase } from './column-reader-base.ts'
import { ByteRun } from './encoding/byte-run.ts'
import { IntRun } from './encoding/int-run.ts'
import type { RunReader } from './encoding/run-reader.ts'
import { encodeUtf8 } from './encoding/utf8.ts'
import { ValidityRun } from './encoding/validity-run.ts'
import type { ChunkPages, PageOwner } from './page-pins.ts'
import { CHUNK_SHIFT, type RangePredicate } from './read-view.ts'
import type { ReaderContext } from './reader-context.ts'
import { passes } from './zone-map.ts'

/** Dictionaries of at most this many entries are kept as strings without asking for memory. */
const SMALL_DICTIONARY = 1024

/** One chunk of text in the form it is read in. Positions count from the chunk's first row. */
interface TextChunk extends ChunkReader {
  readonly text: TextSource
  readonly validity: ValidityRun | null
}

/** How one encoding gives texts of rows that are not NULL, and tests them. */
interface TextSource {
  text(i: number): string
  /** Puts positions [start, end) to the test; gives rows (`i + first`) as scanChunk does. */
  scan(test: TextTest, start: number, end: number, first: number, selection: Uint32Array, kept: number): number
  passes(test: TextTest, i: number): boolean
}

/** Reads columns of STRING and JSON. */
export class TextColumnReader extends ColumnReaderBase {
  constructor(base: ColumnBase, overlay: ColumnOverlay | null, context: ReaderContext, owner: PageOwner) {
    super(base, overlay, context, owner)
  }

  get safeNumber(): boolean {
    return false
  }

  override string(row: number): string {
    if (this.overlay !== null && this.isDirty(row >>> CHUNK_SHIFT)) {
      const changed = this.overlay.get(row)
      if (changed !== undefined) return changed as string
    }
    const chunk = row >>> this.base.chunkShift
    return (this.chunk(chunk) as TextChunk).text.text(row - this.chunkStart(chunk))
  }

  number(): number {
    throw new TypeError('text is no number')
  }

  numbers(): never {
    throw new TypeError('text is no number')
  }

  copyRows(): never {
    throw new TypeError('not a column of arrays')
  }

  copyElements(): never {
    throw new TypeError('not a column of arrays')
  }

  protected override openChunk(descriptor: ChunkDescriptor, pages: ChunkPages, values: RunReader): TextChunk {
    const { run } = descriptor
    const validity = run.validityAt < 0 ? null : new ValidityRun(pages, run.validityAt)
    return { descriptor, pages, values, validity, text: this.#openText(descriptor, pages, values) } as TextChunk
  }

  #openText({ run }: ChunkDescriptor, pages: ChunkPages, values: RunReader): TextSource {
    const { encoding } = run
    if (encoding.kind === 'dictionary') {
      const bytes = new ByteRun(pages, encoding.at)
      const offsets = new IntRun(encoding.offsets, pages)
      const small = encoding.entryCount <= SMALL_DICTIONARY
      // 2 bytes a character at worst, and an object around each
      const keep = small || this.context.tryReserve(2 * encoding.byteCount + 32 * encoding.entryCount)
      return new DictionaryText(new IntRun(encoding.codes, pages), offsets, bytes, encoding.entryCount, keep)
    }
    if (encoding.kind === 'bytes') {
      return new PlainText(new IntRun(encoding.offsets, pages), new ByteRun(pages, encoding.at))
    }
    return new ConstantText(values.value(0) as string)
  }

  protected override scanChunk(
    index: number,
    predicate: RangePredicate,
    start: number,
    end: number,
    selection: Uint32Array,
    kept: number,
  ): number {
    const chunk = this.chunk(index) as TextChunk
    const first = this.chunkStart(index)
    const test = new TextTest(predicate, this)
    const stop = chunk.text.scan(test, start - first, end - first, first, selection, kept)
    return chunk.validity === null ? stop : chunk.validity.keepValid(selection, kept, stop, first)
  }

  protected override scanSelected(
    index: number,
    predicate: RangePredicate,
    selection: Uint32Array,
    from: number,
    to: number,
    kept: number,
  ): number {
    const chunk = this.chunk(index) as TextChunk
    const first = this.chunkStart(index)
    const test = new TextTest(predicate, this)
    const before = kept
    for (let k = from; k < to; k++) {
      const row = selection[k]!
      selection[kept] = row
      kept += chunk.text.passes(test, row - first) ? 1 : 0
    }
    return chunk.validity === null ? kept : chunk.validity.keepValid(selection, before, kept, first)
  }

  protected override rowChanged(): void {}

  /** Whether a text of the column passes; for entries of dictionaries. */
  textPasses(text: string, predicate: RangePredicate): boolean {
    return passes(text, predicate, this.order)
  }
}

/** A predicate on text with its bounds as bytes, so that stored bytes are compared without being decoded. */
class TextTest {
  readonly predicate: RangePredicate
  readonly #reader: TextColumnReader
  readonly #min: Uint8Array | null
  readonly #max: Uint8Array | null
  readonly #equality: boolean

  constructor(predicate: RangePredicate, reader: TextColumnReader) {
    this.predicate = predicate
    this.#reader = reader
    this.#min = predicate.min === null ? null : encodeUtf8(predicate.min as string)
    this.#max = predicate.max === null ? null : encodeUtf8(predicate.max as string)
    this.#equality =
      predicate.min !== null && predicate.min === predicate.max && predicate.minInclusive && predicate.maxInclusive
  }

  text(text: string): boolean {
    return this.#reader.textPasses(text, this.predicate)
  }

  bytes(run: ByteRun, from: number, to: number): boolean {
    const { predicate } = this
    if (this.#equality) return run.equals(from, to, this.#min!) !== predicate.negate
    return this.#inside(run, from, to) !== predicate.negate
  }

  #inside(run: ByteRun, from: number, to: number): boolean {
    const { predicate } = this
    if (this.#min !== null) {
      const order = run.compare(from, to, this.#min)
      if (order < 0 || (order === 0 && !predicate.minInclusive)) return false
    }
    if (this.#max === null) return true
    const order = run.compare(from, to, this.#max)
    return order < 0 || (order === 0 && predicate.maxInclusive)
  }
}

/** Codes into distinct texts. Each is decoded once if there is memory to keep them. */
class DictionaryText implements TextSource {
  readonly #codes: IntRun
  readonly #offsets: IntRun
  readonly #bytes: ByteRun
  readonly #entryCount: number
  readonly #entries: (string | undefined)[] | null
  /** Which entries pass the predicate that was asked for last. */
  #matching: { predicate: RangePredicate; entries: Uint8Array; count: number } | null = null

  constructor(codes: IntRun, offsets: IntRun, bytes: ByteRun, entryCount: number, keep: boolean) {
    this.#codes = codes
    this.#offsets = offsets
    this.#bytes = bytes
    this.#entryCount = entryCount
    this.#entries = keep ? new Array(entryCount).fill(undefined) : null
  }

  text(i: number): string {
    const code = this.#codes.at(i)
    const held = this.#entries === null ? undefined : this.#entries[code]
    return held ?? this.#decode(code)
  }

  #decode(code: number): string {
    const text = this.#bytes.text(this.#offsets.at(code), this.#offsets.at(code + 1))
    if (this.#entries !== null) this.#entries[code] = text
    return text
  }

  passes(test: TextTest, i: number): boolean {
    return this.#match(test).entries[this.#codes.at(i)] === 1
  }

  scan(test: TextTest, start: number, end: number, first: number, selection: Uint32Array, kept: number): number {
    const { entries, count } = this.#match(test)
    if (count === 0) return kept
    if (count === 1 && this.#codes.kind === 'packed') {
      // one entry passes, as for equality: compare packed codes
      const low = entries.indexOf(1) - this.#codes.base
      return low < 0 ? kept : this.#codes.scanCodes({ low, span: 0, flip: 0 }, start, end, first, selection, kept)
    }
    const codes = new Float64Array(end - start)
    this.#codes.decode(start, end, codes, 0)
    for (let k = 0; k < codes.length; k++) {
      selection[kept] = first + start + k
      kept += entries[codes[k]!]!
    }
    return kept
  }

  #match(test: TextTest): { entries: Uint8Array; count: number } {
    const { predicate } = test
    if (this.#matching !== null && this.#matching.predicate === predicate) return this.#matching
    const entries = new Uint8Array(this.#entryCount)
    let count = 0
    for (let code = 0; code < entries.length; code++) {
      if (!test.bytes(this.#bytes, this.#offsets.at(code), this.#offsets.at(code + 1))) continue
      entries[code] = 1
      count++
    }
    this.#matching = { predicate, entries, count }
    return this.#matching
  }
}

/** Bytes of each row one after the other. */
class PlainText implements TextSource {
  readonly #offsets: IntRun
  readonly #bytes: ByteRun

  constructor(offsets: IntRun, bytes: ByteRun) {
    this.#offsets = offsets
    this.#bytes = bytes
  }

  text(i: number): string {
    return this.#bytes.text(this.#offsets.at(i), this.#offsets.at(i + 1))
  }

  passes(test: TextTest, i: number): boolean {
    return test.bytes(this.#bytes, this.#offsets.at(i), this.#offsets.at(i + 1))
  }

  scan(test: TextTest, start: number, end: number, first: number, selection: Uint32Array, kept: number): number {
    const offsets = new Float64Array(end - start + 1)
    this.#offsets.decode(start, end + 1, offsets, 0)
    for (let k = 0; k < end - start; k++) {
      selection[kept] = first + start + k
      kept += test.bytes(this.#bytes, offsets[k]!, offsets[k + 1]!) ? 1 : 0
    }
    return kept
  }
}

/** The same text in every row. */
class ConstantText implements TextSource {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  text(): string {
    return this.#text
  }

  passes(test: TextTest): boolean {
    return test.text(this.#text)
  }

  scan(test: TextTest, start: number, end: number, first: number, selection: Uint32Array, kept: number): number {
    if (!test.text(this.#text)) return kept
    for (let i = start; i < end; i++) selection[kept++] = first + i
    return kept
  }
}
