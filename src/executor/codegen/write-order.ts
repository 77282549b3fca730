import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import type { QueryPlan } from '../../plan/statement.ts'
import { children, operatorExpressions, subexpressions } from './used-slots.ts'

/** The operators that change data. */
export type WriteOperator = Extract<Operator, { readonly op: 'create' | 'set' | 'delete' | 'merge' }>

/** @returns whether an operator changes data. */
export function isWrite(op: Operator): op is WriteOperator {
  return op.op === 'create' || op.op === 'set' || op.op === 'delete' || op.op === 'merge'
}

/** @returns whether an operator or one below it changes data. */
export function hasWrite(op: Operator): boolean {
  return isWrite(op) || children(op).some(hasWrite)
}

/**
 * @returns whether rows of an operator may depend on what is stored at the time they are made, so that all of them have to be there before
 * something is changed.
 */
export function readsGraph(op: Operator): boolean {
  switch (op.op) {
    case 'singleRow':
      return false
    case 'project':
    case 'filter':
    case 'unwind':
    case 'create':
    case 'set':
    case 'scanFile':
      return operatorExpressions(op).some(hasSubquery) || children(op).some(readsGraph)
    default:
      return true
  }
}

/** @returns whether an expression of an operator looks at other data than its row. */
export function hasSubqueries(op: Operator): boolean {
  return operatorExpressions(op).some(hasSubquery)
}

function hasSubquery(e: BoundExpression | null): boolean {
  return e !== null && (e.kind === 'subquery' || subexpressions(e).some(hasSubquery))
}

/**
 * @returns whether all of a write operator's rows must be there before the first one goes on: something above it, before the next breaker, reads the
 * data or may stop early.
 */
export function needsAllWrites(plan: QueryPlan, op: Operator): boolean {
  for (const above of ancestors(plan.root, op)) {
    if (isWrite(above) || above.op === 'union') return false
    if (hasSubqueries(above)) return true
    switch (above.op) {
      case 'project':
      case 'filter':
      case 'unwind':
        continue
      case 'sort':
        return false
      case 'aggregate':
        // DISTINCT passes rows on at once, and DISTINCT aggregates make room for the nodes of the moment they start
        return above.aggregates.length === 0 || above.aggregates.some((a) => a.distinct)
      default:
        return true
    }
  }
  return plan.columns.some((c) => hasSubquery(c.expression))
}

/** @returns the operators above one, nearest first. */
function ancestors(root: Operator, op: Operator): Operator[] {
  if (root === op) return []
  for (const child of children(root)) {
    if (child === op) return [root]
    const found = ancestors(child, op)
    if (found.length > 0) return [...found, root]
  }
  return []
}
