import { statSync } from 'node:fs'
import type { MessagePort } from 'node:worker_threads'
import { defaultEvaluator } from '../executor/copy-defaults.ts'
import {
  COPY_BATCH_ROWS,
  type CopyContext,
  type CopyOutcome,
  type CopyProgress,
  copyFrom,
} from '../executor/copy-from.ts'
import { openCopySource } from '../executor/copy-source.ts'
import type { CopyInput, CopyTask, SkippedReport } from '../executor/copy-task.ts'
import { SkippedRows } from '../executor/copy-worker.ts'
import { QueryWorkers, type WorkerProgress } from '../executor/query-workers.ts'
import type { FileSource } from '../plan/operator.ts'
import type { CopyFromPlan } from '../plan/statement.ts'
import { INT64, type LogicalType } from '../types/logical-type.ts'
import { vectorBuffers, vectorByteSize } from '../types/vector.ts'
import { type Effect, type Process, perform } from './effect.ts'
import type { StatementEnvironment } from './execute-statement.ts'
import { executionContext, queryEffect } from './run-plan.ts'

/** Less input than this is loaded on the main thread, in slices: starting a thread takes as long. */
const WORKER_INPUT_BYTES = 1 << 20
/** What compressed bytes may become. */
const COMPRESSION = 8
/** A load on the main thread gives the event loop a turn after this time, and looks at the clock after so many rows. */
const SLICE_MS = 20
const SLICE_ROWS = 2048

/** What a load gives. */
interface Loaded extends CopyOutcome {
  readonly skipped: SkippedReport
}

/** Loads a table, reading its query first if it has one. @throws {DatabaseError} what reading, looking up and loading say. */
export function* loadTable(plan: CopyFromPlan, env: StatementEnvironment): Process<CopyOutcome> {
  const input = yield* inputOf(plan, env)
  const { rows, skipped } = yield* perform(loadEffect(plan, env, input))
  const limit = env.settings.number('warning_limit')
  for (const { message, origin, record } of skipped.rows) {
    env.warnings.add({ message, filePath: origin?.file ?? '', lineNumber: origin?.line ?? 0, skipped: record }, limit)
  }
  env.warnings.count(skipped.count - skipped.rows.length)
  return { rows }
}

function* inputOf(plan: CopyFromPlan, env: StatementEnvironment): Process<CopyInput> {
  if (!('query' in plan.source))
    return { kind: 'files', files: plan.source, types: sourceTypes(plan.source, plan, env) }
  const { columns, rowCount } = yield* perform(queryEffect(plan.source.query, env))
  return { kind: 'rows', columns, rowCount }
}

/** Types that the columns of files are read with: those of the table's columns that they feed, and of the keys of a rel. */
function sourceTypes(source: FileSource, plan: CopyFromPlan, env: StatementEnvironment): LogicalType[] {
  const types = source.columns.map((c) => c.type)
  for (const column of plan.columns) if (column.source !== null) types[column.source] = column.type
  const keys = primaryKeyTypes(plan, env)
  if (keys !== null) {
    types[0] = keys.from
    types[1] = keys.to
  }
  return types.map((type) => (type.id === 'SERIAL' ? INT64 : type))
}

function primaryKeyTypes(plan: CopyFromPlan, env: StatementEnvironment): CopyContext['primaryKeyTypes'] {
  if (!plan.isRel) return null
  const typeOf = (tableId: number) => {
    const table = env.state.catalog.nodeTableById(tableId)!
    return table.properties.find((p) => p.columnId === table.primaryKey)!.type
  }
  return { from: typeOf(plan.fromTable), to: typeOf(plan.toTable) }
}

/** Waiting form: here. Other form: large inputs in a worker thread, unless a default asks for what only this thread knows. */
function loadEffect(plan: CopyFromPlan, env: StatementEnvironment, input: CopyInput): Effect<Loaded> {
  return {
    sync: () => {
      const load = loadHere(plan, env, input, COPY_BATCH_ROWS)
      for (;;) {
        const step = load.next()
        if (step.done) return step.value
        report(step.value, env)
      }
    },
    async: async () => {
      const movable = QueryWorkers.canEvaluate(plan.columns.map((column) => column.defaultValue))
      return movable && isLarge(input) ? loadInWorker(plan, env, input) : loadInSlices(plan, env, input)
    },
  }
}

function report({ part, parts, done, total, rows }: CopyProgress, env: StatementEnvironment): void {
  if (total > 0) env.progress?.(done / total, part, parts, { done, total, unit: part === 0 ? 'bytes' : 'groups', rows })
}

async function loadInSlices(plan: CopyFromPlan, env: StatementEnvironment, input: CopyInput): Promise<Loaded> {
  await env.state.write!.prepareLoad(plan.table)
  const load = loadHere(plan, env, input, SLICE_ROWS)
  let sliceStart = performance.now()
  for (;;) {
    const step = load.next()
    if (step.done) return step.value
    report(step.value, env)
    if (performance.now() - sliceStart < SLICE_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceStart = performance.now()
  }
}

/** A load on this thread; yields after each batch. */
function* loadHere(
  plan: CopyFromPlan,
  env: StatementEnvironment,
  input: CopyInput,
  batchRows: number,
): Generator<CopyProgress, Loaded, void> {
  const { state, interrupt } = env
  const warningLimit = env.settings.number('warning_limit')
  const source = openCopySource(input, warningLimit)
  const skipped = new SkippedRows(warningLimit)
  const serials = serialColumns(plan, env)
  const write = state.write!
  const { rows } = yield* copyFrom(plan, {
    view: state.view,
    loader: {
      nodes: plan.isRel ? null : write.bulkLoadNodes(plan.table),
      rels: plan.isRel ? write.bulkLoadRels(plan.table) : null,
    },
    source,
    interrupt,
    evaluate: defaultEvaluator(executionContext(env)),
    takeSerial: (column, count) => {
      const name = serials[column] ?? null
      return name === null ? null : state.takeSerialValues(plan.tableName, name, count)
    },
    onSkipped: (row) => skipped.add(row),
    primaryKeyTypes: primaryKeyTypes(plan, env),
    batchRows,
  })
  return { rows, skipped: skipped.with(source) }
}

/** @returns the names of the SERIAL columns that no source column fills, by place in the schema; null for other columns. */
function serialColumns(plan: CopyFromPlan, env: StatementEnvironment): (string | null)[] {
  const { properties } = env.state.catalog.requireTable(plan.tableName)
  return plan.columns.map(({ source }, i) => (source === null && properties[i]!.serial ? properties[i]!.name : null))
}

async function loadInWorker(plan: CopyFromPlan, env: StatementEnvironment, input: CopyInput): Promise<Loaded> {
  const { state, database, progress } = env
  const write = state.write!
  await write.prepareLoad(plan.table)
  const { ticket, transfer } = write.describeLoad(plan.table)
  try {
    const serials = serialColumns(plan, env)
    const task: CopyTask = {
      plan,
      input,
      ticket,
      snapshot: database.storage.snapshotOf(state.view),
      catalog: state.catalog.data,
      primaryKeyTypes: primaryKeyTypes(plan, env),
      serials: serials.map((name) => (name === null ? null : state.nextSerialValue(plan.tableName, name))),
      interruptFlag: env.interrupt.flag,
      deadlineMs: env.interrupt.deadlineMs,
      nowMicros: Date.now() * 1000,
      warningLimit: env.settings.number('warning_limit'),
    }
    const moved = [...transfer, ...inputBuffers(input)]
    const onProgress = progress === null ? null : progressOf(env)
    const { outcome, skipped, serialsTaken } = await database.workers.copy(task, moved, onProgress)
    serials.forEach((name, i) => {
      const count = serialsTaken[i]!
      if (name !== null && count > 0) state.takeSerialValues(plan.tableName, name, count)
    })
    return { rows: write.acceptLoad(ticket, outcome), skipped }
  } catch (error) {
    // what cannot be deleted now is in the journal, and the next writer deletes it
    await write.abandonLoad(ticket).catch(() => undefined)
    throw error
  }
}

function progressOf(env: StatementEnvironment): WorkerProgress {
  return (part, parts, done, total, rows) => report({ part, parts, done, total, rows }, env)
}

function inputBuffers(input: CopyInput): (ArrayBuffer | MessagePort)[] {
  const buffers = new Set<ArrayBuffer>()
  if (input.kind === 'rows') for (const column of input.columns) vectorBuffers(column, buffers)
  return [...buffers]
}

function isLarge(input: CopyInput): boolean {
  const bytes =
    input.kind === 'rows'
      ? input.columns.reduce((sum, column) => sum + vectorByteSize(column), 0)
      : input.files.paths.reduce((sum, path) => sum + fileBytes(path), 0)
  return bytes >= WORKER_INPUT_BYTES
}

/** @returns about how many bytes a file has when it is read; 0 if there is none, which reading it will say. */
function fileBytes(path: string): number {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return path.endsWith('.gz') ? bytes * COMPRESSION : bytes
}
