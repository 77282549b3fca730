import { DatabaseError } from '../errors/database-error.ts'
import type { Direction } from './read-view.ts'

/** Rows that one table can hold: ids are unsigned 32-bit numbers below the reserved last two. */
export const MAX_TABLE_ROWS = 2 ** 32 - 2

/** @returns the error of a second rel at a node that may have one. */
export function multiplicityError(table: string, node: number, direction: Direction): DatabaseError {
  return new DatabaseError(
    'MULTIPLICITY',
    `Node(nodeOffset: ${node}) has more than one neighbour in table ${table} in the ${direction} direction, which violates the rel multiplicity constraint.`,
    { facts: { table, nodeOffset: node, direction } },
  )
}

/** @returns the error of a table that would hold more rows than ids reach. */
export function rowLimitError(table: string): DatabaseError {
  return new DatabaseError('LIMIT', `Table ${table} cannot hold more than ${MAX_TABLE_ROWS} rows.`, {
    facts: { table },
  })
}
