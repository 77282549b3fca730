import type { OutputColumn } from '../../plan/statement.ts'
import { type LogicalType, sameType } from '../../types/logical-type.ts'
import type { Vector } from '../../types/vector.ts'
import { type VectorBuilder, vectorBuilder } from '../../types/vector-builder.ts'
import { isNumericElement } from '../../types/vector-reader.ts'
import type { Run } from '../run.ts'
import { FixedListColumn } from '../runtime/fixed-list-column.ts'
import { boxedValue, notNull } from './code.ts'
import type { Emitter } from './emitter.ts'
import { columnOf } from './traits.ts'

/** Room for rows at first, in a plan's first run: look-ups give one, and what grows doubles. */
const FIRST_ROWS = 16
/** Most room that is made for what an earlier run gave: rows, and bytes of a column. */
const MOST_ROWS = 65_536
const MOST_BYTES = 8 * 2 ** 20

/** What the runs of one plan tell the next ones: a result as long as the last one needs no growing and no cutting to length. */
export class ExpectedRows {
  rows = FIRST_ROWS

  /** @returns the rows to reserve for a column. */
  roomFor(type: LogicalType): number {
    const rowBytes = type.id === 'ARRAY' ? 8 * type.length : 16
    return Math.min(this.rows, MOST_ROWS, Math.max(FIRST_ROWS, Math.floor(MOST_BYTES / rowBytes)))
  }
}

/** Builders of a query's result columns. */
export class ResultSink {
  /** What rows are appended to, a column each. */
  readonly columns: readonly (VectorBuilder | FixedListColumn)[]
  rowCount = 0
  readonly #builders: readonly VectorBuilder[]
  readonly #lists: readonly FixedListColumn[]
  readonly #run: Run
  readonly #expected: ExpectedRows
  #charged = 0

  constructor(run: Run, columns: readonly OutputColumn[], expected: ExpectedRows) {
    this.#run = run
    this.#expected = expected
    this.#builders = columns.map((c) => vectorBuilder(c.type, expected.roomFor(c.type)))
    this.columns = this.#builders.map((builder) => {
      return isFixedNumbers(builder.type) ? new FixedListColumn(builder, builder.type.length) : builder
    })
    this.#lists = this.columns.filter((column) => column instanceof FixedListColumn)
    if (expected.rows > FIRST_ROWS) this.#charge()
  }

  /** Counts rows; every so often charges the memory of the builders. @throws {DatabaseError} OUT_OF_MEMORY */
  row(): void {
    if ((++this.rowCount & 1023) === 0) this.#charge()
  }

  /** Bytes of the columns' buffers. */
  get byteSize(): number {
    return this.#builders.reduce((sum, builder) => sum + builder.byteSize, 0)
  }

  #charge(): void {
    this.#flush()
    const bytes = this.byteSize
    if (bytes > this.#charged) {
      this.#run.reserve(bytes - this.#charged)
      this.#charged = bytes
    }
  }

  #flush(): void {
    for (const list of this.#lists) list.flush()
  }

  finish(): Vector[] {
    this.#flush()
    this.#expected.rows = this.rowCount
    return this.#builders.map((b) => b.finish())
  }
}

/** Emits the delivery of the current row to the result columns. */
export function emitResultRow(columns: readonly OutputColumn[], sink: number, emitter: Emitter): void {
  for (const [i, column] of columns.entries()) {
    const target = emitter.use(emitter.object((run) => run.get<ResultSink>(sink).columns[i]))
    emitColumn(column, target, emitter)
  }
  emitter.line(`${emitter.use(sink)}.row()`)
}

function emitColumn(column: OutputColumn, target: string, emitter: Emitter): void {
  if (emitElements(column, target, emitter)) return
  const code = emitter.expression(column.expression)
  if (code.rep !== 'number' || code.nul === 'true') {
    emitter.line(`${target}.append(${boxedValue(code)})`)
    return
  }
  if (code.nul === null) {
    emitter.line(`${target}.appendNumber(${code.value})`)
    return
  }
  const held = emitter.holdCode(code)
  emitter.line(`if (${notNull(held)}) ${target}.appendNumber(${held.value})`)
  emitter.line(`else ${target}.appendNull()`)
}

/** fast path: rows of a table's fixed lists of numbers go from their pages to the result together, without a value being made. */
function emitElements(column: OutputColumn, target: string, emitter: Emitter): boolean {
  const e = column.expression
  const { type } = column
  if (e.kind !== 'property' || !isFixedNumbers(type)) return false
  const slot = emitter.variables(e.slot)
  if (slot.kind !== 'node' || slot.table !== null) return false
  const source = e.sources.find((s) => s.table === slot.slot.tables[0])
  if (source === undefined || source.columnId < 0 || !sameType(source.type, type)) return false
  const { table, columnId } = source
  const reader = emitter.bind(`column:${table}:${columnId}`, (run) =>
    columnOf(run.context.view, table, columnId, false),
  )
  const tests = slot.nullable ? [`${slot.offset} < 0`] : []
  if (!emitter.traits.neverNull(table, columnId, false)) tests.push(`${reader}.isNull(${slot.offset})`)
  const row = tests.length === 0 ? slot.offset : `${tests.join(' || ')} ? -1 : ${slot.offset}`
  emitter.line(`${target}.appendRow(${reader}, ${row})`)
  // what a statement writes next must not be read
  if (emitter.plan.writes) emitter.line(`${target}.flush()`)
  return true
}

function isFixedNumbers(type: LogicalType): type is Extract<LogicalType, { readonly id: 'ARRAY' }> {
  return type.id === 'ARRAY' && isNumericElement(type.child)
}
