import type { BatchAssembler } from './batch-assembler.ts'
import { type BatchRecipe, openAssembler, openSampling } from './batch-recipe.ts'
import type { SamplerFunction } from './batch-sampler.ts'
import type { SeedSampler } from './seed-sampler.ts'
import type { ThreadSource } from './thread-source.ts'

/** A snapshot as one thread has it open. Sampler and assembler are made when first asked for: a thread may need one of them only. */
export class OpenedSource {
  readonly generation: number
  readonly #source: ThreadSource
  readonly #recipe: BatchRecipe
  readonly #module: SamplerFunction | null
  #sampler: SeedSampler | null = null
  #assembler: BatchAssembler | null = null

  constructor(source: ThreadSource, recipe: BatchRecipe, module: SamplerFunction | null) {
    this.generation = recipe.generation
    this.#source = source
    this.#recipe = recipe
    this.#module = module
  }

  /** @throws {DatabaseError} as {@link openSampling}. */
  get sampler(): SeedSampler {
    this.#sampler ??= openSampling(this.#source, this.#recipe, this.#module)
    return this.#sampler
  }

  /** @throws {DatabaseError} as {@link openAssembler}. */
  get assembler(): BatchAssembler {
    this.#assembler ??= openAssembler(this.#source, this.#recipe)
    return this.#assembler
  }

  /** Forgets announced batches that will not be assembled. */
  forget(): void {
    this.#assembler?.forget()
  }

  close(): void {
    this.#sampler?.close()
    this.#assembler?.close()
    this.#source.close()
  }
}

/** The snapshots that one thread has open: one, unless every batch may have its own. */
export class OpenedSources {
  readonly #opened = new Map<number, OpenedSource>()
  #latest: OpenedSource | null = null

  /** The one that new batches are sampled from. */
  get latest(): OpenedSource {
    if (this.#latest === null) throw new Error('no source is open')
    return this.#latest
  }

  has(generation: number): boolean {
    return this.#opened.has(generation)
  }

  get(generation: number): OpenedSource {
    const opened = this.#opened.get(generation)
    if (opened === undefined) throw new Error(`source ${generation} is not open`)
    return opened
  }

  add(opened: OpenedSource): void {
    this.#opened.set(opened.generation, opened)
    this.#latest = opened
  }

  /** Closes those older than `generation`, but not the latest. @returns their numbers. */
  closeBefore(generation: number): number[] {
    const closed: number[] = []
    for (const [number, opened] of this.#opened) {
      if (number >= generation || opened === this.#latest) continue
      opened.close()
      this.#opened.delete(number)
      closed.push(number)
    }
    return closed
  }

  forget(): void {
    for (const opened of this.#opened.values()) opened.forget()
  }

  closeAll(): void {
    for (const opened of this.#opened.values()) opened.close()
    this.#opened.clear()
    this.#latest = null
  }
}
