import type { MessagePort } from 'node:worker_threads'
import { errorFromData, errorToData } from '../../errors/database-error.ts'
import { freeBuffers } from '../../util/free-buffers.ts'
import { BatchBuffers } from './batch-buffers.ts'
import { BatchProducer } from './batch-producer.ts'
import type { FromGather, FromSampler, LoaderWorkerSetup, ToGather } from './loader-protocol.ts'
import { packSample, type SampledBatch, sampledTransfer } from './sampled-batch.ts'
import { deadWorker, SamplerLinks } from './sampler-links.ts'
import { ThreadState } from './thread-state.ts'

type GatherSetup = Extract<LoaderWorkerSetup, { role: 'gather' }>

/**
 * The worker that makes batches: hands sampling out to the other workers, samples itself when it has nothing to gather, announces and gathers in the
 * order of the epoch. Which worker samples a batch does not matter to the batch.
 *
 * It works in steps of one batch and looks at its messages between them.
 */
export class GatherThread {
  readonly #setup: GatherSetup
  readonly #port: MessagePort
  readonly #state = new ThreadState()
  readonly #buffers = new BatchBuffers(true)
  readonly #samplers: SamplerLinks
  #producer: BatchProducer | null = null
  /** Finished batches that the consumer has room for. */
  #credits = 0
  #stepping = false
  #ending = false
  #closedBefore = 0
  #last: Promise<void> = Promise.resolve()

  constructor(setup: GatherSetup) {
    this.#setup = setup
    this.#port = setup.port
    this.#samplers = new SamplerLinks(
      setup.samplers,
      (message) => this.#receive(message),
      (index) => this.#lose(index),
    )
    this.#port.on('message', (request: ToGather) => {
      this.#last = this.#last.then(() => this.#handle(request))
    })
    this.#port.on('close', () => this.close())
  }

  /** Unpins everything, and ends the sampling workers. */
  close(): void {
    this.#producer = null
    this.#samplers.close()
    this.#state.close()
  }

  async #handle(request: ToGather): Promise<void> {
    switch (request.kind) {
      case 'source':
        this.#samplers.source(request)
        await this.#state.open(request).catch((error: unknown) => this.#fail(error))
        break
      case 'begin':
        this.#ending = false
        this.#credits = request.credits
        this.#producer = new BatchProducer(request.run, this.#setup.lookAhead, this.#buffers)
        break
      case 'credit':
        this.#credits += request.count
        break
      case 'recycle':
        this.#buffers.give(request.buffer)
        break
      case 'end':
        this.#ending = true
        this.#endIfQuiet()
        return
      case 'lost':
        this.#lose(request.sampler)
        return
      case 'close':
        this.close()
        this.#port.close()
        return
    }
    this.#continue()
  }

  /** Another step soon, after messages that came meanwhile. */
  #continue(): void {
    if (this.#stepping || this.#producer === null) return
    this.#stepping = true
    setImmediate(() => {
      this.#stepping = false
      if (this.#step()) this.#continue()
    })
  }

  /** Does one thing. @returns whether there may be more to do. */
  #step(): boolean {
    const producer = this.#producer
    if (producer === null || this.#ending) return false
    const mayHurry = !this.#setup.onDemand || this.#credits > 0
    while (mayHurry && producer.canSample && this.#samplers.hasIdle) {
      const { generation } = this.#state.sources.latest
      this.#samplers.sample(producer.nextTask(generation), generation)
    }
    const canGather = producer.canAssemble && this.#credits > 0
    if (canGather && !(mayHurry && producer.prefersSampling)) return this.#gather(producer)
    if (mayHurry && producer.canSample) return this.#sampleHere(producer)
    return false
  }

  #gather(producer: BatchProducer): boolean {
    this.#credits--
    try {
      this.#send({ kind: 'batch', data: producer.assemble(freeSample) })
    } catch (error) {
      this.#fail(error)
      return false
    }
    this.#releaseOld(producer)
    return true
  }

  #sampleHere(producer: BatchProducer): boolean {
    const { latest } = this.#state.sources
    const task = producer.nextTask(latest.generation)
    try {
      producer.accept(
        packSample(latest.sampler.sample(task)),
        (generation) => this.#state.sources.get(generation).assembler,
      )
    } catch (error) {
      this.#failBatch(producer, task.index, error)
    }
    return true
  }

  #receive(message: FromSampler): void {
    const producer = this.#producer
    if (message.kind === 'closedBefore') {
      this.#reportReleased()
      return
    }
    if (this.#ending || producer === null) {
      this.#endIfQuiet()
      return
    }
    if (message.kind === 'failed') this.#failBatch(producer, message.index, errorFromData(message.error))
    else {
      try {
        producer.accept(message.batch, (generation) => this.#state.sources.get(generation).assembler)
      } catch (error) {
        this.#fail(error)
      }
    }
    this.#continue()
  }

  #failBatch(producer: BatchProducer, index: number, error: unknown): void {
    try {
      producer.fail(index, error, (generation) => this.#state.sources.get(generation).assembler)
    } catch (opening) {
      this.#fail(opening)
    }
  }

  #lose(index: number): void {
    const task = this.#samplers.lose(index)
    if (this.#ending) this.#endIfQuiet()
    else if (task !== null && this.#producer !== null) this.#failBatch(this.#producer, task.index, deadWorker())
    this.#continue()
  }

  /** The epoch cannot go on. */
  #fail(error: unknown): void {
    this.#producer = null
    this.#send({ kind: 'failed', error: errorToData(error) })
  }

  #endIfQuiet(): void {
    if (!this.#ending || this.#samplers.busy) return
    this.#producer = null
    this.#ending = false
    this.#state.sources.forget()
    this.#send({ kind: 'ended' })
  }

  /** Closes snapshots that no batch under way needs, here and in the sampling workers. */
  #releaseOld(producer: BatchProducer): void {
    const oldest = Math.min(producer.oldestGeneration(), this.#state.sources.latest.generation)
    if (oldest <= this.#closedBefore) return
    this.#closedBefore = oldest
    this.#released.push(...this.#state.sources.closeBefore(oldest))
    this.#samplers.closeBefore(oldest)
    this.#reportReleased()
  }

  /** Closed here, perhaps not yet in the sampling workers. */
  readonly #released: number[] = []

  #reportReleased(): void {
    const limit = this.#samplers.closedBefore
    while (this.#released.length > 0 && this.#released[0]! < limit) {
      this.#send({ kind: 'released', generation: this.#released.shift()! })
    }
  }

  #send(message: FromGather): void {
    this.#port.postMessage(message)
  }
}

/** Samples are ours in a worker: those of custom samplers are made in the consumer's thread. */
function freeSample(sampled: SampledBatch): void {
  freeBuffers(sampledTransfer(sampled))
}
