import type { BoundExpression } from '../../plan/bound-expression.ts'
import { isVolatile } from '../../plan/expression-parts.ts'
import type { Operator } from '../../plan/operator.ts'
import type { QueryPlan } from '../../plan/statement.ts'
import {
  addPlanUses,
  addUses,
  type LiveSlots,
  need,
  operatorExpressions,
  operatorInputs,
  PART_ALL,
  subexpressions,
} from './used-slots.ts'

/**
 * What the operators above make of duplicate rows: `rows`: every row has to come by itself; `weight`: a row may carry a count
 * of how many it stands for; `exists`: duplicates do not matter at all.
 */
export type Duplicates = 'rows' | 'weight' | 'exists'

/** What an operator's surroundings want from it. */
export interface Demand {
  /** Slots that are read above the operator. */
  readonly live: LiveSlots
  readonly duplicates: Duplicates
}

/** Demand of every operator of a plan, sub-plans of expressions included. */
export type Demands = ReadonlyMap<Operator, Demand>

/** Finds out top-down what each operator has to deliver. Cost: linear in the plan, times the slots alive. */
export function analyseDemands(plan: QueryPlan): Demands {
  const analysis = new Analysis(plan.writes)
  const live = new Map<number, number>()
  for (const column of plan.columns) {
    addUses(column.expression, live)
    analysis.expression(column.expression)
  }
  analysis.operator(plan.root, live, plan.columns.length === 0 && !plan.writes ? 'exists' : 'rows')
  return analysis.demands
}

class Analysis {
  readonly demands = new Map<Operator, Demand>()
  readonly #writes: boolean

  constructor(writes: boolean) {
    this.#writes = writes
  }

  operator(op: Operator, live: LiveSlots, duplicates: Duplicates): void {
    this.demands.set(op, { live, duplicates })
    const below = new Map(live)
    this.#addOwnUses(op, live, below)
    for (const e of operatorExpressions(op)) if (e !== null) this.expression(e)
    this.#descend(op, below, this.#writes ? 'rows' : duplicates)
  }

  /** Sub-plans inside of an expression. */
  expression(e: BoundExpression): void {
    if (e.kind === 'subquery') {
      this.operator(e.plan, new Map(), e.mode === 'exists' ? 'exists' : 'weight')
      return
    }
    for (const part of subexpressions(e)) this.expression(part)
  }

  #addOwnUses(op: Operator, live: LiveSlots, below: Map<number, number>): void {
    switch (op.op) {
      case 'project':
        for (const item of op.items) below.delete(item.slot)
        for (const item of op.items) if (live.has(item.slot)) addUses(item.expression, below)
        return
      case 'aggregate':
        below.clear()
        for (const key of op.keys) addUses(key.expression, below)
        for (const item of op.aggregates) if (live.has(item.slot)) addUses(item.argument, below)
        return
      case 'union':
        below.clear()
        return
      default:
        for (const slot of operatorInputs(op)) need(below, slot, PART_ALL)
        for (const e of operatorExpressions(op)) addUses(e, below)
    }
  }

  #descend(op: Operator, below: LiveSlots, duplicates: Duplicates): void {
    switch (op.op) {
      case 'singleRow':
      case 'argument':
        return
      case 'hashJoin': {
        const bare = op.kind === 'semi' || op.kind === 'anti'
        this.operator(op.build, below, bare ? 'exists' : 'rows')
        this.operator(op.child, below, duplicates)
        return
      }
      case 'crossProduct':
        this.operator(op.right, below, duplicates === 'exists' ? 'exists' : 'rows')
        this.operator(op.child, below, duplicates)
        return
      case 'apply': {
        const bare = op.mode === 'semi' || op.mode === 'anti'
        this.operator(op.inner, bare ? new Map() : below, bare ? 'exists' : duplicates)
        const withInner = new Map(below)
        addPlanUses(op.inner, withInner)
        this.operator(op.child, withInner, duplicates)
        return
      }
      case 'merge': {
        this.operator(op.match, below, 'rows')
        const withMatch = new Map(below)
        addPlanUses(op.match, withMatch)
        this.operator(op.child, withMatch, 'rows')
        return
      }
      case 'union':
        op.branches.forEach((branch, b) => {
          const wanted = new Map<number, number>()
          for (const slot of op.outputs[b]!) need(wanted, slot, PART_ALL)
          this.operator(branch, wanted, op.all ? 'rows' : 'exists')
        })
        return
      default:
        if (op.child !== null)
          this.operator(op.child, below, hasVolatile(op) ? 'rows' : duplicatesBelow(op, duplicates))
    }
  }
}

/** Whether rows that are alike below an operator may differ above it. */
function hasVolatile(op: Operator): boolean {
  return operatorExpressions(op).some((e) => e !== null && isVolatile(e))
}

/** Aggregates that a row's weight can be multiplied into, and those that see no difference between one row and many. */
const WEIGHABLE = new Set(['COUNT', 'COUNT_STAR', 'SUM', 'AVG', 'MIN', 'MAX'])
const DUPLICATE_BLIND = new Set(['MIN', 'MAX'])

function duplicatesBelow(op: Operator, duplicates: Duplicates): Duplicates {
  switch (op.op) {
    case 'aggregate':
      if (op.aggregates.every((a) => a.distinct || DUPLICATE_BLIND.has(a.aggregate.name))) return 'exists'
      return op.aggregates.every((a) => a.distinct || WEIGHABLE.has(a.aggregate.name)) ? 'weight' : 'rows'
    case 'sort':
    case 'limit':
      return op.skip === null && op.limit === null && duplicates === 'exists' ? 'exists' : 'rows'
    default:
      return duplicates
  }
}
