import { MemoryBudget } from '../bufferpool/memory-budget.ts'
import type { StorageAttachment } from '../storage/storage-engine.ts'
import type { QueryMemory } from './context.ts'

/** @returns the memory account of queries of a database's process, in any of its threads. */
export function queryMemoryOf(attachment: StorageAttachment): QueryMemory {
  const budget = MemoryBudget.attach(attachment.queryMemory)
  return { reserve: (bytes) => budget.tryReserve(bytes), release: (bytes) => budget.release(bytes) }
}
