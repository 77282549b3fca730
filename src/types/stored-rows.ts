import type { LogicalType } from './logical-type.ts'
import type { Vector, VectorData } from './vector.ts'

/**
 * Rows of an ARRAY of numbers that lie somewhere else (in a file) as they would in a vector: row after row, elements little-endian, none NULL. Whoever
 * needs them has them written where they shall be, without a vector between.
 */
export interface StoredRows {
  readonly type: Extract<LogicalType, { readonly id: 'ARRAY' }>
  readonly length: number
  readonly rowBytes: number
  /**
   * Writes rows [start, start + count) to the start of `target`, which may lie over a SharedArrayBuffer at a multiple of 8 bytes.
   * Only until the next batch is asked for. @throws {DatabaseError} BAD_FILE, IO.
   */
  read(start: number, count: number, target: Uint8Array): void
}

/** @returns whether a column is {@link StoredRows}. */
export function isStored(column: Vector | StoredRows): column is StoredRows {
  return 'read' in column
}

/** @returns rows [from, to) as a vector. */
export function vectorOf(rows: StoredRows, from: number, to: number): Vector {
  const { type, rowBytes } = rows
  const bytes = new Uint8Array((to - from) * rowBytes)
  rows.read(from, to - from, bytes)
  const none = { validity: null, data: null, offsets: null, bytes: null }
  const elements: Vector = {
    ...none,
    type: type.child,
    length: (to - from) * type.length,
    nullCount: 0,
    data: elementsOf(type.child, bytes.buffer),
    children: [],
  }
  return { ...none, type, length: to - from, nullCount: 0, children: [elements] }
}

function elementsOf({ id }: LogicalType, buffer: ArrayBuffer): VectorData {
  switch (id) {
    case 'INT8':
      return new Int8Array(buffer)
    case 'UINT8':
      return new Uint8Array(buffer)
    case 'INT16':
      return new Int16Array(buffer)
    case 'UINT16':
      return new Uint16Array(buffer)
    case 'INT32':
      return new Int32Array(buffer)
    case 'UINT32':
      return new Uint32Array(buffer)
    case 'FLOAT':
      return new Float32Array(buffer)
    case 'DOUBLE':
      return new Float64Array(buffer)
    case 'UINT64':
      return new BigUint64Array(buffer)
    default:
      return new BigInt64Array(buffer)
  }
}
