import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Value } from '../../types/value.ts'

/** @returns a constant list without repetitions and NULLs; null when its elements are not known yet. */
export function distinctValues(list: BoundExpression): BoundExpression | null {
  const values = literalElements(list)
  if (values === null) return null
  const distinct = [...new Set(values)].filter((v) => v !== null)
  return { kind: 'literal', type: list.type, value: distinct }
}

function literalElements(list: BoundExpression): readonly Value[] | null {
  if (list.kind === 'literal') return Array.isArray(list.value) ? (list.value as readonly Value[]) : null
  if (list.kind !== 'list') return null
  const values: Value[] = []
  for (const item of list.items) {
    // composite keys do not exist, so plain comparison of values is enough
    if (item.kind !== 'literal' || (typeof item.value === 'object' && item.value !== null)) return null
    values.push(item.value)
  }
  return values
}
