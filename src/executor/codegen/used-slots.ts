import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { CreateNodeItem, CreateRelItem, Operator, SetItem } from '../../plan/operator.ts'

/** Parts of a slot that somebody asks for, as a bit set. Nodes and values have one part, rels three. */
export const PART_SELF = 1
export const PART_SOURCE = 2
export const PART_TARGET = 4
export const PART_ALL = 7

/** Slots and the parts of them that are needed. */
export type LiveSlots = ReadonlyMap<number, number>

/** Adds a need to a set. */
export function need(into: Map<number, number>, slot: number, parts: number): void {
  into.set(slot, (into.get(slot) ?? 0) | parts)
}

/** Adds what an expression reads. Slots that only a sub-plan or lambda defines are added too: nobody above can mean them. */
export function addUses(e: BoundExpression | null, into: Map<number, number>): void {
  if (e === null) return
  switch (e.kind) {
    case 'literal':
    case 'parameter':
      return
    case 'slot':
      need(into, e.slot, PART_ALL)
      return
    case 'property':
    case 'label':
      need(into, e.slot, PART_SELF)
      return
    case 'internalId':
      need(into, e.slot, e.of === 'self' ? PART_SELF : e.of === 'source' ? PART_SOURCE : PART_TARGET)
      return
    case 'subquery':
      addPlanUses(e.plan, into)
      return
    default:
      for (const part of subexpressions(e)) addUses(part, into)
  }
}

/** @returns the direct parts of an expression; none for leaves and sub-plans. */
export function subexpressions(e: BoundExpression): readonly BoundExpression[] {
  switch (e.kind) {
    case 'call':
    case 'and':
    case 'or':
    case 'xor':
      return e.args
    case 'lambdaCall':
      return [...e.args, e.body]
    case 'compare':
      return [e.left, e.right]
    case 'in':
      return [e.item, e.list]
    case 'not':
    case 'isNull':
    case 'cast':
    case 'field':
      return [e.arg]
    case 'case':
      return [...e.branches.flatMap((b) => [b.when, b.result]), ...(e.otherwise === null ? [] : [e.otherwise])]
    case 'list':
    case 'struct':
      return e.items
    case 'path':
      return e.parts.map((p) => p.expression)
    default:
      return []
  }
}

/** Adds everything that the expressions of a whole sub-plan read. */
export function addPlanUses(op: Operator, into: Map<number, number>): void {
  for (const e of operatorExpressions(op)) addUses(e, into)
  for (const slot of operatorInputs(op)) need(into, slot, PART_ALL)
  for (const child of children(op)) addPlanUses(child, into)
}

/** @returns the inputs of an operator in the order in which they run. */
export function children(op: Operator): readonly Operator[] {
  switch (op.op) {
    case 'hashJoin':
      return [op.build, op.child]
    case 'crossProduct':
      return [op.child, op.right]
    case 'apply':
      return [op.child, op.inner]
    case 'merge':
      return [op.child, op.match]
    case 'union':
      return op.branches
    case 'singleRow':
    case 'argument':
      return []
    default:
      return op.child === null ? [] : [op.child]
  }
}

/** @returns slots that an operator itself reads, outside of expressions. */
export function operatorInputs(op: Operator): readonly number[] {
  switch (op.op) {
    case 'extend':
      return [op.from]
    case 'extendInto':
      return [op.from, op.to]
    case 'extendRecursive':
      return op.toIsBound ? [op.from, op.to] : [op.from]
    case 'create':
      return op.rels.flatMap((r) => [r.source, r.target])
    case 'merge':
      return [...op.rels.flatMap((r) => [r.source, r.target]), ...[...op.onCreate, ...op.onMatch].map((i) => i.slot)]
    case 'set':
      return op.items.map((i) => i.slot)
    case 'delete':
      return op.slots
    case 'union':
      return op.outputs.flat()
    default:
      return []
  }
}

/** @returns the expressions of an operator, not those of its inputs. */
export function operatorExpressions(op: Operator): readonly (BoundExpression | null)[] {
  switch (op.op) {
    case 'scanNodes':
      return op.tables.flatMap((t) => t.predicates.map((p) => p.bound))
    case 'lookupNode':
      return [op.key]
    case 'nodeById':
      return [op.id]
    case 'extendRecursive':
      return [op.recursive.relPredicate, op.recursive.nodePredicate]
    case 'filter':
      return [op.predicate]
    case 'project':
      return op.items.map((i) => i.expression)
    case 'unwind':
      return [op.list]
    case 'hashJoin':
      return op.keys.flatMap((k) => [k.build, k.probe])
    case 'aggregate':
      return [...op.keys.map((k) => k.expression), ...op.aggregates.map((a) => a.argument)]
    case 'sort':
      return [...op.keys.map((k) => k.expression), op.skip, op.limit]
    case 'limit':
      return [op.skip, op.limit]
    case 'tableFunction':
      return op.args
    case 'create':
      return itemExpressions(op.nodes, op.rels, [])
    case 'merge':
      return itemExpressions(op.nodes, op.rels, [...op.onCreate, ...op.onMatch])
    case 'set':
      return op.items.map((i) => i.value)
    default:
      return []
  }
}

function itemExpressions(
  nodes: readonly CreateNodeItem[],
  rels: readonly CreateRelItem[],
  sets: readonly SetItem[],
): BoundExpression[] {
  return [...nodes.flatMap((n) => n.values), ...rels.flatMap((r) => r.values), ...sets.map((s) => s.value)]
}
