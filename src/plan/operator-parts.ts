import type { BoundExpression } from './bound-expression.ts'
import type { CreateNodeItem, CreateRelItem, Operator, SetItem } from './operator.ts'

/** @returns the operators whose rows an operator takes: what is finished first comes first. */
export function operatorInputs(operator: Operator): readonly Operator[] {
  switch (operator.op) {
    case 'hashJoin':
      return [operator.build, operator.child]
    case 'crossProduct':
      return [operator.child, operator.right]
    case 'apply':
      return [operator.child, operator.inner]
    case 'merge':
      return [operator.child, operator.match]
    case 'union':
      return operator.branches
    case 'singleRow':
    case 'argument':
      return []
    default:
      return operator.child === null ? [] : [operator.child]
  }
}

function created(nodes: readonly CreateNodeItem[], rels: readonly CreateRelItem[]): BoundExpression[] {
  return [...nodes, ...rels].flatMap((item) => item.values)
}

function assigned(items: readonly SetItem[]): BoundExpression[] {
  return items.map((item) => item.value)
}

function present(...expressions: readonly (BoundExpression | null)[]): BoundExpression[] {
  return expressions.filter((e) => e !== null)
}

/** @returns the expressions that an operator itself evaluates. */
export function operatorExpressions(operator: Operator): readonly BoundExpression[] {
  switch (operator.op) {
    case 'scanNodes':
      return operator.tables.flatMap((t) => t.predicates.map((p) => p.bound))
    case 'lookupNode':
      return [operator.key]
    case 'nodeById':
      return [operator.id]
    case 'filter':
      return [operator.predicate]
    case 'extendRecursive':
      return present(operator.recursive.relPredicate, operator.recursive.nodePredicate)
    case 'project':
      return operator.items.map((item) => item.expression)
    case 'unwind':
      return [operator.list]
    case 'hashJoin':
      return operator.keys.flatMap((key) => [key.build, key.probe])
    case 'aggregate':
      return [...operator.keys.map((k) => k.expression), ...present(...operator.aggregates.map((a) => a.argument))]
    case 'sort':
      return [...operator.keys.map((k) => k.expression), ...present(operator.skip, operator.limit)]
    case 'limit':
      return present(operator.skip, operator.limit)
    case 'tableFunction':
      return operator.args
    case 'create':
      return created(operator.nodes, operator.rels)
    case 'set':
      return assigned(operator.items)
    case 'merge':
      return [...created(operator.nodes, operator.rels), ...assigned(operator.onCreate), ...assigned(operator.onMatch)]
    default:
      return []
  }
}
