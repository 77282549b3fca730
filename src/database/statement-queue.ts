import { DatabaseError } from '../errors/database-error.ts'

/**
 * The statements of one connection: they run one after the other, in the order in which they were asked for, whether the one
 * before failed or not.
 *
 *     open ──(1) drain: what waits still runs──► draining ──► closed
 *     open ──(2) abort: what waits fails──► aborting ──► closed
 */
export class StatementQueue {
  /** Element 0 becomes 1 to stop the running statement; shared with the thread that it runs on. */
  readonly interruptFlag = new Int32Array(new SharedArrayBuffer(4))
  #state: 'open' | 'draining' | 'aborting' | 'closed' = 'open'
  #last: Promise<unknown> = Promise.resolve()
  #unfinished = 0

  /** Whether a statement runs or waits. */
  get busy(): boolean {
    return this.#unfinished > 0
  }

  get closed(): boolean {
    return this.#state === 'closed'
  }

  /** Stops the statement that runs, or the first of those that wait. Without any, nothing happens. */
  interrupt(): void {
    if (this.busy) Atomics.store(this.interruptFlag, 0, 1)
  }

  /** Runs `work` after everything before it. @throws {DatabaseError} CLOSED, and what the work throws. */
  async add<T>(work: () => Promise<T>): Promise<T> {
    this.#assertOpen()
    const before = this.#last
    this.#unfinished++
    const run = this.#runAfter(before, work)
    this.#last = run.catch(() => undefined)
    return run
  }

  /** Runs `work` now, blocking. @throws {DatabaseError} CLOSED; BUSY while a statement without "Sync" has not ended. */
  runNow<T>(work: () => T): T {
    this.#assertOpen()
    if (this.busy) throw busy()
    this.#unfinished++
    try {
      return work()
    } finally {
      this.#ended()
    }
  }

  /** Takes nothing new, lets what waits run, and closes. */
  async drain(): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining'
    await this.#last
    this.#state = 'closed'
  }

  /** Takes nothing new, interrupts the running statement, has those that wait fail with CLOSED, and closes. */
  async abort(): Promise<void> {
    if (!this.closed) this.#state = 'aborting'
    this.interrupt()
    await this.#last
    this.#state = 'closed'
  }

  /** Closes at once. @throws {DatabaseError} BUSY while a statement has not ended. */
  close(): void {
    if (this.busy) throw busy()
    this.#state = 'closed'
  }

  async #runAfter<T>(before: Promise<unknown>, work: () => Promise<T>): Promise<T> {
    await before
    try {
      if (this.#state === 'aborting') throw closed()
      return await work()
    } catch (error) {
      // the user of an interrupted statement shall see why it was
      const stopped = this.#state === 'aborting' && error instanceof DatabaseError && error.code === 'INTERRUPTED'
      throw stopped ? closed() : error
    } finally {
      this.#ended()
    }
  }

  #ended(): void {
    this.#unfinished--
    this.interruptFlag[0] = 0
  }

  #assertOpen(): void {
    if (this.#state !== 'open') throw closed()
  }
}

function closed(): DatabaseError {
  return new DatabaseError('CLOSED', 'The connection is closed.')
}

function busy(): DatabaseError {
  const text =
    'A statement of this connection is still running. Wait for it, or use another connection for blocking calls.'
  return new DatabaseError('BUSY', text)
}
