/**
 * Entry of an executor worker thread: runs read-only queries on snapshots that the main thread sent, and loads into pages that its transaction
 * publishes, one at a time. Results are moved, not copied.
 */
import { parentPort } from 'node:worker_threads'
import { Catalog, type CatalogData } from '../catalog/catalog.ts'
import { DatabaseError, errorToData } from '../errors/database-error.ts'
import { limitError } from '../errors/limit-error.ts'
import { attachStorage } from '../storage/attach-storage.ts'
import type { ReadView } from '../storage/read-view.ts'
import type { Value } from '../types/value.ts'
import { vectorBuffers } from '../types/vector.ts'
import { nativeThreadSetup } from '../util/native-thread.ts'
import type { ExecutionContext, QueryResultData } from './context.ts'
import type { CopyTask } from './copy-task.ts'
import { runCopyTask } from './copy-worker.ts'
import { executeQuery } from './execute-query.ts'
import { queryMemoryOf } from './query-memory.ts'
import { rowSources } from './row-sources.ts'
import type { QueryTask, WorkerRequest, WorkerResponse, WorkerSetup } from './worker-protocol.ts'

const { attachment } = nativeThreadSetup() as WorkerSetup
const storage = attachStorage(attachment)
const memory = queryMemoryOf(attachment)
const port = parentPort!
const PROGRESS_EVERY_MS = 100

function send(response: WorkerResponse, transfer: ArrayBuffer[] = []): void {
  port.postMessage(response, transfer)
}

/** Session state that only the main thread has; plans that need it are not sent here. */
function unavailable(): never {
  throw new DatabaseError('INTERNAL', 'a query worker was asked for the state of a session')
}

type Report = (pipeline: number, pipelines: number, done: number, total: number, rows?: number) => void

/** @returns a function that reports progress, not too often. */
function progressOf(id: number): Report {
  let last = 0
  return (pipeline, pipelines, done, total, rows = 0) => {
    if (performance.now() - last < PROGRESS_EVERY_MS) return
    last = performance.now()
    send({ id, kind: 'progress', pipeline, pipelines, done, total, rows })
  }
}

interface Surroundings {
  readonly catalog: CatalogData
  readonly interruptFlag: Int32Array
  readonly deadlineMs: number
  readonly nowMicros: number
  readonly parameters: ReadonlyMap<string, Value>
  readonly settings: ReadonlyMap<string, Value>
}

function contextOf(view: ReadView, given: Surroundings): ExecutionContext {
  const catalog = new Catalog(given.catalog)
  return {
    view,
    transaction: null,
    catalog,
    parameters: given.parameters,
    memory,
    interrupt: { flag: given.interruptFlag, deadlineMs: given.deadlineMs },
    services: {
      nowMicros: given.nowMicros,
      nextSequenceValue: unavailable,
      currentSequenceValue: unavailable,
      random: Math.random,
      setting: (name) => given.settings.get(name) ?? null,
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

function runQuery(id: number, task: QueryTask): void {
  const data = queryData(id, task)
  const buffers = new Set<ArrayBuffer>()
  for (const column of data.columns) vectorBuffers(column, buffers)
  send({ id, kind: 'done', data }, [...buffers])
}

/** The view is closed when this returns: the main thread closes its own as soon as it has the answer. */
function queryData(id: number, task: QueryTask): QueryResultData {
  const view = storage.openView(task.snapshot)
  try {
    const parameters = new Map(task.parameters)
    const settings = new Map(task.settings)
    return executeQuery(task.plan, {
      ...contextOf(view, { ...task, parameters, settings }),
      profile: task.profile,
      ...(task.reportProgress ? { progress: progressOf(id) } : {}),
    })
  } finally {
    view.close()
  }
}

function runCopy(id: number, task: CopyTask): void {
  const progress = progressOf(id)
  const nothing = { parameters: new Map<string, Value>(), settings: new Map<string, Value>() }
  const report = runCopyTask(
    task,
    storage,
    (view) => contextOf(view, { ...task, ...nothing }),
    ({ part, parts, done, total, rows }) => progress(part, parts, done, total, rows),
  )
  send({ id, kind: 'copied', report })
}

port.on('message', (request: WorkerRequest | null) => {
  if (request === null) {
    storage.close()
    port.close()
    return
  }
  try {
    if (request.kind === 'query') runQuery(request.id, request.query)
    else runCopy(request.id, request.copy)
  } catch (error) {
    send({ id: request.id, kind: 'failed', error: errorToData(limitError(error)) })
  }
})
