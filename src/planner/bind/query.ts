import { DatabaseError } from '../../errors/database-error.ts'
import type {
  CallClause,
  Clause,
  LoadClause,
  MatchClause,
  Query,
  ReturnClause,
  SingleQuery,
  UnwindClause,
  WithClause,
} from '../../parser/ast.ts'
import { conjuncts } from '../../plan/expression-parts.ts'
import type { OutputColumn } from '../../plan/statement.ts'
import { INT64, type LogicalType, listOf, STRING, sameType } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { LogicalBranch, LogicalQuery, LogicalStep } from '../logical/logical-query.ts'
import { addNewValue, type BindState } from './bind-state.ts'
import { castTo, clientType, isUntyped, typeOf, wrongType } from './bound.ts'
import { bindCondition, bindExpression } from './expression.ts'
import { bindJoinHint } from './join-hint.ts'
import { bindLoad } from './load.ts'
import { bindPatterns, equalities } from './pattern.ts'
import { type BoundItem, bindProjection, projectedScope } from './projection.ts'
import { Scope } from './scope.ts'
import { bindTableFunction } from './table-function.ts'
import { bindCreate, bindDelete, bindMerge, bindSet } from './update.ts'

interface QueryState {
  readonly bind: BindState
  readonly steps: LogicalStep[]
  columns: readonly OutputColumn[]
  writes: boolean
}

/**
 * Binds the branches of a query, each in a scope of its own (or in `scope`, which a subquery of COPY or LOAD does not have).
 * @throws {DatabaseError} every code of binding
 */
export function bindQuery(state: BindState, query: Query): LogicalQuery {
  const kinds = new Set(query.unions)
  if (kinds.size > 1) {
    throw new DatabaseError('BINDER', 'Union and union all can not be used together.', { span: query.span })
  }
  const before = state.scope
  const branches = query.parts.map((part) => {
    state.scope = new Scope()
    return bindSingleQuery(state, part)
  })
  state.scope = before
  checkBranches(query, branches)
  return { branches, all: kinds.has('all') }
}

function checkBranches(query: Query, branches: readonly LogicalBranch[]): void {
  const [first, ...others] = branches
  for (const [i, branch] of others.entries()) {
    const { span } = query.parts[i + 1]!
    if (branch.columns.length !== first!.columns.length) {
      throw new DatabaseError('BINDER', 'The number of columns to union/union all must be the same.', { span })
    }
    for (const [j, column] of branch.columns.entries()) {
      const expected = first!.columns[j]!.type
      if (sameType(column.type, expected)) continue
      throw wrongType({ expression: column.expression, name: column.name }, printType(expected), span)
    }
  }
}

function bindSingleQuery(bind: BindState, query: SingleQuery): LogicalBranch {
  const state: QueryState = { bind, steps: [], columns: [], writes: false }
  for (const clause of query.clauses) bindClause(state, clause)
  return { steps: state.steps, columns: state.columns, writes: state.writes }
}

function bindClause(state: QueryState, clause: Clause): void {
  switch (clause.kind) {
    case 'match':
      bindMatch(state, clause)
      break
    case 'unwind':
      bindUnwind(state, clause)
      break
    case 'with':
      bindWith(state, clause)
      break
    case 'return':
      bindReturn(state, clause)
      break
    case 'load':
      bindLoadClause(state, clause)
      break
    case 'call':
      bindCallClause(state, clause)
      break
    default:
      state.steps.push(...bindUpdate(state.bind, clause))
      state.writes = true
  }
}

function bindUpdate(
  bind: BindState,
  clause: Extract<Clause, { kind: 'create' | 'merge' | 'set' | 'delete' }>,
): readonly LogicalStep[] {
  switch (clause.kind) {
    case 'create':
      return bindCreate(bind, clause)
    case 'merge':
      return bindMerge(bind, clause)
    case 'set':
      return [bindSet(bind, clause)]
    case 'delete':
      return [bindDelete(bind, clause)]
  }
}

function bindMatch(state: QueryState, clause: MatchClause): void {
  const { bind, steps } = state
  const { graph, values } = bindPatterns(bind, clause.patterns, clause.optional)
  const predicates = equalities(values)
  if (clause.where !== undefined) predicates.push(...conjuncts(bindCondition(bind, clause.where)))
  graph.predicates.push(...predicates)
  const hint = clause.hint === undefined ? undefined : bindJoinHint(graph, clause.hint)
  const previous = steps.at(-1)
  const hinted = hint !== undefined || (previous?.step === 'match' && previous.graph.hint !== undefined)
  if (previous?.step === 'match' && !previous.optional && !clause.optional && !hinted) {
    // MATCH a MATCH b is one pattern: the order of the text does not bind the order of the work
    const { nodes, rels, predicates: all, fromIds } = previous.graph
    nodes.push(...graph.nodes.filter((n) => !nodes.includes(n)))
    rels.push(...graph.rels)
    all.push(...graph.predicates)
    fromIds.push(...graph.fromIds)
    return
  }
  steps.push({ step: 'match', optional: clause.optional, graph: { ...graph, hint } })
}

function bindUnwind(state: QueryState, clause: UnwindClause): void {
  const { bind, steps } = state
  const list = bindExpression(bind, clause.list)
  const type = typeOf(list)
  if (type.id !== 'LIST' && type.id !== 'ARRAY' && !isUntyped(type)) throw wrongType(list, 'LIST', clause.list.span)
  const typed = isUntyped(type) ? castTo(list, listOf(STRING)) : list
  const child = isUntyped(type) ? STRING : elementType(type)
  const name = clause.variable.text
  const slot = addNewValue(bind, name, child, clause.variable.span)
  steps.push({ step: 'unwind', slot, list: typed.expression })
}

function elementType(type: LogicalType): LogicalType {
  if (type.id !== 'LIST' && type.id !== 'ARRAY') return type
  return isUntyped(type.child) ? INT64 : type.child
}

function bindWith(state: QueryState, clause: WithClause): void {
  const { bind, steps } = state
  const { projection } = clause
  if (projection.orderBy.length > 0 && projection.skip === undefined && projection.limit === undefined) {
    const text = 'In WITH clause, ORDER BY must be followed by SKIP or LIMIT.'
    throw new DatabaseError('BINDER', text, { span: projection.span })
  }
  const bound = bindProjection(bind, projection)
  for (const item of bound.items) requireAlias(item)
  refuseDuplicates(bound.items)
  steps.push(...bound.steps)
  const { scope, project, keep } = projectedScope(bind, bound.items)
  steps.push({ step: 'project', items: project, keep, narrow: true })
  bind.scope = scope
  if (clause.where !== undefined) {
    steps.push({ step: 'filter', predicates: conjuncts(bindCondition(bind, clause.where)) })
  }
}

function requireAlias(item: BoundItem): void {
  if (item.alias !== undefined || item.variable !== undefined) return
  throw new DatabaseError('BINDER', 'Expression in WITH must be aliased (use AS).', { span: item.item.span })
}

/** @throws {DatabaseError} DUPLICATE_NAME */
function refuseDuplicates(items: readonly BoundItem[]): void {
  const names = new Set<string>()
  for (const { alias, bound, item } of items) {
    const name = alias ?? bound.name
    if (names.has(name)) {
      const text = `Multiple result column with the same name ${name} are not supported.`
      throw new DatabaseError('DUPLICATE_NAME', text, { span: item.span, facts: { column: name } })
    }
    names.add(name)
  }
}

function bindReturn(state: QueryState, clause: ReturnClause): void {
  const { bind, steps } = state
  const { items, steps: own } = bindProjection(bind, clause.projection)
  refuseDuplicates(items)
  steps.push(...own)
  state.columns = items.map(({ alias, bound }) => {
    const typed = castTo(bound, clientType(typeOf(bound)))
    return { name: alias ?? bound.name, type: typed.expression.type, expression: typed.expression }
  })
}

function bindLoadClause(state: QueryState, clause: LoadClause): void {
  const { bind, steps } = state
  steps.push(...bindLoad(bind, clause))
  if (clause.where !== undefined) {
    steps.push({ step: 'filter', predicates: conjuncts(bindCondition(bind, clause.where)) })
  }
}

function bindCallClause(state: QueryState, clause: CallClause): void {
  const { bind, steps } = state
  steps.push(bindTableFunction(bind, clause.call, clause.yields))
  if (clause.where !== undefined) {
    steps.push({ step: 'filter', predicates: conjuncts(bindCondition(bind, clause.where)) })
  }
}
