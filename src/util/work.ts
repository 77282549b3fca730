/** Units of work between two checks: few enough that even dear ones (a comparison of texts, a lambda) take some ms together. */
const UNITS_PER_CHECK = 1 << 15

const nobody = (): void => undefined

let left = UNITS_PER_CHECK
let every = UNITS_PER_CHECK
let onCheck: () => void = nobody

/**
 * Tells that `units` of work (elements, comparisons, matches …) are about to be done, so that whoever waits for the end of a long loop can stop it. Called by
 * every loop whose length the data decide. Cost: a subtraction; now and then a call of the check of {@link checkedWork}.
 * @throws what that check throws: {DatabaseError} INTERRUPTED, TIMEOUT …
 */
export function countWork(units: number): void {
  left -= units
  if (left < 0) check()
}

function check(): void {
  left = every
  onCheck()
}

/**
 * Runs `work`, calling `check` whenever so many units of {@link countWork} have passed in this thread. `work` must not wait for the event loop. Calls may be
 * nested: the inner one has the say until it ends.
 * @returns what `work` returns.
 */
export function checkedWork<T>(check: () => void, work: () => T, unitsPerCheck: number = UNITS_PER_CHECK): T {
  const outer = { left, every, onCheck }
  left = every = unitsPerCheck
  onCheck = check
  try {
    return work()
  } finally {
    left = outer.left
    every = outer.every
    onCheck = outer.onCheck
  }
}
