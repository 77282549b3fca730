import type { NpyKind } from './npy-header.ts'

/** Element types a column of numbers can be stored in. `b1` is a byte that holds 0 or 1. */
export type ElementKind = Exclude<NpyKind, 'f2'>

/** Typed arrays over raw elements; which one belongs to which kind is said by {@link elementArray}. */
export type ElementArray =
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

/** @returns a view of `count` elements at `buffer + byteOffset`, which must be a multiple of the element size. */
export function elementArray(kind: NpyKind, buffer: ArrayBufferLike, byteOffset: number, count: number): ElementArray {
  switch (kind) {
    case 'b1':
    case 'u1':
      return new Uint8Array(buffer, byteOffset, count)
    case 'i1':
      return new Int8Array(buffer, byteOffset, count)
    case 'i2':
      return new Int16Array(buffer, byteOffset, count)
    case 'u2':
    case 'f2':
      return new Uint16Array(buffer, byteOffset, count)
    case 'i4':
      return new Int32Array(buffer, byteOffset, count)
    case 'u4':
      return new Uint32Array(buffer, byteOffset, count)
    case 'i8':
      return new BigInt64Array(buffer, byteOffset, count)
    case 'u8':
      return new BigUint64Array(buffer, byteOffset, count)
    case 'f4':
      return new Float32Array(buffer, byteOffset, count)
    case 'f8':
      return new Float64Array(buffer, byteOffset, count)
  }
}

/** @returns whether a file of `from` may fill a column stored as `to`: to the same, integer to number, float to float. */
export function isConvertible(from: NpyKind, to: ElementKind): boolean {
  if (from === 'b1' || to === 'b1') return from === to
  return from[0] !== 'f' || to[0] === 'f'
}

/**
 * Converts elements one by one, checking each against the range of the target. Floats are rounded to the nearest, integers that a
 * float cannot hold too.
 * @param source `count` elements of kind `from`, in the byte order of this machine.
 * @param target room for `count` elements of kind `to`.
 * @returns -1, or the position of the first element that does not fit: out of range, or a boolean that is neither 0 nor 1.
 * Cost: one pass, no allocation except for 8-byte integers.
 */
export function convertElements(
  from: NpyKind,
  source: ElementArray,
  to: ElementKind,
  target: ElementArray,
  count: number,
): number {
  if (to === 'b1') return copyBooleans(source as Uint8Array, target as Uint8Array, count)
  if (source instanceof BigInt64Array || source instanceof BigUint64Array) {
    if (to === 'i8' || to === 'u8') return reinterpretInt64(source, target as BigInt64Array, count)
    return narrow((i) => Number(source[i]!), to, target as Float64Array, count)
  }
  if (to === 'i8' || to === 'u8') return widenToInt64(source, to, target as BigInt64Array, count)
  if (from === 'f2') return narrow((i) => halfToNumber(source[i] as number), to, target as Float64Array, count)
  return narrow((i) => source[i]!, to, target as Float64Array, count)
}

function copyBooleans(source: Uint8Array, target: Uint8Array, count: number): number {
  for (let i = 0; i < count; i++) {
    if (source[i]! > 1) return i
    target[i] = source[i]!
  }
  return -1
}

/** Signed and unsigned 8-byte integers have the same bits where both can hold the value. */
function reinterpretInt64(source: BigInt64Array | BigUint64Array, target: BigInt64Array, count: number): number {
  const bits = new BigInt64Array(source.buffer, source.byteOffset, count)
  const out = new BigInt64Array(target.buffer, target.byteOffset, count)
  for (let i = 0; i < count; i++) {
    if (bits[i]! < 0n) return i
    out[i] = bits[i]!
  }
  return -1
}

/** 4-byte halves instead of BigInts, so that nothing is allocated. */
function widenToInt64(
  source: Exclude<ElementArray, BigInt64Array | BigUint64Array>,
  to: 'i8' | 'u8',
  target: BigInt64Array,
  count: number,
): number {
  const halves = new Int32Array(target.buffer, target.byteOffset, 2 * count)
  for (let i = 0; i < count; i++) {
    const value = source[i]!
    if (value < 0 && to === 'u8') return i
    halves[2 * i] = value | 0
    halves[2 * i + 1] = value < 0 ? -1 : 0
  }
  return -1
}

const INTEGER_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  i1: [-0x80, 0x7f],
  u1: [0, 0xff],
  i2: [-0x8000, 0x7fff],
  u2: [0, 0xffff],
  i4: [-0x80000000, 0x7fffffff],
  u4: [0, 0xffffffff],
}

function narrow(read: (i: number) => number, to: ElementKind, target: Float64Array, count: number): number {
  const range = INTEGER_RANGES[to]
  for (let i = 0; i < count; i++) {
    const value = read(i)
    if (range !== undefined && (value < range[0] || value > range[1])) return i
    target[i] = value
    // Only an overflow of FLOAT turns a finite number into an infinite one.
    if (to === 'f4' && !Number.isFinite(target[i]!) && Number.isFinite(value)) return i
  }
  return -1
}

/** @returns the number that the 16 bits of an IEEE 754 half-precision float stand for. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
