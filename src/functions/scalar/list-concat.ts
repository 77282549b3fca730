import { DatabaseError } from '../../errors/database-error.ts'
import { INT64, type LogicalType, listOf, sameType } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { Value } from '../../types/value.ts'
import { isHollow } from '../combine-types.ts'
import { type Binding, type Call, code, type Overload } from '../function-record.ts'
import { joinLists } from './long-list.ts'

/** @returns the list type that an ARRAY or LIST is read as. */
export function asList(type: LogicalType): LogicalType {
  return type.id === 'ARRAY' ? listOf(type.child) : type
}

/**
 * Both arguments become one list type; a constant empty list or NULL takes the type of the other.
 * @throws {DatabaseError} BINDER if the element types differ.
 */
export function bindSameLists(call: Call): LogicalType {
  const [a, b] = call.argTypes.map(asList)
  const free = call.argTypes.map((type, i) => type.id === 'ANY' || isHollow(type, call.literals[i]))
  if (free[0] && free[1]) return a!.id === 'LIST' ? a! : b!.id === 'LIST' ? b! : listOf(INT64)
  if (free[0]) return b!
  if (free[1] || sameType(a!, b!)) return a!
  const [left, right] = call.argTypes
  throw new DatabaseError(
    'BINDER',
    `Cannot bind ${call.name} with parameter type ${printType(left!)} and ${printType(right!)}.`,
  )
}

function bindConcat(call: Call): Binding {
  const type = bindSameLists(call.name === '+' ? { ...call, name: 'LIST_CONCAT' } : call)
  return { parameterTypes: [type, type], returnType: type }
}

/** Two lists joined: `list_concat` and `+`. */
export const listConcatOverload: Overload = {
  parameters: ['LIST', 'LIST'],
  returns: 'LIST',
  coercion: 'explicit',
  bind: bindConcat,
  make: () => code((a: ArrayLike<Value>, b: ArrayLike<Value>) => joinLists(toArray(a), toArray(b))),
}

/** @returns the elements of a list value as an array, itself where it is one. */
export function toArray(list: ArrayLike<Value>): readonly Value[] {
  return Array.isArray(list) ? list : Array.from(list)
}
