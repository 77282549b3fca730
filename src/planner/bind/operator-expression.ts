import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type { BinaryOperator, Expression, OperatorExpression } from '../../parser/ast.ts'
import type { BoundExpression, ComparisonOperator } from '../../plan/bound-expression.ts'
import { commonType } from '../../types/common-type.ts'
import { BOOL, INTERNAL_ID, type LogicalType, STRING, sameType } from '../../types/logical-type.ts'
import type { BindState } from './bind-state.ts'
import {
  type Bound,
  castTo,
  implicitCast,
  isUntyped,
  literal,
  requireBool,
  shownType,
  typeOf,
  wrongType,
} from './bound.ts'
import { bindExpression } from './expression.ts'
import { bindCall } from './function-call.ts'
import { negated } from './literal.ts'

const COMPARISON_NAMES: Readonly<Record<ComparisonOperator, string>> = {
  '=': 'EQUALS',
  '<>': 'NOT_EQUALS',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_EQUALS',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_EQUALS',
}

const FUNCTION_OF: Partial<Record<BinaryOperator, string>> = {
  '|': 'bitwise_or',
  '&': 'bitwise_and',
  '<<': 'bitshift_left',
  '>>': 'bitshift_right',
  'STARTS WITH': 'starts_with',
  'ENDS WITH': 'ends_with',
  CONTAINS: 'contains',
  '=~': 'regexp_full_match',
}

function isComparison(operator: string): operator is ComparisonOperator {
  return operator in COMPARISON_NAMES
}

/** Binds an operator with its operands. @throws {DatabaseError} TYPE_MISMATCH, BINDER */
export function bindOperator(state: BindState, expression: OperatorExpression): Bound {
  const { operator, operands, span } = expression
  if (operator === 'negate') return bindNegate(state, expression)
  const args = operands.map((operand) => bindExpression(state, operand))
  const [left, right] = args as [Bound, Bound]
  switch (operator) {
    case 'NOT': {
      const arg = requireBool(left, operands[0].span)
      return { expression: { kind: 'not', type: BOOL, arg: arg.expression }, name: `NOT(${arg.name})` }
    }
    case 'IS NULL':
      return bindIsNull(left, false)
    case 'IS NOT NULL':
      return bindIsNull(left, true)
    case 'factorial':
      return bindCall('factorial', args, span)
    case 'AND':
    case 'OR':
    case 'XOR':
      return bindBoolean(operator, args, operands)
    case 'IN':
      return bindIn(left, right, span)
    default:
      if (isComparison(operator)) {
        return bindComparison(operator, asWritten(state, left, right), asWritten(state, right, left), span)
      }
      return bindCall(FUNCTION_OF[operator] ?? operator, args, span)
  }
}

/**
 * A literal that a template left open stays so only beside a property of its own type, where its value changes neither casts nor what can be asked of
 * the column. Elsewhere it is what it was in the text, and the plan is for this value alone.
 */
function asWritten(state: BindState, bound: Bound, other: Bound): Bound {
  const { expression } = bound
  if (expression.kind !== 'parameter') return bound
  const open = state.context.parameters.get(expression.name)?.literal
  const fits = other.expression.kind === 'property' && sameType(other.expression.type, expression.type)
  if (open === undefined || fits) return bound
  const value = open((v) => v)
  return literal(expression.type, value, String(value))
}

function bindNegate(state: BindState, { operands, span }: OperatorExpression): Bound {
  const operand = operands[0]
  // `-5` is a constant, `-(5)` a call
  if (operand.kind === 'literal' && state.text[operand.span.start] !== '(') {
    const constant = negated(operand)
    if (constant !== null) return constant
  }
  return bindCall('negate', [bindExpression(state, operand)], span)
}

/** `arg IS NULL`, or `IS NOT NULL`. */
export function bindIsNull(arg: Bound, negatedTest: boolean): Bound {
  return {
    expression: { kind: 'isNull', type: BOOL, arg: nodeAsId(arg).expression, negated: negatedTest },
    name: `${negatedTest ? 'IS_NOT_NULL' : 'IS_NULL'}(${nodeAsId(arg).name})`,
  }
}

function bindBoolean(operator: 'AND' | 'OR' | 'XOR', args: readonly Bound[], operands: readonly Expression[]): Bound {
  const kind = operator.toLowerCase() as 'and' | 'or' | 'xor'
  const bound = args.map((arg, i) => requireBool(arg, operands[i]!.span))
  // a chain leans to the left: one flat list is easier to take apart
  const flat = bound.flatMap(({ expression }) =>
    kind !== 'xor' && expression.kind === kind ? expression.args : [expression],
  )
  return { expression: { kind, type: BOOL, args: flat }, name: `${operator}(${bound.map((b) => b.name).join(',')})` }
}

/** Nodes and rels are compared, counted and tested for NULL by their id. */
export function nodeAsId(bound: Bound): Bound {
  const { expression } = bound
  if (expression.kind !== 'slot' || (expression.type.id !== 'NODE' && expression.type.id !== 'REL')) return bound
  // a NODE value in a value slot has its id as a field
  if (bound.ofValue === true) return bound
  return {
    expression: { kind: 'internalId', type: INTERNAL_ID, slot: expression.slot, of: 'self' },
    name: `${bound.name}._ID`,
  }
}

const NUMBERED_PLACE = { NODE: 0, REL: 3 } as const

/** The id inside a NODE or REL value. */
function valueAsId(bound: Bound): Bound {
  const type = typeOf(bound)
  if (type.id !== 'NODE' && type.id !== 'REL') return bound
  const expression: BoundExpression = {
    kind: 'field',
    type: INTERNAL_ID,
    arg: bound.expression,
    index: NUMBERED_PLACE[type.id],
  }
  return { expression, name: `${bound.name}._ID` }
}

/**
 * Binds a comparison: both sides are brought to a common type, text to the type of the other side.
 * @throws {DatabaseError} TYPE_MISMATCH
 */
export function bindComparison(operator: ComparisonOperator, left: Bound, right: Bound, span: Span): Bound {
  const [a, b] = comparable(left, right, span)
  return {
    expression: {
      kind: 'compare',
      type: BOOL,
      operator,
      operandType: typeOf(a),
      left: a.expression,
      right: b.expression,
    },
    name: `${COMPARISON_NAMES[operator]}(${a.name},${b.name})`,
  }
}

function comparable(left: Bound, right: Bound, span: Span): readonly [Bound, Bound] {
  const bothEntities = typeOf(left).id === typeOf(right).id && ['NODE', 'REL'].includes(typeOf(left).id)
  const a = bothEntities ? valueAsId(nodeAsId(left)) : left
  const b = bothEntities ? valueAsId(nodeAsId(right)) : right
  const type = comparisonType(typeOf(a), typeOf(b))
  if (type === null) {
    const text = `Type Mismatch: Cannot compare types ${shownType(left)} and ${shownType(right)}`
    throw new DatabaseError('TYPE_MISMATCH', text, { span })
  }
  return [castTo(a, type), castTo(b, type)]
}

/** Two NULLs without a type compare as text. */
function comparisonType(a: LogicalType, b: LogicalType): LogicalType | null {
  const type = commonType(a, b)
  return type !== null && isUntyped(type) ? STRING : type
}

/** `item IN list`. @throws {DatabaseError} TYPE_MISMATCH */
function bindIn(item: Bound, list: Bound, span: Span): Bound {
  const listType = typeOf(list)
  if (isUntyped(listType)) {
    return {
      expression: { kind: 'literal', type: BOOL, value: null },
      name: `LIST_CONTAINS(${list.name},${item.name})`,
    }
  }
  if (listType.id !== 'LIST' && listType.id !== 'ARRAY') throw wrongType(list, 'LIST', span)
  const type = comparisonType(typeOf(item), listType.child)
  if (type === null) return implicitCast(item, listType.child, span)
  const elements = castElements(list, type)
  const one = castTo(item, type)
  return {
    expression: { kind: 'in', type: BOOL, item: one.expression, list: elements.expression },
    name: `LIST_CONTAINS(${elements.name},${one.name})`,
  }
}

/** Casts the elements of a list; those of a list literal one by one, as names show it. */
function castElements(list: Bound, child: LogicalType): Bound {
  const type = typeOf(list)
  const target: LogicalType = type.id === 'ARRAY' ? { id: 'ARRAY', child, length: type.length } : { id: 'LIST', child }
  if (list.items === undefined || list.expression.kind !== 'list') return castTo(list, target)
  return listOfBound(
    list.items.map((item) => castTo(item, child)),
    child,
  )
}

/** A list literal of items that are all of type `child`. */
export function listOfBound(items: readonly Bound[], child: LogicalType): Bound {
  return {
    expression: { kind: 'list', type: { id: 'LIST', child }, items: items.map((i) => i.expression) },
    name: `LIST_CREATION(${items.map((i) => i.name).join(',')})`,
    items,
  }
}
