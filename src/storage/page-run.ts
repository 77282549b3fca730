import { PAGE_BYTES } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { PageRun } from './page-store.ts'

/** Checks runs before they cross to the writer. @throws {DatabaseError} INVALID_ARGUMENT: no whole pages, or no page ids. */
export function assertRuns(runs: readonly PageRun[]): void {
  for (const { first, bytes } of runs) {
    const whole = bytes.length > 0 && bytes.length % PAGE_BYTES === 0
    if (whole && Number.isSafeInteger(first) && first >= 1) continue
    throw new DatabaseError('INVALID_ARGUMENT', `A run of pages starts at page ${first} and has ${bytes.length} bytes.`)
  }
}
