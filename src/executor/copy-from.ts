import { DatabaseError } from '../errors/database-error.ts'
import type { CopyFromPlan } from '../plan/statement.ts'
import { CHUNK_ROWS, type ReadView } from '../storage/read-view.ts'
import type { NodeBulkLoader, RelBulkLoader, RowOrigin } from '../storage/write-transaction.ts'
import { formatValue } from '../types/format.ts'
import type { LogicalType } from '../types/logical-type.ts'
import { isStored } from '../types/stored-rows.ts'
import { vectorReader } from '../types/vector-reader.ts'
import type { InterruptSource } from './context.ts'
import { type ColumnServices, inMemory, pickRows, tableColumns } from './copy-columns.ts'
import { KeyLookup } from './copy-keys.ts'
import { NewKeys } from './copy-new-keys.ts'
import type { CopyBatch, CopySource } from './copy-source.ts'

/** What a load left behind. */
export interface CopyOutcome {
  readonly rows: number
}

/** How far a load is: `done` of `total` in one of its parts (reading, and for rels building the lists); `total` is 0 when unknown. */
export interface CopyProgress {
  readonly part: number
  readonly parts: number
  readonly done: number
  readonly total: number
  /** Rows read so far. */
  readonly rows: number
}

/** A row that is left out under IGNORE_ERRORS. */
export interface SkippedRow {
  readonly message: string
  readonly origin: RowOrigin | null
  readonly record: string
}

/** What a load needs besides its plan. */
export interface CopyContext extends ColumnServices {
  readonly view: ReadView
  /** The loader of the table: `nodes` or `rels`, as the plan says. */
  readonly loader: { readonly nodes: NodeBulkLoader | null; readonly rels: RelBulkLoader | null }
  readonly source: CopySource
  readonly interrupt: InterruptSource
  readonly onSkipped: (row: SkippedRow) => void
  /** Types of the keys of both ends of a rel. */
  readonly primaryKeyTypes: { readonly from: LogicalType; readonly to: LogicalType } | null
  /** Rows of a batch; fewer if the source thinks them too large. */
  readonly batchRows: number
}

/** Rows of a batch where nobody waits for its end. */
export const COPY_BATCH_ROWS = 32_768

/**
 * COPY FROM, batch by batch: yields after each one, so that the caller decides about progress and the event loop.
 * On any error the load is aborted; nothing of it is visible.
 * @throws {DatabaseError} INTERRUPTED, TIMEOUT; whatever reader or loader say, with file and line.
 */
export function copyFrom(plan: CopyFromPlan, context: CopyContext): Generator<CopyProgress, CopyOutcome, void> {
  return plan.isRel ? copyRels(plan, context, context.loader.rels!) : copyNodes(plan, context, context.loader.nodes!)
}

function* copyNodes(
  plan: CopyFromPlan,
  context: CopyContext,
  loader: NodeBulkLoader,
): Generator<CopyProgress, CopyOutcome, void> {
  const { source, batchRows } = context
  try {
    const keys = newKeys(plan, context)
    let rows = 0
    for (let batch = source.next(batchRows); batch !== null; batch = source.next(batchRows)) {
      appendNodes(plan, context, loader, keys, batch)
      rows += batch.length
      yield reading(context, 1, rows)
      stopIfAsked(context.interrupt)
    }
    return { rows: loader.finish() }
  } catch (error) {
    loader.abort()
    throw error
  } finally {
    source.close()
  }
}

/** @returns what leaves rows with bad keys out, or null where they are an error or cannot be. */
function newKeys(plan: CopyFromPlan, { view }: CopyContext): NewKeys | null {
  const key = plan.columns[plan.keyColumn]
  if (!plan.ignoreErrors || key === undefined || key.source === null) return null
  return new NewKeys(view.nodeTable(plan.table), key.type)
}

function appendNodes(
  plan: CopyFromPlan,
  context: CopyContext,
  loader: NodeBulkLoader,
  keys: NewKeys | null,
  batch: CopyBatch,
): void {
  const columns = tableColumns(plan, batch, context)
  const kept =
    keys?.check(inMemory(columns[plan.keyColumn]!), ({ row, message }) =>
      context.onSkipped({ message, origin: batch.placeOf(row), record: recordOf(batch, row) }),
    ) ?? null
  if (kept === null) loader.append(columns, (row) => originOf(batch, row))
  else if (kept.length > 0) {
    const picked = columns.map((column) => pickRows(inMemory(column), kept))
    loader.append(picked, (row) => originOf(batch, kept[row]!))
  }
}

function* copyRels(
  plan: CopyFromPlan,
  context: CopyContext,
  loader: RelBulkLoader,
): Generator<CopyProgress, CopyOutcome, void> {
  const { source, batchRows } = context
  try {
    const ends = openEnds(plan, context)
    let rows = 0
    for (let batch = source.next(batchRows); batch !== null; batch = source.next(batchRows)) {
      appendRels(plan, context, loader, ends, batch)
      rows += batch.length
      yield reading(context, 2, rows)
      stopIfAsked(context.interrupt)
    }
    return { rows: yield* buildLists(context, loader, ends, rows) }
  } catch (error) {
    loader.abort()
    throw error
  } finally {
    source.close()
  }
}

function reading({ source }: CopyContext, parts: number, rows: number): CopyProgress {
  return { part: 0, parts, done: source.bytesRead, total: source.bytesTotal, rows }
}

/** @throws {DatabaseError} INTERRUPTED, TIMEOUT. */
export function stopIfAsked({ flag, deadlineMs }: InterruptSource): void {
  if (Atomics.load(flag, 0) !== 0) throw new DatabaseError('INTERRUPTED', 'Interrupted.')
  if (Date.now() > deadlineMs) throw new DatabaseError('TIMEOUT', 'Interrupted.')
}

/** Both ends of the rels of a load. */
interface RelEnds {
  readonly from: KeyLookup
  readonly to: KeyLookup
  /** Node groups of both tables: about as many steps has the building of the lists. */
  readonly groups: number
}

function openEnds(plan: CopyFromPlan, { view, primaryKeyTypes }: CopyContext): RelEnds {
  const from = view.nodeTable(plan.fromTable)
  const to = view.nodeTable(plan.toTable)
  return {
    from: new KeyLookup(from, primaryKeyTypes!.from),
    to: new KeyLookup(to, primaryKeyTypes!.to),
    groups: Math.ceil(from.rowCount / CHUNK_ROWS) + Math.ceil(to.rowCount / CHUNK_ROWS),
  }
}

function appendRels(
  plan: CopyFromPlan,
  context: CopyContext,
  loader: RelBulkLoader,
  ends: RelEnds,
  batch: CopyBatch,
): void {
  const sources = ends.from.offsets(inMemory(batch.columns[0]!))
  const targets = ends.to.offsets(inMemory(batch.columns[1]!))
  const columns = tableColumns(plan, batch, context).map(inMemory)
  const kept = dropUnknown(plan, context, batch, sources, targets)
  if (kept === null) loader.append(sources, targets, batch.length, columns)
  else {
    const picked = columns.map((column) => pickRows(column, kept))
    loader.append(pickOffsets(sources, kept), pickOffsets(targets, kept), kept.length, picked)
  }
}

function* buildLists(
  { interrupt }: CopyContext,
  loader: RelBulkLoader,
  { groups }: RelEnds,
  rows: number,
): Generator<CopyProgress, number, void> {
  const steps = loader.finishSteps()
  for (let done = 1; ; done++) {
    const step = steps.next()
    if (step.done) return step.value
    yield { part: 1, parts: 2, done: Math.min(done, groups), total: groups, rows }
    try {
      stopIfAsked(interrupt)
    } catch (error) {
      steps.throw(error)
    }
  }
}

function originOf(batch: CopyBatch, row: number): RowOrigin {
  return batch.placeOf(row) ?? { file: '', line: 0 }
}

/**
 * Looks for rels whose ends do not exist.
 * @returns the rows to keep, or null for all of them.
 * @throws {DatabaseError} UNKNOWN_KEY, NULL_KEY at the first one, unless errors are ignored.
 */
function dropUnknown(
  plan: CopyFromPlan,
  context: CopyContext,
  batch: CopyBatch,
  sources: Uint32Array,
  targets: Uint32Array,
): number[] | null {
  if (!sources.includes(KeyLookup.ABSENT) && !targets.includes(KeyLookup.ABSENT)) return null
  const kept: number[] = []
  for (let row = 0; row < batch.length; row++) {
    if (sources[row] === KeyLookup.ABSENT) reportUnknown(plan, context, batch, row, 0)
    else if (targets[row] === KeyLookup.ABSENT) reportUnknown(plan, context, batch, row, 1)
    else kept.push(row)
  }
  return kept
}

function reportUnknown(plan: CopyFromPlan, context: CopyContext, batch: CopyBatch, row: number, end: 0 | 1): void {
  const key = vectorReader(inMemory(batch.columns[end]!))(row)
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
  context.onSkipped({ message: cause, origin: place, record: recordOf(batch, row) })
}

/** @returns the values of a row as text; rows of stored arrays are left out. */
function recordOf(batch: CopyBatch, row: number): string {
  return batch.columns
    .map((column) => (isStored(column) ? '…' : formatValue(column.type, vectorReader(column)(row))))
    .join(',')
}

function pickOffsets(offsets: Uint32Array, rows: readonly number[]): Uint32Array {
  return Uint32Array.from(rows, (row) => offsets[row]!)
}
