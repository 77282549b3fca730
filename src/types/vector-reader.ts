import { readInt64, readInt128, readUint64 } from './int-words.ts'
import type { LogicalType } from './logical-type.ts'
import type { NumericArray, Value } from './value.ts'
import type { Vector } from './vector.ts'

/** Gives the value of a row of a vector; NULL rows give null. Rows are 0-based and not checked. */
export type RowReader = (row: number) => Value

/**
 * @returns a function that reads the vector's rows as {@link Value}s. Lists and arrays of numbers without NULL come as typed arrays
 * that alias the vector's memory, so they live no longer than it and must not be written. Cost: what the value itself costs.
 */
export function vectorReader(vector: Vector): RowReader {
  const read = valueReader(vector)
  const { validity } = vector
  if (validity === null) return read
  return (row) => ((validity[row >> 3]! & (1 << (row & 7))) === 0 ? null : read(row))
}

function valueReader(vector: Vector): RowReader {
  const { type } = vector
  switch (type.id) {
    case 'ANY':
      return () => null
    case 'BOOL':
      return boolReader(vector)
    case 'INT64':
    case 'SERIAL':
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_SEC':
    case 'TIMESTAMP_TZ':
      return int64Reader(vector)
    case 'UINT64':
      return uint64Reader(vector)
    case 'INT128':
    case 'DECIMAL': {
      const words = vector.data as Uint32Array
      return (row) => readInt128(words, row)
    }
    case 'INTERVAL':
      return intervalReader(vector)
    case 'INTERNAL_ID': {
      const words = vector.data as Uint32Array
      return (row) => ({ table: words[2 * row + 1]!, offset: words[2 * row]! })
    }
    case 'STRING':
    case 'JSON':
    case 'UUID':
      return textReader(vector)
    case 'BLOB': {
      const offsets = vector.offsets!
      const bytes = vector.bytes!
      return (row) => bytes.slice(offsets[row]!, offsets[row + 1]!)
    }
    case 'LIST':
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
    case 'NODE':
    case 'REL':
    case 'RECURSIVE_REL':
    case 'UNION':
      return nestedReader(vector)
    default:
      return numberReader(vector)
  }
}

function numberReader(vector: Vector): RowReader {
  const data = vector.data as NumericArray
  return (row) => data[row]!
}

function boolReader(vector: Vector): RowReader {
  const bits = vector.data as Uint8Array
  return (row) => (bits[row >> 3]! & (1 << (row & 7))) !== 0
}

function int64Reader(vector: Vector): RowReader {
  const wide = vector.data as BigInt64Array
  const words = new Int32Array(wide.buffer, wide.byteOffset, 2 * wide.length)
  return (row) => readInt64(words, wide, row)
}

function uint64Reader(vector: Vector): RowReader {
  const wide = vector.data as BigUint64Array
  const words = new Int32Array(wide.buffer, wide.byteOffset, 2 * wide.length)
  return (row) => readUint64(words, wide, row)
}

function intervalReader(vector: Vector): RowReader {
  const words = vector.data as Int32Array
  const wide = new BigInt64Array(words.buffer, words.byteOffset, words.length >> 1)
  return (row) => ({ months: words[4 * row]!, days: words[4 * row + 1]!, micros: readInt64(words, wide, 2 * row + 1) })
}

function textReader(vector: Vector): RowReader {
  const offsets = vector.offsets!
  const bytes = vector.bytes!
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return (row) => buffer.toString('utf8', offsets[row]!, offsets[row + 1]!)
}

function nestedReader(vector: Vector): RowReader {
  const { type } = vector
  switch (type.id) {
    case 'LIST': {
      const offsets = vector.offsets!
      const slice = sliceReader(vector.children[0]!)
      return (row) => slice(offsets[row]!, offsets[row + 1]!)
    }
    case 'ARRAY': {
      const slice = sliceReader(vector.children[0]!)
      const width = type.length
      return (row) => slice(row * width, (row + 1) * width)
    }
    case 'MAP':
      return mapReader(vector)
    case 'UNION': {
      const indexes = vector.data as Int8Array
      const positions = vector.offsets!
      const members = vector.children.map(vectorReader)
      return (row) => [indexes[row]!, members[indexes[row]!]!(positions[row]!)]
    }
    default: {
      const fields = vector.children.map(vectorReader)
      return (row) => fields.map((read) => read(row))
    }
  }
}

function mapReader(vector: Vector): RowReader {
  const offsets = vector.offsets!
  const key = vectorReader(vector.children[0]!)
  const value = vectorReader(vector.children[1]!)
  return (row) => {
    const pairs: Value[] = []
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) pairs.push([key(i), value(i)])
    return pairs
  }
}

function sliceReader(elements: Vector): (start: number, end: number) => Value {
  if (elements.validity === null && isNumericElement(elements.type)) {
    const data = elements.data as NumericArray
    return (start, end) => data.subarray(start, end)
  }
  const read = vectorReader(elements)
  return (start, end) => {
    const values: Value[] = new Array(end - start)
    for (let i = start; i < end; i++) values[i - start] = read(i)
    return values
  }
}

/** @returns whether a LIST or ARRAY of this element type may be held as a typed array. */
export function isNumericElement(type: LogicalType): boolean {
  switch (type.id) {
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'FLOAT':
    case 'DOUBLE':
      return true
    default:
      return false
  }
}
