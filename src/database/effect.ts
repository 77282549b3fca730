/**
 * A step of a statement that may wait: in the waiting form it blocks this thread, in the other it gives a promise.
 * Statements are written once, as generators that yield effects; which form runs is decided by the driver.
 */
export interface Effect<T> {
  readonly sync: () => T
  readonly async: () => Promise<T>
}

/** A statement (or a part of one) under way. */
export type Process<T> = Generator<Effect<unknown>, T, unknown>

/** Waits for an effect inside a process. */
export function* perform<T>(effect: Effect<T>): Process<T> {
  return (yield effect) as T
}

/** Runs a process to its end, blocking this thread. Errors of effects are thrown inside the process first. */
export function driveSync<T>(process: Process<T>): T {
  let step = process.next()
  while (!step.done) {
    let outcome: unknown
    try {
      outcome = step.value.sync()
    } catch (error) {
      step = process.throw(error)
      continue
    }
    step = process.next(outcome)
  }
  return step.value
}

/** Runs a process to its end without blocking. */
export async function driveAsync<T>(process: Process<T>): Promise<T> {
  let step = process.next()
  while (!step.done) {
    let outcome: unknown
    try {
      outcome = await step.value.async()
    } catch (error) {
      step = process.throw(error)
      continue
    }
    step = process.next(outcome)
  }
  return step.value
}
