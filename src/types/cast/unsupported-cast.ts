import { DatabaseError } from '../../errors/database-error.ts'
import type { LogicalType } from '../logical-type.ts'
import { printType } from '../print-type.ts'

/** Builds the error of a cast that does not exist, to throw where `castFunction` gives null. */
export function unsupportedCast(from: LogicalType, to: LogicalType): DatabaseError {
  const byName = from.id !== to.id && ['LIST', 'ARRAY', 'MAP', 'STRUCT'].includes(to.id)
  const [source, target] = byName ? [from.id, to.id] : [printType(from), printType(to)]
  return new DatabaseError('CONVERSION', `Unsupported casting function from ${source} to ${target}.`)
}
