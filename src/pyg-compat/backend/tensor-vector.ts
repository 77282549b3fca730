import type { LogicalType } from '../../types/logical-type.ts'
import type { StoredRows } from '../../types/stored-rows.ts'
import type { Vector, VectorData } from '../../types/vector.ts'
import { unreachable } from '../../util/assert.ts'
import type { DType, Tensor, TypedArray } from '../tensor.ts'

/** @returns the type of a column that holds the rows of such a tensor: [n, 3, 4] of float32 is FLOAT[4][3]. */
export function columnType(dtype: DType, rowShape: readonly number[]): LogicalType {
  return rowShape.reduceRight<LogicalType>((child, length) => ({ id: 'ARRAY', child, length }), elementType(dtype))
}

/** Rows that one vector holds at most. */
const PIECE_ROWS = 1 << 17

/**
 * @param type the column's type, whose dtype and row shape are the tensor's.
 * @returns the rows of a tensor in pieces. They alias the tensor's memory, except those of BOOL.
 */
export function* tensorPieces(tensor: Tensor, type: LogicalType): Generator<Vector | StoredRows> {
  const rows = tensor.shape[0]!
  const width = rows === 0 ? 0 : tensor.data.length / rows
  if (isFlat(type)) {
    yield storedRows(tensor.data, type, rows)
    return
  }
  for (let start = 0; start < rows; start += PIECE_ROWS) {
    const count = Math.min(PIECE_ROWS, rows - start)
    yield vectorOf(type, tensor.data.subarray(start * width, (start + count) * width) as TypedArray, count)
  }
}

/** @returns `count` rows of `type` over the elements `data`. */
export function vectorOf(type: LogicalType, data: TypedArray, count: number): Vector {
  const none = { length: count, nullCount: 0, validity: null, data: null, offsets: null, bytes: null, children: [] }
  if (type.id === 'ARRAY') return { ...none, type, children: [vectorOf(type.child, data, count * type.length)] }
  return { ...none, type, data: type.id === 'BOOL' ? bitmapOf(data as Uint8Array) : (data as VectorData) }
}

function isFlat(type: LogicalType): type is StoredRows['type'] {
  return type.id === 'ARRAY' && type.child.id !== 'ARRAY' && type.child.id !== 'BOOL'
}

/** @returns rows of a fixed list over `data`, which must stay as it is until they are read. */
export function storedRows(data: TypedArray, type: StoredRows['type'], length: number): StoredRows {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const rowBytes = type.length * data.BYTES_PER_ELEMENT
  return {
    type,
    length,
    rowBytes,
    read: (start, count, target) => target.set(bytes.subarray(start * rowBytes, (start + count) * rowBytes)),
  }
}

function bitmapOf(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array((flags.length + 7) >> 3)
  for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) bits[i >> 3]! |= 1 << (i & 7)
  return bits
}

function elementType(dtype: DType): LogicalType {
  switch (dtype) {
    case 'bool':
      return { id: 'BOOL' }
    case 'int8':
      return { id: 'INT8' }
    case 'int16':
      return { id: 'INT16' }
    case 'int32':
      return { id: 'INT32' }
    case 'int64':
      return { id: 'INT64' }
    case 'uint8':
      return { id: 'UINT8' }
    case 'uint16':
      return { id: 'UINT16' }
    case 'uint32':
      return { id: 'UINT32' }
    case 'uint64':
      return { id: 'UINT64' }
    case 'float32':
      return { id: 'FLOAT' }
    case 'float64':
      return { id: 'DOUBLE' }
    default:
      return unreachable(dtype)
  }
}
