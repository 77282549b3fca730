/** Bits of dropout: element i is kept when hash(i, seed) is at least this. `rate` in [0, 1). */
export function dropoutThreshold(rate: number): number {
  return Math.floor(rate * 2 ** 32) >>> 0
}

/** MurmurHash3's finaliser: every bit of the input moves every bit of the output. Source: A. Appleby, public domain. */
export function mixBits(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
