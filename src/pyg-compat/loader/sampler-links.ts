import type { MessagePort } from 'node:worker_threads'
import { DatabaseError } from '../../errors/database-error.ts'
import type { FromSampler, SourceMessage, ToSampler } from './loader-protocol.ts'
import type { BatchTask } from './seed-sampler.ts'

/** A worker that samples for the gathering one. */
interface SamplerLink {
  readonly port: MessagePort
  /** The batch that it works on. */
  task: BatchTask | null
  alive: boolean
  /** Its snapshots of generations below this are closed. */
  closedBefore: number
}

/** The sampling workers as the gathering worker sees them. */
export class SamplerLinks {
  readonly #links: readonly SamplerLink[]

  /** @param receive called with every answer about a batch. */
  constructor(ports: readonly MessagePort[], receive: (message: FromSampler) => void, lost: (index: number) => void) {
    this.#links = ports.map((port) => ({ port, task: null, alive: true, closedBefore: 0 }))
    this.#links.forEach((link, i) => {
      link.port.on('message', (message: FromSampler) => {
        if (message.kind === 'closedBefore') link.closedBefore = message.generation
        else link.task = null
        receive(message)
      })
      link.port.on('close', () => lost(i))
    })
  }

  /** Whether batches are being sampled elsewhere. */
  get busy(): boolean {
    return this.#links.some(({ task }) => task !== null)
  }

  /** Whether some worker waits for a batch. */
  get hasIdle(): boolean {
    return this.#links.some(({ alive, task }) => alive && task === null)
  }

  /** The generation below which all of them have closed their snapshots. */
  get closedBefore(): number {
    return this.#links.reduce(
      (least, { alive, closedBefore }) => (alive ? Math.min(least, closedBefore) : least),
      Number.POSITIVE_INFINITY,
    )
  }

  /** Gives a batch to an idle worker; only while {@link hasIdle}. */
  sample(task: BatchTask, generation: number): void {
    const link = this.#links.find(({ alive, task: current }) => alive && current === null)!
    link.task = task
    post(link, { kind: 'sample', task, generation })
  }

  source(message: SourceMessage): void {
    for (const link of this.#links) post(link, message)
  }

  closeBefore(generation: number): void {
    for (const link of this.#links) post(link, { kind: 'closeBefore', generation })
  }

  close(): void {
    for (const link of this.#links) post(link, { kind: 'close' })
  }

  /** Notes that a worker has died. @returns the batch that died with it. */
  lose(index: number): BatchTask | null {
    const link = this.#links[index]!
    const { task } = link
    link.alive = false
    link.task = null
    return task
  }
}

function post({ port, alive }: SamplerLink, message: ToSampler): void {
  if (alive) port.postMessage(message)
}

/** @returns what a consumer is told when a worker has died. */
export function deadWorker(cause?: unknown): DatabaseError {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new DatabaseError('INTERNAL', `A worker of the loader has died${why}. Iterate again to start new ones.`, {
    cause,
  })
}
