import { DatabaseError } from '../errors/database-error.ts'
import type { Query, Statement } from '../parser/ast.ts'
import type { QueryPlan, StatementPlan } from '../plan/statement.ts'
import type { PlannerContext } from './planner-context.ts'

/** Plans what is neither a query nor EXPLAIN. */
export function planOtherStatement(
  statement: Exclude<Statement, { kind: 'query' | 'explain' }>,
  _context: PlannerContext,
  _planQuery: (query: Query) => QueryPlan,
): StatementPlan {
  throw new DatabaseError('NOT_SUPPORTED', `${statement.kind} is not supported.`, { span: statement.span })
}
