import { normaliseInt } from '../../types/int.ts'
import type { Int } from '../../types/value.ts'
import type { IntEncoding } from '../column-base.ts'
import { DistinctSketch } from './distinct-sketch.ts'
import type { ExtentWriter } from './extent-writer.ts'

/** An encoded sequence of whole numbers; bounds are null when every row is NULL. */
export interface IntResult {
  readonly ints: IntEncoding
  readonly min: Int | null
  readonly max: Int | null
  readonly distinct: number
}

const sketch = new DistinctSketch()

/**
 * Encodes `values[0..count)`: nothing for a constant or arithmetic sequence, codes of 1 to 32 bits for a narrow range, 8 bytes otherwise.
 * @param values safe integers; those of NULL rows are overwritten.
 * @param validity bitmap, or null when no row is NULL.
 * Cost: two passes, about 2 ns a value.
 */
export function encodeNumbers(
  values: Float64Array,
  count: number,
  validity: Uint8Array | null,
  writer: ExtentWriter,
): IntResult {
  const bounds = validity === null ? boundsOf(values, count) : boundsOfValid(values, count, validity)
  if (bounds === null) return { ints: { kind: 'arithmetic', base: 0, step: 0 }, min: null, max: null, distinct: 0 }
  const { min, max } = bounds
  if (min === max) return { ints: { kind: 'arithmetic', base: min, step: 0 }, min, max, distinct: 1 }
  if (validity === null && isArithmetic(values, count)) {
    return { ints: { kind: 'arithmetic', base: values[0]!, step: values[1]! - values[0]! }, min, max, distinct: count }
  }
  if (validity !== null) fillInvalid(values, count, validity, min)
  const distinct = distinctOf(values, count, min, max)
  const width = packedWidth(max - min)
  const at = writer.startRun()
  if (width === 64) {
    writer.write(asInt64(values, count))
    return { ints: { kind: 'int64', at }, min, max, distinct }
  }
  writer.write(pack(values, count, min, width))
  return { ints: { kind: 'packed', base: min, width, at }, min, max, distinct }
}

/**
 * The same for 8-byte integers of which some are not safe.
 * @param values those of NULL rows are overwritten.
 */
export function encodeBigInts(
  values: BigInt64Array | BigUint64Array,
  validity: Uint8Array | null,
  writer: ExtentWriter,
): IntResult {
  const wide = values as BigInt64Array
  const first = firstValid(wide.length, validity)
  if (first < 0) return { ints: { kind: 'arithmetic', base: 0, step: 0 }, min: null, max: null, distinct: 0 }
  let min = wide[first]!
  let max = min
  sketch.reset()
  for (let i = first; i < wide.length; i++) {
    if (validity !== null && (validity[i >> 3]! & (1 << (i & 7))) === 0) continue
    const v = wide[i]!
    if (v < min) min = v
    if (v > max) max = v
    sketch.addNumbers([Number(v)], 0, 1)
  }
  const facts = { min: normaliseInt(min), max: normaliseInt(max), distinct: Math.min(sketch.estimate(), wide.length) }
  if (min === max) return { ints: { kind: 'arithmetic', base: facts.min, step: 0 }, ...facts, distinct: 1 }
  if (validity !== null) fillInvalid(wide, wide.length, validity, min)
  const width = max - min < 4294967296n ? packedWidth(Number(max - min)) : 64
  const at = writer.startRun()
  if (width === 64) {
    writer.write(new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength))
    return { ints: { kind: values instanceof BigUint64Array ? 'uint64' : 'int64', at }, ...facts }
  }
  const codes = new Float64Array(wide.length)
  for (let i = 0; i < wide.length; i++) codes[i] = Number(wide[i]! - min)
  writer.write(pack(codes, codes.length, 0, width))
  return { ints: { kind: 'packed', base: facts.min, width, at }, ...facts }
}

function boundsOf(values: Float64Array, count: number): { min: number; max: number } | null {
  if (count === 0) return null
  let min = values[0]!
  let max = min
  for (let i = 1; i < count; i++) {
    const v = values[i]!
    if (v < min) min = v
    if (v > max) max = v
  }
  return { min, max }
}

function boundsOfValid(values: Float64Array, count: number, validity: Uint8Array): { min: number; max: number } | null {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    if ((validity[i >> 3]! & (1 << (i & 7))) === 0) continue
    const v = values[i]!
    if (v < min) min = v
    if (v > max) max = v
  }
  return min > max ? null : { min, max }
}

function isArithmetic(values: Float64Array, count: number): boolean {
  const base = values[0]!
  const step = values[1]! - base
  if (!Number.isSafeInteger(step)) return false
  for (let i = 2; i < count; i++) {
    if (values[i]! !== base + step * i) return false
  }
  return Number.isSafeInteger(step * (count - 1))
}

function fillInvalid<T>(values: { [i: number]: T }, count: number, validity: Uint8Array, filler: T): void {
  for (let i = 0; i < count; i++) {
    if ((validity[i >> 3]! & (1 << (i & 7))) === 0) values[i] = filler
  }
}

function firstValid(count: number, validity: Uint8Array | null): number {
  for (let i = 0; i < count; i++) {
    if (validity === null || (validity[i >> 3]! & (1 << (i & 7))) !== 0) return i
  }
  return -1
}

/** Exact for narrow ranges, an estimate otherwise. */
function distinctOf(values: Float64Array, count: number, min: number, max: number): number {
  if (max - min < 65536) {
    const seen = new Uint8Array(max - min + 1)
    for (let i = 0; i < count; i++) seen[values[i]! - min] = 1
    let sum = 0
    for (let i = 0; i < seen.length; i++) sum += seen[i]!
    return sum
  }
  sketch.reset()
  sketch.addNumbers(values, 0, count)
  return Math.min(sketch.estimate(), count, max - min + 1)
}

/** @returns bits of the narrowest code for 0..range, a power of two; 64 when 32 are too few. */
export function packedWidth(range: number): number {
  for (const width of [1, 2, 4, 8, 16]) if (range < 2 ** width) return width
  return range < 4294967296 ? 32 : 64
}

const packBuffer = new Uint8Array(1 << 19)

/** @returns the codes `values[i] - base` packed; the memory is reused by the next call when it is at most half a megabyte. */
function pack(values: Float64Array, count: number, base: number, width: number): Uint8Array {
  const byteCount = Math.ceil((count * width) / 8)
  const padded = (byteCount + 3) & ~3
  const bytes = padded <= packBuffer.length ? packBuffer.subarray(0, padded) : new Uint8Array(padded)
  if (width >= 8) packWords(values, count, base, width, bytes)
  else packBits(values, count, base, width, bytes)
  return bytes
}

function packWords(values: Float64Array, count: number, base: number, width: number, bytes: Uint8Array): void {
  const { buffer, byteOffset } = bytes
  if (width === 8) packInto(values, count, base, bytes)
  else if (width === 16) packInto(values, count, base, new Uint16Array(buffer, byteOffset, bytes.length >> 1))
  else packInto(values, count, base, new Uint32Array(buffer, byteOffset, bytes.length >> 2))
}

function packInto(
  values: Float64Array,
  count: number,
  base: number,
  target: Uint8Array | Uint16Array | Uint32Array,
): void {
  for (let i = 0; i < count; i++) target[i] = values[i]! - base
}

function packBits(values: Float64Array, count: number, base: number, width: number, bytes: Uint8Array): void {
  const perByte = 8 / width
  bytes.fill(0)
  for (let i = 0; i < count; i++) {
    const at = (i / perByte) | 0
    bytes[at] = bytes[at]! | ((values[i]! - base) << ((i % perByte) * width))
  }
}

function asInt64(values: Float64Array, count: number): Uint8Array {
  const words = new Int32Array(2 * count)
  for (let i = 0; i < count; i++) {
    const v = values[i]!
    words[2 * i] = v | 0
    words[2 * i + 1] = Math.floor(v / 4294967296)
  }
  return new Uint8Array(words.buffer)
}
