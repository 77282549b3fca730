import type { PageStore, PageStoreWriter } from './page-store.ts'
import type { ViewParts } from './read-view-snapshot.ts'
import type { OpenRelSpill } from './rel-spill.ts'
import type { StorageState } from './transaction-state.ts'

/** What a write transaction needs of the engine that began it. */
export interface TransactionHost {
  readonly store: PageStore
  readonly writer: PageStoreWriter
  readonly state: StorageState
  readonly parts: ViewParts
  readonly openSpill: OpenRelSpill
  /** Memory that one load or merge may use, in bytes. */
  readonly loadMemoryBytes: number
  /** A commit record larger than this is not written: the tables it concerns are merged instead. */
  readonly largestRecordBytes: number
  /** Called once, when the transaction has ended and the next one may begin. */
  ended(): void
}
