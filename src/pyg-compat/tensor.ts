/** Element types of a {@link Tensor}, named as PyTorch names them. */
export type DType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'

/** The typed array that holds the elements of each type. 'bool' is one byte an element, 0 or 1. */
export interface TypedArrayOf {
  readonly bool: Uint8Array
  readonly int8: Int8Array
  readonly int16: Int16Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
  readonly uint8: Uint8Array
  readonly uint16: Uint16Array
  readonly uint32: Uint32Array
  readonly uint64: BigUint64Array
  readonly float32: Float32Array
  readonly float64: Float64Array
}

/** Any array that can hold the elements of a tensor. */
export type TypedArray = TypedArrayOf[DType]

/**
 * A dense row-major array: elements, shape, element type.
 *
 * `data.length` is the product of `shape`. Who hands a tensor out says who owns `data` and how long it is valid; a tensor is never resized.
 */
export interface Tensor<D extends DType = DType> {
  readonly data: TypedArrayOf[D]
  readonly shape: readonly number[]
  readonly dtype: D
}

/** The constructor of the array of each element type. */
export const TYPED_ARRAYS = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const
