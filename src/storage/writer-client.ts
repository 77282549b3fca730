import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { DatabaseError, errorFromData } from '../errors/database-error.ts'
import type { NumberedRequest, WriterConnection, WriterReply, WriterRequest, WriterResult } from './writer-protocol.ts'

interface Waiting {
  resolve(result: WriterResult): void
  reject(error: unknown): void
}

/**
 * One thread's line to the writer thread: each request as a promise, or waiting inside the call. Requests of both kinds are
 * answered in the order they were made. While an answer is due it keeps the process alive; otherwise it does not.
 */
export class WriterClient {
  readonly #port: MessagePort
  readonly #signal: Int32Array
  readonly #waiting = new Map<number, Waiting>()
  /** Answers that someone waits for inside a call, by id; null until they are there. */
  readonly #awaited = new Map<number, WriterReply | null>()
  #lastId = 0
  #closed: DatabaseError | null = null

  constructor(connection: WriterConnection) {
    this.#port = connection.port
    this.#signal = new Int32Array(connection.signal)
    this.#port.on('message', (reply: WriterReply) => this.#deliver(reply))
    this.#port.unref()
  }

  /**
   * @param transfer what of the request moves to the writer thread.
   * @throws {DatabaseError} what the writer thread threw, with its code; CLOSED.
   */
  call(request: WriterRequest, transfer: readonly Transferable[] = []): Promise<WriterResult> {
    return new Promise((resolve, reject) => {
      const id = this.#send(request, transfer)
      this.#waiting.set(id, { resolve, reject })
      this.#port.ref()
    })
  }

  /** {@link WriterClient.call}, waiting inside the call. Answers to earlier requests are delivered on the way. */
  callSync(request: WriterRequest, transfer: readonly Transferable[] = []): WriterResult {
    return this.callLater(request, transfer)()
  }

  /**
   * {@link WriterClient.call} in two steps: the request is on its way at once, and the function returned waits for the answer.
   * Call it once, at any later time. @throws {DatabaseError} as callSync; both steps may throw.
   */
  callLater(request: WriterRequest, transfer: readonly Transferable[] = []): () => WriterResult {
    const id = this.#send(request, transfer)
    this.#awaited.set(id, null)
    return () => this.#waitFor(id)
  }

  #waitFor(id: number): WriterResult {
    for (;;) {
      if (this.#closed !== null) throw this.#closed
      const seen = Atomics.load(this.#signal, 0)
      this.#drain()
      const reply = this.#awaited.get(id) ?? null
      if (reply !== null) {
        this.#awaited.delete(id)
        if ('error' in reply) throw errorFromData(reply.error)
        return reply.result
      }
      Atomics.wait(this.#signal, 0, seen)
    }
  }

  /** Ends the line; calls under way fail with `reason`. Twice does nothing. */
  close(reason = new DatabaseError('CLOSED', 'The database is closed.')): void {
    if (this.#closed !== null) return
    this.#closed = reason
    for (const waiting of this.#waiting.values()) waiting.reject(reason)
    this.#waiting.clear()
    this.#port.close()
  }

  #send(request: WriterRequest, transfer: readonly Transferable[]): number {
    if (this.#closed !== null) throw this.#closed
    this.#lastId++
    const numbered: NumberedRequest = { ...request, id: this.#lastId }
    this.#port.postMessage(numbered, transfer)
    return this.#lastId
  }

  #drain(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#deliver(next.message as WriterReply)
    }
  }

  #deliver(reply: WriterReply): void {
    if (this.#awaited.has(reply.id)) {
      this.#awaited.set(reply.id, reply)
      return
    }
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#port.unref()
    if (waiting === undefined) return
    if ('error' in reply) waiting.reject(errorFromData(reply.error))
    else waiting.resolve(reply.result)
  }
}

/** What may move to another thread instead of being copied. */
export type Transferable = ArrayBuffer | MessagePort
