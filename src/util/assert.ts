import { DatabaseError } from '../errors/database-error.ts'
import type { ErrorFacts } from '../errors/error-code.ts'

/**
 * States what must hold for the code after it to be right; stays on in production.
 * @throws {DatabaseError} INTERNAL with `text` and `facts` if it does not hold.
 */
export function assert(condition: unknown, text: string, facts: ErrorFacts = {}): asserts condition {
  if (!condition) throw new DatabaseError('INTERNAL', text, { facts })
}

/** Marks a branch that cannot be reached, to the compiler too. @throws {DatabaseError} INTERNAL, always. */
export function unreachable(value: never): never {
  throw new DatabaseError('INTERNAL', `unexpected case ${JSON.stringify(value)}`)
}
