import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import { canAssign } from '../../types/implicit-cast.ts'
import { ANY, BOOL, INT64, type LogicalType, listOf, STRING, sameType } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { Value } from '../../types/value.ts'

/** An expression with the text that names its column: the dialect's functional form. */
export interface Bound {
  readonly expression: BoundExpression
  readonly name: string
  /** Elements of a list literal, so that a cast of it can be one of each element. */
  readonly items?: readonly Bound[]
  /** A NODE or REL *value* in a value slot, not a node or rel slot. */
  readonly ofValue?: boolean
}

/** @returns the type of a bound expression. */
export function typeOf(bound: Bound): LogicalType {
  return bound.expression.type
}

/** @returns the type that a client sees: a NULL without a type is text, an empty list one of INT64. */
export function clientType(type: LogicalType): LogicalType {
  switch (type.id) {
    case 'ANY':
      return STRING
    case 'LIST':
      return listOf(isUntyped(type.child) ? INT64 : clientType(type.child))
    case 'ARRAY':
      return { ...type, child: clientType(type.child) }
    case 'STRUCT':
      return { ...type, fields: type.fields.map((f) => ({ name: f.name, type: clientType(f.type) })) }
    case 'MAP':
      return { ...type, key: clientType(type.key), value: clientType(type.value) }
    default:
      return type
  }
}

/** @returns the name of an expression's type as messages give it. */
export function shownType(bound: Bound): string {
  return printType(clientType(typeOf(bound)))
}

/** @returns a constant, named as the dialect prints it. */
export function literal(type: LogicalType, value: Value, name: string): Bound {
  return { expression: { kind: 'literal', type, value }, name }
}

/** @returns whether an expression is a NULL (or a missing parameter) that takes any type. */
export function isUntyped(type: LogicalType): boolean {
  return type.id === 'ANY'
}

/** @returns whether a type says nothing about values: NULL, or lists of nothing else. */
export function isHollowType(type: LogicalType): boolean {
  return type.id === 'LIST' || type.id === 'ARRAY' ? isHollowType(type.child) : isUntyped(type)
}

/** @returns the expression with an explicit cast where its type differs. Casts of an untyped NULL leave no trace in its name. */
export function castTo(bound: Bound, type: LogicalType): Bound {
  const from = typeOf(bound)
  if (sameType(from, type)) return bound
  if (isUntyped(from)) {
    const { expression } = bound
    const typed: BoundExpression =
      expression.kind === 'literal' ? { ...expression, type } : { kind: 'cast', type, arg: expression }
    return { expression: typed, name: bound.name }
  }
  if (isEmptyList(bound.expression) && type.id === 'LIST')
    return { ...bound, expression: { ...bound.expression, type } }
  return { expression: { kind: 'cast', type, arg: bound.expression }, name: `CAST(${bound.name}, ${printType(type)})` }
}

function isEmptyList(expression: BoundExpression): boolean {
  return expression.kind === 'list' && expression.items.length === 0
}

/**
 * Casts where an assignment may: numbers to numbers, anything to STRING, never STRING to something else.
 * @throws {DatabaseError} TYPE_MISMATCH
 */
export function implicitCast(bound: Bound, type: LogicalType, span: Span): Bound {
  const from = typeOf(bound)
  if (sameType(from, type) || isUntyped(from) || canAssign(from, type)) return castTo(bound, type)
  if (isEmptyList(bound.expression) && type.id === 'LIST') return castTo(bound, type)
  const expected = printType(clientType(type))
  throw new DatabaseError(
    'TYPE_MISMATCH',
    `Expression ${bound.name} has data type ${shownType(bound)} but expected ${expected}. Implicit cast is not supported.`,
    { span, facts: { expression: bound.name, actual: shownType(bound), expected } },
  )
}

/** A condition: BOOL, or an untyped NULL. @throws {DatabaseError} TYPE_MISMATCH */
export function requireBool(bound: Bound, span: Span): Bound {
  if (typeOf(bound).id !== 'BOOL' && !isUntyped(typeOf(bound))) {
    const actual = shownType(bound)
    throw new DatabaseError(
      'TYPE_MISMATCH',
      `Expression ${bound.name} has data type ${actual} but expected BOOL. Implicit cast is not supported.`,
      { span, facts: { expression: bound.name, actual, expected: 'BOOL' } },
    )
  }
  return castTo(bound, BOOL)
}

/** @throws {DatabaseError} TYPE_MISMATCH in the words for a wrong kind of value: `x has data type A but B was expected.` */
export function wrongType(bound: Bound, expected: string, span: Span): DatabaseError {
  const actual = shownType(bound)
  return new DatabaseError('TYPE_MISMATCH', `${bound.name} has data type ${actual} but ${expected} was expected.`, {
    span,
    facts: { expression: bound.name, actual, expected },
  })
}

/** @returns what an expression is, in the words of the dialect. */
export function kindOf({ expression }: Bound): string {
  if (expression.kind === 'literal') return 'LITERAL'
  if (expression.kind === 'property') return 'PROPERTY'
  return expression.kind === 'slot' ? 'VARIABLE' : 'FUNCTION'
}

/** NULL without a type. */
export const NULL_LITERAL: Bound = literal(ANY, null, '')
