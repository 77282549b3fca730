import type { Hop, Operator } from '../../plan/operator.ts'
import type { QueryPlan } from '../../plan/statement.ts'
import type { Demands } from './liveness.ts'
import type { Traits } from './traits.ts'

type Extend = Extract<Operator, { readonly op: 'extend' }>

/**
 * Turns a hop from all nodes of a table round when only the node reached is looked at: a scan of the nodes reached and a hop back, whose other
 * end nobody needs, so that degrees will do. Needs lists of both directions. Gives the same plan when there is no such hop.
 */
export function reverseHops(plan: QueryPlan, demands: Demands, traits: Traits): QueryPlan {
  if (plan.writes) return plan
  const root = rewrite(plan.root, plan, demands, traits)
  return root === plan.root ? plan : { ...plan, root }
}

function rewrite(op: Operator, plan: QueryPlan, demands: Demands, traits: Traits): Operator {
  if (op.op === 'extend') {
    const turned = reverse(op, plan, demands, traits)
    if (turned !== null) return turned
  }
  if (!('child' in op) || op.child === null) return op
  const child = rewrite(op.child, plan, demands, traits)
  return child === op.child ? op : ({ ...op, child } as Operator)
}

function reverse(op: Extend, plan: QueryPlan, demands: Demands, traits: Traits): Operator | null {
  const { child } = op
  const live = demands.get(op)?.live
  if (child.op !== 'scanNodes' || child.child !== null || child.slot !== op.from || live === undefined) return null
  if (live.has(op.from) || live.has(op.rel) || !live.has(op.to)) return null
  const scanned = child.tables.map((t) => t.table)
  if (child.tables.some((t) => t.predicates.length > 0)) return null
  const hops = op.hops.filter((h) => scanned.includes(h.fromTable))
  const reached = plan.slots.find((s) => s.slot === op.to)!.tables
  if (hops.length === 0 || !hops.every((h) => reached.includes(h.toTable))) return null
  if (!traits.decide(({ catalog }) => hops.every((h) => storesBoth(catalog.relTableOfPair(h.relTable))), false))
    return null
  const tables = reached.map((table) => ({ table, predicates: [] }))
  return {
    op: 'extend',
    estimate: op.estimate,
    from: op.to,
    to: op.from,
    rel: op.rel,
    hops: hops.map(reversed),
    child: { op: 'scanNodes', estimate: child.estimate, slot: op.to, tables, child: null },
  }
}

function storesBoth(entry: { readonly storageDirection: string } | undefined): boolean {
  return entry?.storageDirection === 'both'
}

/** @returns the hop from the other end. */
export function reversed(hop: Hop): Hop {
  return {
    relTable: hop.relTable,
    direction: hop.direction === 'fwd' ? 'bwd' : 'fwd',
    fromTable: hop.toTable,
    toTable: hop.fromTable,
  }
}
