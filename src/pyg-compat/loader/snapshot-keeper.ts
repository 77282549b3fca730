import type { BatchRecipe } from './batch-recipe.ts'
import type { LoaderSource, PinnedSource } from './loader-source.ts'

/** A snapshot that a loader holds, and how batches are made from it. */
export interface HeldSnapshot {
  readonly recipe: BatchRecipe
  readonly pinned: PinnedSource
}

/** Makes the recipe for a snapshot: evaluates seed queries and predicates. */
export type MakeRecipe = (pinned: PinnedSource, generation: number) => BatchRecipe

/** A writer of another process can commit between the pinning of a snapshot and the queries over it; then both are done again. */
const MOST_ATTEMPTS = 8

/** The snapshots that a loader holds on the main thread, numbered from 1. */
export class SnapshotKeeper {
  readonly #source: LoaderSource
  readonly #makeRecipe: MakeRecipe
  readonly #held = new Map<number, HeldSnapshot>()
  #latest: HeldSnapshot | null = null
  #generations = 0

  constructor(source: LoaderSource, makeRecipe: MakeRecipe) {
    this.#source = source
    this.#makeRecipe = makeRecipe
  }

  /**
   * @returns the newest commit, which stays held until {@link release}.
   * Cost: a look at the commit number; the queries of seeds and predicates when it is a new one.
   * @throws {DatabaseError} CLOSED, TOO_MANY_READERS, and whatever the queries say.
   */
  newest(): HeldSnapshot {
    const latest = this.#latest
    if (latest !== null && this.#source.isNewest(latest.pinned)) return latest
    for (let attempt = 1; ; attempt++) {
      const pinned = this.#source.pin()
      try {
        const recipe = this.#makeRecipe(pinned, this.#generations + 1)
        if (attempt >= MOST_ATTEMPTS || this.#source.isNewest(pinned)) return this.#keep({ recipe, pinned })
      } catch (error) {
        pinned.release()
        throw error
      }
      pinned.release()
    }
  }

  /** Lets a snapshot go that nobody samples or gathers from any more. */
  release(generation: number): void {
    const held = this.#held.get(generation)
    if (held === undefined) return
    this.#held.delete(generation)
    if (held === this.#latest) this.#latest = null
    held.pinned.release()
  }

  /** Tells the source that a worker of the loader has ended. */
  threadEnded(thread: number): void {
    this.#source.threadEnded(thread)
  }

  releaseAll(): void {
    for (const generation of [...this.#held.keys()]) this.release(generation)
  }

  #keep(held: HeldSnapshot): HeldSnapshot {
    this.#generations++
    this.#held.set(held.recipe.generation, held)
    this.#latest = held
    return held
  }
}
