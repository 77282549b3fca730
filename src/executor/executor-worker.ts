/**
 * Entry of an executor worker thread: runs read-only queries on snapshots that the main thread sent, and loads into pages that its transaction
 * publishes, one at a time. Results are moved, not copied.
 *
 * The compiler and the operators, half of what there is to load, come with the first query: a COPY, which waits for the thread, mostly does without.
 */
import { parentPort } from 'node:worker_threads'
import { DatabaseError, errorToData } from '../errors/database-error.ts'
import { limitError } from '../errors/limit-error.ts'
import { attachStorage } from '../storage/attach-storage.ts'
import { vectorBuffers } from '../types/vector.ts'
import { nativeThreadSetup } from '../util/native-thread.ts'
import type { CopyTask } from './copy-task.ts'
import { type DefaultsOf, runCopyTask } from './copy-worker.ts'
import { queryMemoryOf } from './query-memory.ts'
import type { QueryTask, WorkerRequest, WorkerResponse, WorkerSetup } from './worker-protocol.ts'

const { attachment } = nativeThreadSetup() as WorkerSetup
const storage = attachStorage(attachment)
const memory = queryMemoryOf(attachment)
const port = parentPort!
const PROGRESS_EVERY_MS = 100

function send(response: WorkerResponse, transfer: ArrayBuffer[] = []): void {
  port.postMessage(response, transfer)
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

async function runQuery(id: number, task: QueryTask): Promise<void> {
  const { runQueryTask } = await import('./query-in-worker.ts')
  const data = runQueryTask(task, storage, memory, task.reportProgress ? progressOf(id) : undefined)
  const buffers = new Set<ArrayBuffer>()
  for (const column of data.columns) vectorBuffers(column, buffers)
  send({ id, kind: 'done', data }, [...buffers])
}

async function runCopy(id: number, task: CopyTask): Promise<void> {
  const progress = progressOf(id)
  const report = runCopyTask(task, storage, await defaultsOf(task), ({ part, parts, done, total, rows }) =>
    progress(part, parts, done, total, rows),
  )
  send({ id, kind: 'copied', report })
}

async function defaultsOf(task: CopyTask): Promise<DefaultsOf> {
  if (task.plan.columns.every(isPlain)) return () => nothingToCompute
  const { defaultsOfTask } = await import('./query-in-worker.ts')
  return (view) => defaultsOfTask(task, view, memory)
}

function isPlain({ source, defaultValue }: CopyTask['plan']['columns'][number]): boolean {
  return source !== null || defaultValue === null || defaultValue.kind === 'literal'
}

function nothingToCompute(): never {
  throw new DatabaseError('INTERNAL', 'a load without computed defaults was asked for one')
}

async function serve(request: WorkerRequest | null): Promise<void> {
  if (request === null) {
    storage.close()
    port.close()
    return
  }
  try {
    await (request.kind === 'query' ? runQuery(request.id, request.query) : runCopy(request.id, request.copy))
  } catch (error) {
    send({ id: request.id, kind: 'failed', error: errorToData(limitError(error)) })
  }
}

/** The end of the last request: the one to stop must not overtake a query whose modules are still being loaded. */
let served: Promise<void> = Promise.resolve()

port.on('message', (request: WorkerRequest | null) => {
  served = served.then(() => serve(request))
})
