import { DatabaseError } from '../../errors/database-error.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { Value } from '../../types/value.ts'

/** @returns the conversion between two types. @throws {DatabaseError} CONVERSION if there is none, or while it runs. */
export function castFunction(from: LogicalType, to: LogicalType): (v: Value) => Value {
  if (to.id === 'DOUBLE') return (v) => Number(v)
  if (to.id === 'FLOAT') return (v) => Math.fround(Number(v))
  throw new DatabaseError('CONVERSION', `Unsupported casting function from ${printType(from)} to ${printType(to)}.`)
}
