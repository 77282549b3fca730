import { setImmediate } from 'node:timers/promises'

/** Work that yields between parts of a few milliseconds. */
export type Steps<Result> = Generator<void, Result>

/** Longest stretch of work between two turns of the event loop. */
const SLICE_MS = 10

/** Runs all steps in one go. */
export function runToEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Runs the steps, giving the event loop a turn about every {@link SLICE_MS} milliseconds. */
export async function runInSlices<Result>(steps: Steps<Result>): Promise<Result> {
  let sliceStart = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - sliceStart < SLICE_MS) continue
    await setImmediate()
    sliceStart = performance.now()
  }
}
