import type { Accumulator } from '../../functions/aggregate/accumulator.ts'
import { normaliseInt, toBigInt } from '../../types/int.ts'
import type { Int, Value } from '../../types/value.ts'
import type { Run } from '../run.ts'

/**
 * Accumulators of all groups of an aggregate operator. Counts, sums and numeric extremes are columns of float64 that generated code updates in
 * place (`columns[c][group]`); what does not fit (sums past 2^53, text, lists, DISTINCT) goes through the methods.
 */
export class GroupState {
  readonly columns: Float64Array[]
  readonly #run: Run
  readonly #accumulators: readonly (Accumulator | null)[]
  readonly #states: unknown[][]
  /** By column: what sums have beyond their float64 part. */
  readonly #wide: Map<number, bigint>[]
  #capacity = 0

  /** @param accumulators one per general accumulator, in the order of their numbers. */
  constructor(run: Run, columnCount: number, accumulators: readonly Accumulator[]) {
    this.#run = run
    this.columns = Array.from({ length: columnCount }, () => new Float64Array(0))
    this.#accumulators = accumulators
    this.#states = accumulators.map(() => [])
    this.#wide = Array.from({ length: columnCount }, () => new Map())
  }

  /** Makes room for groups below `capacity`, all at zero. @throws {DatabaseError} OUT_OF_MEMORY */
  reserve(capacity: number): void {
    if (capacity <= this.#capacity) return
    this.#run.reserve((capacity - this.#capacity) * 8 * (this.columns.length + this.#states.length))
    this.#capacity = capacity
    this.columns.forEach((column, c) => {
      const larger = new Float64Array(capacity)
      larger.set(column)
      this.columns[c] = larger
    })
  }

  /** Back to zero for all groups. */
  clear(): void {
    for (const column of this.columns) column.fill(0)
    for (const states of this.#states) states.length = 0
    for (const wide of this.#wide) wide.clear()
  }

  /** Adds value * weight to a sum outside of its float64 part. */
  addWide(column: number, group: number, value: Int, weight: number): void {
    const wide = this.#wide[column]!
    wide.set(group, (wide.get(group) ?? 0n) + toBigInt(value) * BigInt(weight))
  }

  /** @returns a sum, both parts together. */
  sum(column: number, group: number, narrow: number): Int {
    const wide = this.#wide[column]!.get(group)
    return wide === undefined ? narrow : normaliseInt(wide + BigInt(narrow))
  }

  /** Gives a value to a general accumulator. */
  update(accumulator: number, group: number, value: Value): void {
    const states = this.#states[accumulator]!
    const general = this.#accumulators[accumulator]!
    if (states[group] === undefined) states[group] = general.create()
    general.update(states[group], value)
  }

  /** @returns the result of a general accumulator. */
  finish(accumulator: number, group: number): Value {
    const general = this.#accumulators[accumulator]!
    return general.finish(this.#states[accumulator]![group] ?? general.create())
  }
}
