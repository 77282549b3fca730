import type { PushedPredicate } from '../../plan/operator.ts'
import type { NodeTableReader, RangePredicate } from '../../storage/read-view.ts'
import type { Value } from '../../types/value.ts'
import { constantOf } from './constants.ts'
import type { Emitter } from './emitter.ts'
import type { ScanRange } from './slot-variables.ts'

/** A table of a scan with the tests that are pushed down to it. */
export interface ScanTable {
  readonly table: number
  readonly predicates: readonly PushedPredicate[]
}

const SELECTION_ROWS = 8192

/**
 * Emits how many rows of a table without deleted rows pass the tests in [start, end), without a loop over them.
 * @returns the code of the number, or null when there are deleted rows.
 */
export function emitSelectionCount(table: ScanTable, start: string, end: string, emitter: Emitter): string | null {
  if (emitter.traits.hasDeleted(table.table)) return null
  const [only, ...more] = table.predicates
  if (only === undefined) return `(${end} - ${start})`
  if (more.length > 0) return emitTests(table, start, end, emitter).count
  const { range, column } = emitPredicate(table.table, only, emitter)
  return `(${range} === 0 ? 0 : ${column}.countDense(${range}, ${start}, ${end}))`
}

/**
 * Emits the loop over the live rows of one table in [start, end) that pass the pushed tests. Tests work on encoded chunks through
 * `filterDense` and `filterRange`; without tests the range itself is the loop.
 */
export function emitSelection(
  table: ScanTable,
  start: string,
  end: string,
  emitter: Emitter,
  body: (offset: string, range: ScanRange | null) => void,
): void {
  const deleted = emitDeletedTest(table.table, emitter)
  if (table.predicates.length === 0) {
    emitDense(deleted, start, end, emitter, body)
    return
  }
  const { selection, count } = emitTests(table, start, end, emitter)
  const row = emitter.fresh('i')
  emitter.loop(`for (let ${row} = 0; ${row} < ${count}; ${row}++)`, () => {
    const offset = emitter.hold(`${selection}[${row}]`, 'n')
    if (deleted !== null) emitter.line(`if (${deleted(offset)}) continue`)
    body(offset, null)
  })
}

function emitTests(
  table: ScanTable,
  start: string,
  end: string,
  emitter: Emitter,
): { selection: string; count: string } {
  const selection = emitter.use(emitter.object(() => new Uint32Array(SELECTION_ROWS)))
  const count = emitter.fresh('m')
  table.predicates.forEach((predicate, i) => {
    const { range, column } = emitPredicate(table.table, predicate, emitter)
    const call =
      i === 0
        ? `filterDense(${range}, ${start}, ${end}, ${selection})`
        : `filterRange(${range}, ${selection}, ${count})`
    emitter.line(`${i === 0 ? 'let ' : ''}${count} = ${range} === 0 ? 0 : ${column}.${call}`)
  })
  return { selection, count }
}

function emitDense(
  deleted: ((offset: string) => string) | null,
  start: string,
  end: string,
  emitter: Emitter,
  body: (offset: string, range: ScanRange | null) => void,
): void {
  const offset = emitter.fresh('n')
  const range = { start, end, declarations: emitter.scope.block.block() }
  emitter.loop(`for (let ${offset} = ${start}; ${offset} < ${end}; ${offset}++)`, () => {
    if (deleted !== null) emitter.line(`if (${deleted(offset)}) continue`)
    body(offset, range)
  })
}

/** Binds the range of a test and the column that it is on. */
function emitPredicate(table: number, predicate: PushedPredicate, emitter: Emitter): { range: string; column: string } {
  const constant = constantOf(predicate.bound, emitter)
  const range = emitter.use(emitter.object((run) => rangeOf(predicate.operator, constant(run)) ?? 0))
  const column = emitter.bind(`column:${table}:${predicate.columnId}`, (run) =>
    run.context.view.nodeTable(table).column(predicate.columnId),
  )
  return { range, column }
}

/** @returns the range that a comparison with a constant stands for; null for a comparison with NULL, which keeps nothing. */
export function rangeOf(operator: PushedPredicate['operator'], bound: Value): RangePredicate | null {
  if (bound === null) return null
  const equal = { min: bound, minInclusive: true, max: bound, maxInclusive: true, negate: false }
  switch (operator) {
    case '=':
      return equal
    case '<>':
      return { ...equal, negate: true }
    case '<':
    case '<=':
      return { ...equal, min: null, maxInclusive: operator === '<=' }
    case '>':
    case '>=':
      return { ...equal, max: null, minInclusive: operator === '>=' }
  }
}

/** @returns the test whether a row is deleted, as code; null when none is. */
export function emitDeletedTest(table: number, emitter: Emitter): ((offset: string) => string) | null {
  if (!emitter.traits.hasDeleted(table)) return null
  if (emitter.plan.writes) {
    const test = emitter.bind(`deletedTest:${table}`, (run) => new DeletedTest(run.context.view.nodeTable(table)))
    return (offset) => `${test}.has(${offset})`
  }
  const bits = emitter.bind(
    `deleted:${table}`,
    (run) => run.context.view.nodeTable(table).deleted ?? new Uint32Array(1),
  )
  return (offset) => `(${bits}[${offset} >>> 5] & (1 << ${offset})) !== 0`
}

/** Membership test of deleted rows that notices when a row is deleted during the run. */
class DeletedTest {
  readonly #reader: NodeTableReader

  constructor(reader: NodeTableReader) {
    this.#reader = reader
  }

  has(row: number): boolean {
    const bits = this.#reader.deleted
    return bits !== null && row >>> 5 < bits.length && (bits[row >>> 5]! & (1 << row)) !== 0
  }
}
