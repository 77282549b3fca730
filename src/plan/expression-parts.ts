import { BOOL } from '../types/logical-type.ts'
import type { BoundExpression } from './bound-expression.ts'
import type { Operator } from './operator.ts'
import { operatorExpressions, operatorInputs } from './operator-parts.ts'

/** @returns the direct parts of an expression; a subquery's plan is not among them. */
export function childrenOf(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'call':
    case 'and':
    case 'or':
    case 'xor':
      return expression.args
    case 'lambdaCall':
      return [...expression.args, expression.body]
    case 'not':
    case 'isNull':
    case 'cast':
    case 'field':
      return [expression.arg]
    case 'compare':
      return [expression.left, expression.right]
    case 'in':
      return [expression.item, expression.list]
    case 'case':
      return [
        ...expression.branches.flatMap((b) => [b.when, b.result]),
        ...(expression.otherwise === null ? [] : [expression.otherwise]),
      ]
    case 'list':
    case 'struct':
      return expression.items
    case 'path':
      return expression.parts.map((p) => p.expression)
    default:
      return []
  }
}

/** @returns the expression with `change` applied to its direct parts; the same object when none of them changed. */
export function mapChildren(
  expression: BoundExpression,
  change: (part: BoundExpression) => BoundExpression,
): BoundExpression {
  const before = childrenOf(expression)
  const after = before.map(change)
  return after.every((part, i) => part === before[i]) ? expression : withChildren(expression, after)
}

function withChildren(expression: BoundExpression, parts: readonly BoundExpression[]): BoundExpression {
  const [first, second] = parts
  switch (expression.kind) {
    case 'call':
    case 'and':
    case 'or':
    case 'xor':
      return { ...expression, args: parts }
    case 'lambdaCall':
      return { ...expression, args: parts.slice(0, -1), body: parts.at(-1)! }
    case 'not':
    case 'isNull':
    case 'cast':
    case 'field':
      return { ...expression, arg: first! }
    case 'compare':
      return { ...expression, left: first!, right: second! }
    case 'in':
      return { ...expression, item: first!, list: second! }
    case 'case': {
      const branches = expression.branches.map((_, i) => ({ when: parts[2 * i]!, result: parts[2 * i + 1]! }))
      return { ...expression, branches, otherwise: expression.otherwise === null ? null : parts.at(-1)! }
    }
    case 'list':
    case 'struct':
      return { ...expression, items: parts }
    case 'path':
      return { ...expression, parts: expression.parts.map((p, i) => ({ ...p, expression: parts[i]! })) }
    default:
      return expression
  }
}

/** Visits an expression and everything inside it, with `intoPlans` also the expressions of the plans of subqueries. */
export function walkExpression(
  expression: BoundExpression,
  visit: (part: BoundExpression) => void,
  intoPlans = true,
): void {
  visit(expression)
  for (const part of childrenOf(expression)) walkExpression(part, visit, intoPlans)
  if (intoPlans && expression.kind === 'subquery') walkPlan(expression.plan, visit)
}

function walkPlan(operator: Operator, visit: (part: BoundExpression) => void): void {
  for (const expression of operatorExpressions(operator)) walkExpression(expression, visit)
  for (const input of operatorInputs(operator)) walkPlan(input, visit)
}

/**
 * @returns every slot that an expression reads. Parameters of its lambdas are not among them; of a subquery, slots that its own plan
 * defines may be among them, which does no harm because nothing outside defines those.
 */
export function slotsOf(expression: BoundExpression): ReadonlySet<number> {
  const slots = new Set<number>()
  const own = new Set<number>()
  walkExpression(expression, (part) => {
    if ('slot' in part) slots.add(part.slot)
    if (part.kind === 'lambdaCall') for (const parameter of part.parameters) own.add(parameter)
    if (part.kind === 'subquery') {
      for (const slot of part.outer) slots.add(slot)
      for (const slot of part.inner) own.add(slot)
    }
  })
  for (const slot of own) slots.delete(slot)
  return slots
}

/** @returns the parts of a condition that must all be true. */
export function conjuncts(expression: BoundExpression): readonly BoundExpression[] {
  return expression.kind === 'and' ? expression.args.flatMap(conjuncts) : [expression]
}

/** @returns one condition out of several, null for none. */
export function conjunction(predicates: readonly BoundExpression[]): BoundExpression | null {
  if (predicates.length <= 1) return predicates[0] ?? null
  return { kind: 'and', type: BOOL, args: predicates }
}

/** @returns whether two expressions are the same tree. */
export function sameExpression(a: BoundExpression, b: BoundExpression): boolean {
  return a === b || sameData(a, b)
}

function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => sameData((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}

/** @returns whether an expression gives one value during a whole execution: literals, parameters and calls over them. */
export function isConstant(expression: BoundExpression): boolean {
  let constant = true
  walkExpression(expression, (part) => {
    if ('slot' in part || part.kind === 'subquery' || part.kind === 'lambdaCall') constant = false
    if (part.kind === 'call' && part.function.volatile) constant = false
  })
  return constant
}

/** @returns whether two evaluations of an expression over the same row may differ. */
export function isVolatile(expression: BoundExpression): boolean {
  let volatile = false
  walkExpression(expression, (part) => {
    if (part.kind === 'call' && part.function.volatile) volatile = true
  })
  return volatile
}
