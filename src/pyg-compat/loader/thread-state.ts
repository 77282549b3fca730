import { attachStorage } from '../../storage/attach-storage.ts'
import { loadSamplerFunction, type SamplerFunction } from './batch-sampler.ts'
import type { SourceMessage } from './loader-protocol.ts'
import { OpenedSource, OpenedSources } from './opened-sources.ts'
import { ThreadSources } from './thread-source.ts'

/** The snapshots of a worker thread and what it reads them through. */
export class ThreadState {
  readonly sources = new OpenedSources()
  readonly #threadSources = new ThreadSources(({ attachment }) => attachStorage(attachment))
  #module: SamplerFunction | null | undefined

  /** Opens a snapshot. @throws {DatabaseError} as opening it, or loading the sampler's module, does. */
  async open({ recipe, ticket }: SourceMessage): Promise<void> {
    if (this.sources.has(recipe.generation)) return
    if (this.#module === undefined) this.#module = await loadSamplerFunction(recipe.sampler)
    this.sources.add(new OpenedSource(this.#threadSources.open(ticket), recipe, this.#module))
  }

  /** Unpins everything and leaves the storage. */
  close(): void {
    this.sources.closeAll()
    this.#threadSources.close()
  }
}
