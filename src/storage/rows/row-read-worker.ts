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

const reads = new RowReads(workerData as RowReadsDescription)
const asked = new Set<number>()

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
      asked.delete(request)
      reads.finish(request, answer)
    },
    failed: (request) => {
      asked.delete(request)
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
    while (asked.size < MOST_ASKED) {
      const request = reads.claim()
      if (request === NO_REQUEST) break
      asked.add(request)
      reader.ask(reads.describe(request))
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

function readHere(): void {
  reads.setProcess(false)
  const descriptor = openSync(reads.description.file, 'r')
  try {
    for (const request of asked) reads.serve(request, descriptor)
    asked.clear()
    while (!reads.isStopped) {
      if (!reads.serveOne(descriptor)) reads.waitForRequest(LOOK_AGAIN_MS)
    }
  } finally {
    closeSync(descriptor)
  }
}
