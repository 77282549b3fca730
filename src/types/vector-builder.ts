import { DatabaseError } from '../errors/database-error.ts'
import { type LogicalType, listOf } from './logical-type.ts'
import type { NumericArray, Value } from './value.ts'
import type { Vector } from './vector.ts'
import { ColumnBuilder } from './vector-builder/column-builder.ts'
import { BoolBuilder, FloatBuilder, Int32Builder, SmallIntBuilder } from './vector-builder/fixed-builders.ts'
import { ArrayBuilder, ListBuilder, MapBuilder, StructBuilder, UnionBuilder } from './vector-builder/nested-builders.ts'
import { BlobBuilder, TextBuilder } from './vector-builder/text-builders.ts'
import { Int64Builder, Int128Builder, InternalIdBuilder, IntervalBuilder } from './vector-builder/wide-builders.ts'

/**
 * Collects values of one type into a {@link Vector}. Buffers grow by doubling; a builder is used up by `finish`.
 * Cost: amortised constant per value, no allocation per value except UTF-8 of non-ASCII text.
 */
export interface VectorBuilder {
  readonly type: LogicalType
  /** Rows appended so far. */
  readonly length: number
  /** Bytes that the builder's buffers hold now, children included; what a memory budget should be charged with. */
  readonly byteSize: number
  /** Appends a value of the builder's type, or NULL. */
  append(v: Value): void
  appendNull(): void
  /**
   * fast path: appends a number without looking whether it is NULL. For the types whose values can be numbers.
   * @throws {DatabaseError} INTERNAL for a type that has none.
   */
  appendNumber(v: number): void
  /**
   * fast path: makes room for `count` more rows of an ARRAY of INT8..INT32, UINT8..UINT32, FLOAT or DOUBLE, for the caller to write their elements.
   * @returns the elements of all rows, valid until the next call; those of the next row begin at `length` times the list's length.
   * @throws {DatabaseError} INTERNAL for other types.
   */
  roomForRows(count: number): NumericArray
  /** Appends `count` rows whose elements were written to {@link roomForRows}, which may have had more. */
  appendWritten(count: number): void
  /** @returns the vector, with arrays of exactly the length needed; only a buffer of a few rows may be longer than its array. The builder must not be used afterwards. */
  finish(): Vector
}

/**
 * @param capacity rows to reserve room for; more may be appended.
 * @returns a builder for values of `type`.
 */
export function vectorBuilder(type: LogicalType, capacity = 64): VectorBuilder {
  return columnBuilder(type, Math.max(capacity, 8))
}

function columnBuilder(type: LogicalType, capacity: number): ColumnBuilder {
  switch (type.id) {
    case 'BOOL':
      return new BoolBuilder(type, capacity)
    case 'FLOAT':
    case 'DOUBLE':
      return new FloatBuilder(type, capacity)
    case 'INT32':
    case 'DATE':
      return new Int32Builder(type, capacity)
    case 'INT8':
    case 'INT16':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
      return new SmallIntBuilder(type, capacity)
    case 'INT64':
    case 'UINT64':
    case 'SERIAL':
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_SEC':
    case 'TIMESTAMP_TZ':
      return new Int64Builder(type, capacity)
    case 'INT128':
    case 'DECIMAL':
      return new Int128Builder(type, capacity)
    case 'INTERVAL':
      return new IntervalBuilder(type, capacity)
    case 'INTERNAL_ID':
      return new InternalIdBuilder(type, capacity)
    case 'STRING':
    case 'JSON':
    case 'UUID':
      return new TextBuilder(type, capacity)
    case 'BLOB':
      return new BlobBuilder(type, capacity)
    case 'ANY':
      return new AnyBuilder(type, capacity)
    default:
      return nestedBuilder(type, capacity)
  }
}

type NestedType = Extract<LogicalType, { child: unknown } | { fields: unknown } | { key: unknown } | { node: unknown }>

function nestedBuilder(type: LogicalType, capacity: number): ColumnBuilder {
  const nested = type as NestedType
  switch (nested.id) {
    case 'LIST':
      return new ListBuilder(type, capacity, columnBuilder(nested.child, capacity))
    case 'ARRAY':
      return new ArrayBuilder(type, capacity, columnBuilder(nested.child, capacity * nested.length), nested.length)
    case 'MAP':
      return new MapBuilder(type, capacity, columnBuilder(nested.key, capacity), columnBuilder(nested.value, capacity))
    case 'UNION': {
      const members = nested.fields.map((f) => columnBuilder(f.type, capacity >> 1))
      return new UnionBuilder(type, capacity, members)
    }
    case 'RECURSIVE_REL': {
      const parts = [listOf(nested.node), listOf(nested.rel)].map((t) => columnBuilder(t, capacity))
      return new StructBuilder(type, capacity, parts)
    }
    default: {
      const fields = nested.fields.map((f) => columnBuilder(f.type, capacity))
      return new StructBuilder(type, capacity, fields)
    }
  }
}

/** Column of bare NULLs. */
class AnyBuilder extends ColumnBuilder {
  protected override resize(): void {}

  override get ownBytes(): number {
    return 0
  }

  override append(v: Value): void {
    if (v !== null) throw new DatabaseError('INTERNAL', 'a column of type ANY holds NULL only')
    this.appendNull()
  }

  override finish(): Vector {
    return this.vector(null, null, null, [])
  }
}
