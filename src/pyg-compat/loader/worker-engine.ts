import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads'
import { DatabaseError, errorFromData } from '../../errors/database-error.ts'
import { startNativeThread } from '../../util/native-thread.ts'
import type { BatchBuffer, BatchData } from './batch-data.ts'
import type { BatchEngine, EngineSettings } from './batch-engine.ts'
import type { EpochRun } from './batch-producer.ts'
import type { FromGather, LoaderWorkerSetup, ToGather } from './loader-protocol.ts'
import { NO_LOOK_AHEAD } from './look-ahead.ts'
import { deadWorker } from './sampler-links.ts'
import type { SnapshotKeeper } from './snapshot-keeper.ts'

/** For the objects of a worker, of which few live longer than a batch: V8 would let them take 48 MiB. */
const YOUNG_MEBIBYTES = 12

/** Somebody waits for a message. */
interface Waiter {
  readonly resolve: (message: FromGather) => void
  readonly reject: (error: unknown) => void
}

/**
 * Makes batches in worker threads. This thread only posts credits and takes what is ready.
 *
 * States: idle -> running (begin) -> idle (end) -> closed. A worker that dies makes it failed: the next call says so, and only close is left.
 */
export class WorkerEngine implements BatchEngine {
  readonly #keeper: SnapshotKeeper
  readonly #settings: EngineSettings
  readonly #workers: Worker[] = []
  readonly #ended: Promise<void>[] = []
  readonly #port: MessagePort
  readonly #ready: FromGather[] = []
  #waiter: Waiter | null = null
  #failure: unknown = null
  #closing: Promise<void> | null = null
  #generation = 0
  #running = false
  #left = 0

  /** Starts the threads. @throws {DatabaseError} INVALID_ARGUMENT for a sampler that cannot leave this thread. */
  constructor(keeper: SnapshotKeeper, settings: EngineSettings) {
    this.#keeper = keeper
    this.#settings = settings
    const toGather = new MessageChannel()
    this.#port = toGather.port1
    const channels = Array.from({ length: settings.numWorkers - 1 }, () => new MessageChannel())
    const onDemand = settings.consistency === 'latest'
    const lookAhead = onDemand ? NO_LOOK_AHEAD : settings.lookAhead
    const samplers = channels.map(({ port1 }) => port1)
    const gather = { role: 'gather', port: toGather.port2, samplers, lookAhead, onDemand } as const
    this.#start(gather, [toGather.port2, ...samplers])
    for (const { port2 } of channels) this.#start({ role: 'sample', port: port2 }, [port2])
    this.#port.on('message', (message: FromGather) => this.#receive(message))
    this.#port.unref()
  }

  begin(run: EpochRun): void {
    this.#assertAlive()
    this.#running = true
    this.#left = run.order.starts.length - 1 - run.from
    this.#sendSource()
    const onDemand = this.#settings.consistency === 'latest'
    this.#post({ kind: 'begin', run, credits: onDemand ? 0 : this.#settings.prefetch })
  }

  async next(): Promise<BatchData | null> {
    this.#assertAlive()
    if (this.#left === 0) return null
    if (this.#settings.consistency !== 'epoch') this.#sendSource()
    const onDemand = this.#settings.consistency === 'latest'
    if (onDemand) this.#post({ kind: 'credit', count: 1 })
    const message = await this.#message()
    if (message.kind === 'failed') throw errorFromData(message.error)
    if (message.kind !== 'batch')
      throw new DatabaseError('INTERNAL', `unexpected message ${message.kind} of a loader worker`)
    this.#left--
    if (!onDemand) this.#post({ kind: 'credit', count: 1 })
    return message.data
  }

  nextSync(): BatchData | null {
    throw new DatabaseError('INVALID_ARGUMENT', 'With workers, iterate with for await, or set numWorkers to 0.')
  }

  recycle(buffer: BatchBuffer): void {
    if (this.#closing === null && this.#failure === null) this.#post({ kind: 'recycle', buffer })
  }

  async end(): Promise<void> {
    if (!this.#running || this.#failure !== null) return
    this.#running = false
    this.#post({ kind: 'end' })
    for (;;) {
      const message = await this.#message()
      if (message.kind === 'ended') return
      if (message.kind === 'batch') this.recycle(message.data.buffer) // made, never asked for
    }
  }

  async close(): Promise<void> {
    this.#closing ??= this.#shut()
    await this.#closing
  }

  /** Makes the current and later calls fail. */
  fail(error: unknown): void {
    this.#failure ??= error
    const waiter = this.#waiter
    this.#waiter = null
    waiter?.reject(this.#failure)
  }

  async #shut(): Promise<void> {
    this.fail(new DatabaseError('CLOSED', 'The loader or its database is closed.'))
    for (const worker of this.#workers) worker.ref() // whoever waits for the end must live to see it
    this.#post({ kind: 'close' })
    await Promise.all(this.#ended)
    this.#port.close()
    this.#keeper.releaseAll()
  }

  #start(setup: LoaderWorkerSetup, transfer: MessagePort[]): void {
    const worker = startNativeThread(new URL('./loader-worker.js', import.meta.url), setup, {
      transferList: transfer,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEBIBYTES },
    })
    const index = this.#workers.push(worker) - 1
    const { threadId } = worker // it has none any more once it has ended
    worker.unref()
    worker.on('error', (error) => this.#lost(index, error))
    this.#ended.push(
      new Promise((resolve) => {
        worker.once('exit', () => {
          this.#keeper.threadEnded(threadId) // terminated or killed by an error of V8's, it gave nothing back
          this.#lost(index)
          resolve()
        })
      }),
    )
  }

  #lost(index: number, cause?: unknown): void {
    if (this.#closing !== null) return
    this.fail(deadWorker(cause))
    if (index > 0) this.#post({ kind: 'lost', sampler: index - 1 })
  }

  #sendSource(): void {
    const { recipe, pinned } = this.#keeper.newest()
    if (recipe.generation === this.#generation) return
    this.#generation = recipe.generation
    this.#post({ kind: 'source', recipe, ticket: pinned.ticket() })
  }

  #receive(message: FromGather): void {
    if (message.kind === 'released') {
      this.#keeper.release(message.generation)
      return
    }
    const waiter = this.#waiter
    this.#waiter = null
    if (waiter === null) this.#ready.push(message)
    else waiter.resolve(message)
  }

  /** @returns the next message, from the port itself where the event loop has not come to it yet. */
  async #message(): Promise<FromGather> {
    for (;;) {
      const ready = this.#ready.shift()
      if (ready !== undefined) return ready
      this.#assertAlive()
      const received = receiveMessageOnPort(this.#port) as { message: FromGather } | undefined
      if (received === undefined) break
      this.#receive(received.message)
    }
    for (const worker of this.#workers) worker.ref()
    try {
      return await new Promise<FromGather>((resolve, reject) => {
        this.#waiter = { resolve, reject }
      })
    } finally {
      if (this.#closing === null) for (const worker of this.#workers) worker.unref()
    }
  }

  #post(message: ToGather): void {
    this.#port.postMessage(message)
  }

  #assertAlive(): void {
    if (this.#failure !== null) throw this.#failure
  }
}
