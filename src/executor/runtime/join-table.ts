import type { Run } from '../run.ts'
import { NumberTable } from './number-table.ts'

/**
 * Hash table of a join's build rows by their keys (numbers, see key-codes.ts). Rows with one key are chained: `first(probe)` gives the row added last,
 * `next[row]` the one before, -1 ends the chain. Rows live in a row buffer of their own, in order of arrival.
 */
export class JoinTable {
  readonly #run: Run
  readonly #width: number
  readonly #table: NumberTable
  #heads: Int32Array = new Int32Array(0)
  next: Int32Array = new Int32Array(0)
  #rows = 0

  constructor(run: Run, width: number) {
    this.#run = run
    this.#width = width
    this.#table = new NumberTable(run, width)
  }

  /** Where generated code puts the key of the row to add or to look for. */
  get probe(): Float64Array {
    return this.#table.probe
  }

  clear(): void {
    this.#table.clear()
    this.#rows = 0
  }

  /** Adds the next build row under the key in {@link probe}. */
  add(): void {
    if (this.#rows === this.next.length) this.#grow()
    const keys = this.#table.length
    const key = this.#table.findAll()
    const row = this.#rows++
    this.next[row] = key === keys ? -1 : this.#heads[key]!
    this.#heads[key] = row
  }

  /** @returns a build row with the key in {@link probe}, or -1. */
  first(): number {
    const key = this.#width === 1 ? this.#table.look(this.#table.probe[0]!) : this.#table.lookAll()
    return key < 0 ? -1 : this.#heads[key]!
  }

  #grow(): void {
    const capacity = Math.max(256, this.next.length * 2)
    this.#run.reserve((capacity - this.next.length) * 8)
    this.next = larger(this.next, capacity)
    this.#heads = larger(this.#heads, capacity)
  }
}

function larger(array: Int32Array, length: number): Int32Array {
  const grown = new Int32Array(length)
  grown.set(array)
  return grown
}
