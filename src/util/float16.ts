/*
 * IEEE 754 half precision: 1 bit sign, 5 bits exponent (bias 15), 10 bits fraction. Functions take and give bits, of halves and of 32-bit floats.
 */

const floats = new Float32Array(1)
const floatBits = new Int32Array(floats.buffer)

/** @param half bits 0-15. @returns the bits of the same number as a 32-bit float, exactly; of NaNs the payload too. */
export function floatBitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >>> 10) & 31
  const fraction = half & 0x3ff
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13)
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  floats[0] = fraction * 2 ** -24
  return sign | floatBits[0]!
}

/** @param value rounded to the nearest half, ties to even; 65,520 and above become infinity. @returns the bits. */
export function halfOf(value: number): number {
  floats[0] = value
  const bits = floatBits[0]!
  const sign = (bits >>> 16) & 0x8000
  const size = bits & 0x7fffffff
  if (size > 0x7f800000) return sign | 0x7e00
  if (size >= 0x477ff000) return sign | 0x7c00
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13)
  const units = Math.abs(floats[0]!) * 2 ** 24 // below the smallest normal number, halves are whole numbers of these
  const down = Math.floor(units)
  const isUp = units - down > 0.5 || (units - down === 0.5 && (down & 1) === 1)
  return sign | (down + (isUp ? 1 : 0))
}

let table: Int32Array | null = null

/** @returns [65,536] {@link floatBitsOfHalf} of every half: 256 KiB, made when first asked for, the same for every caller of the thread. */
export function halfTable(): Int32Array {
  table ??= Int32Array.from({ length: 1 << 16 }, (_, half) => floatBitsOfHalf(half))
  return table
}
