import type { LogicalType } from './logical-type.ts'

/** Typed arrays that hold the fixed-width part of a {@link Vector}. */
export type VectorData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/**
 * A column of `length` values in Arrow's memory layout: plain data made of typed arrays, so that it can be posted to another
 * thread (see {@link vectorBuffers} for the transfer list) and wrapped by apache-arrow without copying. Little-endian.
 *
 * | type | data | offsets | bytes | children |
 * |---|---|---|---|---|
 * | BOOL | Uint8Array bitmap [ceil(n/8)], bit i%8 of byte i/8 | - | - | - |
 * | INT8..INT32, UINT8..UINT32 | array of that width [n] | - | - | - |
 * | INT64, SERIAL, TIMESTAMP* | BigInt64Array [n] | - | - | - |
 * | UINT64 | BigUint64Array [n] | - | - | - |
 * | INT128, DECIMAL | Uint32Array [4n], two's complement, low word first | - | - | - |
 * | DATE | Int32Array [n], days since 1970 | - | - | - |
 * | FLOAT, DOUBLE | Float32Array, Float64Array [n] | - | - | - |
 * | INTERVAL | Int32Array [4n]: months, days, microseconds low, high word | - | - | - |
 * | INTERNAL_ID | Uint32Array [2n]: offset, table (one little-endian u64 `table << 32 \| offset`) | - | - | - |
 * | STRING, JSON, UUID (as text) | - | Int32Array [n+1] | UTF-8 | - |
 * | BLOB | - | Int32Array [n+1] | bytes | - |
 * | LIST | - | Int32Array [n+1] | - | [elements] |
 * | MAP | - | Int32Array [n+1] | - | [keys, values] |
 * | ARRAY | - | - | - | [elements: n * array length] |
 * | STRUCT, NODE, REL | - | - | - | one of length n per field |
 * | RECURSIVE_REL | - | - | - | [list of nodes, list of rels] |
 * | UNION (dense) | Int8Array [n], member index | Int32Array [n], position in that member | - | one per member |
 * | ANY | - | - | - | - (every row is NULL) |
 *
 * A NULL row has zeroes in `data`, an empty range in `offsets`, and in ARRAY, STRUCT, NODE, REL and RECURSIVE_REL a NULL (of an ARRAY: zeroed) row in each
 * child; in UNION it has member 0 with a NULL appended there.
 */
export interface Vector {
  readonly type: LogicalType
  /** Number of rows. */
  readonly length: number
  readonly nullCount: number
  /** Bitmap, bit i%8 of byte i/8, 1 = has a value; `null` when no row is NULL. */
  readonly validity: Uint8Array | null
  readonly data: VectorData | null
  readonly offsets: Int32Array | null
  readonly bytes: Uint8Array | null
  readonly children: readonly Vector[]
}

/** @returns whether row `row` of the vector has a value. */
export function isValid(vector: Vector, row: number): boolean {
  return vector.validity === null || (vector.validity[row >> 3]! & (1 << (row & 7))) !== 0
}

/**
 * @returns the buffers under a vector, each once, for `postMessage(vector, buffers)`. After the transfer the vector on this side is unusable.
 * Buffers over shared memory are left out: they are not transferable and need no transfer.
 */
export function vectorBuffers(vector: Vector, into: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  for (const array of [vector.validity, vector.data, vector.offsets, vector.bytes]) {
    if (array !== null && array.buffer instanceof ArrayBuffer) into.add(array.buffer)
  }
  for (const child of vector.children) vectorBuffers(child, into)
  return into
}

/** @returns the bytes that the vector's arrays hold, children included. */
export function vectorByteSize(vector: Vector): number {
  let sum = 0
  for (const array of [vector.validity, vector.data, vector.offsets, vector.bytes]) sum += array?.byteLength ?? 0
  for (const child of vector.children) sum += vectorByteSize(child)
  return sum
}
