import type { BatchStatistics } from './batch-data.ts'

/** Sums over the batches that a loader handed out: plain data. */
export interface LoaderStatistics extends BatchStatistics {
  readonly batches: number
  readonly epochs: number
  /** Share of the feature rows that were in memory; 1 before the first row. */
  readonly hitRate: number
  /** The database's buffer pool since the loader was made, other users of it included; null for data in memory. */
  readonly pool: PoolUse | null
}

/** What a buffer pool did, in pages and bytes. */
export interface PoolUse {
  readonly hits: number
  readonly misses: number
  readonly evictions: number
  readonly bytesRead: number
}

const NOTHING: BatchStatistics = {
  sampleMs: 0,
  gatherMs: 0,
  waitMs: 0,
  nodes: 0,
  edges: 0,
  rows: 0,
  rowsRead: 0,
  bytesRead: 0,
  bytes: 0,
}

/** Adds up what batches cost. */
export class StatisticsSum {
  #sum: BatchStatistics = NOTHING
  #batches = 0
  #epochs = 0

  add(batch: BatchStatistics): void {
    const sum: Record<string, number> = {}
    for (const key of Object.keys(NOTHING) as (keyof BatchStatistics)[]) sum[key] = this.#sum[key] + batch[key]
    this.#sum = sum as unknown as BatchStatistics
    this.#batches++
  }

  addEpoch(): void {
    this.#epochs++
  }

  /** @param pool what the pool did meanwhile. */
  total(pool: PoolUse | null): LoaderStatistics {
    const { rows, rowsRead } = this.#sum
    const hitRate = rows === 0 ? 1 : 1 - rowsRead / rows
    return { ...this.#sum, batches: this.#batches, epochs: this.#epochs, hitRate, pool }
  }
}

/** @returns what a pool did between two looks. */
export function poolDifference(now: PoolUse, before: PoolUse): PoolUse {
  return {
    hits: now.hits - before.hits,
    misses: now.misses - before.misses,
    evictions: now.evictions - before.evictions,
    bytesRead: now.bytesRead - before.bytesRead,
  }
}
