import type { Vector } from '../../types/vector.ts'

const TWO_32 = 4294967296
const MAX_SAFE = Number.MAX_SAFE_INTEGER

/** Reused for every chunk of ordinary size: encoding is synchronous and one chunk at a time. */
let scratch = new Float64Array(0)

/** @returns scratch memory for `count` numbers, valid until the next call. */
export function numberScratch(count: number): Float64Array {
  if (scratch.length < count) scratch = new Float64Array(Math.max(count, 1 << 17))
  return scratch
}

/**
 * Reads the rows of a vector of whole numbers (BOOL as 0 and 1).
 * @returns scratch memory with the numbers at its start, or null when one of them is not a safe integer.
 */
export function vectorNumbers(vector: Vector): Float64Array | null {
  const { data, length, type } = vector
  const target = numberScratch(length)
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const words = new Int32Array(data.buffer, data.byteOffset, 2 * length)
    return readWords(words, length, data instanceof BigUint64Array, target) ? target : null
  }
  if (type.id === 'BOOL') {
    const bits = data as Uint8Array
    for (let i = 0; i < length; i++) target[i] = (bits[i >> 3]! >> (i & 7)) & 1
    return target
  }
  if (type.id === 'INT128' || type.id === 'DECIMAL')
    return readQuads(data as Uint32Array, length, target) ? target : null
  target.set((data as Float64Array).subarray(0, length))
  return target
}

function readWords(words: Int32Array, count: number, unsigned: boolean, target: Float64Array): boolean {
  for (let i = 0; i < count; i++) {
    const high = unsigned ? words[2 * i + 1]! >>> 0 : words[2 * i + 1]!
    const v = high * TWO_32 + (words[2 * i]! >>> 0)
    if (v > MAX_SAFE || v < -MAX_SAFE) return false
    target[i] = v
  }
  return true
}

function readQuads(words: Uint32Array, count: number, target: Float64Array): boolean {
  for (let i = 0; i < count; i++) {
    if (!isSignExtended(words, i)) return false
    const v = (words[4 * i + 1]! | 0) * TWO_32 + words[4 * i]!
    if (v > MAX_SAFE || v < -MAX_SAFE) return false
    target[i] = v
  }
  return true
}

function isSignExtended(words: Uint32Array, row: number): boolean {
  const sign = words[4 * row + 1]! >>> 31 === 1 ? 0xffffffff : 0
  return words[4 * row + 2] === sign && words[4 * row + 3] === sign
}

/**
 * @param words 16-byte integers as four words each, low word first.
 * @returns the same as 8-byte integers, or null when one does not fit.
 */
export function quadsAsInt64(words: Uint32Array, count: number): BigInt64Array | null {
  const halves = new Uint32Array(2 * count)
  for (let i = 0; i < count; i++) {
    if (!isSignExtended(words, i)) return null
    halves[2 * i] = words[4 * i]!
    halves[2 * i + 1] = words[4 * i + 1]!
  }
  return new BigInt64Array(halves.buffer)
}
