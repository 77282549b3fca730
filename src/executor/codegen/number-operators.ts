import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import type { QueryPlan } from '../../plan/statement.ts'
import { children, operatorExpressions, subexpressions } from './used-slots.ts'

/** @returns the operators of a plan in pre-order, sub-plans of expressions after the operator that holds them. */
export function numberOperators(plan: QueryPlan): Operator[] {
  const found: Operator[] = []
  const visit = (op: Operator): void => {
    found.push(op)
    for (const e of operatorExpressions(op)) if (e !== null) visitExpression(e)
    for (const child of children(op)) visit(child)
  }
  const visitExpression = (e: BoundExpression): void => {
    if (e.kind === 'subquery') visit(e.plan)
    else for (const part of subexpressions(e)) visitExpression(part)
  }
  visit(plan.root)
  for (const column of plan.columns) visitExpression(column.expression)
  return found
}
