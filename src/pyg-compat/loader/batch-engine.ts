import type { BatchBuffer, BatchData } from './batch-data.ts'
import type { EpochRun } from './batch-producer.ts'
import type { LookAhead } from './look-ahead.ts'

/** How much of the future a batch may see of the database. */
export type Consistency = 'epoch' | 'batch' | 'latest'

/** Settings of an engine. */
export interface EngineSettings {
  readonly consistency: Consistency
  readonly lookAhead: LookAhead
  readonly numWorkers: number
  /** Finished batches that may wait for the consumer. */
  readonly prefetch: number
}

/** Makes the batches of a loader, here or in worker threads. One epoch at a time: begin, next until null, end. */
export interface BatchEngine {
  /** @throws {DatabaseError} CLOSED and as opening a snapshot does. */
  begin(run: EpochRun): void
  /** @returns the next batch, or null after the last one. @throws {DatabaseError} what making the batch threw; INTERNAL when a worker died. */
  next(): Promise<BatchData | null>
  /** {@link next} without waiting; only where batches are made in this thread. */
  nextSync(): BatchData | null
  /** Takes the memory of a batch back. */
  recycle(buffer: BatchBuffer): void
  /** Ends the epoch, finished or not. Workers and snapshots stay. */
  end(): Promise<void>
  /** Ends everything: no worker, no snapshot, no pinned page is left. Twice is allowed. */
  close(): Promise<void>
}
