import type { LogicalType } from '../types/logical-type.ts'
import type { Int, Value } from '../types/value.ts'

/** Facts that binding fixes once, such as the position of a struct field. */
export type FunctionData = Readonly<Record<string, string | number | boolean | null>>

/**
 * A call whose overload and types are settled. Plain data: it can be part of a plan that is sent to another thread, where
 * `implementation` finds the code again by `name` and `overload`.
 */
export interface BoundFunction {
  /** Name of the record, as it shows in column names: `LIST_EXTRACT`, `+`. */
  readonly name: string
  /** Position of the overload in the record. */
  readonly overload: number
  /** Types that the arguments must be cast to before the call, one per argument. The lambda argument has its result type. */
  readonly parameterTypes: readonly LogicalType[]
  /**
   * How the arguments get there: `implicit` casts are checked (an argument that has none is the binder error
   * "Expression e has data type STRING but expected INT64. Implicit cast is not supported."), `explicit` ones are whatever CAST does.
   */
  readonly coercion: 'implicit' | 'explicit'
  readonly returnType: LogicalType
  /** `propagate`: NULL in any argument gives NULL and the implementation is not called; `handles`: it is called with null. */
  readonly nulls: 'propagate' | 'handles'
  /** Whether the implementation may return null for arguments that are not. */
  readonly mayBeNull: boolean
  /** Whether two calls with the same arguments may differ, so that the call must not be folded or shared. */
  readonly volatile: boolean
  readonly data?: FunctionData
}

/** A lambda argument: called with the values of its parameters. */
export type Lambda = (...args: Value[]) => Value

/** What an implementation is called with. */
export type Argument = Value | Lambda

/** Code of a bound function, closed over its types. */
export type Implementation = (...args: Argument[]) => Value

/** What functions may ask their surroundings for. */
export interface FunctionContext {
  /** Start of the statement, microseconds since 1970: what current_timestamp() and current_date() give. */
  readonly nowMicros: number
  /** Advances a sequence and gives its new value. */
  nextval(sequence: string): Int
  /** Gives the value that nextval gave last. */
  currval(sequence: string): Int
}
