import type { Catalog } from '../catalog/catalog.ts'
import type { ExplainStatement, Query, Statement } from '../parser/ast.ts'
import type { Operator } from '../plan/operator.ts'
import { planNames } from '../plan/print-expression.ts'
import type { QueryPlan, StatementPlan } from '../plan/statement.ts'
import { type BindState, newBindState } from './bind/bind-state.ts'
import { bindQuery } from './bind/query.ts'
import type { LogicalQuery } from './logical/logical-query.ts'
import { printLogicalQuery } from './logical/print-logical.ts'
import { foldGraph, rewriteQuery } from './optimise/rewrite-query.ts'
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
  if (statement.kind === 'explain') return planExplain(statement, context)
  return planOtherStatement(statement, bindStateFor(context), {
    plan: (query) => planQueryText(context, query).plan,
    planBound: (state, query) => planQuery(newPlanEnv(context, state.slots), rewriteQuery(query)),
  })
}

function planExplain({ statement, mode }: ExplainStatement, context: PlannerContext): StatementPlan {
  const tableNames = namesOfTables(context.catalog)
  if (statement.kind !== 'query') {
    const plan = planStatement(statement, context)
    return { kind: 'explain', mode, statement: plan, logicalText: plan.kind, tableNames }
  }
  const { plan, logical } = planQueryText(context, statement.query)
  const logicalText = printLogicalQuery(logical, planNames(plan.slots, tableNames))
  return { kind: 'explain', mode, statement: plan, logicalText, tableNames }
}

/** @returns the names of node tables and FROM-TO pairs by id. */
export function namesOfTables(catalog: Catalog): Record<number, string> {
  const names: Record<number, string> = {}
  for (const table of catalog.nodeTables) names[table.id] = table.name
  for (const table of catalog.relTables) for (const pair of table.pairs) names[pair.id] = table.name
  return names
}

/** @returns the state for binding one statement; subqueries are planned as they are met. */
export function bindStateFor(context: PlannerContext): BindState {
  const state: BindState = newBindState(context, (graph, outer): Operator => {
    return planCorrelated(newPlanEnv(context, state.slots), foldGraph(graph), outer)
  })
  return state
}

function planQueryText(context: PlannerContext, query: Query): { plan: QueryPlan; logical: LogicalQuery } {
  const state = bindStateFor(context)
  const logical = bindQuery(state, query)
  return { plan: planQuery(newPlanEnv(context, state.slots), rewriteQuery(logical)), logical }
}
