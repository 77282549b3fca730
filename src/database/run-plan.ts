import { DatabaseError } from '../errors/database-error.ts'
import type { ExecutionContext, QueryResultData, VolatileServices } from '../executor/context.ts'
import { type CopyOutcome, type CopyProgress, copyFrom } from '../executor/copy-from.ts'
import { type CopySource, fileCopySource, queryCopySource } from '../executor/copy-source.ts'
import { executeQuery } from '../executor/execute-query.ts'
import { MoveToWorker } from '../executor/move-to-worker.ts'
import { type QueryTask, QueryWorkers } from '../executor/query-workers.ts'
import { rowSources } from '../executor/row-sources.ts'
import type { BoundExpression } from '../plan/bound-expression.ts'
import type { CopyFromPlan, QueryPlan } from '../plan/statement.ts'
import { INT64, type LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import { vectorReader } from '../types/vector-reader.ts'
import { type Effect, type Process, perform } from './effect.ts'
import type { StatementEnvironment } from './execute-statement.ts'

/** A read-only query that runs longer than this on the main thread is moved to a worker. */
const MAIN_THREAD_SLICE_MS = 20
/** Visited values from which a plan goes to a worker at once. */
const WORKER_COST = 5_000_000
/** A load gives the event loop a turn after this time. */
const LOAD_SLICE_MS = 20

/** @returns everything that a run of a plan needs, on the thread that the transaction lives on. */
function contextOf(env: StatementEnvironment): ExecutionContext {
  const { state, settings, database } = env
  const { progress } = env
  return {
    view: state.view,
    transaction: state.write,
    catalog: state.catalog,
    parameters: new Map([...env.parameters].map(([name, p]) => [name, p.value])),
    memory: database.queryMemory,
    interrupt: env.interrupt,
    services: volatileServices(env),
    openRowSource: rowSources({
      catalog: state.catalog,
      view: state.view,
      packageVersion: database.packageVersion,
      poolStatistics: () => database.storage.stats().pool,
      settings: () => settings.list(),
      settingText: (name) => settings.text(name),
      warnings: () => env.warnings.list(),
      clearWarnings: () => env.warnings.clear(),
    }),
    ...(progress === null
      ? {}
      : { progress: (pipeline, pipelines, done, total) => progress(done / Math.max(1, total), pipeline, pipelines) }),
  }
}

function volatileServices(env: StatementEnvironment): VolatileServices {
  const { state, settings } = env
  return {
    nowMicros: Date.now() * 1000,
    nextSequenceValue: (name) => state.takeSequenceValues(name, 1).first,
    currentSequenceValue: (name) => state.currentSequenceValue(name),
    random: Math.random,
    setting: (name) => settings.get(name),
  }
}

/**
 * A query as an effect. Waiting form: runs here to its end. Other form: short ones run here, long ones in a worker thread; a plan that writes
 * stays here.
 */
export function queryEffect(plan: QueryPlan, env: StatementEnvironment, profile = false): Effect<QueryResultData> {
  const here = (extra: Partial<ExecutionContext> = {}) => executeQuery(plan, { ...contextOf(env), ...extra, profile })
  return {
    sync: () => here(),
    async: async () => {
      if (plan.writes || !QueryWorkers.canRun(plan)) return here()
      if (plan.cost > WORKER_COST) return runInWorker(plan, env, profile)
      try {
        return here({ yieldAfterMs: MAIN_THREAD_SLICE_MS })
      } catch (error) {
        if (error instanceof MoveToWorker) return runInWorker(plan, env, profile)
        throw error
      }
    },
  }
}

function runInWorker(plan: QueryPlan, env: StatementEnvironment, profile: boolean): Promise<QueryResultData> {
  const { state, database, progress } = env
  const task: QueryTask = {
    plan,
    snapshot: database.storage.snapshotOf(state.view),
    catalog: state.catalog.data,
    parameters: [...env.parameters].map(([name, p]) => [name, p.value] as const),
    interruptFlag: env.interrupt.flag,
    deadlineMs: env.interrupt.deadlineMs,
    nowMicros: Date.now() * 1000,
    settings: env.settings.entries(),
    profile,
    reportProgress: progress !== null,
  }
  return database.workers.run(
    task,
    progress === null
      ? null
      : (pipeline, pipelines, done, total) => progress(done / Math.max(1, total), pipeline, pipelines),
  )
}

/** Evaluates an expression without variables by running it as a query of one row. */
export function evaluateConstant(expression: BoundExpression, env: StatementEnvironment): Value {
  const plan: QueryPlan = {
    kind: 'query',
    root: { op: 'singleRow', estimate: 1 },
    slots: [],
    columns: [{ name: 'value', type: expression.type, expression }],
    writes: false,
    cost: 1,
  }
  return vectorReader(executeQuery(plan, contextOf(env)).columns[0]!)(0)
}

/** Loads a table, reading its query first if it has one. */
export function* loadTable(plan: CopyFromPlan, env: StatementEnvironment): Process<CopyOutcome> {
  const types = sourceTypes(plan, env)
  if ('query' in plan.source) {
    const data = yield* perform(queryEffect(plan.source.query, env))
    return yield* perform(loadEffect(plan, env, queryCopySource(data)))
  }
  const source = fileCopySource(plan.source, types, env.settings.number('warning_limit'))
  const outcome = yield* perform(loadEffect(plan, env, source))
  for (const w of source.scan.warnings) {
    env.warnings.add({ message: w.message, filePath: w.filePath, lineNumber: w.lineNumber, skipped: w.skippedLine })
  }
  return outcome
}

/** Types that the columns of files are read with: those of the table's columns that they feed, and of the keys of a rel. */
function sourceTypes(plan: CopyFromPlan, env: StatementEnvironment): LogicalType[] {
  if ('query' in plan.source) return []
  const types = plan.source.columns.map((c) => c.type)
  for (const column of plan.columns) if (column.source !== null) types[column.source] = column.type
  const keys = primaryKeyTypes(plan, env)
  if (keys !== null) {
    types[0] = keys.from
    types[1] = keys.to
  }
  return types.map((type) => (type.id === 'SERIAL' ? INT64 : type))
}

function primaryKeyTypes(plan: CopyFromPlan, env: StatementEnvironment): { from: LogicalType; to: LogicalType } | null {
  if (!plan.isRel) return null
  const typeOf = (tableId: number) => {
    const table = env.state.catalog.nodeTableById(tableId)!
    return table.properties.find((p) => p.columnId === table.primaryKey)!.type
  }
  return { from: typeOf(plan.fromTable), to: typeOf(plan.toTable) }
}

function loadEffect(plan: CopyFromPlan, env: StatementEnvironment, source: CopySource): Effect<CopyOutcome> {
  const table = env.state.catalog.requireTable(plan.tableName)
  const load = () =>
    copyFrom(plan, {
      view: env.state.view,
      transaction: env.state.write!,
      source,
      evaluate: (expression) => evaluateConstant(expression, env),
      takeSerial: (column, count) => {
        const property = table.properties[column]!
        return property.serial ? env.state.takeSerialValues(table.name, property.name, count) : null
      },
      onSkipped: (row) =>
        env.warnings.add({
          message: row.message,
          filePath: row.origin?.file ?? '',
          lineNumber: row.origin?.line ?? 0,
          skipped: row.record,
        }),
      primaryKeyTypes: primaryKeyTypes(plan, env),
    })
  return {
    sync: () => {
      const steps = load()
      for (;;) {
        const step = steps.next()
        if (step.done) return step.value
        report(step.value, steps, env)
      }
    },
    async: async () => {
      const steps = load()
      let sliceStart = performance.now()
      for (;;) {
        const step = steps.next()
        if (step.done) return step.value
        report(step.value, steps, env)
        if (performance.now() - sliceStart < LOAD_SLICE_MS) continue
        await new Promise((resolve) => setImmediate(resolve))
        sliceStart = performance.now()
      }
    },
  }
}

/** Progress, and the place where a load can be stopped. @throws {DatabaseError} INTERRUPTED, TIMEOUT. */
function report(
  progress: CopyProgress,
  steps: Generator<CopyProgress, CopyOutcome, void>,
  env: StatementEnvironment,
): void {
  const { flag, deadlineMs } = env.interrupt
  const interrupted = Atomics.load(flag, 0) !== 0
  if (interrupted || Date.now() > deadlineMs) {
    const error = new DatabaseError(interrupted ? 'INTERRUPTED' : 'TIMEOUT', 'Interrupted.')
    steps.throw(error)
    throw error
  }
  if (env.progress !== null && progress.bytesTotal > 0) env.progress(progress.bytesRead / progress.bytesTotal, 0, 1)
}
