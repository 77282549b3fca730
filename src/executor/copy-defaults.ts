import type { BoundExpression } from '../plan/bound-expression.ts'
import type { QueryPlan } from '../plan/statement.ts'
import { INT64, listOf } from '../types/logical-type.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'
import type { ExecutionContext } from './context.ts'
import { repeated } from './copy-columns.ts'
import { executeQuery } from './execute-query.ts'

/**
 * @returns a function that gives the values of a default for some rows: a volatile one is evaluated for each row, any other once.
 * Cost of a volatile one: a query over that many rows.
 */
export function defaultEvaluator(context: ExecutionContext): (expression: BoundExpression, rows: number) => Vector {
  const once = new Map<BoundExpression, Vector>()
  return (expression, rows) => {
    if (isVolatile(expression)) return executeQuery(rowsPlan(expression, rows), context).columns[0]!
    let value = once.get(expression)
    if (value === undefined) {
      value = executeQuery(rowPlan(expression), context).columns[0]!
      once.set(expression, value)
    }
    return repeated(vectorReader(value)(0), expression.type, rows)
  }
}

/** @returns a plan that evaluates an expression without variables once. */
export function rowPlan(expression: BoundExpression): QueryPlan {
  return {
    kind: 'query',
    root: { op: 'singleRow', estimate: 1 },
    slots: [],
    columns: [{ name: 'value', type: expression.type, expression }],
    writes: false,
    cost: 1,
  }
}

/** The same for `rows` rows. */
function rowsPlan(expression: BoundExpression, rows: number): QueryPlan {
  const list: BoundExpression = { kind: 'literal', type: listOf(INT64), value: new Array<number>(rows).fill(0) }
  const slot = { slot: 0, kind: 'value', name: '_row', type: INT64, tables: [], nullable: false } as const
  const child = { op: 'singleRow', estimate: 1 } as const
  return { ...rowPlan(expression), root: { op: 'unwind', slot: 0, list, child, estimate: rows }, slots: [slot] }
}

function isVolatile(node: unknown): boolean {
  if (node === null || typeof node !== 'object') return false
  if ((node as { volatile?: unknown }).volatile === true) return true
  return Object.values(node).some(isVolatile)
}
