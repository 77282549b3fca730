import type { MessagePort } from 'node:worker_threads'
import type { PageId } from '../bufferpool/page-source.ts'
import { assertRuns } from './page-run.ts'
import type {
  BulkLoad,
  BulkWriter,
  BulkWriterDescription,
  CommitBatch,
  PageRun,
  PageStoreWriter,
} from './page-store.ts'
import { type Transferable, WriterClient } from './writer-client.ts'
import { NEXT_PAGE_AT, type WriterRequest, type WriterResult } from './writer-protocol.ts'
import { createConnection, type WriterThread } from './writer-thread.ts'

/** Pages deleted per request, so that a commit never waits long behind housekeeping. */
const RECLAIM_PAGES = 512

/** The writer of an LMDB file: requests to its writer thread. */
export class LmdbPageWriter implements PageStoreWriter {
  readonly #thread: WriterThread
  readonly #onCommit: () => void
  #reclaiming = false
  #pendingPages = 0

  /** @param onCommit called after each commit of this process, before its caller goes on. */
  constructor(thread: WriterThread, onCommit: () => void) {
    this.#thread = thread
    this.#onCommit = onCommit
  }

  /** Pages that waited for a snapshot at the last answer of the writer thread. */
  get pendingPages(): number {
    return this.#pendingPages
  }

  /** {@link PageStoreWriter.allocate} */
  allocate(count: number): PageId {
    return allocatePages(this.#thread.control, count)
  }

  /** {@link PageStoreWriter.commit} */
  async commit(batch: CommitBatch): Promise<number> {
    const { request, transfer } = commitRequest(batch)
    const result = await this.call(request, transfer)
    this.#onCommit()
    return result.value
  }

  /** {@link PageStoreWriter.commitSync} */
  commitSync(batch: CommitBatch): number {
    const { request, transfer } = commitRequest(batch)
    const result = this.callSync(request, transfer)
    this.#onCommit()
    return result.value
  }

  /** {@link PageStoreWriter.beginBulk} */
  beginBulk(): BulkLoad {
    return new LmdbBulkLoad(this, this.#thread)
  }

  /** {@link PageStoreWriter.reclaim} */
  async reclaim(): Promise<{ readonly deletedPages: number; readonly pendingPages: number }> {
    let deletedPages = 0
    for (;;) {
      const result = await this.#thread.client.call({ op: 'reclaim', maxPages: RECLAIM_PAGES })
      deletedPages += result.value
      this.#pendingPages = result.pendingPages
      if (result.deletablePages === 0) return { deletedPages, pendingPages: result.pendingPages }
    }
  }

  /** Deletes what can be deleted, in the background; failures are left to the next request to find. */
  reclaimLater(): void {
    if (this.#reclaiming) return
    this.#reclaiming = true
    const done = (): void => {
      this.#reclaiming = false
    }
    this.reclaim().then(done, done)
  }

  /** Sends a request and looks after what its answer says about garbage. */
  async call(request: WriterRequest, transfer: readonly Transferable[] = []): Promise<WriterResult> {
    return this.#tidy(await this.#thread.client.call(request, transfer))
  }

  /** {@link LmdbPageWriter.call}, waiting inside the call. */
  callSync(request: WriterRequest, transfer: readonly Transferable[] = []): WriterResult {
    return this.#tidy(this.#thread.client.callSync(request, transfer))
  }

  /** {@link LmdbPageWriter.call} in two steps; see {@link WriterClient.callLater}. */
  callLater(request: WriterRequest, transfer: readonly Transferable[] = []): () => WriterResult {
    const wait = this.#thread.client.callLater(request, transfer)
    return () => this.#tidy(wait())
  }

  #tidy(result: WriterResult): WriterResult {
    this.#pendingPages = result.pendingPages
    if (result.deletablePages > 0) this.reclaimLater()
    return result
  }
}

/** A bulk load of the thread that began it. */
class LmdbBulkLoad implements BulkLoad {
  readonly id: number
  readonly #writer: LmdbPageWriter
  readonly #thread: WriterThread

  constructor(writer: LmdbPageWriter, thread: WriterThread) {
    this.id = writer.allocate(1) // any number never used before; page ids are such
    this.#writer = writer
    this.#thread = thread
  }

  allocate(count: number): PageId {
    return this.#writer.allocate(count)
  }

  async write(runs: readonly PageRun[]): Promise<void> {
    const { request, transfer } = bulkRequest(this.id, runs)
    await this.#writer.call(request, transfer)
  }

  writeSync(runs: readonly PageRun[]): void {
    const { request, transfer } = bulkRequest(this.id, runs)
    this.#writer.callSync(request, transfer)
  }

  writeLater(runs: readonly PageRun[]): () => void {
    const { request, transfer } = bulkRequest(this.id, runs)
    return this.#writer.callLater(request, transfer)
  }

  async abort(): Promise<void> {
    await this.#thread.client.call({ op: 'bulk-abort', bulkId: this.id })
    await this.#writer.reclaim()
  }

  abortSync(): void {
    let result = this.#thread.client.callSync({ op: 'bulk-abort', bulkId: this.id })
    while (result.deletablePages > 0) {
      result = this.#thread.client.callSync({ op: 'reclaim', maxPages: RECLAIM_PAGES })
    }
  }

  abandon(): void {
    // The writer thread goes on to delete by itself.
    this.#thread.client.call({ op: 'bulk-abort', bulkId: this.id }).catch(() => {})
  }

  close(): void {
    // The connection is the store's.
  }

  describe(): { readonly description: BulkWriterDescription; readonly transfer: readonly MessagePort[] } {
    const { near, far } = createConnection()
    this.#thread.client.callSync({ op: 'connect', connection: far }, [far.port])
    const { control } = this.#thread
    const { port, signal } = near
    return { description: { kind: 'lmdb', bulkId: this.id, port, signal, control }, transfer: [port] }
  }
}

/** Writes for a bulk load from another thread of the process. */
export class AttachedBulkWriter implements BulkWriter {
  readonly #bulkId: number
  readonly #client: WriterClient
  readonly #control: SharedArrayBuffer

  constructor(description: BulkWriterDescription & { readonly kind: 'lmdb' }) {
    this.#bulkId = description.bulkId
    this.#client = new WriterClient(description)
    this.#control = description.control
  }

  /** {@link BulkWriter.allocate} */
  allocate(count: number): PageId {
    return allocatePages(this.#control, count)
  }

  /** {@link BulkWriter.write} */
  async write(runs: readonly PageRun[]): Promise<void> {
    const { request, transfer } = bulkRequest(this.#bulkId, runs)
    await this.#client.call(request, transfer)
  }

  /** {@link BulkWriter.writeSync} */
  writeSync(runs: readonly PageRun[]): void {
    const { request, transfer } = bulkRequest(this.#bulkId, runs)
    this.#client.callSync(request, transfer)
  }

  /** {@link BulkWriter.writeLater} */
  writeLater(runs: readonly PageRun[]): () => void {
    const { request, transfer } = bulkRequest(this.#bulkId, runs)
    return this.#client.callLater(request, transfer)
  }

  /** {@link BulkWriter.close} */
  close(): void {
    this.#client.close()
  }
}

function allocatePages(control: SharedArrayBuffer, count: number): PageId {
  return Number(Atomics.add(new BigInt64Array(control), NEXT_PAGE_AT, BigInt(count)))
}

interface PreparedRequest {
  readonly request: WriterRequest
  readonly transfer: Transferable[]
}

function commitRequest(batch: CommitBatch): PreparedRequest {
  const { runs, transfer } = movableRuns(batch.puts ?? [])
  const records = (batch.records ?? []).map(([key, bytes]) => [key, bytes === null ? null : bytes.slice()] as const)
  const request: WriterRequest = {
    op: 'commit',
    expectedCommit: batch.expectedCommit,
    puts: runs,
    records,
    freed: batch.freed ?? [],
    publish: (batch.publish ?? []).map((bulk) => bulk.id),
  }
  return { request, transfer }
}

function bulkRequest(bulkId: number, pageRuns: readonly PageRun[]): PreparedRequest {
  const { runs, transfer } = movableRuns(pageRuns)
  return { request: { op: 'bulk-write', bulkId, runs }, transfer }
}

/** Whole ArrayBuffers move, parts of one are copied (a clone would copy the whole), shared memory is shared. */
function movableRuns(runs: readonly PageRun[]): { runs: PageRun[]; transfer: Transferable[] } {
  assertRuns(runs)
  const transfer = new Set<ArrayBuffer>()
  const moved = runs.map((run) => {
    const { bytes } = run
    if (bytes.buffer instanceof SharedArrayBuffer) return run
    const whole = bytes.byteLength === bytes.buffer.byteLength && !transfer.has(bytes.buffer)
    const own = new Uint8Array(whole ? bytes.buffer : bytes.slice().buffer)
    transfer.add(own.buffer as ArrayBuffer)
    return { ...run, bytes: own }
  })
  return { runs: moved, transfer: [...transfer] }
}
