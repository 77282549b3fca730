import { Catalog, type CatalogData } from '../catalog/catalog.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { ReadView } from '../storage/read-view.ts'
import type { AttachedStorage } from '../storage/storage-engine.ts'
import type { Value } from '../types/value.ts'
import type { ExecutionContext, QueryMemory, QueryResultData } from './context.ts'
import type { ColumnServices } from './copy-columns.ts'
import { defaultEvaluator } from './copy-defaults.ts'
import type { CopyTask } from './copy-task.ts'
import { executeQuery } from './execute-query.ts'
import { rowSources } from './row-sources.ts'
import type { QueryTask } from './worker-protocol.ts'

/** What of a request the surroundings of its run are made from. */
interface Surroundings {
  readonly catalog: CatalogData
  readonly interruptFlag: Int32Array
  readonly deadlineMs: number
  readonly nowMicros: number
}

/** Session state that only the main thread has; plans that need it are not sent here. */
function unavailable(): never {
  throw new DatabaseError('INTERNAL', 'a query worker was asked for the state of a session')
}

function contextOf(
  view: ReadView,
  given: Surroundings,
  memory: QueryMemory,
  parameters: ReadonlyMap<string, Value> = new Map(),
  settings: ReadonlyMap<string, Value> = new Map(),
): ExecutionContext {
  const catalog = new Catalog(given.catalog)
  return {
    view,
    transaction: null,
    catalog,
    parameters,
    memory,
    interrupt: { flag: given.interruptFlag, deadlineMs: given.deadlineMs },
    services: {
      nowMicros: given.nowMicros,
      nextSequenceValue: unavailable,
      currentSequenceValue: unavailable,
      random: Math.random,
      setting: (name) => settings.get(name) ?? null,
    },
    openRowSource: rowSources({
      catalog,
      view,
      packageVersion: '',
      poolStatistics: unavailable,
      settings: unavailable,
      settingText: unavailable,
      warnings: unavailable,
      addWarning: unavailable,
      clearWarnings: unavailable,
    }),
  }
}

/**
 * Runs a query in a worker thread. The view is closed when this returns: the main thread closes its own as soon as it has the answer.
 * @param progress undefined where nobody listens.
 * @throws {DatabaseError} what the query says.
 */
export function runQueryTask(
  task: QueryTask,
  storage: AttachedStorage,
  memory: QueryMemory,
  progress: ExecutionContext['progress'],
): QueryResultData {
  const view = storage.openView(task.snapshot)
  try {
    return executeQuery(task.plan, {
      ...contextOf(view, task, memory, new Map(task.parameters), new Map(task.settings)),
      profile: task.profile,
      ...(progress === undefined ? {} : { progress }),
    })
  } finally {
    view.close()
  }
}

/** @returns what computes the defaults of a load in a worker thread. */
export function defaultsOfTask(task: CopyTask, view: ReadView, memory: QueryMemory): ColumnServices['evaluate'] {
  return defaultEvaluator(contextOf(view, task, memory))
}
