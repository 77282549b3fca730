import assert from 'node:assert/strict'
import type { BoundExpression } from '../../../src/plan/bound-expression.ts'
import { slotsOf } from '../../../src/plan/expression-parts.ts'
import type { Operator } from '../../../src/plan/operator.ts'
import { operatorExpressions, operatorInputs } from '../../../src/plan/operator-parts.ts'
import type { QueryPlan } from '../../../src/plan/statement.ts'

type Slots = ReadonlySet<number>

const NONE: Slots = new Set()

function union(a: Slots, b: Iterable<number>): Slots {
  return new Set([...a, ...b])
}

/** Slots that operators read by number. */
function reads(operator: Operator): readonly number[] {
  switch (operator.op) {
    case 'extend':
      return [operator.from]
    case 'extendInto':
      return [operator.from, operator.to]
    case 'extendRecursive':
      return operator.toIsBound ? [operator.from, operator.to] : [operator.from]
    case 'set':
      return operator.items.map((i) => i.slot)
    case 'delete':
      return operator.slots
    default:
      return []
  }
}

/** Slots that an operator adds to those of its child. */
function defines(operator: Operator): readonly number[] {
  switch (operator.op) {
    case 'scanNodes':
    case 'lookupNode':
    case 'nodeById':
    case 'unwind':
      return [operator.slot]
    case 'extend':
      return [operator.to, operator.rel]
    case 'extendInto':
      return [operator.rel]
    case 'extendRecursive': {
      const { pathSlot, lengthSlot, costSlot } = operator.recursive
      return [operator.to, ...[pathSlot, lengthSlot, costSlot].filter((slot) => slot >= 0)]
    }
    case 'project':
    case 'aggregate':
      return [...('items' in operator ? operator.items : [...operator.keys, ...operator.aggregates])].map((i) => i.slot)
    case 'tableFunction':
    case 'scanFile':
      return operator.outputs.map((o) => o.slot)
    case 'create':
    case 'merge':
      return [...operator.nodes, ...operator.rels].map((i) => i.slot)
    case 'union':
      return operator.slots
    default:
      return []
  }
}

/** Slots of conditions inside a recursive rel are its own. */
function ownSlots(operator: Operator): readonly number[] {
  return operator.op === 'extendRecursive' ? [operator.recursive.relSlot, operator.recursive.nodeSlot] : []
}

/**
 * Checks that every slot is defined below where it is read and that no operator defines a slot twice.
 * @returns the slots that are visible above the operator.
 */
export function checkOperator(operator: Operator, outer: Slots): Slots {
  let visible: Slots = operator.op === 'argument' ? outer : NONE
  const correlated = operator.op === 'apply' || operator.op === 'merge'
  for (const [i, input] of operatorInputs(operator).entries()) {
    const inner = checkOperator(input, correlated && i === 1 ? union(outer, visible) : outer)
    if (operator.op === 'apply' && i === 1 && (operator.mode === 'semi' || operator.mode === 'anti')) continue
    visible = union(visible, inner)
  }
  const readable = union(union(visible, outer), [...ownSlots(operator)])
  for (const slot of reads(operator)) assert.ok(readable.has(slot), `${operator.op} reads slot ${slot} too early`)
  const created = operator.op === 'create' || operator.op === 'merge' ? defines(operator) : []
  for (const expression of operatorExpressions(operator))
    checkExpression(expression, union(readable, created), operator.op)
  const ends = operator.op === 'aggregate' || operator.op === 'union' || (operator.op === 'project' && operator.narrow)
  const kept = operator.op === 'project' && operator.narrow ? operator.keep.filter((slot) => visible.has(slot)) : []
  if (!ends) {
    for (const slot of defines(operator)) {
      const again = operator.op === 'merge' || (operator.op === 'extendRecursive' && operator.toIsBound)
      assert.ok(again || !visible.has(slot), `${operator.op} defines slot ${slot} again`)
    }
  }
  return union(ends ? new Set(kept) : visible, defines(operator))
}

function checkExpression(expression: BoundExpression, visible: Slots, where: string): void {
  for (const slot of slotsOf(expression)) assert.ok(visible.has(slot), `${where} uses slot ${slot} too early`)
  visit(expression)

  function visit(part: BoundExpression): void {
    if (part.kind === 'subquery') checkOperator(part.plan, visible)
  }
}

/** The executor relies on a scan covering exactly the tables that its slot declares, unless it has none left. */
function checkTables(operator: Operator, plan: QueryPlan): void {
  if (operator.op === 'scanNodes' && operator.tables.length > 0) {
    assert.deepEqual(
      operator.tables.map((t) => t.table),
      plan.slots[operator.slot]!.tables,
    )
  }
  for (const input of operatorInputs(operator)) checkTables(input, plan)
}

/** Checks a whole plan: see {@link checkOperator}; the columns may use what the root leaves visible. */
export function checkPlan(plan: QueryPlan): void {
  checkTables(plan.root, plan)
  const visible = checkOperator(plan.root, NONE)
  for (const column of plan.columns) checkExpression(column.expression, visible, `column ${column.name}`)
}
