import { DatabaseError } from './database-error.ts'

/** What JavaScript says when a value grows past what it can hold, and what we say. */
const LIMITS = [
  ['Invalid string length', 'OVERFLOW', 'A text cannot have more than 536870888 characters.'],
  ['Invalid array length', 'OVERFLOW', 'A list cannot have that many elements.'],
  ['Map maximum size exceeded', 'OVERFLOW', 'More than 16777216 different values.'],
  ['Set maximum size exceeded', 'OVERFLOW', 'More than 16777216 different values.'],
  ['Array buffer allocation failed', 'OUT_OF_MEMORY', 'Unable to allocate memory! The system has no more.'],
] as const

/** @returns the error of the database for a RangeError that means that a value became too large; any other thing as it is. */
export function limitError(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error
  const limit = LIMITS.find(([message]) => error.message.startsWith(message))
  return limit === undefined ? error : new DatabaseError(limit[1], limit[2], { cause: error })
}
