import type { Value } from '../types/value.ts'
import { assert } from '../util/assert.ts'
import type { NodeTableBase } from './column-base.ts'
import type { NodeOverlay } from './column-overlay.ts'
import { openColumn } from './column-reader.ts'
import { KeyIndex } from './key-index.ts'
import { readDeletedRows } from './node-deleted-rows.ts'
import type { ColumnReader, NodeTableReader, RowBitset } from './read-view.ts'
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
