import type { Value } from '../types/value.ts'
import { assert } from '../util/assert.ts'
import type { DeltaColumn } from './delta-column.ts'
import type { DeltaMark, NodeDelta, RelDelta } from './delta-table.ts'
import { RedoByteReader, RedoByteWriter } from './redo-bytes.ts'
import { readInts, readValues, writeInts, writeValues } from './redo-values.ts'
import type { ColumnSchema } from './table-schema.ts'

const MAGIC = 0x3152444e // "NDR1" read as a little-endian u32

/** One table's part of a commit record, as the encoder takes it. */
export interface RedoSource {
  readonly tableId: number
  /** Version of the base that the changes lie upon; a replay skips the section when the table has another one. */
  readonly version: number
  readonly columns: readonly ColumnSchema[]
  readonly delta: NodeDelta | RelDelta
  /** Where the commit's changes begin. */
  readonly since: DeltaMark
}

/** A delta that a section can be replayed on. */
export interface RedoTarget {
  readonly columns: readonly ColumnSchema[]
  readonly delta: NodeDelta | RelDelta
}

/**
 * Encodes the changes of one commit. Layout (little-endian; `ints` and `values` as in redo-values.ts, varint as in redo-bytes.ts):
 *
 *   u32 magic "NDR1", f64 commit number, u32 number of sections, then per section
 *     varint table id, f64 version, u32 bytes of the rest of the section
 *     u8 kind (0 node, 1 rel), varint first inserted row, varint n inserted rows
 *     rel: ints sources [n], ints targets [n]
 *     per column in schema order: values [n]
 *     varint d deleted rows, ints rows [d]; rel: ints sources [d], ints targets [d]
 *     varint number of updated columns; each: varint column id, varint u, ints rows [u], values [u]
 *
 * Cost: one pass over the changes. @returns bytes that the caller owns.
 */
export function encodeRedo(commit: number, sources: readonly RedoSource[]): Uint8Array {
  const out = new RedoByteWriter()
  out.u32(MAGIC)
  out.f64(commit)
  out.u32(sources.length)
  for (const source of sources) {
    out.varint(source.tableId)
    out.f64(source.version)
    const lengthAt = out.hole()
    const start = out.length
    writeSection(out, source)
    out.patch(lengthAt, out.length - start)
  }
  return out.bytes().slice()
}

/** @returns the commit number that a record was written with. */
export function redoCommit(bytes: Uint8Array): number {
  const input = new RedoByteReader(bytes)
  assert(input.u32() === MAGIC, 'not a commit record')
  return input.f64()
}

/**
 * Applies a commit record to the deltas that it belongs to, stamped with its number.
 * @param targetOf gives the delta of a table at that version; undefined skips the section, because a newer base contains it or the table is gone.
 */
export function replayRedo(
  bytes: Uint8Array,
  targetOf: (tableId: number, version: number) => RedoTarget | undefined,
): void {
  const input = new RedoByteReader(bytes)
  assert(input.u32() === MAGIC, 'not a commit record')
  const commit = input.f64()
  for (let sections = input.u32(); sections > 0; sections--) {
    const tableId = input.varint()
    const version = input.f64()
    const length = input.u32()
    const end = input.position + length
    const target = targetOf(tableId, version)
    if (target !== undefined) replaySection(input, target, commit)
    assert(target === undefined || input.position === end, 'commit record section has a wrong length', { tableId })
    input.position = end
  }
}

function writeSection(out: RedoByteWriter, source: RedoSource): void {
  const { delta, since } = source
  const isRel = 'sources' in delta
  const inserted = delta.insertedCount - since.inserted
  out.u8(isRel ? 1 : 0)
  out.varint(delta.baseRows + since.inserted)
  out.varint(inserted)
  if (isRel) {
    writeInts(out, delta.sources.slice(since.inserted))
    writeInts(out, delta.targets.slice(since.inserted))
  }
  for (const { columnId } of source.columns) {
    const column = delta.columns.get(columnId)!
    writeValues(out, column.type, column.inserted.slice(since.inserted))
  }
  out.varint(delta.deletes.count - since.deleted)
  writeInts(out, delta.deletes.rows.slice(since.deleted))
  if (isRel) {
    writeInts(out, delta.deletedSources.slice(since.deleted))
    writeInts(out, delta.deletedTargets.slice(since.deleted))
  }
  writeUpdates(out, source)
}

function writeUpdates(out: RedoByteWriter, source: RedoSource): void {
  const updated: [number, DeltaColumn, number][] = []
  for (const { columnId } of source.columns) {
    const column = source.delta.columns.get(columnId)!
    const from = source.since.updates.get(columnId) ?? 0
    if (column.updateCount > from) updated.push([columnId, column, from])
  }
  out.varint(updated.length)
  for (const [columnId, column, from] of updated) {
    out.varint(columnId)
    out.varint(column.updateCount - from)
    writeInts(out, column.updateRows.slice(from))
    writeValues(out, column.type, column.updateValues.slice(from))
  }
}

function replaySection(input: RedoByteReader, target: RedoTarget, commit: number): void {
  const { delta, columns } = target
  const isRel = input.u8() === 1
  assert(isRel === 'sources' in delta, 'commit record of another kind of table')
  const firstRow = input.varint()
  const inserted = input.varint()
  assert(firstRow === delta.baseRows + delta.insertedCount, 'commit records out of order', { firstRow, commit })
  const sources = isRel ? readInts(input, inserted) : []
  const targets = isRel ? readInts(input, inserted) : []
  const values = columns.map((c) => readValues(input, c.type, inserted))
  const row: Value[] = new Array(columns.length)
  for (let i = 0; i < inserted; i++) {
    for (let c = 0; c < columns.length; c++) row[c] = values[c]![i]!
    if ('sources' in delta) delta.insert(sources[i] as number, targets[i] as number, row, commit)
    else delta.insert(row, commit)
  }
  const deleted = input.varint()
  const rows = readInts(input, deleted) as number[]
  const deletedSources = isRel ? (readInts(input, deleted) as number[]) : []
  const deletedTargets = isRel ? (readInts(input, deleted) as number[]) : []
  for (let i = 0; i < deleted; i++) {
    if ('sources' in delta) delta.delete(deletedSources[i]!, deletedTargets[i]!, rows[i]!, commit)
    else delta.delete(rows[i]!, commit)
  }
  for (let count = input.varint(); count > 0; count--) {
    const columnId = input.varint()
    const updates = input.varint()
    const updateRows = readInts(input, updates) as number[]
    const type = columns.find((c) => c.columnId === columnId)!.type
    const updateValues = readValues(input, type, updates)
    for (let i = 0; i < updates; i++) delta.update(updateRows[i]!, columnId, updateValues[i]!, commit)
  }
}
