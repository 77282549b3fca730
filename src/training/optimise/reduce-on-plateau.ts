import type { Adam } from './adam.ts'

/** Options of {@link ReduceOnPlateau}, with the defaults of torch's ReduceLROnPlateau. */
export interface PlateauOptions {
  /** Whether the watched number should shrink or grow; default 'min'. */
  readonly mode?: 'min' | 'max'
  /** Factor on the learning rate; default 0.1. */
  readonly factor?: number
  /** Epochs without improvement that are let pass; default 10. */
  readonly patience?: number
  /** Relative improvement that counts; default 1e-4. */
  readonly threshold?: number
  /** Default 0. */
  readonly minimum?: number
}

/** State as plain data. */
export interface PlateauState {
  readonly best: number | null
  readonly bad: number
}

/** Shrinks the learning rate when a number has stopped improving. */
export class ReduceOnPlateau {
  readonly #optimiser: Adam
  readonly #options: Required<PlateauOptions>
  #best: number | null = null
  #bad = 0

  constructor(optimiser: Adam, options: PlateauOptions = {}) {
    this.#optimiser = optimiser
    this.#options = { mode: 'min', factor: 0.1, patience: 10, threshold: 1e-4, minimum: 0, ...options }
  }

  /** Call once an epoch. @returns whether the learning rate was reduced. */
  step(value: number): boolean {
    const { mode, factor, patience, threshold, minimum } = this.#options
    const sign = mode === 'min' ? 1 : -1
    const best = this.#best
    if (best === null || sign * (value - best) < -threshold * Math.abs(best)) {
      this.#best = value
      this.#bad = 0
      return false
    }
    if (++this.#bad <= patience) return false
    this.#bad = 0
    const rates = this.#optimiser.learningRates
    for (let g = 0; g < rates.length; g++) rates[g] = Math.max(minimum, rates[g]! * factor)
    return true
  }

  get state(): PlateauState {
    return { best: this.#best, bad: this.#bad }
  }

  restore(state: PlateauState): void {
    this.#best = state.best
    this.#bad = state.bad
  }
}
