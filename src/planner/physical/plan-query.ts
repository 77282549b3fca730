import type { BoundExpression } from '../../plan/bound-expression.ts'
import { slotsOf } from '../../plan/expression-parts.ts'
import type { Operator } from '../../plan/operator.ts'
import type { QueryPlan } from '../../plan/statement.ts'
import { INT64 } from '../../types/logical-type.ts'
import type { LogicalBranch, LogicalQuery, LogicalStep } from '../logical/logical-query.ts'
import type { QueryGraph } from '../logical/query-graph.ts'
import { listLength } from '../optimise/estimates.ts'
import { planCost } from './plan-cost.ts'
import { extended, type Pipeline, type PlanEnv, planSlot, rootOf, rowsOf } from './plan-env.ts'
import { applyConditions, planMatch, takeJoinKeys } from './plan-match.ts'

const EMPTY: Pipeline = { root: null, bound: new Set() }

/** Chooses the operators of a bound query. */
export function planQuery(env: PlanEnv, query: LogicalQuery): QueryPlan {
  const planned = query.branches.map((branch) => ({ branch, pipeline: planBranch(env, branch) }))
  const [first] = planned
  const writes = query.branches.some((b) => b.writes)
  if (planned.length === 1) {
    const root = rootOf(first!.pipeline)
    return { kind: 'query', root, slots: env.slots, columns: first!.branch.columns, writes, cost: planCost(env, root) }
  }
  const outputs = planned.map(({ branch, pipeline }) => projectColumns(env, branch, pipeline))
  const { columns } = first!.branch
  const slots = columns.map((c) => planSlot(env, c.name, c.type))
  const estimate = outputs.reduce((sum, o) => sum + o.root.estimate, 0)
  const root: Operator = {
    op: 'union',
    all: query.all,
    branches: outputs.map((o) => o.root),
    outputs: outputs.map((o) => o.slots),
    slots,
    estimate,
  }
  const merged = columns.map((c, i) => ({
    ...c,
    expression: { kind: 'slot', type: c.type, slot: slots[i]! } as const,
  }))
  return { kind: 'query', root, slots: env.slots, columns: merged, writes, cost: planCost(env, root) }
}

/** Puts the columns of a branch of a UNION into slots. */
function projectColumns(
  env: PlanEnv,
  branch: LogicalBranch,
  pipeline: Pipeline,
): { readonly root: Operator; readonly slots: readonly number[] } {
  const items = branch.columns.map((c) => ({ slot: planSlot(env, c.name, c.type), expression: c.expression }))
  const child = rootOf(pipeline)
  const root: Operator = { op: 'project', items, keep: [], narrow: true, child, estimate: child.estimate }
  return { root, slots: items.map((i) => i.slot) }
}

function planBranch(env: PlanEnv, branch: LogicalBranch): Pipeline {
  return branch.steps.reduce((pipeline, step) => planStep(env, pipeline, step), EMPTY)
}

function planStep(env: PlanEnv, input: Pipeline, step: LogicalStep): Pipeline {
  const child = rootOf(input)
  const rows = rowsOf(input)
  switch (step.step) {
    case 'match':
      return step.optional ? planOptional(env, input, step.graph) : planMatch(env, input, step.graph)
    case 'unwind': {
      const { slot, list } = step
      return extended(input, { op: 'unwind', slot, list, child, estimate: rows * listLength(list) }, [slot])
    }
    case 'filter':
      return applyConditions(env, input, step.predicates)
    case 'project':
      return planProject(input, step)
    case 'aggregate': {
      const { keys, aggregates } = step
      const estimate = keys.length === 0 ? 1 : Math.max(1, rows ** 0.8)
      const root: Operator = { op: 'aggregate', keys, aggregates, child, estimate }
      return { root, bound: new Set([...keys.map((k) => k.slot), ...aggregates.map((a) => a.slot)]) }
    }
    case 'sort': {
      const { keys, skip, limit } = step
      return extended(input, { op: 'sort', keys, skip, limit, child, estimate: limited(rows, limit) })
    }
    case 'limit': {
      const { skip, limit } = step
      return extended(input, { op: 'limit', skip, limit, child, estimate: limited(rows, limit) })
    }
    case 'tableFunction': {
      const { name, args, options, outputs } = step
      const slots = outputs.map((o) => o.slot)
      return extended(
        input,
        { op: 'tableFunction', name, args, options, outputs, child: input.root, estimate: rows * 10 },
        slots,
      )
    }
    case 'scanFile': {
      const { source, outputs } = step
      const slots = outputs.map((o) => o.slot)
      return extended(input, { op: 'scanFile', source, outputs, child: input.root, estimate: rows * 1000 }, slots)
    }
    default:
      return planWrite(env, input, step)
  }
}

function planWrite(
  env: PlanEnv,
  input: Pipeline,
  step: Extract<LogicalStep, { step: 'create' | 'set' | 'delete' | 'merge' }>,
): Pipeline {
  const child = rootOf(input)
  const estimate = rowsOf(input)
  switch (step.step) {
    case 'create': {
      const { nodes, rels } = step
      return extended(input, { op: 'create', nodes, rels, child, estimate }, created(step))
    }
    case 'set':
      return extended(input, { op: 'set', items: step.items, child, estimate })
    case 'delete':
      return extended(input, { op: 'delete', slots: step.slots, detach: step.detach, child, estimate })
    case 'merge': {
      const { nodes, rels, onCreate, onMatch } = step
      const match = planCorrelated(env, step.graph, input.bound)
      return extended(input, { op: 'merge', match, nodes, rels, onCreate, onMatch, child, estimate }, created(step))
    }
  }
}

function created(step: Extract<LogicalStep, { step: 'create' | 'merge' }>): readonly number[] {
  return [...step.nodes, ...step.rels].map((item) => item.slot)
}

/** A projection that neither computes nor hides anything is left out. */
function planProject(input: Pipeline, step: Extract<LogicalStep, { step: 'project' }>): Pipeline {
  const { items, keep, narrow } = step
  const defined = items.map((i) => i.slot)
  const bound = narrow ? new Set([...keep, ...defined]) : new Set([...input.bound, ...defined])
  if (items.length === 0 && input.root !== null) return { root: input.root, bound }
  const child = rootOf(input)
  return { root: { op: 'project', items, keep, narrow, child, estimate: child.estimate }, bound }
}

function limited(rows: number, limit: BoundExpression | null): number {
  if (limit?.kind !== 'literal' || typeof limit.value !== 'number') return rows
  return Math.min(rows, limit.value)
}

/** The plan of a pattern as the inner side of a correlated operator: its leaf is the outer row. */
export function planCorrelated(env: PlanEnv, graph: QueryGraph, outer: ReadonlySet<number>): Operator {
  return rootOf(planMatch(env, { root: { op: 'argument', estimate: 1 }, bound: outer }, graph))
}

/** OPTIONAL MATCH: per row where it is anchored in the row, otherwise by hash on what equates the two. */
function planOptional(env: PlanEnv, input: Pipeline, graph: QueryGraph): Pipeline {
  const child = rootOf(input)
  const defines = graphSlots(graph)
  const own = new Set(defines)
  const anchored = graph.nodes.some((n) => input.bound.has(n.slot)) || graph.fromIds.length > 0
  const predicates = graph.predicates.map((expression) => ({ expression, slots: slotsOf(expression) }))
  const outside = predicates.filter((p) => [...p.slots].some((slot) => input.bound.has(slot)))
  const keys = takeJoinKeys(outside, input.bound, own)
  if (input.root === null || anchored || outside.length > keys.length) {
    const inner = planCorrelated(env, graph, input.bound)
    const estimate = rowsOf(input) * Math.max(1, inner.estimate)
    return extended(input, { op: 'apply', mode: 'optional', inner, child, estimate }, defines)
  }
  const local = predicates.filter((p) => !outside.includes(p)).map((p) => p.expression)
  const build = rootOf(planMatch(env, EMPTY, { ...graph, predicates: local }))
  const always = { kind: 'literal', type: INT64, value: 1 } as const
  const pairs =
    keys.length > 0 ? keys.map((k) => ({ build: k.build, probe: k.probe })) : [{ build: always, probe: always }]
  const estimate = rowsOf(input) * Math.max(1, keys.length > 0 ? 1 : build.estimate)
  return extended(input, { op: 'hashJoin', kind: 'left', build, child, keys: pairs, estimate }, defines)
}

function graphSlots(graph: QueryGraph): readonly number[] {
  const rels = graph.rels.flatMap((r) => (r.kind === 'rel' ? [r.slot] : [r.pathSlot, r.lengthSlot, r.costSlot]))
  return [...graph.nodes.map((n) => n.slot), ...rels]
}
