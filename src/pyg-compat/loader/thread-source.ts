import { Catalog } from '../../catalog/catalog.ts'
import type { ReadView } from '../../storage/read-view.ts'
import type { AttachedStorage } from '../../storage/storage-engine.ts'
import type { SnapshotThreadData } from '../backend/pinned-snapshot.ts'
import type { EdgeType } from '../edge-type.ts'
import { openDatabaseFeatures } from '../features/database-feature-source.ts'
import type { FeatureSource } from '../features/feature-source.ts'
import { DatabaseGraph } from '../sampler/database-graph.ts'
import type { SamplerGraph } from '../sampler/sampler-graph.ts'
import type { InMemoryGraph } from './in-memory-graph.ts'
import { openInMemory } from './in-memory-source.ts'

/** How a column is read; plain data. */
export interface ColumnOptions {
  /** Stands for NULL; null: NULL is refused. */
  readonly impute: number | null
  /** Memory for rows of a wide column; null: the default. */
  readonly cacheBytes: number | null
}

/** What one thread samples and gathers from: one snapshot of a database, or arrays in memory. */
export interface ThreadSource {
  readonly graph: SamplerGraph
  /**
   * @param group node table, or edge type.
   * @returns the rows of a column; the caller closes it before the source.
   */
  openColumn(group: string | EdgeType, column: string, options: ColumnOptions): FeatureSource
  /** Unpins all pages. Twice is allowed. */
  close(): void
}

/** A source as plain data, for `postMessage`. */
export type SourceTicket =
  | { readonly kind: 'database'; readonly snapshot: SnapshotThreadData }
  | { readonly kind: 'memory'; readonly graph: InMemoryGraph }

/** Opens the sources of a worker thread, which attaches to the storage once. */
export class ThreadSources {
  readonly #attach: (snapshot: SnapshotThreadData) => AttachedStorage
  #storage: AttachedStorage | null = null

  constructor(attach: (snapshot: SnapshotThreadData) => AttachedStorage) {
    this.#attach = attach
  }

  open(ticket: SourceTicket): ThreadSource {
    if (ticket.kind === 'memory') return openInMemory(ticket.graph)
    const { snapshot } = ticket
    this.#storage ??= this.#attach(snapshot)
    return databaseSource(this.#storage.openView(snapshot.snapshot), new Catalog(snapshot.catalog))
  }

  /** Leaves the storage. Sources must be closed before. */
  close(): void {
    this.#storage?.close()
    this.#storage = null
  }
}

/** @returns a source over a view, which it closes. */
export function databaseSource(view: ReadView, catalog: Catalog): ThreadSource {
  return {
    graph: new DatabaseGraph(view, catalog),
    openColumn: (group, column, { impute, cacheBytes }) =>
      openDatabaseFeatures({ view, catalog }, group, column, {
        ...(impute === null ? {} : { impute }),
        ...(cacheBytes === null ? {} : { cacheBytes }),
      }),
    close: () => view.close(),
  }
}
