import { DatabaseError } from '../errors/database-error.ts'
import { type LogicalType, listOf, type ScalarTypeId, scalar, type TypeId } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { BoundFunction, FunctionContext, Implementation } from './bound-function.ts'
import type { Call, FunctionRecord, Overload } from './function-record.ts'
import { matchOverload } from './match-overload.ts'
import { findFunction } from './registry.ts'

/**
 * Chooses the overload of a call and settles its types.
 * @param name function or operator, in any case: `abs`, `LIST_EXTRACT`, `+`, `=`.
 * @param argTypes type of each argument; of a lambda argument the type of its body (see {@link lambdaParameterTypes}).
 * @param literals value of each argument that is a constant; some functions need one (struct_extract, cast).
 * @param names names of arguments written `name := value`.
 * @throws {DatabaseError} UNKNOWN_FUNCTION; BINDER if no overload takes the arguments.
 */
export function bindFunction(
  name: string,
  argTypes: readonly LogicalType[],
  literals: readonly (Value | undefined)[] = [],
  names: readonly (string | undefined)[] = [],
): BoundFunction {
  const record = findFunction(name)
  if (record === undefined) {
    throw new DatabaseError('UNKNOWN_FUNCTION', `function ${name.toUpperCase()} does not exist.`, { facts: { name } })
  }
  const call: Call = { name: shownName(record, name), argTypes, literals, names }
  const index = (record.choose ?? matchOverload)(call, record.overloads)
  return bindOverload(record, index, call)
}

function shownName(record: FunctionRecord, name: string): string {
  const wanted = name.toUpperCase()
  return record.aliases.find((alias) => alias.toUpperCase() === wanted) ?? record.name
}

function bindOverload(record: FunctionRecord, index: number, call: Call): BoundFunction {
  const overload = record.overloads[index]!
  const binding = overload.bind?.(call) ?? { returnType: scalar(overload.returns as ScalarTypeId) }
  const bound = {
    name: record.name,
    overload: index,
    parameterTypes: binding.parameterTypes ?? call.argTypes.map((type, i) => parameterType(overload, i, type)),
    coercion: overload.coercion ?? 'implicit',
    returnType: binding.returnType,
    nulls: overload.nulls ?? 'propagate',
    mayBeNull: overload.mayBeNull ?? overload.nulls === 'handles',
    volatile: overload.volatile ?? false,
  }
  return binding.data === undefined ? bound : { ...bound, data: binding.data }
}

function parameterType(overload: Overload, i: number, argType: LogicalType): LogicalType {
  const id = overload.variadic === true ? overload.parameters[0]! : overload.parameters[i]!
  if (id === 'ANY' || id === argType.id) return argType
  if (id === 'LIST' && argType.id === 'ARRAY') return listOf(argType.child)
  return isNestedId(id) ? argType : scalar(id as ScalarTypeId)
}

function isNestedId(id: TypeId): boolean {
  return ['LIST', 'ARRAY', 'MAP', 'STRUCT', 'UNION', 'NODE', 'REL', 'RECURSIVE_REL', 'DECIMAL'].includes(id)
}

/**
 * @returns the types of the parameters of a function's lambda argument, so that its body can be bound before the function itself; null if the function takes no lambda.
 * @param listType type of the first argument.
 * @throws {DatabaseError} UNKNOWN_FUNCTION.
 */
export function lambdaParameterTypes(name: string, listType: LogicalType): readonly LogicalType[] | null {
  const record = findFunction(name)
  if (record === undefined) {
    throw new DatabaseError('UNKNOWN_FUNCTION', `function ${name.toUpperCase()} does not exist.`, { facts: { name } })
  }
  return record.overloads[0]!.lambda?.(listType) ?? null
}

const noSurroundings: FunctionContext = {
  get nowMicros() {
    return Date.now() * 1000
  },
  nextval: noSequence,
  currval: noSequence,
}

function noSequence(name: string): never {
  throw new DatabaseError('CATALOG', `${name} does not exist in catalog.`)
}

/**
 * @returns the code of a bound function. With `nulls: 'propagate'` it must not be called with null.
 * @param context needed by nextval, currval, current_date and current_timestamp only.
 */
export function implementation(fn: BoundFunction, context: FunctionContext = noSurroundings): Implementation {
  return overloadOf(fn).make(fn, context)
}

/**
 * @returns a JavaScript expression for a call over arguments that are not NULL, or null where the code must be called instead.
 * @param args names of variables that hold the arguments. @see inlineHelpers for the functions that the expression uses.
 */
export function inlineCode(fn: BoundFunction, args: readonly string[]): string | null {
  return overloadOf(fn).inline?.(args, fn) ?? null
}

function overloadOf(fn: BoundFunction): Overload {
  const overload = findFunction(fn.name)?.overloads[fn.overload]
  if (overload === undefined) throw new DatabaseError('INTERNAL', `no overload ${fn.overload} of ${fn.name}`)
  return overload
}
