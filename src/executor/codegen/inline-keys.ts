import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import type { QueryPlan } from '../../plan/statement.ts'

type Aggregate = Extract<Operator, { readonly op: 'aggregate' }>

/**
 * Puts what a projection below an aggregation has named back into its keys and arguments (`WITH a.year AS y RETURN y, count(*)`), so that
 * grouping sees the property. Gives the same plan when there is nothing to put back. Plans that write are left alone: there a property
 * may have another value later.
 */
export function inlineKeys(plan: QueryPlan): QueryPlan {
  if (plan.writes) return plan
  const root = rewrite(plan.root)
  return root === plan.root ? plan : { ...plan, root }
}

function rewrite(op: Operator): Operator {
  const self = op.op === 'aggregate' ? inlined(op) : op
  if (!('child' in self) || self.child === null) return self
  const child = rewrite(self.child)
  return child === self.child ? self : ({ ...self, child } as Operator)
}

function inlined(op: Aggregate): Aggregate {
  const names = definitionsBelow(op.child)
  if (names.size === 0) return op
  const put = (e: BoundExpression): BoundExpression => (e.kind === 'slot' ? (names.get(e.slot) ?? e) : e)
  const keys = op.keys.map((k) => ({ ...k, expression: put(k.expression) }))
  const aggregates = op.aggregates.map((a) => ({ ...a, argument: a.argument === null ? null : put(a.argument) }))
  return { ...op, keys, aggregates }
}

/** @returns names for properties and ids in the rows that reach an operator, as far as the nodes themselves do. */
function definitionsBelow(op: Operator): ReadonlyMap<number, BoundExpression> {
  const names = new Map<number, BoundExpression>()
  let at: Operator | null = op
  while (at !== null) {
    if (at.op === 'project') {
      for (const { slot, expression } of at.items)
        if (isRead(expression) && !names.has(slot)) names.set(slot, expression)
      // a name for a name is left as it is: the slot it stands for is defined further down
    }
    at = passesRows(at) ? at.child : null
  }
  return names
}

function isRead(e: BoundExpression): boolean {
  return e.kind === 'property' || e.kind === 'internalId' || e.kind === 'label'
}

/** Operators whose rows still have the slots of their child, in the same pipeline. */
function passesRows(op: Operator): op is Extract<Operator, { readonly child: Operator }> {
  switch (op.op) {
    case 'project':
    case 'filter':
    case 'extend':
    case 'extendInto':
    case 'lookupNode':
    case 'unwind':
      return true
    default:
      return false
  }
}
