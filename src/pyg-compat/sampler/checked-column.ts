import { DatabaseError } from '../../errors/database-error.ts'
import type { NumberColumn } from './sampler-graph.ts'

/** A column whose every value that is read must be a number: times and weights. */
export class CheckedColumn {
  readonly #column: NumberColumn
  readonly #name: string
  readonly #least: number

  /**
   * @param name 'type.column', for messages.
   * @param least smallest value allowed.
   */
  constructor(column: NumberColumn, name: string, least = Number.NEGATIVE_INFINITY) {
    this.#column = column
    this.#name = name
    this.#least = least
  }

  /** @throws {DatabaseError} RUNTIME naming column and row: NULL, NaN, or less than what is allowed. */
  at(row: number): number {
    if (this.#column.isNull(row)) throw this.#unfit(row, 'NULL')
    const value = this.#column.number(row)
    if (!(value >= this.#least)) throw this.#unfit(row, String(value))
    return value
  }

  #unfit(row: number, value: string): DatabaseError {
    return new DatabaseError('RUNTIME', `Cannot sample by ${this.#name}: row ${row} holds ${value}.`, {
      facts: { column: this.#name, row, value },
    })
  }
}
