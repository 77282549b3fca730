import type { Data, DataType, Table } from 'apache-arrow'
import type { Field as LogicalField, LogicalType } from '../types/logical-type.ts'
import type { Vector } from '../types/vector.ts'
import { assert } from '../util/assert.ts'

type Arrow = typeof import('apache-arrow')

/** What is turned into a table. */
export interface ArrowInput {
  readonly names: readonly string[]
  readonly types: readonly LogicalType[]
  readonly columns: readonly Vector[]
  readonly rowCount: number
}

/** @returns an Arrow table over the buffers of the columns. apache-arrow is loaded at the first call. */
export async function toArrowTable(input: ArrowInput): Promise<Table> {
  const arrow = await import('apache-arrow')
  const children = input.columns.map((vector) => arrowData(arrow, vector))
  const fields = input.names.map((name, i) => new arrow.Field(name, children[i]!.type, true))
  const schema = new arrow.Schema(fields)
  const struct = arrow.makeData({ type: new arrow.Struct(fields), length: input.rowCount, nullCount: 0, children })
  return new arrow.Table(schema, new arrow.RecordBatch(schema, struct))
}

function structFields(arrow: Arrow, fields: readonly LogicalField[], children: readonly Data[]) {
  return fields.map((f, i) => new arrow.Field(f.name, children[i]!.type, true))
}

/** Arrow type of a type without children of its own; nested ones are made together with their data. */
function flatType(arrow: Arrow, type: LogicalType): DataType | null {
  switch (type.id) {
    case 'BOOL':
      return new arrow.Bool()
    case 'INT8':
      return new arrow.Int8()
    case 'INT16':
      return new arrow.Int16()
    case 'INT32':
      return new arrow.Int32()
    case 'INT64':
    case 'SERIAL':
      return new arrow.Int64()
    case 'UINT8':
      return new arrow.Uint8()
    case 'UINT16':
      return new arrow.Uint16()
    case 'UINT32':
      return new arrow.Uint32()
    case 'UINT64':
      return new arrow.Uint64()
    case 'FLOAT':
      return new arrow.Float32()
    case 'DOUBLE':
      return new arrow.Float64()
    case 'INT128':
      return new arrow.Decimal(0, 38)
    case 'DECIMAL':
      return new arrow.Decimal(type.scale, type.precision)
    case 'DATE':
      return new arrow.DateDay()
    case 'TIMESTAMP':
      return new arrow.TimestampMicrosecond()
    case 'TIMESTAMP_TZ':
      return new arrow.TimestampMicrosecond('UTC')
    case 'TIMESTAMP_NS':
      return new arrow.TimestampNanosecond()
    case 'TIMESTAMP_MS':
      return new arrow.TimestampMillisecond()
    case 'TIMESTAMP_SEC':
      return new arrow.TimestampSecond()
    case 'INTERVAL':
      return new arrow.FixedSizeBinary(16)
    case 'INTERNAL_ID':
      return new arrow.Uint64()
    case 'STRING':
    case 'UUID':
    case 'JSON':
      return new arrow.Utf8()
    case 'BLOB':
      return new arrow.Binary()
    case 'ANY':
      return new arrow.Null()
    default:
      return null
  }
}

/** Fixed-width data as Arrow wants to see it: ids as one 64-bit number, intervals as bytes, the rest as it is. */
function flatBuffer(vector: Vector): ArrayBufferView | null {
  const { data } = vector
  if (data === null) return null
  if (vector.type.id === 'INTERNAL_ID') return new BigUint64Array(data.buffer, data.byteOffset, vector.length)
  if (vector.type.id === 'INTERVAL') return new Uint8Array(data.buffer, data.byteOffset, vector.length * 16)
  return data
}

function arrowData(arrow: Arrow, vector: Vector): Data {
  const { type, length, nullCount, validity } = vector
  const common = { length, nullCount, ...(validity === null ? {} : { nullBitmap: validity }) }
  const flat = flatType(arrow, type)
  if (flat !== null) return flatData(arrow, flat, vector, common)
  const children = vector.children.map((child) => arrowData(arrow, child))
  switch (type.id) {
    case 'LIST': {
      const listType = new arrow.List(new arrow.Field('item', children[0]!.type, true))
      return arrow.makeData({ type: listType, ...common, valueOffsets: vector.offsets!, child: children[0]! })
    }
    case 'ARRAY': {
      const arrayType = new arrow.FixedSizeList(type.length, new arrow.Field('item', children[0]!.type, true))
      return arrow.makeData({ type: arrayType, ...common, child: children[0]! })
    }
    case 'MAP': {
      const fields = [
        new arrow.Field('key', children[0]!.type, false),
        new arrow.Field('value', children[1]!.type, true),
      ]
      const entries = arrow.makeData({
        type: new arrow.Struct(fields),
        length: vector.children[0]!.length,
        nullCount: 0,
        children,
      })
      const mapType = new arrow.Map_(new arrow.Field('entries', entries.type, false))
      return arrow.makeData({ type: mapType, ...common, valueOffsets: vector.offsets!, child: entries } as never)
    }
    case 'STRUCT':
    case 'NODE':
    case 'REL':
      return arrow.makeData({ type: new arrow.Struct(structFields(arrow, type.fields, children)), ...common, children })
    case 'RECURSIVE_REL': {
      const fields = ['_nodes', '_rels'].map((name, i) => new arrow.Field(name, children[i]!.type, true))
      return arrow.makeData({ type: new arrow.Struct(fields), ...common, children })
    }
    case 'UNION': {
      const fields = structFields(arrow, type.fields, children)
      const unionType = new arrow.DenseUnion(
        fields.map((_f, i) => i),
        fields,
      )
      const { data, offsets } = vector
      return arrow.makeData({
        type: unionType,
        length,
        nullCount: 0,
        typeIds: data as Int8Array,
        valueOffsets: offsets!,
        children,
      })
    }
    default:
      return assert(false, 'type has no Arrow form', { type: type.id }) as never
  }
}

function flatData(arrow: Arrow, type: DataType, vector: Vector, common: { length: number; nullCount: number }): Data {
  if (vector.offsets !== null) {
    return arrow.makeData({ type, ...common, valueOffsets: vector.offsets, data: vector.bytes! } as never)
  }
  const data = flatBuffer(vector)
  return arrow.makeData({ type, ...common, ...(data === null ? {} : { data }) } as never)
}
