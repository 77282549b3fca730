import type { BoundExpression } from '../../plan/bound-expression.ts'
import { conjuncts, isVolatile, mapChildren, slotsOf, walkExpression } from '../../plan/expression-parts.ts'
import type { SetItem } from '../../plan/operator.ts'
import type { LogicalBranch, LogicalQuery, LogicalStep, ProjectedItem } from '../logical/logical-query.ts'
import type { QueryGraph } from '../logical/query-graph.ts'
import { foldConstants } from './fold-constants.ts'

/** Rewrites a bound query into one that gives the same rows with less work: constants folded, conditions moved to where their values come from. */
export function rewriteQuery(query: LogicalQuery): LogicalQuery {
  return { ...query, branches: query.branches.map(rewriteBranch) }
}

function rewriteBranch(branch: LogicalBranch): LogicalBranch {
  return {
    ...branch,
    steps: pushFilters(branch.steps.map(foldStep)),
    columns: branch.columns.map((c) => ({ ...c, expression: foldConstants(c.expression) })),
  }
}

/** Folds constants in the conditions of a pattern and takes conjunctions apart. */
export function foldGraph(graph: QueryGraph): QueryGraph {
  return { ...graph, predicates: foldConditions(graph.predicates) }
}

function foldConditions(predicates: readonly BoundExpression[]): BoundExpression[] {
  return predicates
    .map(foldConstants)
    .flatMap(conjuncts)
    .filter((p) => !(p.kind === 'literal' && p.value === true))
}

function foldItems<T extends { readonly expression: BoundExpression }>(items: readonly T[]): T[] {
  return items.map((item) => ({ ...item, expression: foldConstants(item.expression) }))
}

function foldAll<T extends { readonly values: readonly BoundExpression[] }>(items: readonly T[]): T[] {
  return items.map((item) => ({ ...item, values: item.values.map(foldConstants) }))
}

function foldSet(items: readonly SetItem[]): SetItem[] {
  return items.map((item) => ({ ...item, value: foldConstants(item.value) }))
}

function foldStep(step: LogicalStep): LogicalStep {
  switch (step.step) {
    case 'match':
      return { ...step, graph: foldGraph(step.graph) }
    case 'merge': {
      const { onCreate, onMatch, nodes, rels } = step
      return {
        ...step,
        graph: foldGraph(step.graph),
        nodes: foldAll(nodes),
        rels: foldAll(rels),
        onCreate: foldSet(onCreate),
        onMatch: foldSet(onMatch),
      }
    }
    case 'create':
      return { ...step, nodes: foldAll(step.nodes), rels: foldAll(step.rels) }
    case 'set':
      return { ...step, items: foldSet(step.items) }
    case 'unwind':
      return { ...step, list: foldConstants(step.list) }
    case 'filter':
      return { ...step, predicates: foldConditions(step.predicates) }
    case 'project':
      return { ...step, items: foldItems(step.items) }
    case 'aggregate': {
      const aggregates = step.aggregates.map((a) => ({
        ...a,
        argument: a.argument === null ? null : foldConstants(a.argument),
      }))
      return { ...step, keys: foldItems(step.keys), aggregates }
    }
    case 'sort':
      return { ...step, keys: foldItems(step.keys) }
    default:
      return step
  }
}

/** Moves the conditions of filters towards the start, as far as their values exist. */
function pushFilters(steps: readonly LogicalStep[]): LogicalStep[] {
  const result: LogicalStep[] = []
  for (const step of steps) {
    if (step.step !== 'filter') {
      result.push(step)
      continue
    }
    const left = step.predicates.filter((predicate) => !pushInto(result, result.length - 1, predicate))
    if (left.length > 0) result.push({ ...step, predicates: left })
  }
  return result
}

/** Tries to settle a condition at or before `steps[at]`; on success it is part of the steps. */
function pushInto(steps: LogicalStep[], at: number, predicate: BoundExpression): boolean {
  const step = steps[at]
  switch (step?.step) {
    case 'match': {
      if (step.optional) return false
      steps[at] = { ...step, graph: { ...step.graph, predicates: [...step.graph.predicates, predicate] } }
      return true
    }
    case 'filter':
      steps[at] = { ...step, predicates: [...step.predicates, predicate] }
      return true
    case 'project': {
      const moved = substituted(predicate, step.items)
      return moved !== null && pushInto(steps, at - 1, moved)
    }
    case 'aggregate': {
      // without keys there is always one row, whatever comes in
      if (step.keys.length === 0) return false
      const results = new Set(step.aggregates.map((a) => a.slot))
      if ([...slotsOf(predicate)].some((slot) => results.has(slot))) return false
      const moved = substituted(predicate, step.keys)
      return moved !== null && pushInto(steps, at - 1, moved)
    }
    case 'unwind': {
      if (slotsOf(predicate).has(step.slot)) return false
      return pushInto(steps, at - 1, predicate)
    }
    default:
      return false
  }
}

/** The condition over the values before a projection; null when they must not be computed twice. */
function substituted(predicate: BoundExpression, items: readonly ProjectedItem[]): BoundExpression | null {
  const bySlot = new Map(items.map((item) => [item.slot, item.expression]))
  const used = [...slotsOf(predicate)].filter((slot) => bySlot.has(slot))
  if (used.some((slot) => !isRepeatable(bySlot.get(slot)!))) return null
  const others = used.filter((slot) => !isSelf(bySlot.get(slot)!, slot))
  if (others.length === 0) return predicate
  // the plan of a subquery refers to slots by number: it stays where they are
  if (containsSubquery(predicate)) return null
  return foldConstants(replaceSlots(predicate, bySlot))
}

function replaceSlots(expression: BoundExpression, bySlot: ReadonlyMap<number, BoundExpression>): BoundExpression {
  if (expression.kind === 'slot') return bySlot.get(expression.slot) ?? expression
  return mapChildren(expression, (part) => replaceSlots(part, bySlot))
}

function isSelf(expression: BoundExpression, slot: number): boolean {
  return expression.kind === 'slot' && expression.slot === slot
}

function isRepeatable(expression: BoundExpression): boolean {
  return !isVolatile(expression) && !containsSubquery(expression)
}

function containsSubquery(expression: BoundExpression): boolean {
  let found = false
  walkExpression(expression, (part) => {
    if (part.kind === 'subquery') found = true
  })
  return found
}
