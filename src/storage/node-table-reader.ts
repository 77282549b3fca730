import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'
import { assert } from '../util/assert.ts'
import type { NodeTableBase } from './column-base.ts'
import type { NodeOverlay } from './column-overlay.ts'
import { openColumn } from './column-reader.ts'
import {
  confirmedSequence,
  findInSequence,
  forgetDeleted,
  hasPlainIntegers,
  type KeySequence,
} from './key-batch-lookup.ts'
import { KeyIndex } from './key-index.ts'
import { readDeletedRows } from './node-deleted-rows.ts'
import { type ColumnReader, NO_OFFSET, type NodeTableReader, type RowBitset } from './read-view.ts'
import type { ReaderContext } from './reader-context.ts'
import type { NodeTableSchema } from './table-schema.ts'

/**
 * @param overlay what the delta lays over the base in this snapshot, or null when there is nothing.
 * @returns a reader that lives as long as `context`. Columns and the index are opened on first use.
 */
export function openNodeTable(
  schema: NodeTableSchema,
  base: NodeTableBase,
  overlay: NodeOverlay | null,
  context: ReaderContext,
): NodeTableReader {
  return new BaseNodeTableReader(schema, base, overlay, context)
}

class BaseNodeTableReader implements NodeTableReader {
  readonly tableId: number
  readonly #schema: NodeTableSchema
  readonly #base: NodeTableBase
  readonly #overlay: NodeOverlay | null
  readonly #context: ReaderContext
  readonly #columns = new Map<number, ColumnReader>()
  #deleted: RowBitset | null | undefined
  #index: KeyIndex | null = null
  #sequence: KeySequence | null | undefined

  constructor(schema: NodeTableSchema, base: NodeTableBase, overlay: NodeOverlay | null, context: ReaderContext) {
    this.tableId = schema.tableId
    this.#schema = schema
    this.#base = base
    this.#overlay = overlay
    this.#context = context
  }

  get rowCount(): number {
    return this.#overlay?.rowCount ?? this.#base.rowCount
  }

  get liveCount(): number {
    return this.#overlay?.liveCount ?? this.#base.rowCount - this.#base.deletedCount
  }

  get deleted(): RowBitset | null {
    if (this.#overlay !== null) return this.#overlay.deleted
    this.#deleted ??= readDeletedRows(this.#base, this.#context, this.#schema.name)
    return this.#deleted
  }

  column(columnId: number): ColumnReader {
    return this.#columns.get(columnId) ?? this.#openColumn(columnId)
  }

  lookup(key: Value): number {
    if (key === null) return -1
    const recent = this.#overlay === null ? -1 : this.#overlay.lookup(key)
    if (recent >= 0 || this.#base.rowCount === 0) return recent
    this.#index ??= this.#openIndex()
    return this.#index.find(key, (row) => this.#isLiveWithKey(row, key))
  }

  lookupAll(keys: Vector, target: Uint32Array): void {
    const sequence = this.#keySequence(keys)
    if (sequence === null) target.fill(NO_OFFSET)
    else {
      let missing = findInSequence(keys, sequence, target)
      const { deleted } = this
      if (deleted !== null) missing += forgetDeleted(target, keys.length, deleted)
      if (missing === 0 || this.#hasNothingBut(sequence)) return
    }
    const read = vectorReader(keys)
    for (let i = 0; i < keys.length; i++) {
      if (target[i] === NO_OFFSET) target[i] = this.lookup(read(i)) // -1 becomes NO_OFFSET
    }
  }

  /** @returns the sequence that most keys are in, if rows can be told from it without reading the column. */
  #keySequence(keys: Vector): KeySequence | null {
    if (!hasPlainIntegers(keys)) return null
    const changed = this.#overlay?.column(this.#schema.primaryKey) ?? null
    if (changed?.changedIn(0, this.#base.rowCount)) return null
    if (this.#sequence === undefined) this.#sequence = confirmedSequence(this.#base, this.#schema.primaryKey)
    return this.#sequence
  }

  #hasNothingBut(sequence: KeySequence): boolean {
    return sequence.count === this.rowCount
  }

  #isLiveWithKey(row: number, key: Value): boolean {
    const { deleted } = this
    if (deleted !== null && (deleted[row >>> 5]! & (1 << (row & 31))) !== 0) return false
    return sameKey(this.column(this.#schema.primaryKey).value(row), key)
  }

  #openIndex(): KeyIndex {
    const key = this.#schema.columns.find((column) => column.columnId === this.#schema.primaryKey)
    assert(key !== undefined, 'table without a key column', { table: this.#schema.name })
    const owner = { table: this.#schema.name, column: `primary key index` }
    return new KeyIndex(this.#base.keyIndex, key.type, this.#context, owner)
  }

  #openColumn(columnId: number): ColumnReader {
    const base = this.#base.columns.find((column) => column.columnId === columnId)
    assert(base !== undefined, 'no such column', { table: this.#schema.name, columnId })
    const overlay = this.#overlay?.column(columnId) ?? null
    const reader = openColumn(base, overlay, this.#context, { table: this.#schema.name, column: String(columnId) })
    this.#columns.set(columnId, reader)
    return reader
  }
}

/** @returns whether two values of a key type are the same key: NaN equals itself, 0 equals -0. */
export function sameKey(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  return Number.isNaN(a) && Number.isNaN(b)
}
