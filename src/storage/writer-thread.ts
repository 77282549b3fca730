import { MessageChannel, type Worker } from 'node:worker_threads'
import { DatabaseError } from '../errors/database-error.ts'
import { startNativeThread } from '../util/native-thread.ts'
import { WriterClient } from './writer-client.ts'
import {
  CONTROL_BYTES,
  PHASE_AT,
  PHASE_BUSY,
  PHASE_IDLE,
  PHASE_STOPPED,
  STARTED_AT,
  type WriterConnection,
  type WriterThreadData,
} from './writer-protocol.ts'

/** How long a process that exits waits for a transaction under way. */
const EXIT_WAIT_MS = 60_000

/** How long a waiting caller gives the thread to start. */
const START_WAIT_MS = 60_000

/** The phases of the writer threads of this thread's files. */
const running = new Set<Int32Array>()

/** The writer thread of one file, as the thread that started it sees it. It does not keep the process alive. */
export class WriterThread {
  readonly client: WriterClient
  /** See writer-protocol.ts. */
  readonly control: SharedArrayBuffer
  readonly #worker: Worker
  readonly #exited: Promise<void>
  readonly #phase: Int32Array

  /** Starts the thread; it loads lmdb meanwhile (50-100 ms), and requests wait for it. */
  constructor(file: string, maxBytes: number) {
    this.control = new SharedArrayBuffer(CONTROL_BYTES)
    const { near, far } = createConnection()
    const data: WriterThreadData = { file, maxBytes, control: this.control, connection: far }
    this.#worker = startNativeThread(new URL('./storage-writer.js', import.meta.url), data, {
      transferList: [far.port],
      name: 'nisaba-writer',
    })
    this.#worker.unref()
    this.client = new WriterClient(near)
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    this.#worker.on('error', (cause) => {
      this.client.close(new DatabaseError('IO', `The writer thread of ${file} failed: ${cause.message}`, { cause }))
    })
    this.#phase = new Int32Array(this.control)
    if (running.size === 0) process.on('exit', waitForTransactions)
    running.add(this.#phase)
  }

  /**
   * Waits until the thread can answer, for callers that go on to wait for an answer: a thread that never comes would let
   * them wait for ever. @throws {DatabaseError} INTERNAL after a minute.
   */
  waitForStart(): void {
    if (Atomics.wait(this.#phase, STARTED_AT, 0, START_WAIT_MS) !== 'timed-out') return
    throw new DatabaseError('INTERNAL', 'The writer thread did not start.')
  }

  /**
   * Gives the lease back and ends the thread.
   * @throws {DatabaseError} IO if the lease could not be given back; the thread has ended then too.
   */
  async stop(): Promise<void> {
    try {
      await this.client.call({ op: 'stop' })
      this.#worker.ref()
      await this.#exited
    } finally {
      this.#forget()
    }
  }

  /** {@link WriterThread.stop}, waiting inside the call for the lease, not for the thread's end. */
  stopSync(): void {
    try {
      this.client.callSync({ op: 'stop' })
    } finally {
      this.#forget()
    }
  }

  #forget(): void {
    this.client.close()
    running.delete(this.#phase)
    if (running.size === 0) process.off('exit', waitForTransactions)
  }
}

/** @returns the two ends of a new line: `near` for a {@link WriterClient}, `far` for the writer thread. */
export function createConnection(): { readonly near: WriterConnection; readonly far: WriterConnection } {
  const { port1, port2 } = new MessageChannel()
  const signal = new SharedArrayBuffer(4)
  return { near: { port: port1, signal }, far: { port: port2, signal } }
}

/** Runs when the process exits: the system would end the writer threads now, wherever they are. */
function waitForTransactions(): void {
  for (const phase of running) {
    while (Atomics.compareExchange(phase, PHASE_AT, PHASE_IDLE, PHASE_STOPPED) === PHASE_BUSY) {
      if (Atomics.wait(phase, PHASE_AT, PHASE_BUSY, EXIT_WAIT_MS) === 'timed-out') break
    }
  }
}
