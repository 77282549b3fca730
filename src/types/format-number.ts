import { toBigInt } from './int.ts'
import type { Int } from './value.ts'

/** @returns a FLOAT or DOUBLE with six decimals, as C's `%f` prints it: `1.500000`, `-0.000000`, `inf`, `-inf`, `nan`. */
export function formatFloat(v: number): string {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? 'nan' : v > 0 ? 'inf' : '-inf'
  if (Object.is(v, -0)) return '-0.000000'
  // toFixed switches to an exponent there; so large a number is whole
  if (Math.abs(v) >= 1e21) return `${BigInt(v)}.000000`
  const text = v.toFixed(6)
  const scaled = v * 128
  // exactly between two neighbours, which only odd multiples of 1/128 are, toFixed goes up and C to the even one
  const tie = Number.isInteger(scaled) && scaled % 2 !== 0
  const last = text.charCodeAt(text.length - 1) - 48
  return tie && last % 2 === 1 ? `${text.slice(0, -1)}${last - 1}` : text
}

/** @returns a DECIMAL with all digits of its scale: unscaled -5 with scale 2 is `-0.05`. */
export function formatDecimal(unscaled: Int, scale: number): string {
  if (scale === 0) return String(unscaled)
  const wide = toBigInt(unscaled)
  const digits = String(wide < 0n ? -wide : wide).padStart(scale + 1, '0')
  const at = digits.length - scale
  return `${wide < 0n ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`
}
