import { DatabaseError } from '../../errors/database-error.ts'
import { Batch } from './batch.ts'
import type { BatchBuffer, BatchData } from './batch-data.ts'
import type { BatchEngine, EngineSettings } from './batch-engine.ts'
import { type BatchRecipe, openAssembler, openSampling } from './batch-recipe.ts'
import type { SamplerSpec } from './batch-sampler.ts'
import { engineSettings, orderOptions } from './check-options.ts'
import {
  batchCount,
  type EpochOrder,
  epochOrder,
  givenBatches,
  givenOrder,
  type OrderOptions,
  orderLength,
} from './epoch-order.ts'
import type { LoaderOptions } from './loader-options.ts'
import type { LoaderSource, PinnedSource } from './loader-source.ts'
import { checkState, fingerprintOf, type LoaderState } from './loader-state.ts'
import { type LoaderStatistics, type PoolUse, poolDifference, StatisticsSum } from './loader-statistics.ts'
import { LocalEngine } from './local-engine.ts'
import { NO_LOOK_AHEAD } from './look-ahead.ts'
import { planFeatures } from './plan-features.ts'
import { type Seeds, seedTotal } from './seeds.ts'
import { SnapshotKeeper } from './snapshot-keeper.ts'
import { WorkerEngine } from './worker-engine.ts'

/** What kinds of loaders differ in. */
export interface LoaderParts {
  /** Evaluates the seeds in a snapshot. @throws {DatabaseError} for bad seeds. */
  seeds(pinned: PinnedSource): Seeds
  /** Evaluates the sampler's predicates in a snapshot. @throws {DatabaseError} for bad options. */
  sampler(pinned: PinnedSource): SamplerSpec
  /** What decides the batches besides the options of all loaders: plain data. */
  readonly identity: unknown
}

/** Number of the batch that {@link BaseLoader.batch} makes, for its random numbers. */
const ASKED_BATCH = 0xffff_ffff

/**
 * Batches around seeds, epoch after epoch: `for await (const batch of loader)`, or `for (… of …)` without workers.
 *
 * Batches are a function of the data, the options and the seed: of neither the number of workers nor of what was sampled before. One iteration at a time;
 * leaving it by break, return or throw ends its workers and gives the snapshot back.
 */
export class BaseLoader implements AsyncIterable<Batch> {
  readonly #source: LoaderSource
  readonly #options: LoaderOptions
  readonly #parts: LoaderParts
  readonly #order: OrderOptions
  readonly #settings: EngineSettings
  readonly #keeper: SnapshotKeeper
  readonly #sum = new StatisticsSum()
  readonly #poolBefore: PoolUse | null
  /** What the last snapshot gave. */
  #recipe: BatchRecipe
  #schemaText = ''
  /** {@link fingerprintOf} for the recipe it was made of: seeds are many. */
  #fingerprinted: { readonly recipe: BatchRecipe; readonly text: string } | null = null
  #epoch = 0
  /** Next batch of the epoch, and whether the next iteration begins there rather than with a new epoch. */
  #next = 0
  #continues = true
  #iterating = false
  #engine: BatchEngine | null = null
  #forgetListener: (() => void) | null = null

  /**
   * Checks everything that can be checked without making a batch.
   * @throws {DatabaseError} INVALID_ARGUMENT, UNKNOWN_TABLE, UNKNOWN_PROPERTY, NOT_SUPPORTED, CLOSED, and whatever queries say.
   */
  constructor(source: LoaderSource, options: LoaderOptions, parts: LoaderParts) {
    this.#source = source
    this.#options = options
    this.#parts = parts
    this.#order = orderOptions(options)
    this.#settings = engineSettings(options, source.isMemory)
    this.#keeper = this.#newKeeper()
    this.#poolBefore = source.poolUse()
    try {
      const { recipe, pinned } = this.#keeper.newest()
      this.#recipe = recipe
      this.#requireMovable(recipe.sampler)
      tryOut(recipe, pinned)
      this.#orderOf(0)
    } finally {
      this.#keeper.releaseAll()
    }
    if (options.state !== undefined) this.resume(options.state)
  }

  /** Number of batches of an epoch; where seeds come from a query, of the epoch that began last. */
  get length(): number {
    const { batchSampler, sampler } = this.#options
    const isPlain = batchSampler === undefined && sampler === undefined
    return isPlain ? batchCount(seedTotal(this.#recipe.seeds), this.#order) : orderLength(this.#orderOf(this.#epoch))
  }

  /** The epoch of the batch that was handed out last, from 0. */
  get epoch(): number {
    return this.#epoch
  }

  /**
   * @param positions of seeds in the seed list. @returns the batch of these seeds, made in this thread, now.
   * @throws {DatabaseError} INVALID_ARGUMENT for positions outside of the list, and as iterating does.
   */
  batch(positions: ArrayLike<number>): Batch {
    this.#source.assertOpen()
    const keeper = this.#newKeeper()
    const engine = new LocalEngine(keeper, { ...this.#settings, consistency: 'epoch', lookAhead: NO_LOOK_AHEAD })
    try {
      const order = givenBatches([requirePositions(positions, seedTotal(keeper.newest().recipe.seeds))])
      engine.begin({ epoch: this.#epoch, order, from: 0, firstIndex: ASKED_BATCH })
      return this.#wrap(engine.nextSync()!, () => undefined, 0)
    } finally {
      engine.closeSync()
    }
  }

  /** @returns where the loader is: at the batch after the last one handed out. Plain data. */
  state(): LoaderState {
    const { seed } = this.#order
    const { commitNumber } = this.#recipe
    return { epoch: this.#epoch, batch: this.#next, seed, fingerprint: this.#fingerprint(), commitNumber }
  }

  /**
   * The next iteration begins where a loader with the same options was. Batches are the same if the database is.
   * @throws {DatabaseError} INVALID_ARGUMENT for a state of a loader that makes other batches; BUSY while iterating.
   */
  resume(state: LoaderState): void {
    if (this.#iterating) throw busy()
    checkState(state, this.#fingerprint(), this.#order.seed)
    this.#epoch = state.epoch
    this.#next = state.batch
    this.#continues = true
  }

  /** @returns what all batches so far cost, as plain data. */
  statistics(): LoaderStatistics {
    const now = this.#source.poolUse()
    return this.#sum.total(now === null || this.#poolBefore === null ? null : poolDifference(now, this.#poolBefore))
  }

  /** The batches of the next epoch, in this thread. @throws {DatabaseError} INVALID_ARGUMENT with workers; BUSY; CLOSED; and as making batches does. */
  *[Symbol.iterator](): Generator<Batch, void> {
    if (this.#settings.numWorkers > 0) {
      throw new DatabaseError('INVALID_ARGUMENT', 'With workers, iterate with for await, or set numWorkers to 0.')
    }
    const engine = this.#begin() as LocalEngine
    try {
      for (;;) {
        const started = performance.now()
        this.#source.assertOpen()
        const data = engine.nextSync()
        if (data === null) break
        yield this.#handOut(data, engine, started)
      }
      this.#epochDone()
    } finally {
      this.#iterating = false
      engine.endSync()
      if (this.#options.persistentWorkers !== true && this.#forget(engine)) engine.closeSync()
    }
  }

  /** The batches of the next epoch. @throws {DatabaseError} BUSY; CLOSED; INTERNAL when a worker died; and as making batches does. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void> {
    const engine = this.#begin()
    let failed = false
    try {
      for (;;) {
        const data = await this.#nextOf(engine).catch((error: unknown) => {
          failed = true
          throw error
        })
        if (data === null) break
        yield data
      }
      this.#epochDone()
    } finally {
      this.#iterating = false
      if (this.#options.persistentWorkers === true && !failed) await engine.end()
      else await this.#close(engine)
    }
  }

  /** Ends persistent workers and gives the snapshot back; an iteration under way fails. The loader may be iterated again. Twice is allowed. */
  async close(): Promise<void> {
    if (this.#engine !== null) await this.#close(this.#engine)
  }

  #newKeeper(): SnapshotKeeper {
    return new SnapshotKeeper(this.#source, (pinned, generation) => this.#recipeFor(pinned, generation))
  }

  #recipeFor(pinned: PinnedSource, generation: number): BatchRecipe {
    const recipe: BatchRecipe = {
      generation,
      commitNumber: pinned.commitNumber,
      seed: this.#order.seed,
      // positions of an epoch under way are positions in its own list
      seeds: this.#iterating ? this.#recipe.seeds : this.#parts.seeds(pinned),
      sampler: this.#parts.sampler(pinned),
      plan: planFeatures(pinned.schema, this.#options),
    }
    if (!this.#iterating) this.#schemaText = pinned.schema.fingerprint()
    return recipe
  }

  #begin(): BatchEngine {
    if (this.#iterating) throw busy()
    this.#source.assertOpen()
    if (!this.#continues) {
      this.#epoch++
      this.#next = 0
    }
    const engine = this.#openEngine()
    try {
      this.#recipe = this.#keeper.newest().recipe
      engine.begin({ epoch: this.#epoch, order: this.#orderOf(this.#epoch), from: this.#next, firstIndex: 0 })
    } catch (error) {
      this.#close(engine).catch(() => undefined)
      throw error
    }
    this.#continues = false
    this.#iterating = true
    return engine
  }

  #openEngine(): BatchEngine {
    if (this.#engine !== null) return this.#engine
    const isLocal = this.#settings.numWorkers === 0
    const engine = isLocal
      ? new LocalEngine(this.#keeper, this.#settings)
      : new WorkerEngine(this.#keeper, this.#settings)
    this.#engine = engine
    this.#forgetListener = this.#source.onClose(() => this.#close(engine))
    return engine
  }

  async #nextOf(engine: BatchEngine): Promise<Batch | null> {
    const started = performance.now()
    this.#source.assertOpen()
    const data = await engine.next()
    return data === null ? null : this.#handOut(data, engine, started)
  }

  #handOut(data: BatchData, engine: BatchEngine, started: number): Batch {
    this.#next = data.index + 1
    const batch = this.#wrap(data, (buffer) => engine.recycle(buffer), performance.now() - started)
    this.#sum.add(batch.statistics)
    return batch
  }

  #wrap(data: BatchData, recycle: (buffer: BatchBuffer) => void, waitMs: number): Batch {
    const batch = new Batch({ ...data, statistics: { ...data.statistics, waitMs } }, recycle)
    const { transform } = this.#options
    return transform === undefined ? batch : transform(batch)
  }

  #epochDone(): void {
    this.#sum.addEpoch()
    this.#epoch++
    this.#next = 0
    this.#continues = true
  }

  async #close(engine: BatchEngine): Promise<void> {
    this.#forget(engine)
    await engine.close()
  }

  /** @returns whether the engine was still the loader's. */
  #forget(engine: BatchEngine): boolean {
    if (this.#engine !== engine) return false
    this.#engine = null
    this.#forgetListener?.()
    this.#forgetListener = null
    return true
  }

  #orderOf(epoch: number): EpochOrder {
    const { sampler, batchSampler } = this.#options
    const count = seedTotal(this.#recipe.seeds)
    if (batchSampler !== undefined) {
      const batches = [...(typeof batchSampler === 'function' ? batchSampler(epoch) : batchSampler)]
      return givenBatches(batches.map((positions) => requirePositions(positions, count)))
    }
    if (sampler === undefined) return epochOrder(count, epoch, this.#order)
    const positions = [...(typeof sampler === 'function' ? sampler(epoch) : sampler)]
    return givenOrder(positions.length === 0 ? positions : requirePositions(positions, count), this.#order)
  }

  #fingerprint(): string {
    const recipe = this.#recipe
    if (this.#fingerprinted?.recipe === recipe) return this.#fingerprinted.text
    const { batchSize, shuffle, dropLast } = this.#order
    const { seeds } = recipe
    const plan = { ...recipe.plan, cacheBytes: undefined } // how columns are read does not matter to what is read
    const { sampler, batchSampler } = this.#options
    const given = [sampler, batchSampler].map((order) => (typeof order === 'function' ? String(order) : typeof order))
    const text = fingerprintOf([
      this.#parts.identity,
      batchSize,
      shuffle,
      dropLast,
      given,
      seeds,
      plan,
      this.#schemaText,
    ])
    this.#fingerprinted = { recipe, text }
    return text
  }

  #requireMovable({ kind }: SamplerSpec): void {
    if (kind !== 'object' || this.#settings.numWorkers === 0) return
    const text =
      'A sampler that is an object cannot go to worker threads: put it in a module, { module: url }, or set numWorkers to 0.'
    throw new DatabaseError('INVALID_ARGUMENT', text)
  }
}

/** Opens everything once, so that wrong options are told at once. */
function tryOut(recipe: BatchRecipe, pinned: PinnedSource): void {
  const source = pinned.openHere()
  try {
    openAssembler(source, recipe).close()
    if (recipe.sampler.kind !== 'module' && recipe.sampler.kind !== 'object') openSampling(source, recipe, null).close()
  } finally {
    source.close()
  }
}

function requirePositions(positions: ArrayLike<number>, count: number): ArrayLike<number> {
  if (!(positions.length > 0)) throw new DatabaseError('INVALID_ARGUMENT', 'A batch needs at least one seed.')
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!
    if (Number.isInteger(position) && position >= 0 && position < count) continue
    const text = `Position ${String(position)} is outside of the seed list, which has ${count} seeds.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { position, seeds: count } })
  }
  return positions
}

function busy(): DatabaseError {
  return new DatabaseError('BUSY', 'The loader is being iterated already. End that iteration first.')
}
