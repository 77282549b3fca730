import { closeSync, openSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { RowReader } from './row-reader.ts'
import { NO_REQUEST, RowReads, type RowReadsDescription } from './row-reads.ts'

/*
 * Entry of a thread that reads rows for another one. The first such thread hands the reads to a process, which has many under way; if there is no such
 * process, each thread reads by itself, and there are several of them.
 */

/** A lost wake-up costs no more than this. */
const LOOK_AGAIN_MS = 1_000

/** Requests handed to the process: what it has under way, and some more, so that it never waits for this thread. */
const MOST_ASKED = 256

/** Blocks of those requests, so that what waits in buffers on either side of the pipe stays below a few MiB. */
const MOST_BLOCKS = 512

const reads = new RowReads(workerData as RowReadsDescription)
/** Requests that the process has not answered, with their blocks. */
const asked = new Map<number, number>()
let askedBlocks = 0

if (reads.needsThreads) readHere()
else {
  try {
    readThroughProcess()
  } catch {
    readHere()
  }
}

function readThroughProcess(): void {
  const reader = new RowReader(reads.description.file, {
    arrived: (request, answer) => {
      settle(request)
      reads.finish(request, answer)
    },
    failed: (request) => {
      settle(request)
      reads.fail(request)
    },
    ended: readHere,
    idle: () => {
      reads.setProcess(true)
      reads.wakeOwner()
      handOn()
    },
  })
  handOn()

  function handOn(): void {
    while (asked.size < MOST_ASKED && askedBlocks < MOST_BLOCKS) {
      const request = reads.claim()
      if (request === NO_REQUEST) break
      const { words, blocks } = reads.describe(request)
      asked.set(request, blocks)
      askedBlocks += blocks
      reader.ask(words)
    }
    reader.send()
    if (asked.size > 0) return // the next answer brings us here again
    if (reads.isStopped) reader.close()
    else setImmediate(sleep)
  }

  function sleep(): void {
    reads.waitForRequest(LOOK_AGAIN_MS)
    handOn()
  }
}

function settle(request: number): void {
  askedBlocks -= asked.get(request)!
  asked.delete(request)
}

function readHere(): void {
  reads.setProcess(false)
  const descriptor = openSync(reads.description.file, 'r')
  try {
    for (const request of asked.keys()) reads.serve(request, descriptor)
    asked.clear()
    while (!reads.isStopped) {
      if (!reads.serveOne(descriptor)) reads.waitForRequest(LOOK_AGAIN_MS)
    }
  } finally {
    closeSync(descriptor)
  }
}
