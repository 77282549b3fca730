import { isStored, type StoredRows } from '../types/stored-rows.ts'
import type { Value } from '../types/value.ts'
import { isValid, type Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'
import { assert } from '../util/assert.ts'
import { ColumnAppender } from './column-appender.ts'
import type { ColumnBase, KeyIndexBase, NodeTableBase } from './column-base.ts'
import { isNumberType, openColumn } from './column-reader.ts'
import { vectorNumbers } from './encoding/vector-numbers.ts'
import { KeyIndexBuilder } from './key-index-builder.ts'
import { addPart } from './key-index-merge.ts'
import type { LoadContext } from './load-context.ts'
import { LoadOrigins } from './load-origins.ts'
import { duplicateKeyError, nullKeyError } from './node-errors.ts'
import { sameKey } from './node-table-reader.ts'
import type { PageRange } from './page-store.ts'
import type { ColumnReader, NodeTableReader } from './read-view.ts'
import { ReaderContext } from './reader-context.ts'
import { MAX_TABLE_ROWS, rowLimitError } from './rel-errors.ts'
import type { NodeTableSchema } from './table-schema.ts'
import type { NodeBulkLoader, RowOrigin } from './write-transaction.ts'

/** What a load begins with. */
export interface NodeLoadStart {
  readonly schema: NodeTableSchema
  /** All rows of the table: changes must be merged before. */
  readonly base: NodeTableBase
  /** The table as the transaction sees it, for looking keys up; null for a new one. Must stay open until the load ends. */
  readonly existing: NodeTableReader | null
}

/** A finished load: the new base, and the pages of the old one that it does not use. */
export interface NodeLoadResult {
  readonly base: NodeTableBase
  readonly freed: readonly PageRange[]
}

/** Pins while keys are read back. */
const CHECK_PINS = 8

const NO_MEMORY = { tryReserve: () => false, release: () => {} }

/**
 * Loads nodes: columns are encoded chunk by chunk as their rows come, keys are checked against the table at once and against each other at the end.
 *
 * Memory: one chunk of each column (at most about 8 MiB each), the pages not yet written, and 12 bytes a key up to a quarter of `memoryBytes`,
 * after which keys are spilled. Cost: that of encodeColumnChunk, and 5-60 ns for the key.
 */
export class NodeLoader implements NodeBulkLoader {
  readonly #start: NodeLoadStart
  readonly #context: LoadContext
  readonly #onFinish: (result: NodeLoadResult) => void
  readonly #columns: readonly ColumnAppender[]
  readonly #keyAt: number
  readonly #keys: KeyIndexBuilder
  readonly #origins = new LoadOrigins()
  /** Bounds of the keys of the table before the load, for skipping look-ups; null when unknown. */
  readonly #oldBounds: { readonly min: number; readonly max: number } | null
  #count = 0
  #open = true

  /** @param onFinish takes the result of a load that went well. */
  constructor(start: NodeLoadStart, context: LoadContext, onFinish: (result: NodeLoadResult) => void) {
    this.#start = start
    this.#context = context
    this.#onFinish = onFinish
    const { schema, base } = start
    this.#columns = base.columns.map((column) => new ColumnAppender(column, context.oldRows(column), context.sink))
    this.#keyAt = schema.columns.findIndex((column) => column.columnId === schema.primaryKey)
    this.#keys = new KeyIndexBuilder(schema.columns[this.#keyAt]!.type, context.memoryBytes >> 2, context.openSpill)
    this.#oldBounds = numberBounds(start)
  }

  append(columns: readonly (Vector | StoredRows)[], originOf?: (row: number) => RowOrigin): void {
    assert(this.#open, 'load is finished')
    const { schema, base } = this.#start
    const rows = columns[0]?.length ?? 0
    assert(columns.length === this.#columns.length && columns.every((c) => c.length === rows), 'vectors do not fit')
    if (rows === 0) return
    if (base.rowCount + this.#count + rows > MAX_TABLE_ROWS) throw rowLimitError(schema.name)
    const keys = columns[this.#keyAt]!
    assert(!isStored(keys), 'lists are no keys')
    this.#checkKeys(keys, originOf)
    const firstRow = base.rowCount + this.#count
    this.#keys.addVector(keys, firstRow)
    this.#origins.add(firstRow, rows, originOf)
    for (const [k, column] of this.#columns.entries()) column.append(columns[k]!)
    this.#count += rows
  }

  finish(): number {
    assert(this.#open, 'load is finished')
    this.#open = false
    if (this.#count > 0) this.#onFinish(this.#build())
    this.#keys.close()
    return this.#count
  }

  abort(): void {
    if (!this.#open) return
    this.#open = false
    this.#keys.close()
    this.#context.abort()
  }

  #checkKeys(keys: Vector, originOf: ((row: number) => RowOrigin) | undefined): void {
    const { schema, existing } = this.#start
    for (let row = 0; keys.nullCount > 0 && row < keys.length; row++) {
      if (!isValid(keys, row)) throw nullKeyError(schema.name, originOf?.(row) ?? null)
    }
    if (existing === null || existing.liveCount === 0 || this.#areOutside(keys)) return
    const read = vectorReader(keys)
    for (let row = 0; row < keys.length; row++) {
      if (existing.lookup(read(row)) >= 0) throw duplicateKeyError(schema.name, read(row), originOf?.(row) ?? null)
    }
  }

  /** Whether all keys are below or all above those of the table. */
  #areOutside(keys: Vector): boolean {
    if (this.#oldBounds === null) return false
    const numbers = vectorNumbers(keys)
    if (numbers === null) return false
    const { min, max } = this.#oldBounds
    let below = true
    let above = true
    for (let i = 0; i < keys.length; i++) {
      if (numbers[i]! >= min) below = false
      if (numbers[i]! <= max) above = false
    }
    return below || above
  }

  #build(): NodeLoadResult {
    const { base } = this.#start
    const freed: PageRange[] = []
    const columns = this.#columns.map((appender) => {
      const result = appender.finish()
      freed.push(...result.freed)
      return result.column
    })
    this.#context.flush()
    const keyIndex = this.#buildIndex(columns[this.#keyAt]!, freed)
    this.#context.flush()
    return { base: { ...base, rowCount: base.rowCount + this.#count, columns, keyIndex }, freed }
  }

  #buildIndex(keyColumn: ColumnBase, freed: PageRange[]): KeyIndexBase {
    const { schema, base, existing } = this.#start
    const context = new ReaderContext(this.#context.pool, NO_MEMORY, CHECK_PINS)
    try {
      const reader = openColumn(keyColumn, null, context, { table: schema.name, column: 'primary key' })
      const deleted = existing?.deleted ?? null
      const extension = {
        type: keyColumn.type,
        table: schema.name,
        base: base.keyIndex,
        keyOf: (row: number): Value => reader.value(row),
        isDeleted: (row: number): boolean => deleted !== null && (deleted[row >>> 5]! & (1 << (row & 31))) !== 0,
        sink: this.#context.sink,
        context,
        memoryBytes: this.#context.memoryBytes >> 2,
        openSpill: this.#context.openSpill,
      }
      const result = addPart(extension, this.#keys, (earlier, later) => this.#checkPair(reader, earlier, later))
      freed.push(...result.freed)
      return result.base
    } finally {
      context.close()
    }
  }

  /** @throws {DatabaseError} DUPLICATE_KEY if both rows are new and have the same key. */
  #checkPair(reader: ColumnReader, earlier: number, later: number): void {
    if (earlier < this.#start.base.rowCount) return // looked up when it came
    const key = reader.value(later)
    if (!sameKey(reader.value(earlier), key)) return
    throw duplicateKeyError(this.#start.schema.name, key, this.#origins.at(later))
  }
}

function numberBounds({ schema, existing }: NodeLoadStart): { min: number; max: number } | null {
  const key = schema.columns.find((column) => column.columnId === schema.primaryKey)!
  if (existing === null || !isNumberType(key.type) || key.type.id === 'FLOAT' || key.type.id === 'DOUBLE') return null
  const { min, max } = existing.column(schema.primaryKey).statistics
  return typeof min === 'number' && typeof max === 'number' ? { min, max } : null
}
