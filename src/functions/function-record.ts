import type { LogicalType, TypeId } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { BoundFunction, FunctionContext, FunctionData, Implementation } from './bound-function.ts'

/** One call to bind: what is known about its arguments. */
export interface Call {
  /** Name as it is shown, of the record or of the alias that was used. */
  readonly name: string
  readonly argTypes: readonly LogicalType[]
  /** Value of each argument that is a constant, undefined for the others. */
  readonly literals: readonly (Value | undefined)[]
  /** Names of arguments written `name := value` (or for struct literals `name: value`), undefined for the others. */
  readonly names: readonly (string | undefined)[]
}

/** What an overload settles about a call. */
export interface Binding {
  /** Default: the overload's own types, an argument's type where that is ANY or nested. */
  readonly parameterTypes?: readonly LogicalType[]
  readonly returnType: LogicalType
  readonly data?: FunctionData
}

/** One accepted list of parameter types. */
export interface Overload {
  readonly parameters: readonly TypeId[]
  /** The single parameter may be repeated, also zero times. */
  readonly variadic?: boolean
  /** Result type name as signatures show it; the result type itself where `bind` is missing. */
  readonly returns: TypeId
  readonly nulls?: 'propagate' | 'handles'
  readonly coercion?: 'implicit' | 'explicit'
  readonly mayBeNull?: boolean
  readonly volatile?: boolean
  /** Settles types that depend on the arguments. @throws {DatabaseError} BINDER if they do not fit. */
  readonly bind?: (call: Call) => Binding
  /** Types of the lambda's parameters, for overloads whose last argument is a lambda. */
  readonly lambda?: (listType: LogicalType) => readonly LogicalType[]
  /** Makes the code of a call. Called once per pipeline, not per row. */
  readonly make: (fn: BoundFunction, context: FunctionContext) => Implementation
  /**
   * A JavaScript expression for the call over argument expressions that are not NULL, or null if it has none. Each argument expression may be used
   * more than once only if it is a plain name; the caller passes names. Helpers are those of `inlineHelpers`, by their names.
   */
  readonly inline?: (args: readonly string[], fn: BoundFunction) => string | null
}

/** A scalar function with all its overloads: the one source for binder, executor, show_functions and documentation. */
export interface FunctionRecord {
  readonly name: string
  readonly aliases: readonly string[]
  /** One line: what it gives. */
  readonly docs: string
  readonly overloads: readonly Overload[]
  /** Replaces the search by cost, for functions with rules of their own (comparisons, CAST). */
  readonly choose?: (call: Call, overloads: readonly Overload[]) => number
}

/** Shorthand that gives a record its optional fields. */
export function record(
  names: string,
  docs: string,
  overloads: readonly Overload[],
  choose?: FunctionRecord['choose'],
): FunctionRecord {
  const [name, ...aliases] = names.split(' ')
  return choose === undefined
    ? { name: name!, aliases, docs, overloads }
    : { name: name!, aliases, docs, overloads, choose }
}

/** Gives code with exact parameter types the general type; the binder has seen to it that the arguments are of these types. */
export function code<A extends readonly unknown[]>(f: (...args: A) => Value): Implementation {
  return f as unknown as Implementation
}
