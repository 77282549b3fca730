/**
 * Entry of an executor worker thread: runs read-only queries on snapshots that the main thread sent, one at a time.
 * Results are moved, not copied.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { Catalog } from '../catalog/catalog.ts'
import { DatabaseError, errorToData } from '../errors/database-error.ts'
import { attachStorage } from '../storage/attach-storage.ts'
import { vectorBuffers } from '../types/vector.ts'
import type { ExecutionContext } from './context.ts'
import { executeQuery } from './execute-query.ts'
import { queryMemoryOf } from './query-memory.ts'
import { rowSources } from './row-sources.ts'
import type { WorkerRequest, WorkerResponse, WorkerSetup } from './worker-protocol.ts'

const { attachment } = workerData as WorkerSetup
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

function progressOf(request: WorkerRequest): Pick<ExecutionContext, 'progress'> {
  if (!request.reportProgress) return {}
  let last = 0
  return {
    progress: (pipeline, pipelines, done, total) => {
      if (performance.now() - last < PROGRESS_EVERY_MS) return
      last = performance.now()
      send({ id: request.id, kind: 'progress', pipeline, pipelines, done, total })
    },
  }
}

function run(request: WorkerRequest): void {
  const view = storage.openView(request.snapshot)
  const settings = new Map(request.settings)
  try {
    const catalog = new Catalog(request.catalog)
    const data = executeQuery(request.plan, {
      view,
      transaction: null,
      catalog,
      parameters: new Map(request.parameters),
      memory,
      interrupt: { flag: request.interruptFlag, deadlineMs: request.deadlineMs },
      services: {
        nowMicros: request.nowMicros,
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
        clearWarnings: unavailable,
      }),
      profile: request.profile,
      ...progressOf(request),
    })
    const buffers = new Set<ArrayBuffer>()
    for (const column of data.columns) vectorBuffers(column, buffers)
    send({ id: request.id, kind: 'done', data }, [...buffers])
  } finally {
    view.close()
  }
}

port.on('message', (request: WorkerRequest | null) => {
  if (request === null) {
    storage.close()
    port.close()
    return
  }
  try {
    run(request)
  } catch (error) {
    send({ id: request.id, kind: 'failed', error: errorToData(error) })
  }
})
