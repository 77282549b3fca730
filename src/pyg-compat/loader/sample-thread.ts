import type { MessagePort } from 'node:worker_threads'
import { errorToData } from '../../errors/database-error.ts'
import type { FromSampler, ToSampler } from './loader-protocol.ts'
import { packSample, sampledTransfer } from './sampled-batch.ts'
import { ThreadState } from './thread-state.ts'

/** A worker that samples the batches that the gathering worker asks for. Requests are done one after the other, in their order. */
export class SampleThread {
  readonly #port: MessagePort
  readonly #state = new ThreadState()
  #last: Promise<void> = Promise.resolve()
  /** Why the latest source could not be opened; its batches fail with it. */
  #sourceError: unknown = null

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (request: ToSampler) => {
      this.#last = this.#last.then(() => this.#handle(request))
    })
    port.on('close', () => this.close())
  }

  /** Unpins everything. */
  close(): void {
    this.#state.close()
  }

  async #handle(request: ToSampler): Promise<void> {
    switch (request.kind) {
      case 'source':
        this.#sourceError = null
        await this.#state.open(request).catch((error: unknown) => {
          this.#sourceError = error
        })
        return
      case 'sample':
        this.#sample(request)
        return
      case 'closeBefore': {
        this.#state.sources.closeBefore(request.generation)
        this.#send({ kind: 'closedBefore', generation: request.generation })
        return
      }
      case 'close':
        this.close()
        this.#port.close()
    }
  }

  #sample({ task, generation }: Extract<ToSampler, { kind: 'sample' }>): void {
    try {
      if (this.#sourceError !== null) throw this.#sourceError
      const batch = packSample(this.#state.sources.get(generation).sampler.sample(task))
      this.#send({ kind: 'sampled', batch }, sampledTransfer(batch))
    } catch (error) {
      this.#send({ kind: 'failed', index: task.index, error: errorToData(error) })
    }
  }

  #send(message: FromSampler, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer)
  }
}
