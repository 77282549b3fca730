import { closeSync, openSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { RowReads, type RowReadsDescription } from './row-reads.ts'

/*
 * Entry of a thread that reads rows for another one: all it does is wait in the kernel, so that the disk has several reads to do at a time.
 */

/** A lost wake-up costs no more than this. */
const LOOK_AGAIN_MS = 1_000

const reads = new RowReads(workerData as RowReadsDescription)
const descriptor = openSync(reads.description.file, 'r')
try {
  while (!reads.isStopped) {
    if (!reads.serveOne(descriptor)) reads.waitForRequest(LOOK_AGAIN_MS)
  }
} finally {
  closeSync(descriptor)
}
