import { Worker } from 'node:worker_threads'
import { CONTROL, FIRST_ORDER, TYPED_BYTES, type WatcherSetup } from './watch-protocol.ts'

/** Longest wait for the watcher to let go of the terminal; it looks every 20 ms. */
const HANDOVER_MS = 500

/**
 * Sees Ctrl-C while a statement keeps the main thread busy, by a thread of its own that reads the terminal meanwhile. The main thread must not read it
 * between {@link start} and {@link stop}.
 *
 *     starting ──(the thread has the terminal open)──► idle ──start──► watching ──stop──► idle
 *     starting ──(no terminal to open)──► absent, as on systems without such a file; the caller reads the keys itself then
 */
export class InterruptGuard {
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * CONTROL.words))
  readonly #typed = new Uint8Array(new SharedArrayBuffer(TYPED_BYTES))
  readonly #worker: Worker | null

  /** @param interruptFlag shared; element 0 becomes 1 at Ctrl-C. */
  constructor(interruptFlag: Int32Array) {
    this.#control[CONTROL.order] = FIRST_ORDER
    this.#worker = process.platform === 'win32' ? null : this.#open(interruptFlag)
  }

  #open(interruptFlag: Int32Array): Worker {
    // the terminal of standard input, which need not be the controlling one
    const terminal = process.platform === 'linux' ? '/proc/self/fd/0' : '/dev/tty'
    const setup: WatcherSetup = { control: this.#control, typed: this.#typed, interruptFlag, terminal }
    const worker = new Worker(new URL('./interrupt-watcher.js', import.meta.url), { workerData: setup, stdin: false })
    // without a watcher Ctrl-C still works wherever the main thread gets a turn
    worker.on('error', () => Atomics.store(this.#control, CONTROL.done, 0))
    worker.unref()
    return worker
  }

  /** Begins to watch. @returns false if there is no watcher: not yet, or not on this system. */
  start(): boolean {
    const order = this.#control[CONTROL.order]!
    if (Atomics.load(this.#control, CONTROL.done) !== order) return false
    this.#order(order + 1)
    return true
  }

  /** Ends watching. @returns the keys that were typed meanwhile, as the terminal sent them. */
  stop(): Buffer {
    const before = Atomics.load(this.#control, CONTROL.done)
    this.#order(this.#control[CONTROL.order]! + 1)
    Atomics.wait(this.#control, CONTROL.done, before, HANDOVER_MS)
    const keys = Buffer.from(this.#typed.slice(0, this.#control[CONTROL.typed]!))
    this.#control[CONTROL.typed] = 0
    return keys
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#order(-1)
    await this.#worker?.terminate()
  }

  #order(order: number): void {
    Atomics.store(this.#control, CONTROL.order, order)
    Atomics.notify(this.#control, CONTROL.order)
  }
}
