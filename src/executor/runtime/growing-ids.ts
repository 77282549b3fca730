import type { Run } from '../run.ts'

/**
 * Row numbers in a typed array that doubles when it is full; its memory is charged to the run. `data` changes when the array grows, so it has to be
 * looked at after {@link push}.
 */
export class GrowingIds {
  data = new Uint32Array(0)
  length = 0
  readonly #run: Run

  constructor(run: Run) {
    this.#run = run
  }

  /** @throws {DatabaseError} OUT_OF_MEMORY */
  push(id: number): void {
    if (this.length === this.data.length) this.#grow()
    this.data[this.length++] = id
  }

  #grow(): void {
    const capacity = Math.max(256, this.data.length * 2)
    this.#run.reserve((capacity - this.data.length) * 4)
    const larger = new Uint32Array(capacity)
    larger.set(this.data)
    this.data = larger
  }
}
