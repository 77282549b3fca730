import type { PatternExpression, SubqueryExpression } from '../../parser/ast.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import { conjuncts, slotsOf } from '../../plan/expression-parts.ts'
import { BOOL, INT64 } from '../../types/logical-type.ts'
import type { QueryGraph } from '../logical/query-graph.ts'
import { type BindState, withAggregates, withScope } from './bind-state.ts'
import type { Bound } from './bound.ts'
import { bindCondition } from './expression.ts'
import { bindJoinHint } from './join-hint.ts'
import { sourceText } from './lambda.ts'
import { bindPatterns, equalities } from './pattern.ts'

/** `EXISTS { … }` and `COUNT { … }`. */
export function bindSubquery(state: BindState, expression: SubqueryExpression): Bound {
  const { match, mode } = expression
  return subquery(state, mode, sourceText(state, expression), () => {
    const { graph, values } = bindPatterns(state, match.patterns)
    graph.predicates.push(...equalities(values))
    if (match.where !== undefined) graph.predicates.push(...conjuncts(bindCondition(state, match.where)))
    return { ...graph, hint: match.hint === undefined ? undefined : bindJoinHint(graph, match.hint) }
  })
}

/** A bare pattern as a condition. */
export function bindPatternPredicate(state: BindState, expression: PatternExpression): Bound {
  return subquery(state, 'exists', sourceText(state, expression), () => {
    const { graph, values } = bindPatterns(state, [expression.pattern])
    graph.predicates.push(...equalities(values))
    return graph
  })
}

function subquery(state: BindState, mode: 'exists' | 'count', name: string, bind: () => QueryGraph): Bound {
  const first = state.slots.length
  const graph = withAggregates(state, null, () => withScope(state, state.scope.copy(), bind))
  const inner = state.slots.slice(first).map((s) => s.slot)
  const outer = [...outerSlots(graph)].filter((slot) => slot < first).sort((a, b) => a - b)
  const plan = state.planSubquery(graph, new Set(outer))
  const expression: BoundExpression = {
    kind: 'subquery',
    type: mode === 'exists' ? BOOL : INT64,
    mode,
    plan,
    outer,
    inner,
  }
  return { expression, name }
}

/** Every slot that a graph mentions. */
function outerSlots(graph: QueryGraph): Set<number> {
  const slots = new Set(graph.nodes.map((n) => n.slot))
  for (const predicate of [...graph.predicates, ...graph.fromIds.map((f) => f.id)]) {
    for (const slot of slotsOf(predicate)) slots.add(slot)
  }
  for (const rel of graph.rels) {
    if (rel.kind !== 'recursive') continue
    for (const predicate of [rel.innerRel.predicate, rel.innerNode.predicate]) {
      if (predicate !== null) for (const slot of slotsOf(predicate)) slots.add(slot)
    }
  }
  return slots
}
