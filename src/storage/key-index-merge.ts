import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { KeyIndexBase, KeyIndexPart } from './column-base.ts'
import { NO_ROW } from './key-index.ts'
import { type CheckDuplicate, KeyIndexBuilder } from './key-index-builder.ts'
import { ChunkPages } from './page-pins.ts'
import type { PageSink } from './page-sink.ts'
import type { PageRange } from './page-store.ts'
import type { ReaderContext } from './reader-context.ts'
import type { OpenRelSpill } from './rel-spill.ts'

/** An index has at most this many parts: each costs a look-up one page, or for a sequence a division. */
const MAX_PARTS = 12
/** As long as only sequences are added it may have this many. */
const MAX_SEQUENCES = 64

/** What {@link extendKeyIndex} works with. */
export interface KeyIndexExtension {
  readonly type: LogicalType
  readonly table: string
  readonly base: KeyIndexBase
  /** The key that a row of the new base has; rows of old parts and of the new one are asked for. */
  keyOf(row: number): Value
  /** Rows that need no entry. */
  isDeleted(row: number): boolean
  readonly sink: PageSink
  /** For the pages of old parts. */
  readonly context: ReaderContext
  readonly memoryBytes: number
  readonly openSpill: OpenRelSpill
}

/** A new index, and the pages of the old one that it does not use. */
export interface KeyIndexResult {
  readonly base: KeyIndexBase
  readonly freed: readonly PageRange[]
}

const NO_CHECK: CheckDuplicate = () => {}

/**
 * Adds rows to an index: rows inserted since it was built, and rows whose key was updated (their old entries stay, and are refused by the look-up's own
 * check). Small old parts are absorbed, so that a row is written again only a logarithmic number of times.
 * Keys must be distinct already. Cost: 100-500 ns for each new or absorbed row.
 */
export function extendKeyIndex(extension: KeyIndexExtension, rows: Iterable<number>): KeyIndexResult {
  const { type, memoryBytes, openSpill, keyOf } = extension
  const builder = new KeyIndexBuilder(type, memoryBytes, openSpill)
  for (const row of rows) builder.add(keyOf(row), row)
  return addPart(extension, builder, NO_CHECK)
}

/** Finishes a builder and puts its part behind the old ones, absorbing those that are small beside it. */
export function addPart(extension: KeyIndexExtension, builder: KeyIndexBuilder, check: CheckDuplicate): KeyIndexResult {
  const parts = extension.base.parts.slice()
  const freed: PageRange[] = []
  if (builder.count === 0) {
    builder.close()
    return { base: { parts }, freed }
  }
  while (mustAbsorb(parts, builder)) {
    const part = parts.pop()!
    absorb(part, extension, builder)
    if (part.kind === 'hash') freed.push({ first: part.firstPage, count: part.pageCount })
  }
  const part = builder.finish(extension.sink, check)!
  const last = parts[parts.length - 1]
  const joined = last === undefined ? null : join(last, part)
  if (joined === null) parts.push(part)
  else parts[parts.length - 1] = joined
  return { base: { parts }, freed }
}

/** A sequence costs no page, so that many may stand side by side; a hash part takes up what is not much larger than itself. */
function mustAbsorb(parts: readonly KeyIndexPart[], builder: KeyIndexBuilder): boolean {
  const last = parts[parts.length - 1]
  if (last === undefined || builder.isSequence) return parts.length >= MAX_SEQUENCES
  return parts.length >= MAX_PARTS || last.count <= 2 * builder.count
}

function absorb(part: KeyIndexPart, extension: KeyIndexExtension, builder: KeyIndexBuilder): void {
  const { keyOf, isDeleted } = extension
  if (part.kind === 'arithmetic') {
    for (let row = part.firstRow; row < part.firstRow + part.count; row++) {
      if (!isDeleted(row)) builder.add(keyOf(row), row)
    }
    return
  }
  const owner = { table: extension.table, column: 'primary key index' }
  const pages = new ChunkPages(extension.context.pins, part.firstPage, part.pageCount, owner)
  for (let page = 0; page < part.pageCount; page++) {
    const base = pages.pin(page)
    const rows = pages.words[page]!.slice(base, base + 16380).filter((_, k) => (k & 1) === 1)
    for (const row of rows) if (row !== NO_ROW && !isDeleted(row)) builder.add(keyOf(row), row)
  }
}

/** @returns one sequence instead of two when the second goes on where the first ends. */
function join(a: KeyIndexPart, b: KeyIndexPart): KeyIndexPart | null {
  if (a.kind !== 'arithmetic' || b.kind !== 'arithmetic') return null
  if (typeof a.base !== 'number' || typeof b.base !== 'number') return null
  const step = a.count === 1 ? b.base - a.base : a.step
  const follows = b.firstRow === a.firstRow + a.count && b.base === a.base + step * a.count
  const sameStep = b.count === 1 || b.step === step
  return follows && sameStep && step !== 0 ? { ...a, step, count: a.count + b.count } : null
}
