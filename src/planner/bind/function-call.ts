import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import { bindFunction } from '../../functions/bind-function.ts'
import type { BoundFunction } from '../../functions/bound-function.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Value } from '../../types/value.ts'
import { type Bound, castTo, implicitCast, typeOf } from './bound.ts'

/** @returns the value of a literal or a list of such, undefined for everything else. */
export function literalValue({ expression }: Bound): Value | undefined {
  return literalOf(expression)
}

function literalOf(expression: BoundExpression): Value | undefined {
  if (expression.kind === 'literal') return expression.value
  if (expression.kind !== 'list') return undefined
  const values: Value[] = []
  for (const item of expression.items) {
    const value = literalOf(item)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

/** Runs `work` and gives its errors the place in the text. */
export function atSpan<T>(span: Span, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.span !== undefined) throw error
    const placed = new DatabaseError(error.code, '', { span, facts: error.facts, cause: error.cause })
    placed.message = error.message
    throw placed
  }
}

/** Casts the arguments to the types that the chosen overload wants. */
export function coerceArguments(args: readonly Bound[], fn: BoundFunction, span: Span): readonly Bound[] {
  return args.map((arg, i) => {
    const type = fn.parameterTypes[i]!
    return fn.coercion === 'explicit' ? castTo(arg, type) : implicitCast(arg, type, span)
  })
}

/**
 * Binds a call of a scalar function or operator, named `NAME(args)`.
 * @param names names of arguments written `name := value`, which is how they show too.
 * @throws {DatabaseError} UNKNOWN_FUNCTION, BINDER, TYPE_MISMATCH
 */
export function bindCall(
  name: string,
  args: readonly Bound[],
  span: Span,
  names: readonly (string | undefined)[] = [],
): Bound {
  const fn = atSpan(span, () => bindFunction(name, args.map(typeOf), args.map(literalValue), names))
  const coerced = coerceArguments(args, fn, span)
  return {
    expression: {
      kind: 'call',
      type: fn.returnType,
      function: fn,
      args: coerced.map((a) => a.expression),
    },
    name: `${fn.name}(${coerced.map((a, i) => names[i] ?? a.name).join(',')})`,
  }
}
