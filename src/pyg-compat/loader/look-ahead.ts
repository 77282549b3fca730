/** How far batches are sampled ahead of the one that is gathered. Whichever limit is reached first holds; one batch is always allowed. */
export interface LookAhead {
  readonly batches: number
  /** Memory for batches that are sampled and not gathered yet. */
  readonly bytes: number
}

/** Samples a batch when it is asked for, not before. */
export const NO_LOOK_AHEAD: LookAhead = { batches: 1, bytes: 0 }

/** Batches sampled for each one gathered while the window grows, so that the first batches do not wait for a full window. */
const GROWTH = 6

/** Decides what one thread does next: sample another batch, or gather the oldest one that is sampled. */
export class LookAheadWindow {
  readonly #limit: LookAhead
  #batches = 0
  #bytes = 0
  #sampledSinceGather = 0

  constructor(limit: LookAhead) {
    this.#limit = limit
  }

  /** Whether another batch may be sampled. */
  get open(): boolean {
    return this.#batches === 0 || (this.#batches < this.#limit.batches && this.#bytes < this.#limit.bytes)
  }

  /** Whether sampling another batch is better than gathering, when both are possible. */
  get growing(): boolean {
    return this.open && this.#sampledSinceGather < GROWTH
  }

  /** A batch begins to be sampled. */
  started(): void {
    this.#batches++
    this.#sampledSinceGather++
  }

  sampled(bytes: number): void {
    this.#bytes += bytes
  }

  gathered(bytes: number): void {
    this.#batches--
    this.#bytes -= bytes
    this.#sampledSinceGather = 0
  }
}
