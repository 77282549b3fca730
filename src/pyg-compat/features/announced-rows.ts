import { DatabaseError } from '../../errors/database-error.ts'

/** The gathers that were announced and not made yet, in order. */
export class AnnouncedRows {
  readonly #arrays: Uint32Array[] = []
  #first = 0

  /** How many there are. */
  get length(): number {
    return this.#arrays.length - this.#first
  }

  add(rows: Uint32Array): void {
    this.#arrays.push(rows)
  }

  /** @returns the array of gather `index`, counted from the next one. */
  at(index: number): Uint32Array | undefined {
    return this.#arrays[this.#first + index]
  }

  /**
   * Takes the next one, which must be `rows`, unless nothing was announced.
   * @returns whether it was announced.
   * @throws {DatabaseError} INVALID_ARGUMENT for rows out of turn.
   */
  take(rows: Uint32Array): boolean {
    if (this.length === 0) return false
    if (this.#arrays[this.#first] !== rows) {
      throw new DatabaseError('INVALID_ARGUMENT', 'Rows are gathered in another order than they were announced in.')
    }
    this.#first++
    if (this.#first >= 64 && this.#first * 2 > this.#arrays.length) {
      this.#arrays.splice(0, this.#first)
      this.#first = 0
    }
    return true
  }

  clear(): void {
    this.#arrays.length = 0
    this.#first = 0
  }
}
