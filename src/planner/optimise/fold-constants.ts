import { DatabaseError } from '../../errors/database-error.ts'
import { implementation } from '../../functions/bind-function.ts'
import type { BoundExpression, ComparisonOperator } from '../../plan/bound-expression.ts'
import { childrenOf, mapChildren } from '../../plan/expression-parts.ts'
import { castFunction } from '../../types/cast.ts'
import { compareValues } from '../../types/compare.ts'
import { fitsInt, isIntType } from '../../types/int.ts'
import { BOOL, type LogicalType, listOf, sameType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { checkedWork } from '../../util/work.ts'
import { foldAlternatives } from './fold-alternatives.ts'

type Literal = Extract<BoundExpression, { kind: 'literal' }>

/** Elements that a call may visit while the statement is planned: some ms. */
const MOST_WORK = 1 << 18

const ORDERED_IDS = ['LIST', 'ARRAY', 'STRUCT', 'MAP', 'UNION', 'FLOAT', 'DOUBLE', 'ANY', 'JSON']

/**
 * Computes what is constant, takes apart conditions that are always true or false, and compares columns in their own width where the constant fits it.
 * What fails now is left to fail when it runs, if it runs.
 */
export function foldConstants(expression: BoundExpression): BoundExpression {
  const inner = mapChildren(expression, foldConstants)
  const folded = foldLogic(inner) ?? foldComparison(inner) ?? foldMembership(inner) ?? compute(inner) ?? inner
  return foldAlternatives(folded) ?? folded
}

function literalOf(type: LogicalType, value: Value): Literal {
  return { kind: 'literal', type, value }
}

function isLiteral(expression: BoundExpression): expression is Literal {
  return expression.kind === 'literal'
}

class TooMuchWork extends Error {}

function giveUp(): never {
  throw new TooMuchWork()
}

/** Value of an expression whose parts are all literals; null when it is none or cannot be computed here. */
function compute(expression: BoundExpression): Literal | null {
  const parts = childrenOf(expression)
  if (!parts.every(isLiteral)) return null
  try {
    const values = parts.map((p) => p.value)
    const value = checkedWork(giveUp, () => evaluate(expression, values), MOST_WORK)
    return value === undefined ? null : literalOf(expression.type, value)
  } catch (error) {
    // a constant that fails must fail only if a row reaches it; what takes long belongs to the run, which can be stopped
    if (error instanceof DatabaseError || error instanceof TooMuchWork) return null
    throw error
  }
}

function evaluate(expression: BoundExpression, values: readonly Value[]): Value | undefined {
  switch (expression.kind) {
    case 'call': {
      const { function: fn } = expression
      if (fn.volatile) return undefined
      if (fn.nulls === 'propagate' && values.includes(null)) return null
      return implementation(fn)(...values)
    }
    case 'cast': {
      const [value] = values
      const cast = castFunction(expression.arg.type, expression.type)
      if (value === null || value === undefined) return value
      return cast === null ? undefined : cast(value)
    }
    case 'list':
    case 'struct':
      return values
    case 'isNull':
      return (values[0] === null) !== expression.negated
    case 'field': {
      const [value] = values
      return value === null || !Array.isArray(value) ? null : (value[expression.index] as Value)
    }
    default:
      return undefined
  }
}

/** Three-valued logic with known parts. */
function foldLogic(expression: BoundExpression): BoundExpression | null {
  if (expression.kind === 'not') {
    const { arg } = expression
    if (!isLiteral(arg)) return null
    return literalOf(BOOL, arg.value === null ? null : arg.value === false)
  }
  if (expression.kind !== 'and' && expression.kind !== 'or') return null
  const deciding = expression.kind === 'or'
  const args = expression.args.filter((a) => !(isLiteral(a) && a.value === !deciding))
  if (args.some((a) => isLiteral(a) && a.value === deciding)) return literalOf(BOOL, deciding)
  if (args.length === 0) return literalOf(BOOL, !deciding)
  if (args.length === 1) return args[0]!
  return args.length < expression.args.length ? { ...expression, args } : null
}

function foldComparison(expression: BoundExpression): BoundExpression | null {
  if (expression.kind !== 'compare') return null
  const { left, right, operator, operandType } = expression
  if (isLiteral(left) && isLiteral(right)) {
    if (left.value === null || right.value === null) return literalOf(BOOL, null)
    if (ORDERED_IDS.includes(operandType.id)) return null
    return literalOf(BOOL, holds(operator, compareValues(operandType, left.value, right.value)))
  }
  const narrowRight = narrow(left, right)
  if (narrowRight !== null) return { ...expression, ...narrowRight }
  const narrowLeft = narrow(right, left)
  if (narrowLeft === null) return null
  return { ...expression, left: narrowLeft.right, right: narrowLeft.left, operandType: narrowLeft.operandType }
}

function holds(operator: ComparisonOperator, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '<>':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** `CAST(x, wide) op literal` without the cast. */
function narrow(
  side: BoundExpression,
  constant: BoundExpression,
): { left: BoundExpression; right: BoundExpression; operandType: LogicalType } | null {
  if (side.kind !== 'cast' || !isLiteral(constant)) return null
  const operandType = side.arg.type
  if (!fitsNarrower(constant, operandType)) return null
  return { left: side.arg, right: literalOf(operandType, constant.value), operandType }
}

/** Whether a number means the same in a narrower type, so that comparing there gives the same answer. */
function fitsNarrower({ type, value }: Literal, narrower: LogicalType): boolean {
  if (typeof value !== 'number' && typeof value !== 'bigint') return false
  if (isIntType(type.id) && isIntType(narrower.id)) return fitsInt(value, narrower.id)
  return type.id === 'DOUBLE' && narrower.id === 'FLOAT' && Math.fround(Number(value)) === value
}

/** `CAST(x, wide) IN [literals]` without the cast. */
function foldMembership(expression: BoundExpression): BoundExpression | null {
  if (expression.kind !== 'in') return null
  const { item, list } = expression
  if (item.kind !== 'cast' || !isLiteral(list) || !Array.isArray(list.value)) return null
  const narrower = item.arg.type
  const elementType = 'child' in list.type ? list.type.child : list.type
  if (sameType(narrower, elementType)) return null
  const values = list.value as readonly Value[]
  if (!values.every((value) => value === null || fitsNarrower(literalOf(elementType, value), narrower))) return null
  return { ...expression, item: item.arg, list: literalOf(listOf(narrower), values) }
}
