import { DatabaseError } from '../../errors/database-error.ts'
import { BatchBuffers } from './batch-buffers.ts'
import type { BatchBuffer, BatchData } from './batch-data.ts'
import type { BatchEngine, EngineSettings } from './batch-engine.ts'
import { BatchProducer, type EpochRun } from './batch-producer.ts'
import { loadSamplerFunction, type SamplerFunction } from './batch-sampler.ts'
import { NO_LOOK_AHEAD } from './look-ahead.ts'
import { OpenedSource, OpenedSources } from './opened-sources.ts'
import type { HeldSnapshot, SnapshotKeeper } from './snapshot-keeper.ts'

/** Makes batches in the thread that asks for them: numWorkers 0. */
export class LocalEngine implements BatchEngine {
  readonly #keeper: SnapshotKeeper
  readonly #settings: EngineSettings
  readonly #buffers = new BatchBuffers(false)
  readonly #sources = new OpenedSources()
  #producer: BatchProducer | null = null
  #closed = false
  /** The snapshot of the epoch; opened at its first batch. */
  #epochSnapshot: HeldSnapshot | null = null
  /** Function of the sampler's module, once loaded. */
  #module: SamplerFunction | null | undefined

  constructor(keeper: SnapshotKeeper, settings: EngineSettings) {
    this.#keeper = keeper
    this.#settings = settings
  }

  begin(run: EpochRun): void {
    const { consistency, lookAhead } = this.#settings
    const window = consistency === 'latest' ? NO_LOOK_AHEAD : lookAhead
    this.#producer = new BatchProducer(run, window, this.#buffers)
    if (consistency === 'epoch') this.#epochSnapshot = this.#keeper.newest()
  }

  async next(): Promise<BatchData | null> {
    if (this.#module === undefined) this.#module = await loadSamplerFunction(this.#keeper.newest().recipe.sampler)
    return this.nextSync()
  }

  nextSync(): BatchData | null {
    if (this.#closed) throw new DatabaseError('CLOSED', 'The loader or its database is closed.')
    const producer = this.#producer
    if (producer === null || producer.done) return null
    while (!producer.canAssemble || producer.prefersSampling) this.#sample(producer)
    const data = producer.assemble()
    for (const generation of this.#sources.closeBefore(producer.oldestGeneration())) this.#keeper.release(generation)
    return data
  }

  recycle(buffer: BatchBuffer): void {
    this.#buffers.give(buffer)
  }

  async end(): Promise<void> {
    this.endSync()
  }

  /** {@link end} at once. */
  endSync(): void {
    this.#producer = null
    this.#epochSnapshot = null
    this.#sources.forget()
  }

  async close(): Promise<void> {
    this.closeSync()
  }

  /** {@link close} at once. */
  closeSync(): void {
    this.#closed = true
    this.endSync()
    this.#sources.closeAll()
    this.#keeper.releaseAll()
  }

  #sample(producer: BatchProducer): void {
    const assemblerOf = (generation: number) => this.#sources.get(generation).assembler
    const held = this.#epochSnapshot ?? this.#keeper.newest()
    const task = producer.nextTask(held.recipe.generation)
    try {
      producer.accept(this.#open(held).sampler.sample(task), assemblerOf)
    } catch (error) {
      producer.fail(task.index, error, assemblerOf)
    }
  }

  #open({ recipe, pinned }: HeldSnapshot): OpenedSource {
    if (!this.#sources.has(recipe.generation)) {
      this.#sources.add(new OpenedSource(pinned.openHere(), recipe, this.#module ?? null))
    }
    return this.#sources.get(recipe.generation)
  }
}
