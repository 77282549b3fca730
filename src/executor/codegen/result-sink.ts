import type { OutputColumn } from '../../plan/statement.ts'
import { type LogicalType, sameType } from '../../types/logical-type.ts'
import type { Vector } from '../../types/vector.ts'
import { type VectorBuilder, vectorBuilder } from '../../types/vector-builder.ts'
import { isNumericElement } from '../../types/vector-reader.ts'
import type { Run } from '../run.ts'
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
  readonly builders: readonly VectorBuilder[]
  rowCount = 0
  readonly #run: Run
  readonly #expected: ExpectedRows
  #charged = 0

  constructor(run: Run, columns: readonly OutputColumn[], expected: ExpectedRows) {
    this.#run = run
    this.#expected = expected
    this.builders = columns.map((c) => vectorBuilder(c.type, expected.roomFor(c.type)))
    if (expected.rows > FIRST_ROWS) this.#charge()
  }

  /** Counts rows; every so often charges the memory of the builders. @throws {DatabaseError} OUT_OF_MEMORY */
  row(): void {
    if ((++this.rowCount & 1023) === 0) this.#charge()
  }

  #charge(): void {
    let bytes = 0
    for (const builder of this.builders) bytes += builder.byteSize
    if (bytes > this.#charged) {
      this.#run.reserve(bytes - this.#charged)
      this.#charged = bytes
    }
  }

  finish(): Vector[] {
    this.#expected.rows = this.rowCount
    return this.builders.map((b) => b.finish())
  }
}

/** Emits the delivery of the current row to the result columns. */
export function emitResultRow(columns: readonly OutputColumn[], sink: number, emitter: Emitter): void {
  for (const [i, column] of columns.entries()) {
    const builder = emitter.use(emitter.object((run) => run.get<ResultSink>(sink).builders[i]))
    emitColumn(column, builder, emitter)
  }
  emitter.line(`${emitter.use(sink)}.row()`)
}

function emitColumn(column: OutputColumn, builder: string, emitter: Emitter): void {
  if (emitElements(column, builder, emitter)) return
  const code = emitter.expression(column.expression)
  if (code.rep !== 'number' || code.nul === 'true') {
    emitter.line(`${builder}.append(${boxedValue(code)})`)
    return
  }
  if (code.nul === null) {
    emitter.line(`${builder}.appendNumber(${code.value})`)
    return
  }
  const held = emitter.holdCode(code)
  emitter.line(`if (${notNull(held)}) ${builder}.appendNumber(${held.value})`)
  emitter.line(`else ${builder}.appendNull()`)
}

const ELEMENT_ARRAYS = {
  FLOAT: Float32Array,
  DOUBLE: Float64Array,
  INT32: Int32Array,
  INT16: Int16Array,
  INT8: Int8Array,
}

/** fast path: a fixed list of numbers goes from its page to the result through one scratch array, without a value being made. */
function emitElements(column: OutputColumn, builder: string, emitter: Emitter): boolean {
  const e = column.expression
  const { type } = column
  if (e.kind !== 'property' || type.id !== 'ARRAY' || !isNumericElement(type.child)) return false
  const slot = emitter.variables(e.slot)
  if (slot.kind !== 'node' || slot.table !== null || !(type.child.id in ELEMENT_ARRAYS)) return false
  const source = e.sources.find((s) => s.table === slot.slot.tables[0])
  if (source === undefined || source.columnId < 0 || !sameType(source.type, type)) return false
  const { table, columnId } = source
  const reader = emitter.bind(`column:${table}:${columnId}`, (run) =>
    columnOf(run.context.view, table, columnId, false),
  )
  const Elements = ELEMENT_ARRAYS[type.child.id as keyof typeof ELEMENT_ARRAYS]
  const scratch = emitter.use(emitter.object(() => new Elements(type.length)))
  const missing = slot.nullable ? `${slot.offset} < 0 || ` : ''
  const nul = emitter.traits.neverNull(table, columnId, false) ? '' : `${reader}.isNull(${slot.offset})`
  const test = nul === '' ? missing.slice(0, -4) : missing + nul
  const append = `${builder}.appendFloats(${scratch}, 0, ${scratch}.length)`
  // a list with NULL elements goes the general way
  const copy = `if (${reader}.copyElements(${slot.offset}, ${scratch}, 0)) ${append}`
  emitter.line(test === '' ? copy : `if (${test}) ${builder}.appendNull()\nelse ${copy}`)
  emitter.line(`else ${builder}.append(${reader}.value(${slot.offset}))`)
  return true
}
