import { mixBits } from './kernels/dropout-bits.ts'

/** Where a {@link SeededRandom} stands, as plain data. */
export interface RandomState {
  readonly seed: number
  readonly counter: number
}

/** Random numbers from a seed and a counter: the state is two numbers, so that training resumes exactly where it was. */
export class SeededRandom {
  readonly #seed: number
  #counter: number

  /** @param state a seed (32 bits are used), or a state to go on from. */
  constructor(state: number | RandomState) {
    this.#seed = (typeof state === 'number' ? state : state.seed) >>> 0
    this.#counter = typeof state === 'number' ? 0 : state.counter
  }

  get state(): RandomState {
    return { seed: this.#seed, counter: this.#counter }
  }

  /** @returns 32 random bits, unsigned. */
  bits(): number {
    this.#counter++
    const high = Math.floor(this.#counter / 2 ** 32)
    return mixBits(mixBits(mixBits(this.#seed ^ 0x9e3779b9) ^ this.#counter) + high)
  }

  /** @returns a number in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.bits() >>> 5
    return (high * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53
  }
}
