import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Value } from '../../types/value.ts'

/** @returns the value of a literal, also of a list or struct of literals; undefined for everything else. */
export function constantValue(expression: BoundExpression): Value | undefined {
  if (expression.kind === 'literal') return expression.value
  if (expression.kind !== 'list' && expression.kind !== 'struct') return undefined
  const items = expression.items.map(constantValue)
  return items.includes(undefined) ? undefined : (items as Value[])
}
