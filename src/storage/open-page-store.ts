import { attachLmdbReader } from './lmdb-page-reader.ts'
import { LmdbPageStore, type LmdbPageStoreOptions } from './lmdb-page-store.ts'
import { AttachedBulkWriter } from './lmdb-page-writer.ts'
import { MemoryArena } from './memory-arena.ts'
import { MemoryBulkWriter, MemoryPageReader, MemoryPageStore } from './memory-page-store.ts'
import type { BulkWriter, BulkWriterDescription, PageReader, PageStore, PageStoreDescription } from './page-store.ts'

/**
 * Opens the page store at a path, or one in memory for ':memory:' and ''.
 * @throws {DatabaseError} IO, NOT_A_DATABASE, NEWER_FORMAT, CORRUPT_PAGE, TOO_MANY_READERS, MAP_FULL, OUT_OF_MEMORY.
 */
export function openPageStore(path: string, options: LmdbPageStoreOptions = {}): PageStore {
  if (path === ':memory:' || path === '') return new MemoryPageStore(options.maxBytes)
  return new LmdbPageStore(path, options)
}

/** @returns a reader for another thread of the process that has the store open. @throws {DatabaseError} IO, TOO_MANY_READERS. */
export function attachPageReader(description: PageStoreDescription): PageReader {
  if (description.kind === 'lmdb') return attachLmdbReader(description.path)
  return new MemoryPageReader(MemoryArena.attach(description.arena))
}

/** @returns another thread's writer for a bulk load, from {@link BulkLoad.describe}. Close it before the load is published. */
export function attachBulkWriter(description: BulkWriterDescription): BulkWriter {
  if (description.kind === 'lmdb') return new AttachedBulkWriter(description)
  return new MemoryBulkWriter(MemoryArena.attach(description.arena), description.bulkId)
}
