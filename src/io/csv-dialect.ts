import type { CsvOptions } from './csv-options.ts'
import { type CsvDialect, HAS_ESCAPES, RecordSplitter } from './csv-record.ts'

const DELIMITERS = [',', ';', '\t', '|']
const QUOTES = ['"', "'"]
const ESCAPES = ['"', '\\', "'"]
/** A record of the sample that runs on for longer than this has a quote that closes nowhere near. */
const LONG_RECORD = 64 * 1024

/** First bytes of a file, as far as they were read. */
export interface CsvSample {
  readonly bytes: Uint8Array
  readonly at: number
  readonly end: number
  readonly atEnd: boolean
}

/** How well a dialect explains a sample. */
interface Candidate {
  readonly dialect: CsvDialect
  /** Most fields that a record has. */
  readonly columns: number
  /** Records with as many; with the number of columns asked for. */
  readonly consistent: number
  readonly matching: number
  readonly quoted: boolean
  readonly escaped: boolean
}

/**
 * Finds out delimiter, quote and escape from the first records, as far as the options leave them open. Each combination is tried;
 * those under which a record cannot be split are out. Of the others the one under which the most records have equally many fields (or
 * as many as `expectedColumns`) is taken, the comma first; on a tie one whose quotes and escapes occur, then the rarer delimiter. Quote and escape that
 * do not occur in the sample are `"`, so that a quote further down the file is still one.
 */
export function detectDialect(sample: CsvSample, options: CsvOptions, expectedColumns: number | undefined): CsvDialect {
  let best: Candidate | undefined
  if (options.autoDetect) {
    // Unbraced lists have semicolons between their elements.
    const delimiters = options.listUnbraced ? DELIMITERS.filter((delimiter) => delimiter !== ';') : DELIMITERS
    for (const delimiter of choices(options.delimiter, delimiters)) {
      for (const quote of choices(options.quote, QUOTES)) {
        for (const escaper of choices(options.escape, ESCAPES)) {
          const dialect = { delimiter: code(delimiter), quote: code(quote), escape: code(escaper) }
          const candidate = tryDialect(sample, dialect, Math.max(1, options.sampleSize), expectedColumns)
          if (candidate !== undefined && isBetter(candidate, best, expectedColumns !== undefined)) best = candidate
        }
      }
    }
  }
  const multiple = best !== undefined && best.columns > 1
  const quote = best?.quoted ? best.dialect.quote : code(options.quote ?? '"')
  const given = options.escape === undefined ? quote : code(options.escape)
  return {
    delimiter: multiple ? best!.dialect.delimiter : code(options.delimiter ?? ','),
    quote,
    escape: best?.escaped ? best.dialect.escape : given,
  }
}

function choices(given: string | undefined, all: readonly string[]): readonly string[] {
  return given === undefined ? all : [given]
}

function code(character: string): number {
  return character.charCodeAt(0)
}

function tryDialect(
  sample: CsvSample,
  dialect: CsvDialect,
  rowLimit: number,
  expectedColumns: number | undefined,
): Candidate | undefined {
  const splitter = new RecordSplitter(dialect)
  const counts: number[] = []
  let quoted = false
  let escaped = false
  let at = sample.at
  while (at < sample.end && counts.length < rowLimit) {
    const found = splitter.split(sample.bytes, at, sample.end, sample.atEnd)
    if (found === 'need-more' && (sample.end - at < LONG_RECORD || counts.length === 0)) break
    if (found !== 'record') return undefined
    at = splitter.next
    const { count, starts, ends, flags } = splitter
    if (count === 1 && starts[0] === ends[0]) continue // a blank line says nothing
    for (let i = 0; i < count; i++) {
      quoted ||= flags[i] !== 0
      escaped ||= (flags[i]! & HAS_ESCAPES) !== 0
    }
    const trailing = count > 1 && count - 1 === expectedColumns && starts[count - 1] === ends[count - 1]
    counts.push(trailing ? count - 1 : count)
  }
  const columns = counts.reduce((most, count) => Math.max(most, count), 0)
  const consistent = counts.filter((count) => count === columns).length
  const matching = counts.filter((count) => count === expectedColumns).length
  return { dialect, columns, consistent, matching, quoted, escaped }
}

function isBetter(candidate: Candidate, best: Candidate | undefined, countKnown: boolean): boolean {
  if (best === undefined) return true
  if (candidate.matching !== best.matching) return candidate.matching > best.matching
  // A delimiter that does not occur explains every record as one field: another one has to explain as many.
  if (candidate.columns < 2) return false
  if (candidate.consistent !== best.consistent) return candidate.consistent > best.consistent
  if (candidate.quoted !== best.quoted) return candidate.quoted
  if (candidate.escaped !== best.escaped) return candidate.escaped
  return !countKnown && candidate.dialect.delimiter !== best.dialect.delimiter
}
