import type { AggregateItem } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import { operatorInputs } from '../../plan/operator-parts.ts'
import type { PlanEnv } from './plan-env.ts'

/** @returns the rough number of values that a plan visits: what every operator gives, and all that scans look at. */
export function planCost(env: PlanEnv, root: Operator): number {
  if (isCountOfRels(root)) return 1
  let cost = ownCost(env, root)
  for (const input of operatorInputs(root)) {
    const times = isRepeated(root, input) ? Math.max(1, root.child.estimate) : 1
    cost += times * planCost(env, input)
  }
  return cost
}

/** All rels of a pattern of two unrestricted nodes, counted: the executor takes their number from the statistics, and looks at none. */
function isCountOfRels(root: Operator): boolean {
  if (root.op !== 'aggregate' || root.keys.length > 0 || root.child.op !== 'extend') return false
  const { child } = root.child
  const isWholeScan = child.op === 'scanNodes' && child.child === null && child.slot === root.child.from
  return isWholeScan && child.tables.every((t) => t.predicates.length === 0) && root.aggregates.every(isCountOfRows)
}

function isCountOfRows({ argument, distinct }: AggregateItem): boolean {
  return argument === null && !distinct
}

function ownCost(env: PlanEnv, operator: Operator): number {
  if (operator.op !== 'scanNodes') return operator.estimate
  const visited = env.estimates.nodes(operator.tables.map((t) => t.table))
  return visited * Math.max(1, operator.child?.estimate ?? 1)
}

/** The inner side of a correlated operator runs once per outer row. */
function isRepeated(root: Operator, input: Operator): root is Extract<Operator, { op: 'apply' | 'merge' }> {
  return (root.op === 'apply' && root.inner === input) || (root.op === 'merge' && root.match === input)
}
