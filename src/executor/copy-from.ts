import { DatabaseError } from '../errors/database-error.ts'
import type { BoundExpression } from '../plan/bound-expression.ts'
import type { CopyFromPlan } from '../plan/statement.ts'
import type { ReadView } from '../storage/read-view.ts'
import type { RowOrigin, WriteTransaction } from '../storage/write-transaction.ts'
import { castFunction } from '../types/cast.ts'
import { type LogicalType, sameType } from '../types/logical-type.ts'
import type { Int, Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { vectorBuilder } from '../types/vector-builder.ts'
import { vectorReader } from '../types/vector-reader.ts'
import { KeyLookup } from './copy-keys.ts'
import type { CopyBatch, CopySource } from './copy-source.ts'

/** What a load left behind. */
export interface CopyOutcome {
  readonly rows: number
}

/** How far a load is; `bytesTotal` is 0 when unknown. */
export interface CopyProgress {
  readonly rows: number
  readonly bytesRead: number
  readonly bytesTotal: number
}

/** A row that is left out under IGNORE_ERRORS. */
export interface SkippedRow {
  readonly message: string
  readonly origin: RowOrigin | null
  readonly record: string
}

/** What a load needs besides its plan. */
export interface CopyContext {
  readonly view: ReadView
  readonly transaction: WriteTransaction
  readonly source: CopySource
  /** Evaluates a default. `volatile` ones are asked for once per row. */
  readonly evaluate: (expression: BoundExpression) => Value
  /** Takes `count` values of the SERIAL column in this place of the schema, or says that the column is none. */
  readonly takeSerial: (column: number, count: number) => { first: Int; increment: Int } | null
  readonly onSkipped: (row: SkippedRow) => void
  readonly primaryKeyTypes: { readonly from: LogicalType; readonly to: LogicalType } | null
}

/** A batch holds at most this many rows and, by the source's own rule, few enough bytes. */
const BATCH_ROWS = 32_768

/**
 * COPY FROM, batch by batch: yields after each one, so that the caller decides about progress, interruption and the event loop.
 * On any error the load is aborted; nothing of it is visible.
 * @throws {DatabaseError} whatever reader or loader say, with file and line.
 */
export function copyFrom(plan: CopyFromPlan, context: CopyContext): Generator<CopyProgress, CopyOutcome, void> {
  return plan.isRel ? copyRels(plan, context) : copyNodes(plan, context)
}

function progressOf(rows: number, source: CopySource): CopyProgress {
  return { rows, bytesRead: source.bytesRead, bytesTotal: source.bytesTotal }
}

function* copyNodes(plan: CopyFromPlan, context: CopyContext): Generator<CopyProgress, CopyOutcome, void> {
  const { source } = context
  const loader = context.transaction.bulkLoadNodes(plan.table)
  try {
    let rows = 0
    for (let batch = source.next(BATCH_ROWS); batch !== null; batch = source.next(BATCH_ROWS)) {
      const current = batch
      loader.append(tableColumns(plan, context, current), (row) => originOf(current, row))
      rows += batch.length
      yield progressOf(rows, source)
    }
    return { rows: loader.finish() }
  } catch (error) {
    loader.abort()
    throw error
  } finally {
    source.close()
  }
}

function* copyRels(plan: CopyFromPlan, context: CopyContext): Generator<CopyProgress, CopyOutcome, void> {
  const { source, view } = context
  const types = context.primaryKeyTypes!
  const from = new KeyLookup(view.nodeTable(plan.fromTable), types.from)
  const to = new KeyLookup(view.nodeTable(plan.toTable), types.to)
  const loader = context.transaction.bulkLoadRels(plan.table)
  try {
    let rows = 0
    for (let batch = source.next(BATCH_ROWS); batch !== null; batch = source.next(BATCH_ROWS)) {
      const sources = from.offsets(batch.columns[0]!)
      const targets = to.offsets(batch.columns[1]!)
      const kept = dropUnknown(plan, context, batch, sources, targets)
      const columns = tableColumns(plan, context, batch).map((column) => (kept === null ? column : pick(column, kept)))
      const count = kept?.length ?? batch.length
      loader.append(
        kept === null ? sources : pickOffsets(sources, kept),
        kept === null ? targets : pickOffsets(targets, kept),
        count,
        columns,
      )
      rows += count
      yield progressOf(rows, source)
    }
    return { rows: loader.finish() }
  } catch (error) {
    loader.abort()
    throw error
  } finally {
    source.close()
  }
}

function originOf(batch: CopyBatch, row: number): RowOrigin {
  return batch.placeOf(row) ?? { file: '', line: 0 }
}

/**
 * Looks for rels whose ends do not exist.
 * @returns the rows to keep, or null for all of them.
 * @throws {DatabaseError} UNKNOWN_KEY at the first one, unless errors are ignored.
 */
function dropUnknown(
  plan: CopyFromPlan,
  context: CopyContext,
  batch: CopyBatch,
  sources: Uint32Array,
  targets: Uint32Array,
): number[] | null {
  const unknown = (row: number) => sources[row] === KeyLookup.ABSENT || targets[row] === KeyLookup.ABSENT
  let any = false
  for (let row = 0; row < batch.length && !any; row++) any = unknown(row)
  if (!any) return null
  const kept: number[] = []
  for (let row = 0; row < batch.length; row++) {
    if (!unknown(row)) kept.push(row)
    else reportUnknown(plan, context, batch, row, sources[row] === KeyLookup.ABSENT ? 0 : 1)
  }
  return kept
}

function reportUnknown(plan: CopyFromPlan, context: CopyContext, batch: CopyBatch, row: number, end: 0 | 1): void {
  const key = vectorReader(batch.columns[end]!)(row)
  const place = batch.placeOf(row)
  const where = place === null ? '' : ` (file ${place.file}, line ${place.line})`
  const cause =
    key === null
      ? 'Found NULL, which violates the non-null constraint of the primary key column.'
      : `Unable to find primary key value ${String(key)}.`
  if (!plan.ignoreErrors) {
    const facts = { table: plan.tableName, key: String(key), file: place?.file, line: place?.line }
    throw new DatabaseError(key === null ? 'NULL_KEY' : 'UNKNOWN_KEY', `${cause}${where}`, { facts })
  }
  context.onSkipped({ message: cause, origin: place, record: String(key) })
}

function pick(vector: Vector, rows: readonly number[]): Vector {
  const read = vectorReader(vector)
  const builder = vectorBuilder(vector.type, rows.length)
  for (const row of rows) builder.append(read(row))
  return builder.finish()
}

function pickOffsets(offsets: Uint32Array, rows: readonly number[]): Uint32Array {
  return Uint32Array.from(rows, (row) => offsets[row]!)
}

/** The columns of the table, in schema order, out of those of the source. */
function tableColumns(plan: CopyFromPlan, context: CopyContext, batch: CopyBatch): Vector[] {
  return plan.columns.map((column, index) => {
    if (column.source !== null) return castVector(batch.columns[column.source]!, column.type)
    const serial = context.takeSerial(index, batch.length)
    if (serial !== null) return serialVector(serial, column.type, batch.length)
    return defaultVector(column.defaultValue, column.type, batch.length, context)
  })
}

/** Files are read with the table's types already; the rows of a query may have others. */
function castVector(vector: Vector, type: LogicalType): Vector {
  if (sameType(vector.type, type) || (vector.type.id === 'INT64' && type.id === 'SERIAL')) return vector
  const cast = castFunction(vector.type, type)
  if (cast === null)
    throw new DatabaseError('CONVERSION', `Unsupported casting function from ${vector.type.id} to ${type.id}.`)
  const read = vectorReader(vector)
  const builder = vectorBuilder(type, vector.length)
  for (let row = 0; row < vector.length; row++) {
    const value = read(row)
    if (value === null) builder.appendNull()
    else builder.append(cast(value))
  }
  return builder.finish()
}

function serialVector(serial: { first: Int; increment: Int }, type: LogicalType, count: number): Vector {
  const builder = vectorBuilder(type, count)
  const step = BigInt(serial.increment)
  for (let row = 0, next = BigInt(serial.first); row < count; row++, next += step) builder.append(Number(next))
  return builder.finish()
}

function defaultVector(
  expression: BoundExpression | null,
  type: LogicalType,
  count: number,
  context: CopyContext,
): Vector {
  const builder = vectorBuilder(type, count)
  const constant = expression === null ? null : expression.kind === 'literal' ? expression.value : undefined
  for (let row = 0; row < count; row++) {
    const value = constant === undefined ? context.evaluate(expression!) : constant
    if (value === null) builder.appendNull()
    else builder.append(value)
  }
  return builder.finish()
}
