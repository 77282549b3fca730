import { normaliseInt, toBigInt } from '../types/int.ts'
import type { Field, LogicalType } from '../types/logical-type.ts'
import type { Int, InternalId, Interval, Value } from '../types/value.ts'
import { assert } from '../util/assert.ts'
import type { RedoByteReader, RedoByteWriter } from './redo-bytes.ts'

/** A MAP value. */
type MapEntries = ArrayLike<readonly [Value, Value]>

/**
 * Columns of values in commit records: a byte that tells whether there are nulls, their bitmap (1 = has a value), then the values that are there,
 * by type. Numbers are written in the narrowest of a few fixed widths that holds all of them.
 */
export function writeValues(out: RedoByteWriter, type: LogicalType, values: ArrayLike<Value>): void {
  const count = values.length
  let nulls = 0
  for (let i = 0; i < count; i++) if (values[i] === null) nulls++
  if (nulls === 0) {
    out.u8(0)
    writePresent(out, type, values)
    return
  }
  out.u8(1)
  const present: Value[] = []
  const bitmap = new Uint8Array((count + 7) >>> 3)
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? null
    if (value === null) continue
    bitmap[i >> 3] = bitmap[i >> 3]! | (1 << (i & 7))
    present.push(value)
  }
  out.raw(bitmap)
  writePresent(out, type, present)
}

/** Reads `count` values that {@link writeValues} wrote. */
export function readValues(input: RedoByteReader, type: LogicalType, count: number): Value[] {
  if (input.u8() === 0) return readPresent(input, type, count)
  const bitmap = input.raw((count + 7) >>> 3)
  let presentCount = 0
  for (let i = 0; i < count; i++) presentCount += (bitmap[i >> 3]! >> (i & 7)) & 1
  const present = readPresent(input, type, presentCount)
  const values: Value[] = new Array(count)
  let next = 0
  for (let i = 0; i < count; i++) values[i] = (bitmap[i >> 3]! >> (i & 7)) & 1 ? present[next++]! : null
  return values
}

function writePresent(out: RedoByteWriter, type: LogicalType, values: ArrayLike<Value>): void {
  switch (type.id) {
    case 'ANY':
      assert(values.length === 0, 'a value of no type')
      break
    case 'BOOL':
      writeInts(
        out,
        Array.from(values, (v) => (v ? 1 : 0)),
      )
      break
    case 'FLOAT':
      out.array(Float32Array.from(values as ArrayLike<number>))
      break
    case 'DOUBLE':
      out.array(Float64Array.from(values as ArrayLike<number>))
      break
    case 'STRING':
    case 'JSON':
    case 'UUID':
      writeBytes(
        out,
        Array.from(values, (v) => Buffer.from(v as string, 'utf8')),
      )
      break
    case 'BLOB':
      writeBytes(out, values as ArrayLike<Uint8Array>)
      break
    case 'INTERVAL':
      writeInterval(out, values as ArrayLike<Interval>)
      break
    case 'INTERNAL_ID':
      writeInts(
        out,
        Array.from(values as ArrayLike<InternalId>, (v) => v.table),
      )
      writeInts(
        out,
        Array.from(values as ArrayLike<InternalId>, (v) => v.offset),
      )
      break
    case 'LIST':
    case 'ARRAY':
      writeLists(out, type.child, values as ArrayLike<ArrayLike<Value>>)
      break
    case 'MAP':
      writeMaps(out, type.key, type.value, values as ArrayLike<unknown> as ArrayLike<MapEntries>)
      break
    case 'STRUCT':
    case 'NODE':
    case 'REL':
      writeFields(out, fieldTypes(type.fields), values as ArrayLike<ArrayLike<Value>>)
      break
    case 'RECURSIVE_REL':
      writeFields(out, recursiveParts(type), values as ArrayLike<ArrayLike<Value>>)
      break
    case 'UNION':
      writeUnion(out, type.fields, values as ArrayLike<readonly [number, Value]>)
      break
    default:
      writeInts(out, values as ArrayLike<Int>)
      break
  }
}

function readPresent(input: RedoByteReader, type: LogicalType, count: number): Value[] {
  switch (type.id) {
    case 'ANY':
      return []
    case 'BOOL':
      return readInts(input, count).map((v) => v === 1)
    case 'FLOAT':
      return Array.from(new Float32Array(input.raw(count * 4).buffer))
    case 'DOUBLE':
      return Array.from(new Float64Array(input.raw(count * 8).buffer))
    case 'STRING':
    case 'JSON':
    case 'UUID':
      return readBytes(input, count).map((b) => Buffer.from(b.buffer, b.byteOffset, b.length).toString('utf8'))
    case 'BLOB':
      return readBytes(input, count).map((b) => b.slice())
    case 'INTERVAL':
      return readInterval(input, count)
    case 'INTERNAL_ID': {
      const tables = readInts(input, count)
      const offsets = readInts(input, count)
      return tables.map((table, i) => ({ table: Number(table), offset: Number(offsets[i]) }))
    }
    case 'LIST':
    case 'ARRAY':
      return readLists(input, type.child, count)
    case 'MAP':
      return readMaps(input, type.key, type.value, count)
    case 'STRUCT':
    case 'NODE':
    case 'REL':
      return readFields(input, fieldTypes(type.fields), count)
    case 'RECURSIVE_REL':
      return readFields(input, recursiveParts(type), count)
    case 'UNION':
      return readUnion(input, type.fields, count)
    default:
      return readInts(input, count)
  }
}

/** Integers: a byte with the width (1, 2, 4: signed; 8: float64 holding a safe integer; 16: two's complement), then the elements. */
export function writeInts(out: RedoByteWriter, values: ArrayLike<Int>): void {
  const width = intWidth(values)
  out.u8(width)
  if (width === 16) {
    const words = new BigInt64Array(values.length * 2)
    for (let i = 0; i < values.length; i++) {
      const v = toBigInt(values[i]!)
      words[2 * i] = BigInt.asIntN(64, v)
      words[2 * i + 1] = BigInt.asIntN(64, v >> 64n)
    }
    out.array(words)
    return
  }
  const numbers = values as ArrayLike<number>
  if (width === 1) out.array(Int8Array.from(numbers))
  else if (width === 2) out.array(Int16Array.from(numbers))
  else if (width === 4) out.array(Int32Array.from(numbers))
  else out.array(Float64Array.from(numbers))
}

function intWidth(values: ArrayLike<Int>): number {
  let min = 0
  let max = 0
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!
    if (typeof v === 'bigint') return 16
    if (v < min) min = v
    if (v > max) max = v
  }
  if (min >= -128 && max <= 127) return 1
  if (min >= -32768 && max <= 32767) return 2
  return min >= -2147483648 && max <= 2147483647 ? 4 : 8
}

/** Reads `count` integers that {@link writeInts} wrote. */
export function readInts(input: RedoByteReader, count: number): Int[] {
  const width = input.u8()
  const bytes = input.raw(count * width).buffer
  if (width === 1) return Array.from(new Int8Array(bytes))
  if (width === 2) return Array.from(new Int16Array(bytes))
  if (width === 4) return Array.from(new Int32Array(bytes))
  if (width === 8) return Array.from(new Float64Array(bytes))
  assert(width === 16, 'unknown integer width in a commit record', { width })
  const words = new BigInt64Array(bytes)
  const values: Int[] = new Array(count)
  for (let i = 0; i < count; i++) {
    values[i] = normaliseInt((words[2 * i + 1]! << 64n) | BigInt.asUintN(64, words[2 * i]!))
  }
  return values
}

function writeBytes(out: RedoByteWriter, values: ArrayLike<Uint8Array>): void {
  writeInts(
    out,
    Array.from(values, (v) => v.length),
  )
  for (let i = 0; i < values.length; i++) out.raw(values[i]!)
}

function readBytes(input: RedoByteReader, count: number): Uint8Array[] {
  const lengths = readInts(input, count) as number[]
  let total = 0
  for (const length of lengths) total += length
  const bytes = input.raw(total)
  let at = 0
  return lengths.map((length) => {
    at += length
    return bytes.subarray(at - length, at)
  })
}

function writeInterval(out: RedoByteWriter, values: ArrayLike<Interval>): void {
  const all = Array.from(values)
  writeInts(
    out,
    all.map((v) => v.months),
  )
  writeInts(
    out,
    all.map((v) => v.days),
  )
  writeInts(
    out,
    all.map((v) => v.micros),
  )
}

function readInterval(input: RedoByteReader, count: number): Value[] {
  const months = readInts(input, count)
  const days = readInts(input, count)
  const micros = readInts(input, count)
  return months.map((m, i) => ({ months: Number(m), days: Number(days[i]), micros: micros[i]! }))
}

function writeLists(out: RedoByteWriter, child: LogicalType, values: ArrayLike<ArrayLike<Value>>): void {
  const elements: Value[] = []
  const lengths: number[] = []
  for (let i = 0; i < values.length; i++) {
    const list = values[i]!
    lengths.push(list.length)
    for (let j = 0; j < list.length; j++) elements.push(list[j]!)
  }
  writeInts(out, lengths)
  writeValues(out, child, elements)
}

function readLists(input: RedoByteReader, child: LogicalType, count: number): Value[] {
  const lengths = readInts(input, count) as number[]
  let total = 0
  for (const length of lengths) total += length
  const elements = readValues(input, child, total)
  let at = 0
  return lengths.map((length) => {
    at += length
    return elements.slice(at - length, at)
  })
}

function writeMaps(out: RedoByteWriter, key: LogicalType, value: LogicalType, maps: ArrayLike<MapEntries>): void {
  const keys: Value[] = []
  const values: Value[] = []
  const lengths: number[] = []
  for (let i = 0; i < maps.length; i++) {
    const map = maps[i]!
    lengths.push(map.length)
    for (let j = 0; j < map.length; j++) {
      keys.push(map[j]![0])
      values.push(map[j]![1])
    }
  }
  writeInts(out, lengths)
  writeValues(out, key, keys)
  writeValues(out, value, values)
}

function readMaps(input: RedoByteReader, key: LogicalType, value: LogicalType, count: number): Value[] {
  const lengths = readInts(input, count) as number[]
  let total = 0
  for (const length of lengths) total += length
  const keys = readValues(input, key, total)
  const values = readValues(input, value, total)
  let at = 0
  return lengths.map((length) => {
    at += length
    return keys.slice(at - length, at).map((k, i) => [k, values[at - length + i]!])
  })
}

function fieldTypes(fields: readonly Field[]): LogicalType[] {
  return fields.map((f) => f.type)
}

function recursiveParts(type: { readonly node: LogicalType; readonly rel: LogicalType }): LogicalType[] {
  return [
    { id: 'LIST', child: type.node },
    { id: 'LIST', child: type.rel },
  ]
}

function writeFields(out: RedoByteWriter, types: readonly LogicalType[], rows: ArrayLike<ArrayLike<Value>>): void {
  for (let field = 0; field < types.length; field++) {
    const column = Array.from(rows, (row) => row[field] ?? null)
    writeValues(out, types[field]!, column)
  }
}

function readFields(input: RedoByteReader, types: readonly LogicalType[], count: number): Value[] {
  const columns = types.map((type) => readValues(input, type, count))
  return Array.from({ length: count }, (_, row) => columns.map((column) => column[row]!))
}

function writeUnion(out: RedoByteWriter, fields: readonly Field[], rows: ArrayLike<readonly [number, Value]>): void {
  const all = Array.from(rows)
  writeInts(
    out,
    all.map((row) => row[0]),
  )
  for (let member = 0; member < fields.length; member++) {
    const mine = all.filter((row) => row[0] === member).map((row) => row[1])
    writeValues(out, fields[member]!.type, mine)
  }
}

function readUnion(input: RedoByteReader, fields: readonly Field[], count: number): Value[] {
  const tags = readInts(input, count) as number[]
  const members = fields.map((field, member) => {
    const size = tags.reduce((sum, tag) => sum + (tag === member ? 1 : 0), 0)
    return readValues(input, field.type, size)
  })
  const next = fields.map(() => 0)
  return tags.map((tag) => {
    const at = next[tag]!
    next[tag] = at + 1
    return [tag, members[tag]![at]!]
  })
}
