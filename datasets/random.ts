/**
 * Pseudo-random numbers, the same on every machine for the same seed and stream. Not for secrets.
 * Source: sfc32 of Chris Doty-Humphrey's PractRand, seeded by splitmix32.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** @param stream different streams of one seed are independent, so that files can be made separately. */
  constructor(seed: number, stream: number) {
    let state = (seed ^ Math.imul(stream + 1, 0x9e3779b9)) | 0
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0
      let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      return z ^ (z >>> 15)
    }
    this.#a = next()
    this.#b = next()
    this.#c = next()
    for (let i = 0; i < 12; i++) this.bits()
  }

  /** @returns 32 random bits, as an unsigned integer. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** @returns a number in [0, 1). */
  unit(): number {
    return this.bits() / 4294967296
  }

  /** @returns an integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit)
  }

  /** @returns a normally distributed number of mean 0 and variance 1. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()))
    return radius * Math.cos(2 * Math.PI * this.unit())
  }
}

/** Puts the numbers into a random order. */
export function shuffle(numbers: Uint32Array, random: Random): void {
  for (let i = numbers.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = numbers[i]!
    numbers[i] = numbers[j]!
    numbers[j] = kept
  }
}
