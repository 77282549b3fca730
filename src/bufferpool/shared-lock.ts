import { DatabaseError } from '../errors/database-error.ts'

const FREE = 0
const HELD = 1
const CONTENDED = 2

/** Tries before a thread goes to sleep: the lock is held for well under a microsecond. */
const SPINS = 100

/** Longest sleep before a lost lock is reported instead of hanging for ever. */
const GIVE_UP_MS = 60_000

/**
 * A lock for the threads of a process over one word of shared memory. Not re-entrant, not fair; the word starts as 0.
 *
 *     free ──lock──► held ──lock by another──► contended (it sleeps)
 *      ▲───unlock────┘ ▲                          │
 *      └───────────────┴── unlock, wakes one ─────┘
 *
 * Source: the second mutex of U. Drepper, "Futexes Are Tricky" (2011).
 */
export class SharedLock {
  readonly #words: Int32Array
  readonly #at: number

  constructor(words: Int32Array, at: number) {
    this.#words = words
    this.#at = at
  }

  /** Cost: about 10 ns when free. @throws {DatabaseError} INTERNAL after a minute: a thread that held it has died. */
  lock(): void {
    for (let i = 0; i < SPINS; i++) {
      if (Atomics.compareExchange(this.#words, this.#at, FREE, HELD) === FREE) return
    }
    while (Atomics.exchange(this.#words, this.#at, CONTENDED) !== FREE) {
      if (Atomics.wait(this.#words, this.#at, CONTENDED, GIVE_UP_MS) === 'timed-out') {
        throw new DatabaseError('INTERNAL', 'A thread ended while it held the lock of the buffer pool.')
      }
    }
  }

  /** Only by the thread that holds it. */
  unlock(): void {
    if (Atomics.exchange(this.#words, this.#at, FREE) === CONTENDED) Atomics.notify(this.#words, this.#at, 1)
  }
}
