import { Worker } from 'node:worker_threads'
import { DatabaseError, errorFromData } from '../errors/database-error.ts'
import type { QueryPlan } from '../plan/statement.ts'
import type { StorageAttachment } from '../storage/storage-engine.ts'
import type { QueryResultData } from './context.ts'
import type { WorkerRequest, WorkerResponse, WorkerSetup } from './worker-protocol.ts'

/** A query for {@link QueryWorkers}: a request without its number. */
export type QueryTask = Omit<WorkerRequest, 'id'>

/** Called with the running pipeline, the number of pipelines, and the morsels done and known of the running one. */
export type WorkerProgress = (pipeline: number, pipelines: number, done: number, total: number) => void

interface Waiting {
  readonly request: WorkerRequest
  readonly progress: WorkerProgress | null
  readonly resolve: (data: QueryResultData) => void
  readonly reject: (error: Error) => void
}

interface Member {
  readonly worker: Worker
  current: Waiting | null
}

const movable = new WeakMap<QueryPlan, boolean>()

/**
 * Worker threads for long queries, started when they are first needed and never keeping the process alive while idle.
 * A query waits until one is free.
 */
export class QueryWorkers {
  readonly #attachment: () => StorageAttachment
  readonly #limit: number
  readonly #members: Member[] = []
  readonly #queue: Waiting[] = []
  #nextId = 1
  #closed = false

  /** @param limit most threads. */
  constructor(attachment: () => StorageAttachment, limit: number) {
    this.#attachment = attachment
    this.#limit = limit
  }

  /** @returns whether a plan may run elsewhere: it asks nothing that only the session's own thread knows. */
  static canRun(plan: QueryPlan): boolean {
    let known = movable.get(plan)
    if (known === undefined) {
      known = !needsSession(plan)
      movable.set(plan, known)
    }
    return known
  }

  /** @throws {DatabaseError} what the query says; CLOSED; INTERNAL if the thread dies. */
  run(task: QueryTask, progress: WorkerProgress | null): Promise<QueryResultData> {
    if (this.#closed) return Promise.reject(new DatabaseError('CLOSED', 'The database is closed.'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ request: { ...task, id: this.#nextId++ }, progress, resolve, reject })
      this.#dispatch()
    })
  }

  /** Lets running queries end (their callers interrupt them first), then stops the threads. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiting of this.#queue.splice(0)) waiting.reject(new DatabaseError('CLOSED', 'The database is closed.'))
    await Promise.all(this.#members.map((member) => stopped(member.worker)))
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const member = this.#members.find((m) => m.current === null) ?? this.#start()
      if (member === null) return
      const waiting = this.#queue.shift()!
      member.current = waiting
      member.worker.ref()
      member.worker.postMessage(waiting.request)
    }
  }

  #start(): Member | null {
    if (this.#members.length >= this.#limit) return null
    const setup: WorkerSetup = { attachment: this.#attachment() }
    const worker = new Worker(new URL('./executor-worker.js', import.meta.url), { workerData: setup })
    const member: Member = { worker, current: null }
    worker.unref()
    worker.on('message', (response: WorkerResponse) => this.#receive(member, response))
    worker.on('error', (error) => this.#lost(member, error))
    worker.on('exit', () => this.#lost(member, new Error('the thread has ended')))
    this.#members.push(member)
    return member
  }

  #receive(member: Member, response: WorkerResponse): void {
    const waiting = member.current
    if (waiting === null || waiting.request.id !== response.id) return
    if (response.kind === 'progress') {
      waiting.progress?.(response.pipeline, response.pipelines, response.done, response.total)
      return
    }
    member.current = null
    member.worker.unref()
    if (response.kind === 'done') waiting.resolve(response.data)
    else waiting.reject(errorFromData(response.error))
    this.#dispatch()
  }

  #lost(member: Member, cause: Error): void {
    const at = this.#members.indexOf(member)
    if (at >= 0) this.#members.splice(at, 1)
    member.current?.reject(new DatabaseError('INTERNAL', `A query worker failed: ${cause.message}`, { cause }))
    member.current = null
    if (!this.#closed) this.#dispatch()
  }
}

function stopped(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.ref() // whoever waits for the end must live to see it
    worker.once('exit', () => resolve())
    worker.postMessage(null)
  })
}

/** Looks for table functions (they show the session) and sequences anywhere in the plan. */
function needsSession(node: unknown): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some(needsSession)
  const { op, function: called } = node as { op?: unknown; function?: { name?: unknown } }
  if (op === 'tableFunction') return true
  const name = called?.name
  if (typeof name === 'string' && /^(nextval|currval)$/i.test(name)) return true
  return Object.values(node).some(needsSession)
}
