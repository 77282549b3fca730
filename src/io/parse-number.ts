const bits = new BigInt64Array(1)
const double = new Float64Array(bits.buffer)
const words = new Uint32Array(bits.buffer)

/** A number as people and programs write it in data files: `-1`, `.5`, `5.`, `1.5e-3`; no plus sign, no leading zeros. */
const NUMBER = /^-?(?:0|[1-9]\d*|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d+)?$/

/** @returns the double nearest to a plain number, or undefined if the text is none (spaces, inf, nan and words included). */
export function parsePlainDouble(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined
}

/**
 * Rounds a decimal number to FLOAT once. Rounding it to a double first and that to a float can end one step off where the double
 * lies exactly half-way between two floats; there the text itself decides.
 * @param value the double nearest to `text`, which must be a plain number (see {@link parsePlainDouble}).
 */
export function roundToFloat(value: number, text: () => string): number {
  double[0] = value
  const halfway = (words[0]! & 0x1fffffff) === 0x10000000
  const subnormal = Math.abs(value) < 1.1754943508222875e-38 && value !== 0
  if ((!halfway && !subnormal) || !Number.isFinite(value)) return Math.fround(value)
  const difference = compareWithDecimal(Math.abs(value), text().replace('-', ''))
  if (difference === 0) return Math.fround(value)
  double[0] = value
  bits[0] = bits[0]! + (difference > 0 ? 1n : -1n) // the next double away from zero, or towards it
  return Math.fround(double[0]!)
}

/** @returns the sign of `decimal - value`, exactly. Both are positive. */
function compareWithDecimal(value: number, decimal: string): number {
  const [mantissa = '', exponent = '0'] = decimal.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  let left = BigInt(whole + fraction)
  const tens = Number(exponent) - fraction.length
  double[0] = value
  const stored = (bits[0]! >> 52n) & 0x7ffn
  let right = (bits[0]! & 0xfffffffffffffn) | (stored === 0n ? 0n : 1n << 52n)
  const twos = Number(stored === 0n ? 1n : stored) - 1075
  if (tens >= 0) left *= 10n ** BigInt(tens)
  else right *= 10n ** BigInt(-tens)
  if (twos >= 0) right <<= BigInt(twos)
  else left <<= BigInt(-twos)
  return left === right ? 0 : left > right ? 1 : -1
}
