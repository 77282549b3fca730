/** Coefficients for g = 7, n = 9. Source: Lanczos, SIAM J. Numer. Anal. 1 (1964), as tabulated by P. Godfrey. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
const LOG_ROOT_TWO_PI = 0.9189385332046727

function lanczosSum(v: number): number {
  let sum = LANCZOS[0]!
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (v + i)
  return sum
}

/** @returns the gamma function, exact for whole numbers up to 23, otherwise with about 14 digits; NaN at negative whole numbers. */
export function gamma(v: number): number {
  if (Number.isInteger(v)) {
    if (v <= 0) return v < 0 ? Number.NaN : Object.is(v, -0) ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    if (v > 171) return Number.POSITIVE_INFINITY
    let product = 1
    for (let i = 2; i < v; i++) product *= i
    return product
  }
  if (v < 0.5) return Math.PI / (Math.sin(Math.PI * v) * gamma(1 - v)) // reflection
  const shifted = v - 1
  const t = shifted + 7.5
  // the power is split in two: it may overflow where the whole does not
  const power = t ** ((shifted + 0.5) / 2)
  return Math.sqrt(2 * Math.PI) * power * Math.exp(-t) * power * lanczosSum(shifted)
}

/** @returns the natural logarithm of the absolute value of the gamma function. */
export function logGamma(v: number): number {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? v : Number.POSITIVE_INFINITY
  if (Number.isInteger(v) && v <= 0) return Number.POSITIVE_INFINITY
  if (v === 1 || v === 2) return 0
  if (v < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * v))) - logGamma(1 - v)
  const shifted = v - 1
  const t = shifted + 7.5
  return LOG_ROOT_TWO_PI + (shifted + 0.5) * Math.log(t) - t + Math.log(lanczosSum(shifted))
}
