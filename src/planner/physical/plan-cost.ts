import type { Operator } from '../../plan/operator.ts'
import { operatorInputs } from '../../plan/operator-parts.ts'
import type { PlanEnv } from './plan-env.ts'

/** @returns the rough number of values that a plan visits: what every operator gives, and all that scans look at. */
export function planCost(env: PlanEnv, root: Operator): number {
  let cost = ownCost(env, root)
  for (const input of operatorInputs(root)) {
    const times = isRepeated(root, input) ? Math.max(1, root.child.estimate) : 1
    cost += times * planCost(env, input)
  }
  return cost
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
