import type { Catalog } from '../../catalog/catalog.ts'
import type { ColumnReader, ReadView } from '../../storage/read-view.ts'
import type { Value } from '../../types/value.ts'

/** What a decision may look at: the snapshot, its catalog and the parameters of a run. */
export interface DecisionInput {
  readonly view: ReadView
  readonly catalog: Catalog
  readonly parameters: ReadonlyMap<string, Value>
}

/** A question about the data whose answer is baked into generated code. */
export type Question = (input: DecisionInput) => string | number | boolean

interface Answer {
  readonly question: Question
  readonly answer: string | number | boolean
}

/**
 * Facts about the data that generated code relies on (a column without NULL, a table without deleted rows, a small table).
 * Every question asked while generating is recorded: the code may be used again for another snapshot exactly when
 * {@link stillHold} there. Plans that write see their own changes, so for them every answer is the careful one.
 */
export class Traits {
  readonly #input: DecisionInput
  readonly #writes: boolean
  readonly #answers: Answer[] = []

  constructor(input: DecisionInput, writes: boolean) {
    this.#input = input
    this.#writes = writes
  }

  /** Asks and records. @param careful the answer that is always right. */
  decide<T extends string | number | boolean>(question: (input: DecisionInput) => T, careful: T): T {
    if (this.#writes) return careful
    const answer = question(this.#input)
    this.#answers.push({ question, answer })
    return answer
  }

  /** Whether no visible row of the column is NULL. */
  neverNull(table: number, columnId: number, isRel: boolean): boolean {
    return this.decide(({ view }) => columnOf(view, table, columnId, isRel).neverNull, false)
  }

  /** Whether `number()` may be used on the column. */
  safeNumber(table: number, columnId: number, isRel: boolean): boolean {
    return this.decide(({ view }) => columnOf(view, table, columnId, isRel).safeNumber, false)
  }

  /** Whether the node table has deleted rows. */
  hasDeleted(table: number): boolean {
    return this.decide(({ view }) => view.nodeTable(table).deleted !== null, true)
  }

  /** @returns whether every recorded answer is the same for another snapshot. Cost: one call per question. */
  stillHold(input: DecisionInput): boolean {
    for (const { question, answer } of this.#answers) {
      if (question(input) !== answer) return false
    }
    return true
  }
}

/** @returns the reader of a column of a node table or FROM-TO pair. */
export function columnOf(view: ReadView, table: number, columnId: number, isRel: boolean): ColumnReader {
  return isRel ? view.relTable(table).column(columnId) : view.nodeTable(table).column(columnId)
}
