import { Catalog } from '../catalog/catalog.ts'
import { decodeCatalog } from '../catalog/catalog-codec.ts'
import type { TableStatistics } from '../catalog/table-statistics.ts'
import type { QueryMemory } from '../executor/context.ts'
import { queryMemoryOf } from '../executor/query-memory.ts'
import { QueryWorkers } from '../executor/query-workers.ts'
import type { Statement } from '../parser/ast.ts'
import { parse } from '../parser/parse.ts'
import type { ReadView } from '../storage/read-view.ts'
import type { StorageEngine } from '../storage/storage-engine.ts'
import type { DatabaseConfig } from './config.ts'
import { PlanCache } from './plan-cache.ts'
import { type FilledTemplate, TemplateCache } from './template-cache.ts'
import { PACKAGE_VERSION } from './version.ts'

/** Texts whose syntax trees are kept: enough for a program's own statements. */
const KEPT_TEXTS = 256
/** Longer texts are hardly ever run twice. */
const LONGEST_KEPT_TEXT = 4096

/** What all connections of an open database share. */
export class OpenDatabase {
  readonly storage: StorageEngine
  readonly config: DatabaseConfig
  /** Threads for long queries. */
  readonly workers: QueryWorkers
  /** Memory account of queries, shared with the threads. */
  readonly queryMemory: QueryMemory
  readonly plans = new PlanCache()
  readonly packageVersion = PACKAGE_VERSION
  readonly #catalogs = new WeakMap<Uint8Array, Catalog>()
  readonly #emptyCatalog = new Catalog()
  readonly #trees = new Map<string, readonly Statement[]>()
  readonly #templates = new TemplateCache((text) => this.parse(text))

  constructor(storage: StorageEngine, config: DatabaseConfig) {
    this.storage = storage
    this.config = config
    this.queryMemory = queryMemoryOf(storage.attachment())
    this.workers = new QueryWorkers(() => storage.attachment(), config.numThreads)
  }

  /** Stops the threads and closes the storage. */
  async close(): Promise<void> {
    await this.workers.close()
    await this.storage.close()
  }

  closeSync(): void {
    this.workers.close().catch(() => undefined)
    this.storage.closeSync()
  }

  /** @returns the catalog of a view. Cost: one map look-up unless its record is new to this process. */
  catalogOf(view: ReadView): Catalog {
    const record = this.storage.catalogRecord(view)
    if (record === null) return this.#emptyCatalog
    let catalog = this.#catalogs.get(record)
    if (catalog === undefined) {
      catalog = decodeCatalog(record)
      this.#catalogs.set(record, catalog)
    }
    return catalog
  }

  /** Tells which catalog the record of a write transaction holds, so that nobody has to decode it after the commit. */
  rememberCatalog(view: ReadView, catalog: Catalog): void {
    const record = this.storage.catalogRecord(view)
    if (record !== null) this.#catalogs.set(record, catalog)
  }

  /** @returns a statement that stands for a new text and others like it, or null. @throws {DatabaseError} SYNTAX. */
  template(text: string): FilledTemplate | null {
    return this.#trees.has(text) ? null : this.#templates.find(text)
  }

  /** @returns the syntax trees of a text; those of recent texts are kept. @throws {DatabaseError} SYNTAX. */
  parse(text: string): readonly Statement[] {
    const kept = this.#trees.get(text)
    if (kept !== undefined) return kept
    const trees = parse(text)
    if (text.length <= LONGEST_KEPT_TEXT) {
      if (this.#trees.size >= KEPT_TEXTS) this.#trees.delete(this.#trees.keys().next().value!)
      this.#trees.set(text, trees)
    }
    return trees
  }
}

/** Statistics of a snapshot, straight from its readers. */
export function statisticsOf(view: ReadView): TableStatistics {
  return {
    nodeCount: (tableId) => view.nodeTable(tableId).liveCount,
    relCount: (pairId) => view.relTable(pairId).liveCount,
    column: (tableId, columnId, isRel) =>
      (isRel ? view.relTable(tableId) : view.nodeTable(tableId)).column(columnId).statistics,
  }
}
