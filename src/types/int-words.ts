import type { Int } from './value.ts'

const TWO_32 = 4294967296
const MAX_SAFE = Number.MAX_SAFE_INTEGER

/**
 * Reads a signed 8-byte integer as {@link Int} through its two halves, so that no bigint is made for a safe value.
 * @param words little-endian view of the same buffer as `wide`, two words per value.
 */
export function readInt64(words: Int32Array, wide: BigInt64Array, row: number): Int {
  const v = words[2 * row + 1]! * TWO_32 + (words[2 * row]! >>> 0)
  return v <= MAX_SAFE && v >= -MAX_SAFE ? v : wide[row]!
}

/** Reads an unsigned 8-byte integer as {@link Int}; the views are as in {@link readInt64}. */
export function readUint64(words: Int32Array, wide: BigUint64Array, row: number): Int {
  const v = (words[2 * row + 1]! >>> 0) * TWO_32 + (words[2 * row]! >>> 0)
  return v <= MAX_SAFE ? v : wide[row]!
}

/** Writes an {@link Int} as the two words at `2 * row`; works for signed and unsigned 8-byte integers. */
export function writeInt64(words: Int32Array, row: number, v: Int): void {
  if (typeof v === 'number') {
    words[2 * row] = v | 0
    words[2 * row + 1] = Math.floor(v / TWO_32)
  } else {
    words[2 * row] = Number(v & 0xffffffffn) | 0
    words[2 * row + 1] = Number((v >> 32n) & 0xffffffffn) | 0
  }
}

/** Reads a signed 16-byte integer from the four words at `4 * row`, low word first. */
export function readInt128(words: Uint32Array, row: number): Int {
  const at = 4 * row
  const w1 = words[at + 1]!
  const sign = w1 >>> 31 === 1 ? 0xffffffff : 0
  if (words[at + 2] === sign && words[at + 3] === sign) {
    const v = (w1 | 0) * TWO_32 + words[at]!
    if (v <= MAX_SAFE && v >= -MAX_SAFE) return v
  }
  const low = (BigInt(w1) << 32n) | BigInt(words[at]!)
  const high = (BigInt(words[at + 3]!) << 32n) | BigInt(words[at + 2]!)
  return normalise(BigInt.asIntN(128, (high << 64n) | low))
}

function normalise(v: bigint): Int {
  return v <= 9007199254740991n && v >= -9007199254740991n ? Number(v) : v
}

/** Writes an {@link Int} as two's complement into the four words at `4 * row`, low word first. */
export function writeInt128(words: Uint32Array, row: number, v: Int): void {
  const at = 4 * row
  if (typeof v === 'number') {
    words[at] = v
    words[at + 1] = Math.floor(v / TWO_32)
    words[at + 2] = words[at + 3] = v < 0 ? 0xffffffff : 0
    return
  }
  for (let i = 0; i < 4; i++) words[at + i] = Number((v >> BigInt(32 * i)) & 0xffffffffn)
}
