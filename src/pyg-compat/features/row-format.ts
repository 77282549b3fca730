import type { LogicalType } from '../../types/logical-type.ts'
import { type DType, TYPED_ARRAYS, type TypedArray, type TypedArrayOf } from '../tensor.ts'

/** How rows of a column look as rows of a tensor. */
export interface RowFormat {
  readonly dtype: DType
  /** Shape of one row; [] for a scalar column. */
  readonly rowShape: readonly number[]
  /** Elements of one row: product of rowShape. */
  readonly width: number
}

/**
 * @returns the format of a BOOL, integer of up to 64 bits, FLOAT, DOUBLE, DATE (days, int32), TIMESTAMP (its unit, int64) or of fixed lists of
 * these, nested to any depth; null for a type whose values are not elements of a typed array.
 */
export function rowFormat(type: LogicalType): RowFormat | null {
  if (type.id !== 'ARRAY') {
    const dtype = elementType(type)
    return dtype === null ? null : { dtype, rowShape: [], width: 1 }
  }
  const child = rowFormat(type.child)
  if (child === null) return null
  return { dtype: child.dtype, rowShape: [type.length, ...child.rowShape], width: type.length * child.width }
}

/** @returns a zeroed array for `length` elements. */
export function arrayOf<D extends DType>(dtype: D, length: number): TypedArrayOf[D] {
  return new TYPED_ARRAYS[dtype](length) as TypedArrayOf[D]
}

/** @returns an array of `length` elements over `buffer`. @param byteOffset where it begins, by the bytes of one element. */
export function typedArrayOver(
  dtype: DType,
  buffer: ArrayBufferLike,
  length: number,
  byteOffset: (elementBytes: number) => number,
): TypedArray {
  const array = TYPED_ARRAYS[dtype]
  return new array(buffer as ArrayBuffer, byteOffset(array.BYTES_PER_ELEMENT), length) // shared memory does as well
}

/** @returns whether an array holds elements of this type. 'bool' and 'uint8' both are bytes. */
export function holds(dtype: DType, array: TypedArray): boolean {
  return array instanceof TYPED_ARRAYS[dtype]
}

function elementType({ id }: LogicalType): DType | null {
  switch (id) {
    case 'BOOL':
      return 'bool'
    case 'INT8':
      return 'int8'
    case 'INT16':
      return 'int16'
    case 'INT32':
    case 'DATE':
      return 'int32'
    case 'INT64':
    case 'SERIAL':
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_SEC':
    case 'TIMESTAMP_TZ':
      return 'int64'
    case 'UINT8':
      return 'uint8'
    case 'UINT16':
      return 'uint16'
    case 'UINT32':
      return 'uint32'
    case 'UINT64':
      return 'uint64'
    case 'FLOAT':
      return 'float32'
    case 'DOUBLE':
      return 'float64'
    default:
      return null
  }
}
