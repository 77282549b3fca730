import { DatabaseError } from '../errors/database-error.ts'
import type { ExecutionContext } from './context.ts'
import { MoveToWorker } from './move-to-worker.ts'

/** Makes the run-time object behind a binding. */
export type BindingFactory = (run: Run) => unknown

const CHECK_EVERY = 10_000

/**
 * One execution of a compiled query: the bindings table of its generated functions and what they share. Generated code gets the table;
 * element 0 holds the registers, 1 the work counter, 2 this run.
 */
export class Run {
  readonly context: ExecutionContext
  /** The table `B` of generated functions. */
  readonly bindings: unknown[]
  /** Registers of the generated functions: counts, flags, sums. */
  readonly registers: Float64Array
  /** Element 0: visits left until the next {@link check}. */
  readonly work = new Int32Array([CHECK_EVERY])
  readonly #factories: readonly BindingFactory[]
  readonly #startedMs = performance.now()
  readonly #closers: (() => void)[] = []
  #reserved = 0

  constructor(context: ExecutionContext, factories: readonly BindingFactory[], registerCount: number) {
    this.context = context
    this.#factories = factories
    this.registers = new Float64Array(registerCount)
    this.bindings = new Array(factories.length)
    this.bindings.fill(undefined)
    this.bindings[0] = this.registers
    this.bindings[1] = this.work
    this.bindings[2] = this
  }

  /** @returns the object of a binding, made at the first call. */
  get<T>(index: number): T {
    const known = this.bindings[index]
    if (known !== undefined) return known as T
    const made = this.#factories[index]!(this)
    this.bindings[index] = made
    return made as T
  }

  /** Called by generated code when the work counter has run out. @throws {DatabaseError} INTERRUPTED, TIMEOUT. @throws {MoveToWorker} */
  check(): void {
    this.work[0] = CHECK_EVERY
    const { interrupt, yieldAfterMs } = this.context
    if (Atomics.load(interrupt.flag, 0) !== 0) throw new DatabaseError('INTERRUPTED', 'Interrupted.')
    if (interrupt.deadlineMs !== Number.POSITIVE_INFINITY && Date.now() > interrupt.deadlineMs) {
      throw new DatabaseError('TIMEOUT', 'Interrupted.')
    }
    if (yieldAfterMs !== undefined && performance.now() - this.#startedMs > yieldAfterMs) throw new MoveToWorker()
  }

  /** Takes query memory until the end of the run. @throws {DatabaseError} OUT_OF_MEMORY. */
  reserve(bytes: number): void {
    if (!this.context.memory.reserve(bytes)) {
      throw new DatabaseError(
        'OUT_OF_MEMORY',
        'Unable to allocate memory! The query needs more than the memory limit allows.',
        { facts: { bytes, reserved: this.#reserved } },
      )
    }
    this.#reserved += bytes
  }

  /** Gives back part of what was reserved. */
  release(bytes: number): void {
    this.context.memory.release(bytes)
    this.#reserved -= bytes
  }

  /** Has something closed with the run. */
  closeLater(close: () => void): void {
    this.#closers.push(close)
  }

  /** Closes cursors and sources and gives all memory back. */
  close(): void {
    for (const close of this.#closers) close()
    this.release(this.#reserved)
  }
}
