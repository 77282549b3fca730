import { parentPort, workerData } from 'node:worker_threads'
import { attachBulkWriter, attachPageReader } from '../../../src/storage/open-page-store.ts'
import type { BulkWriterDescription, PageStoreDescription } from '../../../src/storage/page-store.ts'
import { pageBytes, readPage } from '../page-bytes.ts'

/** What the thread is to do: read a page, write two pages made from `seed`. */
export interface ThreadTask {
  readonly store: PageStoreDescription
  readonly bulk: BulkWriterDescription
  readonly pageId: number
  readonly seed: number
}

/** What it did. */
export interface ThreadReply {
  readonly read: Uint8Array
  readonly written: number
  readonly writtenSync: number
}

const task = workerData as ThreadTask
const reader = attachPageReader(task.store)
const writer = attachBulkWriter(task.bulk)
const read = readPage(reader, task.pageId)
const written = writer.allocate(1)
await writer.write([{ first: written, bytes: pageBytes(task.seed) }])
const writtenSync = writer.allocate(1)
writer.writeSync([{ first: writtenSync, bytes: pageBytes(task.seed + 1) }])
writer.close()
reader.close()
parentPort?.postMessage({ read, written, writtenSync } satisfies ThreadReply)
