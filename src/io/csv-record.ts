/** The characters that structure a CSV file, as bytes; -1 where there is none. */
export interface CsvDialect {
  readonly delimiter: number
  readonly quote: number
  readonly escape: number
}

const LF = 10
const CR = 13

/** What {@link RecordSplitter.split} found. */
export type SplitResult = 'record' | 'need-more' | 'error'

/**
 * Splits one record into its fields: quotes, escapes, any mix of line ends, newlines inside quotes. The fields are ranges of the
 * given bytes, valid until the next call. One object serves a whole file; nothing is allocated per record.
 */
export class RecordSplitter {
  readonly #dialect: CsvDialect
  /** Number of fields. */
  count = 0
  /** Field i is bytes[starts[i], ends[i]), without its quotes. */
  starts = new Int32Array(64)
  ends = new Int32Array(64)
  /** Where the text of field i ends in the file, closing quote included. */
  rawEnds = new Int32Array(64)
  /** Field i was quoted (1) and contains escape characters that must be taken out (2). */
  flags = new Uint8Array(64)
  /** Start of the next record. */
  next = 0
  /** Line ends that the record contains, its own included (the last record of a file may have none). */
  lines = 0
  /** Why the record cannot be split, and up to where it was looked at. */
  error = ''
  errorEnd = 0

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect
  }

  /**
   * Splits the record that starts at `start`.
   * @param atEnd whether `end` is the end of the file; if not, a record that touches it is reported as 'need-more'.
   */
  split(bytes: Uint8Array, start: number, end: number, atEnd: boolean): SplitResult {
    const { delimiter, quote } = this.#dialect
    this.count = 0
    this.lines = 0
    let at = start
    for (;;) {
      const quoted = at < end && bytes[at] === quote
      const fieldStart = quoted ? at + 1 : at
      let flags = 0
      if (quoted) {
        const closing = this.#closingQuote(bytes, fieldStart, end, atEnd)
        if (closing < 0) return closing === NEED_MORE ? 'need-more' : 'error'
        at = closing + 1
        flags = this.#sawEscape ? 3 : 1
      } else {
        while (at < end && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR) at++
      }
      if (at >= end && !atEnd) return 'need-more'
      this.#addField(fieldStart, quoted ? at - 1 : at, at, flags)
      if (at >= end) return this.#finish(end, 0)
      const byte = bytes[at]!
      if (byte === LF) return this.#finish(at + 1, 1)
      if (byte === CR) {
        if (at + 1 >= end && !atEnd) return 'need-more'
        return this.#finish(at + 1 < end && bytes[at + 1] === LF ? at + 2 : at + 1, 1)
      }
      at++ // past the delimiter
    }
  }

  #sawEscape = false

  /** @returns position of the quote that ends the field, or NEED_MORE or FAILED. What follows it has been checked. */
  #closingQuote(bytes: Uint8Array, start: number, end: number, atEnd: boolean): number {
    const { delimiter, quote, escape: escaper } = this.#dialect
    this.#sawEscape = false
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!
      if (byte === quote) {
        if (at + 1 >= end) return atEnd ? at : NEED_MORE
        const after = bytes[at + 1]!
        if (after === quote && (escaper === quote || escaper < 0)) {
          this.#sawEscape = true
          at++
        } else if (after === delimiter || after === LF || after === CR) {
          return at
        } else {
          return this.#fail(
            'quote should be followed by end of file, end of value, end of row or another quote.',
            at + 1,
          )
        }
      } else if (byte === escaper) {
        if (at + 1 >= end) return atEnd ? this.#fail('escape at end of file.', end) : NEED_MORE
        const after = bytes[at + 1]!
        if (after !== quote && after !== escaper) {
          return this.#fail('neither QUOTE nor ESCAPE is proceeded by ESCAPE.', at + 2)
        }
        this.#sawEscape = true
        at++
      } else if (byte === LF) {
        this.lines++
      } else if (byte === CR && bytes[at + 1] !== LF) {
        this.lines++
      }
    }
    return atEnd ? this.#fail('unterminated quotes.', end) : NEED_MORE
  }

  #fail(reason: string, end: number): number {
    this.error = reason
    this.errorEnd = end
    return FAILED
  }

  #finish(next: number, lineEnds: number): SplitResult {
    this.next = next
    this.lines += lineEnds
    return 'record'
  }

  #addField(start: number, end: number, rawEnd: number, flags: number): void {
    if (this.count === this.starts.length) this.#grow()
    this.starts[this.count] = start
    this.ends[this.count] = end
    this.rawEnds[this.count] = rawEnd
    this.flags[this.count] = flags
    this.count++
  }

  #grow(): void {
    const size = this.starts.length * 2
    const larger = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(size)
      array.set(old)
      return array
    }
    this.starts = larger(this.starts)
    this.ends = larger(this.ends)
    this.rawEnds = larger(this.rawEnds)
    const flags = new Uint8Array(size)
    flags.set(this.flags)
    this.flags = flags
  }
}

const NEED_MORE = -1
const FAILED = -2

/** Bit of {@link RecordSplitter.flags}: the field contains escape characters. */
export const HAS_ESCAPES = 2

/**
 * Copies a field without its escape characters to `target[at…]`.
 * @returns the number of bytes written. Cost: one pass over the field.
 */
export function unescapeField(
  bytes: Uint8Array,
  start: number,
  end: number,
  dialect: CsvDialect,
  target: Uint8Array,
  at: number,
): number {
  const escaper = dialect.escape < 0 ? dialect.quote : dialect.escape
  let to = at
  for (let from = start; from < end; from++) {
    if (bytes[from] === escaper && from + 1 < end) from++
    target[to++] = bytes[from]!
  }
  return to - at
}
