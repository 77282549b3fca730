import type { Query, Statement } from '../parser/ast.ts'
import type { Operator } from '../plan/operator.ts'
import type { QueryPlan, StatementPlan } from '../plan/statement.ts'
import { type BindState, newBindState } from './bind/bind-state.ts'
import { bindQuery } from './bind/query.ts'
import type { LogicalQuery } from './logical/logical-query.ts'
import { printLogicalQuery } from './logical/print-logical.ts'
import { newPlanEnv } from './physical/plan-env.ts'
import { planCorrelated, planQuery } from './physical/plan-query.ts'
import { planOtherStatement } from './plan-other-statement.ts'
import type { PlannerContext } from './planner-context.ts'

/**
 * Turns a statement of the syntax tree into a plan: binds names and types against the catalog, chooses operators by the statistics.
 * Deterministic: the same statement, catalog and statistics give the same plan. Touches no data; files are only described.
 * @throws {DatabaseError} UNKNOWN_TABLE, UNKNOWN_VARIABLE, UNKNOWN_PROPERTY, UNKNOWN_FUNCTION, UNKNOWN_TYPE, UNKNOWN_OPTION,
 *   DUPLICATE_NAME, TYPE_MISMATCH, BINDER, CATALOG, NOT_SUPPORTED, with the place in the text; RUNTIME, OVERFLOW for constants.
 */
export function planStatement(statement: Statement, context: PlannerContext): StatementPlan {
  if (statement.kind === 'query') return planQueryText(context, statement.query).plan
  if (statement.kind === 'explain') {
    const inner = statement.statement
    const mode = statement.mode
    if (inner.kind === 'query') {
      const { plan, logical } = planQueryText(context, inner.query)
      return { kind: 'explain', mode, statement: plan, logicalText: printLogicalQuery(logical, plan.slots) }
    }
    const plan = planStatement(inner, context)
    return { kind: 'explain', mode, statement: plan, logicalText: '' }
  }
  return planOtherStatement(statement, bindStateFor(context), {
    plan: (query) => planQueryText(context, query).plan,
    planBound: (state, query) => planQuery(newPlanEnv(context.statistics, state.slots), query),
  })
}

/** @returns the state for binding one statement; subqueries are planned as they are met. */
export function bindStateFor(context: PlannerContext): BindState {
  const state: BindState = newBindState(context, (graph, outer): Operator => {
    return planCorrelated(newPlanEnv(context.statistics, state.slots), graph, outer)
  })
  return state
}

function planQueryText(context: PlannerContext, query: Query): { plan: QueryPlan; logical: LogicalQuery } {
  const state = bindStateFor(context)
  const logical = bindQuery(state, query)
  return { plan: planQuery(newPlanEnv(context.statistics, state.slots), logical), logical }
}
