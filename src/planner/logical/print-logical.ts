import type { Slot } from '../../plan/bound-expression.ts'
import type { LogicalQuery } from './logical-query.ts'

/** @returns the steps of a bound query as text, one per line, before any order has been chosen. */
export function printLogicalQuery(query: LogicalQuery, _slots: readonly Slot[]): string {
  return query.branches.flatMap((b) => b.steps.map((s) => s.step)).join('\n')
}
