import { errorToData } from '../errors/database-error.ts'
import { nativeThreadSetup } from '../util/native-thread.ts'
import { type LmdbDatabase, openLmdb } from './lmdb-environment.ts'
import { StoreTransactions, type TransactionGate } from './store-transactions.ts'
import {
  NEXT_PAGE_AT,
  type NumberedRequest,
  PHASE_AT,
  PHASE_BUSY,
  PHASE_IDLE,
  STARTED_AT,
  type WriterConnection,
  type WriterReply,
  type WriterRequest,
  type WriterThreadData,
} from './writer-protocol.ts'

/*
 * Entry of the writer thread: every write of this process to one file happens here, one request after the other. It is
 * asked to stop, never terminated: a thread that ends inside an LMDB transaction hangs the process.
 */

const data = nativeThreadSetup() as WriterThreadData
const phase = new Int32Array(data.control)
const nextPage = new BigInt64Array(data.control)
const connections = new Set<WriterConnection>()
/** Pages of a load that are deleted at once: a request that comes meanwhile waits some milliseconds. */
const TIDY_PAGES = 128
let isTidying = false
let database: LmdbDatabase | null = null
let transactions: StoreTransactions | null = null

/** Lets the process wait for the end of a transaction before it exits, and keeps the next one from beginning. */
const gate: TransactionGate = {
  enter() {
    if (Atomics.compareExchange(phase, PHASE_AT, PHASE_IDLE, PHASE_BUSY) === PHASE_IDLE) return
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) // the process exits; this thread ends here
  },
  leave() {
    Atomics.store(phase, PHASE_AT, PHASE_IDLE)
    Atomics.notify(phase, PHASE_AT)
  },
  readNextPageId: () => Number(Atomics.load(nextPage, NEXT_PAGE_AT)),
  setNextPageId: (pageId) => Atomics.store(nextPage, NEXT_PAGE_AT, BigInt(pageId)),
}

connect(data.connection)
Atomics.store(phase, STARTED_AT, 1)
Atomics.notify(phase, STARTED_AT)

function connect(connection: WriterConnection): void {
  connections.add(connection)
  const { port } = connection
  port.on('message', (request: NumberedRequest) => {
    const reply = answer(request)
    port.postMessage(reply)
    const signal = new Int32Array(connection.signal)
    Atomics.add(signal, 0, 1)
    Atomics.notify(signal, 0)
    if (request.op === 'stop') stop()
    else if (request.op === 'bulk-abort') tidyLater()
  })
  port.on('close', () => connections.delete(connection))
}

function answer(request: NumberedRequest): WriterReply {
  try {
    const value = request.op === 'stop' || request.op === 'connect' ? connectOrStop(request) : write(request)
    const garbage = transactions?.countGarbage() ?? { deletablePages: 0, pendingPages: 0 }
    return { id: request.id, result: { value, ...garbage } }
  } catch (error) {
    return { id: request.id, error: errorToData(error) }
  }
}

function connectOrStop(request: WriterRequest & { readonly op: 'connect' | 'stop' }): number {
  if (request.op === 'connect') connect(request.connection)
  else {
    while (tidy());
    transactions?.release()
  }
  return 0
}

/** Deletes some pages of loads that were given up. @returns whether there may be more. */
function tidy(): boolean {
  try {
    return transactions !== null && transactions.reclaimAborted(TIDY_PAGES) > 0
  } catch {
    return false // the journal has them
  }
}

/** Goes on with it between requests. */
function tidyLater(): void {
  if (isTidying) return
  isTidying = true
  setImmediate(() => {
    isTidying = false
    if (tidy()) tidyLater()
  })
}

function write(request: Exclude<WriterRequest, { readonly op: 'connect' | 'stop' }>): number {
  database ??= openLmdb(data.file, 'write')
  transactions ??= new StoreTransactions(data.file, database, gate, data.maxBytes)
  switch (request.op) {
    case 'acquire':
      transactions.acquire()
      return 0
    case 'commit':
      return transactions.commit(request)
    case 'bulk-write':
      transactions.writeBulk(request.bulkId, request.runs)
      return 0
    case 'bulk-abort':
      transactions.abortBulk(request.bulkId)
      return 0
    case 'reclaim':
      return transactions.reclaim(request.maxPages)
    case 'release':
      transactions.release()
      return 0
  }
}

/** Ends the thread: without ports and handles nothing keeps it. */
function stop(): void {
  void database?.close() // every write here is synchronous, so there is nothing to wait for
  for (const { port } of connections) port.close()
}
