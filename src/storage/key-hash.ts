import { toBigInt } from '../types/int.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { encodeUtf8 } from './encoding/utf8.ts'

/**
 * Two independent 32-bit hashes of a primary key: one chooses the page of the index, the other is kept in it. Stored in files, so it may never
 * change. Whole numbers below 2^32 never collide in either.
 */
export interface KeyHash {
  page: number
  print: number
}

const doubles = new Float64Array(1)
const doubleWords = new Uint32Array(doubles.buffer)

/** @returns a function that hashes keys of a type into `into`. Equal keys (0 and -0, all NaNs) hash the same. */
export function keyHasher(type: LogicalType, into: KeyHash): (key: Value) => void {
  switch (type.id) {
    case 'FLOAT':
    case 'DOUBLE':
      return (key) => hashDouble(key as number, into)
    case 'STRING':
    case 'JSON':
    case 'UUID':
      return (key) => {
        const bytes = encodeUtf8(key as string)
        hashKeyBytes(bytes, 0, bytes.length, into)
      }
    case 'BLOB':
      return (key) => hashKeyBytes(key as Uint8Array, 0, (key as Uint8Array).length, into)
    case 'INT128':
    case 'DECIMAL':
      return (key) => hashBigKey(key as number | bigint, into)
    default:
      return (key) => {
        if (typeof key === 'number') hashWordPair(key | 0, Math.floor(key / 4294967296) | 0, into)
        else {
          const wide = BigInt.asUintN(64, toBigInt(key as bigint))
          hashWordPair(Number(wide & 0xffffffffn) | 0, Number(wide >> 32n) | 0, into)
        }
      }
  }
}

/** Hashes every row of a key vector without NULLs. @param pages and `prints` get one element per row, from `at` on. */
export function hashKeyVector(vector: Vector, pages: Uint32Array, prints: Uint32Array, at: number): void {
  const into: KeyHash = { page: 0, print: 0 }
  const hashRow = vectorHasher(vector, into)
  for (let i = 0; i < vector.length; i++) {
    hashRow(i)
    pages[at + i] = into.page
    prints[at + i] = into.print
  }
}

function vectorHasher(vector: Vector, into: KeyHash): (row: number) => void {
  const { data, type } = vector
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const words = new Int32Array(data.buffer, data.byteOffset, 2 * vector.length)
    return (row) => hashWordPair(words[2 * row]!, words[2 * row + 1]!, into)
  }
  if (data instanceof Float32Array || data instanceof Float64Array) return (row) => hashDouble(data[row]!, into)
  if (type.id === 'INT128' || type.id === 'DECIMAL') {
    const words = new Int32Array(data!.buffer, data!.byteOffset, 4 * vector.length)
    return (row) => hashQuad(words, 4 * row, into)
  }
  if (vector.bytes !== null) {
    const offsets = vector.offsets!
    const bytes = vector.bytes
    return (row) => hashKeyBytes(bytes, offsets[row]!, offsets[row + 1]!, into)
  }
  const numbers = data as Int32Array
  return (row) => {
    const v = numbers[row]!
    hashWordPair(v | 0, v < 0 ? -1 : 0, into)
  }
}

function hashBigKey(key: number | bigint, into: KeyHash): void {
  const wide = BigInt.asUintN(128, toBigInt(key))
  const words = new Int32Array(4)
  for (let k = 0; k < 4; k++) words[k] = Number((wide >> BigInt(32 * k)) & 0xffffffffn)
  hashQuad(words, 0, into)
}

/** A number that fits 8 bytes hashes as one of 8 bytes does. */
function hashQuad(words: Int32Array, at: number, into: KeyHash): void {
  const sign = words[at + 1]! >> 31
  hashWordPair(words[at]!, words[at + 1]!, into)
  if (words[at + 2] === sign && words[at + 3] === sign) return
  const { page, print } = into
  hashWordPair(words[at + 2]!, words[at + 3]!, into)
  into.page = mix(into.page ^ Math.imul(page, 0x9e3779b1)) >>> 0
  into.print = mix(into.print ^ Math.imul(print, 0x85ebca77)) >>> 0
}

function hashDouble(value: number, into: KeyHash): void {
  doubles[0] = value === 0 ? 0 : Number.isNaN(value) ? Number.NaN : value
  hashWordPair(doubleWords[0]! | 0, doubleWords[1]! | 0, into)
}

function hashWordPair(low: number, high: number, into: KeyHash): void {
  into.page = mix(low ^ mix(high ^ 0x3c6ef372) ^ 0x2545f491) >>> 0
  into.print = mix(Math.imul(low, 0x9e3779b1) ^ mix(high ^ 0x1b56c4e9) ^ 0x7f4a7c15) >>> 0
}

function hashKeyBytes(bytes: Uint8Array, from: number, to: number, into: KeyHash): void {
  let a = 0x811c9dc5 ^ (to - from)
  let b = 0x2f0b4a37
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    a = Math.imul(a ^ byte, 0x01000193)
    b = Math.imul(b, 0x9e3779b1) + byte
    b ^= b >>> 15
  }
  into.page = mix(a ^ Math.imul(b, 3)) >>> 0
  into.print = mix(b) >>> 0
}

/** A bijection of 32-bit words (the finaliser of MurmurHash3). */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
