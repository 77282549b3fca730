import type { MessagePort, Worker } from 'node:worker_threads'
import { DatabaseError, errorFromData } from '../errors/database-error.ts'
import type { BoundExpression } from '../plan/bound-expression.ts'
import type { QueryPlan } from '../plan/statement.ts'
import type { StorageAttachment } from '../storage/storage-engine.ts'
import { startNativeThread } from '../util/native-thread.ts'
import type { QueryResultData, SourceOperator } from './context.ts'
import type { CopyReport, CopyTask } from './copy-task.ts'
import type { QueryTask, WorkerRequest, WorkerResponse, WorkerSetup } from './worker-protocol.ts'

/** Called with the running pipeline, the number of pipelines, what is done and known of the running one, and the rows that a load has read. */
export type WorkerProgress = (pipeline: number, pipelines: number, done: number, total: number, rows: number) => void

type Transferable = ArrayBuffer | MessagePort

interface Waiting {
  readonly request: WorkerRequest
  readonly transfer: readonly Transferable[]
  readonly progress: WorkerProgress | null
  readonly resolve: (result: QueryResultData | CopyReport) => void
  readonly reject: (error: Error) => void
}

interface Member {
  readonly worker: Worker
  current: Waiting | null
}

const movable = new WeakMap<QueryPlan, boolean>()

/**
 * Worker threads for long queries and for COPY, started when they are first needed and never keeping the process alive while idle.
 * A query waits until one is free; a load gets a thread at once (there is one at a time), so that no query waits for its end.
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

  /** @returns whether these expressions of a load can be evaluated elsewhere. */
  static canEvaluate(defaults: readonly (BoundExpression | null)[]): boolean {
    return !needsSession(defaults)
  }

  /** @throws {DatabaseError} what the query says; CLOSED; INTERNAL if the thread dies. */
  run(query: QueryTask, progress: WorkerProgress | null): Promise<QueryResultData> {
    const request = { id: this.#nextId++, kind: 'query', query } as const
    return this.#add(request, [], progress) as Promise<QueryResultData>
  }

  /**
   * Runs a load. @param transfer what of the task moves to the thread: the port of its ticket, the buffers of its rows.
   * @throws {DatabaseError} what the load says; CLOSED; INTERNAL if the thread dies. The caller gives the load up then.
   */
  copy(copy: CopyTask, transfer: readonly Transferable[], progress: WorkerProgress | null): Promise<CopyReport> {
    const request = { id: this.#nextId++, kind: 'copy', copy } as const
    return this.#add(request, transfer, progress) as Promise<CopyReport>
  }

  #add(
    request: WorkerRequest,
    transfer: readonly Transferable[],
    progress: WorkerProgress | null,
  ): Promise<QueryResultData | CopyReport> {
    if (this.#closed) return Promise.reject(new DatabaseError('CLOSED', 'The database is closed.'))
    return new Promise((resolve, reject) => {
      const waiting = { request, transfer, progress, resolve, reject }
      if (request.kind === 'copy') this.#queue.unshift(waiting)
      else this.#queue.push(waiting)
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
      const forCopy = this.#queue[0]!.request.kind === 'copy'
      const member = this.#members.find((m) => m.current === null) ?? this.#start(forCopy)
      if (member === null) return
      const waiting = this.#queue.shift()!
      member.current = waiting
      member.worker.ref()
      member.worker.postMessage(waiting.request, waiting.transfer)
    }
  }

  /** @param forCopy whether the limit may be passed by one. */
  #start(forCopy: boolean): Member | null {
    if (this.#members.length >= this.#limit + (forCopy ? 1 : 0)) return null
    const setup: WorkerSetup = { attachment: this.#attachment() }
    const worker = startNativeThread(new URL('./executor-worker.js', import.meta.url), setup)
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
      waiting.progress?.(response.pipeline, response.pipelines, response.done, response.total, response.rows)
      return
    }
    member.current = null
    member.worker.unref()
    if (response.kind === 'done') waiting.resolve(response.data)
    else if (response.kind === 'copied') waiting.resolve(response.report)
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

/** Rows that are left out are told to the session. */
function keepsWarnings(operator: SourceOperator): boolean {
  return operator.op === 'scanFile' && 'IGNORE_ERRORS' in operator.source.options
}

/** Looks for table functions (they show the session) and sequences anywhere in the plan. */
function needsSession(node: unknown): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some(needsSession)
  const { op, function: called } = node as { op?: unknown; function?: { name?: unknown } }
  if (op === 'tableFunction') return true
  if (op === 'scanFile' && keepsWarnings(node as SourceOperator)) return true
  const name = called?.name
  if (typeof name === 'string' && /^(nextval|currval)$/i.test(name)) return true
  return Object.values(node).some(needsSession)
}
