import { compareStrings } from '../../types/compare.ts'
import type { Vector } from '../../types/vector.ts'
import { type ByteTable, bytesTable } from './byte-table.ts'
import { DistinctSketch } from './distinct-sketch.ts'
import type { ExtentWriter } from './extent-writer.ts'
import { hashBytes } from './hash-bytes.ts'
import { encodeNumbers } from './int-encoder.ts'
import type { RunResult } from './run-result.ts'
import { compareByteRanges, decodeUtf8 } from './utf8.ts'
import { numberScratch } from './vector-numbers.ts'

/** A dictionary has at most this many entries. */
const MAX_ENTRIES = 65536
/** Bounds longer than this are not kept. */
const MAX_BOUND_BYTES = 256

const sketch = new DistinctSketch()

/** Encodes STRING, JSON (`ordered`) or BLOB: as a dictionary when values repeat enough, otherwise offsets and bytes. */
export function encodeBytes(vector: Vector, ordered: boolean, writer: ExtentWriter): RunResult {
  const table = ordered ? bytesTable(vector, Math.min(MAX_ENTRIES, Math.ceil(vector.length / 2))) : null
  return table === null ? encodePlainBytes(vector, ordered, writer) : encodeDictionary(vector, table, writer)
}

function encodePlainBytes(vector: Vector, ordered: boolean, writer: ExtentWriter): RunResult {
  const { length } = vector
  const offsets = vector.offsets!
  const bytes = vector.bytes!
  const from = offsets[0]!
  const byteCount = offsets[length]! - from
  const at = writer.startRun()
  writer.write(bytes.subarray(from, from + byteCount))
  const starts = numberScratch(length + 1)
  for (let i = 0; i <= length; i++) starts[i] = offsets[i]! - from
  const encoded = encodeNumbers(starts, length + 1, null, writer)
  const bounds = ordered ? boundsOf(vector) : { min: null, max: null }
  return {
    encoding: { kind: 'bytes', offsets: encoded.ints, at, byteCount },
    ...bounds,
    distinct: estimateDistinct(vector),
  }
}

function encodeDictionary(vector: Vector, table: ByteTable, writer: ExtentWriter): RunResult {
  const { length, validity } = vector
  const bytes = vector.bytes!
  const { entryCount, firstRows } = table
  const offsets = vector.offsets!
  const codes = numberScratch(length)
  codes.set(table.codes)
  const encodedCodes = encodeNumbers(codes, length, validity, writer)
  const at = writer.startRun()
  const starts = new Float64Array(entryCount + 1)
  const entries: string[] = []
  for (let j = 0; j < entryCount; j++) {
    const row = firstRows[j]!
    const entry = bytes.subarray(offsets[row]!, offsets[row + 1]!)
    writer.write(entry)
    starts[j + 1] = starts[j]! + entry.length
    if (entry.length <= MAX_BOUND_BYTES) entries.push(decodeUtf8(entry, 0, entry.length))
  }
  const bounds = entries.length === entryCount ? boundsOfStrings(entries) : { min: null, max: null }
  const byteCount = starts[entryCount]!
  const encodedOffsets = encodeNumbers(starts, entryCount + 1, null, writer)
  return {
    encoding: { kind: 'dictionary', codes: encodedCodes.ints, entryCount, offsets: encodedOffsets.ints, at, byteCount },
    ...bounds,
    distinct: entryCount,
  }
}

function boundsOfStrings(strings: readonly string[]): { min: string | null; max: string | null } {
  let min = strings[0] ?? null
  let max = min
  for (const s of strings) {
    if (compareStrings(s, min!) < 0) min = s
    if (compareStrings(s, max!) > 0) max = s
  }
  return { min, max }
}

/** Bounds of a column of text, compared as bytes; null when a bound is too long to keep. */
function boundsOf(vector: Vector): { min: string | null; max: string | null } {
  const { length, validity } = vector
  const offsets = vector.offsets!
  const bytes = vector.bytes!
  let min = -1
  let max = -1
  for (let i = 0; i < length; i++) {
    if (validity !== null && (validity[i >> 3]! & (1 << (i & 7))) === 0) continue
    const from = offsets[i]!
    const to = offsets[i + 1]!
    if (min < 0 || compareByteRanges(bytes, from, to, bytes, offsets[min]!, offsets[min + 1]!) < 0) min = i
    if (max < 0 || compareByteRanges(bytes, from, to, bytes, offsets[max]!, offsets[max + 1]!) > 0) max = i
  }
  const textOf = (row: number): string | null => {
    if (row < 0 || offsets[row + 1]! - offsets[row]! > MAX_BOUND_BYTES) return null
    return decodeUtf8(bytes, offsets[row]!, offsets[row + 1]!)
  }
  return { min: textOf(min), max: textOf(max) }
}

function estimateDistinct(vector: Vector): number {
  const { length, validity } = vector
  sketch.reset()
  for (let i = 0; i < length; i++) {
    if (validity !== null && (validity[i >> 3]! & (1 << (i & 7))) === 0) continue
    sketch.addHash(hashBytes(vector.bytes!, vector.offsets![i]!, vector.offsets![i + 1]!))
  }
  return Math.min(sketch.estimate(), length - vector.nullCount)
}
