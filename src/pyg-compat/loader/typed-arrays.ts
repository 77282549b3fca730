import { type DType, TYPED_ARRAYS, type TypedArray } from '../tensor.ts'

/** @returns a view of `length` elements of the type at a byte position. */
export function typedArrayOf(dtype: DType, buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray {
  return new TYPED_ARRAYS[dtype](buffer as ArrayBuffer, byteOffset, length) // shared memory does as well
}

/** @returns bytes of one element. */
export function bytesPerElement(dtype: DType): number {
  return TYPED_ARRAYS[dtype].BYTES_PER_ELEMENT
}

/** @returns the element type that a typed array holds; Uint8Array counts as 'uint8'. */
export function dtypeOf(array: TypedArray): DType {
  if (array instanceof Float32Array) return 'float32'
  if (array instanceof Float64Array) return 'float64'
  if (array instanceof Int32Array) return 'int32'
  if (array instanceof Uint32Array) return 'uint32'
  if (array instanceof BigInt64Array) return 'int64'
  if (array instanceof BigUint64Array) return 'uint64'
  if (array instanceof Int16Array) return 'int16'
  if (array instanceof Uint16Array) return 'uint16'
  return array instanceof Int8Array ? 'int8' : 'uint8'
}

/** @returns the product of a shape; 1 for []. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** @returns an array of the type of `source` over `buffer`, filled with its elements. */
export function newTypedArrayOn(buffer: ArrayBufferLike, source: TypedArray): TypedArray {
  const copy = typedArrayOf(dtypeOf(source), buffer, 0, source.length)
  copyElements(source, copy)
  return copy
}

/** Copies all elements from one array to the beginning of another, of a type that can hold them. */
export function copyElements(from: TypedArray, to: TypedArray): void {
  ;(to as Uint8Array).set(from as Uint8Array)
}
