import type { PageStoreWriter } from './page-store.ts'
import type { ViewParts } from './read-view-snapshot.ts'
import type { StorageState } from './transaction-state.ts'

/** What a write transaction needs of the engine that began it, which holds the version of the store that it reads. */
export interface TransactionHost {
  readonly writer: PageStoreWriter
  readonly state: StorageState
  readonly parts: ViewParts
  /** Where temporary files go. */
  readonly spillFolder: string
  /** Memory that one load or merge may use, in bytes. */
  readonly loadMemoryBytes: number
  /** A commit record larger than this is not written: the tables it concerns are merged instead. */
  readonly largestRecordBytes: number
  /** Told of a commit that has begun, so that closing can wait for it. */
  committing(work: Promise<unknown>): void
  /** Called once, when the transaction has ended and the next one may begin. */
  ended(outcome: 'committed' | 'unchanged' | 'rolled back'): void
  /** Merges if the delta has grown large. Never fails. */
  afterCommit(): Promise<void>
  afterCommitSync(): void
}
