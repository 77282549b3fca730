import type { ExecutionContext, OpenRowSource, QueryResultData, VolatileServices } from '../executor/context.ts'
import { rowPlan } from '../executor/copy-defaults.ts'
import { executeQuery } from '../executor/execute-query.ts'
import { MoveToWorker } from '../executor/move-to-worker.ts'
import { QueryWorkers } from '../executor/query-workers.ts'
import { rowSources } from '../executor/row-sources.ts'
import type { QueryTask } from '../executor/worker-protocol.ts'
import type { BoundExpression } from '../plan/bound-expression.ts'
import type { QueryPlan } from '../plan/statement.ts'
import type { Value } from '../types/value.ts'
import { vectorReader } from '../types/vector-reader.ts'
import type { Effect } from './effect.ts'
import type { ProgressCallback, StatementEnvironment } from './execute-statement.ts'
import type { TypedValue } from './from-js-value.ts'

/** A read-only query that runs longer than this on the main thread is moved to a worker. */
const MAIN_THREAD_SLICE_MS = 20
/** Visited values from which a plan goes to a worker at once. */
const WORKER_COST = 5_000_000

/**
 * @returns everything that a run of a plan needs, on the thread that the transaction lives on. Made in one go: spreading one object into another
 * takes as long as a look-up by key while the code is young.
 */
export function executionContext(
  env: StatementEnvironment,
  yieldAfterMs: number | undefined = undefined,
  profile = false,
): ExecutionContext {
  const { state, database, progress } = env
  return {
    view: state.view,
    transaction: state.write,
    catalog: state.catalog,
    parameters: valuesOf(env.parameters),
    memory: database.queryMemory,
    interrupt: env.interrupt,
    services: volatileServices(env),
    openRowSource: (operator, args) => rowSourcesOf(env)(operator, args),
    progress: progress === null ? undefined : rowProgress(progress),
    yieldAfterMs,
    profile,
  }
}

function rowSourcesOf({ state, settings, database, warnings }: StatementEnvironment): OpenRowSource {
  return rowSources({
    catalog: state.catalog,
    view: state.view,
    packageVersion: database.packageVersion,
    poolStatistics: () => database.storage.stats().pool,
    settings: () => settings.list(),
    settingText: (name) => settings.text(name),
    warnings: () => warnings.list(),
    addWarning: (warning) => warnings.add(warning, settings.number('warning_limit')),
    clearWarnings: () => warnings.clear(),
  })
}

function rowProgress(progress: ProgressCallback): NonNullable<ExecutionContext['progress']> {
  return (pipeline, pipelines, done, total) =>
    progress(done / Math.max(1, total), pipeline, pipelines, { done, total, unit: 'rows' })
}

function valuesOf(parameters: ReadonlyMap<string, TypedValue>): Map<string, Value> {
  const values = new Map<string, Value>()
  for (const [name, { value }] of parameters) values.set(name, value)
  return values
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
  const here = (yieldAfterMs?: number) => executeQuery(plan, executionContext(env, yieldAfterMs, profile))
  return {
    sync: () => here(),
    async: async () => {
      if (plan.writes || !QueryWorkers.canRun(plan)) return here()
      if (plan.cost > WORKER_COST) return runInWorker(plan, env, profile)
      try {
        return here(MAIN_THREAD_SLICE_MS)
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
  return database.workers.run(task, progress === null ? null : rowProgress(progress))
}

/** Evaluates an expression without variables by running it as a query of one row. */
export function evaluateConstant(expression: BoundExpression, env: StatementEnvironment): Value {
  return vectorReader(executeQuery(rowPlan(expression), executionContext(env)).columns[0]!)(0)
}
