import { PAGE_BYTES } from '../bufferpool/page-source.ts'
import { assert } from '../util/assert.ts'
import type { ChunkDescriptor, ColumnBase, IntEncoding, ValueRun } from './column-base.ts'
import { type CsrGroup, groupElements, groupPages } from './csr-format.ts'
import { ELEMENT_BYTES } from './encoding/plain-layout.ts'
import type { ReadView } from './read-view.ts'
import { SnapshotReadView } from './read-view-snapshot.ts'
import type { TableState } from './transaction-table-state.ts'

/** What a part of a table is stored for. */
export type StoragePartKind = 'column' | 'forward lists' | 'backward lists' | 'key index' | 'deleted rows' | 'unmerged'

/** One piece of a table as it lies in pages: a chunk of a column, the lists of a node group, a part of an index. */
export interface StoragePart {
  readonly kind: StoragePartKind
  /** Of a column; -1 for anything else. */
  readonly columnId: number
  /** Number of the piece among those of its kind and column. */
  readonly chunk: number
  /** Rows, rels or index entries in it. */
  readonly rows: number
  readonly nulls: number
  /** How they are encoded, such as `packed 4 bits` or `dictionary of 12, packed 8 bits`. */
  readonly encoding: string
  readonly firstPage: number
  readonly pages: number
  /** Bytes of content; without the unused end of the last page where that is known. */
  readonly bytes: number
}

/**
 * @param view a view of this process's storage. @param tableId node table or FROM-TO pair.
 * @returns the pieces of a table, columns first. Cost: reads descriptors only, no pages.
 */
export function storageParts(view: ReadView, tableId: number): StoragePart[] {
  assert(view instanceof SnapshotReadView, 'the view has no tables to describe', { tableId })
  const state = view.tables.get(tableId)
  assert(state !== undefined, 'no such table', { tableId })
  const columns = state.base.columns.flatMap(columnParts)
  const others = state.kind === 'rel' ? listParts(state.base) : nodeParts(state.base)
  return [...columns, ...others, ...unmergedPart(state)]
}

function columnParts({ columnId, chunks }: ColumnBase): StoragePart[] {
  return chunks.map((chunk, i) => ({
    kind: 'column',
    columnId,
    chunk: i,
    rows: chunk.run.rows,
    nulls: chunk.run.nullCount,
    encoding: encodingText(chunk.run),
    firstPage: chunk.firstPage,
    pages: chunk.pageCount,
    bytes: chunkBytes(chunk),
  }))
}

type Base<K extends TableState['kind']> = Extract<TableState, { kind: K }>['base']

function listParts({ fwd, bwd }: Base<'rel'>): StoragePart[] {
  const of = (kind: StoragePartKind, groups: readonly CsrGroup[] | null): StoragePart[] =>
    (groups ?? []).map((group, i) => ({
      kind,
      columnId: -1,
      chunk: i,
      rows: group.relCount,
      nulls: 0,
      encoding: group.firstRelId < 0 ? 'lists with rel ids' : 'lists',
      firstPage: group.firstPage,
      pages: groupPages(group),
      bytes: group.relCount === 0 ? 0 : groupElements(group) * 4,
    }))
  return [...of('forward lists', fwd), ...of('backward lists', bwd)]
}

function nodeParts({ deleted, deletedCount, keyIndex }: Base<'node'>): StoragePart[] {
  const index = keyIndex.parts.map((part, chunk): StoragePart => {
    const common = { kind: 'key index', columnId: -1, chunk, rows: part.count, nulls: 0 } as const
    if (part.kind === 'arithmetic') return { ...common, encoding: 'arithmetic', firstPage: 0, pages: 0, bytes: 0 }
    const { firstPage, pageCount: pages } = part
    return { ...common, encoding: 'hash', firstPage, pages, bytes: pages * PAGE_BYTES }
  })
  if (deleted === null) return index
  const { firstPage, pageCount: pages } = deleted
  const bits = {
    kind: 'deleted rows',
    columnId: -1,
    chunk: 0,
    rows: deletedCount,
    nulls: 0,
    encoding: 'bitset',
  } as const
  return [...index, { ...bits, firstPage, pages, bytes: pages * PAGE_BYTES }]
}

/** Rows that commits have inserted since the last merge; they lie in commit records, not in pages. */
function unmergedPart({ delta }: TableState): StoragePart[] {
  if (delta.insertedCount === 0 && delta.deletes.count === 0) return []
  const rows = delta.insertedCount
  return [
    {
      kind: 'unmerged',
      columnId: -1,
      chunk: 0,
      rows,
      nulls: 0,
      encoding: 'commit records',
      firstPage: 0,
      pages: 0,
      bytes: 0,
    },
  ]
}

/** A chunk of one page is as long as its content; of longer ones whole pages are counted. */
function chunkBytes({ pageCount, run }: ChunkDescriptor): number {
  return pageCount <= 1 ? Math.min(pageCount * PAGE_BYTES, endOf(run)) : pageCount * PAGE_BYTES
}

function bitmapEnd(at: number, count: number): number {
  return at < 0 ? 0 : at + Math.ceil(count / 8)
}

function intEnd(ints: IntEncoding, count: number): number {
  if (ints.kind === 'arithmetic') return 0
  return ints.at + (ints.kind === 'packed' ? Math.ceil((count * ints.width) / 8) : 8 * count)
}

/** @returns the end of a run's content in its chunk, in bytes. */
function endOf(run: ValueRun): number {
  return Math.max(bitmapEnd(run.validityAt, run.rows), contentEnd(run))
}

function contentEnd({ rows, encoding: e, elementValidityAt }: ValueRun): number {
  switch (e.kind) {
    case 'constant':
      return 0
    case 'int':
      return intEnd(e.ints, rows)
    case 'plain': {
      const elements = rows * e.rowElements
      return Math.max(e.at + elements * ELEMENT_BYTES[e.element], bitmapEnd(elementValidityAt, elements))
    }
    case 'wide':
    case 'uuid':
      return e.at + 16 * rows
    case 'bytes':
      return Math.max(intEnd(e.offsets, rows + 1), e.at + e.byteCount)
    case 'dictionary':
      return Math.max(intEnd(e.codes, rows), intEnd(e.offsets, e.entryCount + 1), e.at + e.byteCount)
    case 'list':
      return Math.max(intEnd(e.offsets, rows + 1), ...e.children.map(endOf))
    case 'stride':
      return endOf(e.child)
    case 'struct':
      return Math.max(0, ...e.children.map(endOf))
    case 'union':
      return Math.max(intEnd(e.tags, rows), intEnd(e.positions, rows), ...e.children.map(endOf))
  }
}

function intsText(ints: IntEncoding): string {
  if (ints.kind === 'packed') return `packed ${ints.width} bit${ints.width === 1 ? '' : 's'}`
  if (ints.kind !== 'arithmetic') return ints.kind
  return ints.step === 0 ? 'constant' : 'arithmetic'
}

function encodingText({ encoding: e }: ValueRun): string {
  switch (e.kind) {
    case 'constant':
      return e.value === null ? 'all null' : 'constant'
    case 'int':
      return intsText(e.ints)
    case 'plain':
      return e.rowElements === 1 ? `plain ${e.element}` : `plain ${e.element}[${e.rowElements}]`
    case 'bytes':
      return 'text'
    case 'dictionary':
      return `dictionary of ${e.entryCount}, ${intsText(e.codes)}`
    case 'list':
      return `list of (${e.children.map(encodingText).join(', ')})`
    case 'stride':
      return `array of ${encodingText(e.child)}`
    case 'struct':
    case 'union':
      return `${e.kind} of (${e.children.map(encodingText).join(', ')})`
    default:
      return e.kind
  }
}
