import { DatabaseError } from '../../errors/database-error.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Vector } from '../../types/vector.ts'
import type { IntEncoding, ValueRun } from '../column-base.ts'
import { encodeBytes } from './bytes-encoder.ts'
import type { ExtentWriter } from './extent-writer.ts'
import { encodeFloats } from './float-encoder.ts'
import { encodeBigInts, encodeNumbers, type IntResult } from './int-encoder.ts'
import { encodePlainArray } from './plain-encoder.ts'
import { plainArray } from './plain-layout.ts'
import { constantRun, type RunResult } from './run-result.ts'
import { parseUuid } from './uuid.ts'
import { numberScratch, quadsAsInt64, vectorNumbers } from './vector-numbers.ts'

/** An encoded run with its validity. */
export interface EncodedRun {
  readonly run: ValueRun
  readonly min: RunResult['min']
  readonly max: RunResult['max']
  readonly distinct: number
}

/**
 * Writes the rows of a vector as one run, choosing the encoding by looking at the data.
 * Cost: one or two passes over the data; plain arrays are copied without being looked at.
 */
export function encodeRun(vector: Vector, writer: ExtentWriter): EncodedRun {
  const rows = vector.length
  const { nullCount } = vector
  if (nullCount === rows) {
    return {
      run: { rows, nullCount, validityAt: -1, elementValidityAt: -1, encoding: { kind: 'constant', value: null } },
      min: null,
      max: null,
      distinct: 0,
    }
  }
  const result = encodeValues(vector, writer)
  const elementValidityAt = result.encoding.kind === 'plain' ? writeElementValidity(vector, writer) : -1
  const validityAt = writeValidity(vector, writer)
  const { min, max, distinct, encoding } = result
  return { run: { rows, nullCount, validityAt, elementValidityAt, encoding }, min, max, distinct }
}

function writeValidity(vector: Vector, writer: ExtentWriter): number {
  if (vector.nullCount === 0 || vector.validity === null) return -1
  const at = writer.startRun()
  writer.write(vector.validity.subarray(0, (vector.length + 7) >> 3))
  return at
}

/** The bitmap of elements of an ARRAY, needed only when a row that is not NULL has a NULL in it. */
function writeElementValidity(vector: Vector, writer: ExtentWriter): number {
  const elements = vector.children[0]
  if (elements === undefined || elements.nullCount === 0) return -1
  return writeValidity(elements, writer)
}

function encodeValues(vector: Vector, writer: ExtentWriter): RunResult {
  const { type } = vector
  switch (type.id) {
    case 'FLOAT':
    case 'DOUBLE':
      return encodeFloats(vector, writer)
    case 'STRING':
    case 'JSON':
      return encodeBytes(vector, true, writer)
    case 'BLOB':
      return encodeBytes(vector, false, writer)
    case 'UUID':
      return encodeUuids(vector, writer)
    case 'INTERVAL':
      return unordered('struct', { children: intervalParts(vector).map((part) => encodeInts(part, writer)) })
    case 'INTERNAL_ID':
      return unordered('struct', { children: idParts(vector).map((part) => encodeInts(part, writer)) })
    case 'LIST':
    case 'MAP':
      return encodeList(vector, writer)
    case 'ARRAY':
      return encodeArray(vector, type.length, writer)
    case 'STRUCT':
    case 'NODE':
    case 'REL':
    case 'RECURSIVE_REL':
      return unordered('struct', { children: vector.children.map((child) => encodeRun(child, writer).run) })
    case 'UNION':
      return encodeUnion(vector, writer)
    case 'ANY':
      return constantRun(null)
    default:
      return encodeIntegers(vector, writer)
  }
}

function encodeIntegers(vector: Vector, writer: ExtentWriter): RunResult {
  const numbers = vectorNumbers(vector)
  if (numbers !== null) return intRun(encodeNumbers(numbers, vector.length, vector.validity, writer), vector.type)
  const { data } = vector
  if (data instanceof BigInt64Array) return intRun(encodeBigInts(data.slice(), vector.validity, writer), vector.type)
  if (data instanceof BigUint64Array) return intRun(encodeBigInts(data.slice(), vector.validity, writer), vector.type)
  const quads = data as Uint32Array
  const narrow = quadsAsInt64(quads, vector.length)
  if (narrow !== null) return intRun(encodeBigInts(narrow, vector.validity, writer), vector.type)
  const at = writer.startRun()
  writer.write(new Uint8Array(quads.buffer, quads.byteOffset, 16 * vector.length))
  return { encoding: { kind: 'wide', at }, min: null, max: null, distinct: vector.length - vector.nullCount }
}

function intRun(result: IntResult, type: LogicalType): RunResult {
  const { ints, min, max, distinct } = result
  const bounds =
    type.id === 'BOOL' ? { min: min === null ? null : min !== 0, max: max === null ? null : max !== 0 } : { min, max }
  return { encoding: { kind: 'int', ints }, ...bounds, distinct }
}

function encodeUuids(vector: Vector, writer: ExtentWriter): RunResult {
  const { length, validity } = vector
  const target = new Uint8Array(16 * length)
  for (let i = 0; i < length; i++) {
    if (validity !== null && (validity[i >> 3]! & (1 << (i & 7))) === 0) continue
    parseUuid(vector.bytes!, vector.offsets![i]!, target, 16 * i)
  }
  const at = writer.startRun()
  writer.write(target)
  return { encoding: { kind: 'uuid', at }, min: null, max: null, distinct: length - vector.nullCount }
}

function encodeList(vector: Vector, writer: ExtentWriter): RunResult {
  const { length } = vector
  const source = vector.offsets!
  if (source[0] !== 0 || source[length] !== vector.children[0]!.length) {
    throw new DatabaseError('INTERNAL', 'a list vector must own its elements from 0 on')
  }
  const starts = numberScratch(length + 1)
  starts.set(source.subarray(0, length + 1))
  const offsets = encodeNumbers(starts, length + 1, null, writer).ints
  return unordered('list', { offsets, children: vector.children.map((child) => encodeRun(child, writer).run) })
}

function encodeArray(vector: Vector, length: number, writer: ExtentWriter): RunResult {
  const plain = plainArray(vector.type)
  if (plain !== null) return encodePlainArray(vector, plain, writer)
  return unordered('stride', { length, child: encodeRun(vector.children[0]!, writer).run })
}

function encodeUnion(vector: Vector, writer: ExtentWriter): RunResult {
  return unordered('union', {
    tags: encodeSmall(vector.data as Int8Array, vector.length, writer),
    positions: encodeSmall(vector.offsets!, vector.length, writer),
    children: vector.children.map((child) => encodeRun(child, writer).run),
  })
}

function encodeSmall(source: Int8Array | Int32Array, count: number, writer: ExtentWriter): IntEncoding {
  const numbers = numberScratch(count)
  numbers.set(source.subarray(0, count))
  return encodeNumbers(numbers, count, null, writer).ints
}

function encodeInts(numbers: Float64Array | BigInt64Array, writer: ExtentWriter): ValueRun {
  const rows = numbers.length
  const { ints } =
    numbers instanceof Float64Array ? encodeNumbers(numbers, rows, null, writer) : encodeBigInts(numbers, null, writer)
  return { rows, nullCount: 0, validityAt: -1, elementValidityAt: -1, encoding: { kind: 'int', ints } }
}

/** Months, days, microseconds. */
function intervalParts(vector: Vector): (Float64Array | BigInt64Array)[] {
  const words = vector.data as Int32Array
  const months = new Float64Array(vector.length)
  const days = new Float64Array(vector.length)
  const micros = new BigInt64Array(vector.length)
  const wide = new BigInt64Array(words.buffer, words.byteOffset, 2 * vector.length)
  let safe = true
  for (let i = 0; i < vector.length; i++) {
    months[i] = words[4 * i]!
    days[i] = words[4 * i + 1]!
    micros[i] = wide[2 * i + 1]!
    if (!Number.isSafeInteger(Number(micros[i]))) safe = false
  }
  return [months, days, safe ? Float64Array.from(micros, Number) : micros]
}

/** Table, offset. */
function idParts(vector: Vector): Float64Array[] {
  const words = vector.data as Uint32Array
  const tables = new Float64Array(vector.length)
  const offsets = new Float64Array(vector.length)
  for (let i = 0; i < vector.length; i++) {
    offsets[i] = words[2 * i]!
    tables[i] = words[2 * i + 1]!
  }
  return [tables, offsets]
}

type Unordered = 'list' | 'stride' | 'struct' | 'union'

function unordered<K extends Unordered>(
  kind: K,
  rest: Omit<Extract<RunResult['encoding'], { kind: K }>, 'kind'>,
): RunResult {
  return { encoding: { kind, ...rest } as unknown as RunResult['encoding'], min: null, max: null, distinct: 0 }
}
