import type { BoundExpression } from '../../plan/bound-expression.ts'
import { isConstant, isVolatile, sameExpression } from '../../plan/expression-parts.ts'
import { listOf, sameType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'

interface Alternative {
  readonly item: BoundExpression
  readonly values: readonly Value[]
}

/**
 * `x = 1 OR x = 2 OR x IN [3]` as `x IN [1, 2, 3]`, which looks once and can use a key.
 * @returns null where nothing can be put together.
 */
export function foldAlternatives(expression: BoundExpression): BoundExpression | null {
  if (expression.kind !== 'or') return null
  const args: BoundExpression[] = []
  const groups: { readonly at: number; readonly item: BoundExpression; readonly values: Value[] }[] = []
  for (const arg of expression.args) {
    const found = alternativeOf(arg)
    const group = found === null ? undefined : groups.find((g) => sameExpression(g.item, found.item))
    if (group !== undefined) {
      group.values.push(...found!.values)
      args[group.at] = membership(group)
      continue
    }
    if (found !== null) groups.push({ at: args.length, item: found.item, values: [...found.values] })
    args.push(arg)
  }
  if (args.length === expression.args.length) return null
  return args.length === 1 ? args[0]! : { ...expression, args }
}

function membership({ item, values }: Alternative): BoundExpression {
  const list = { kind: 'literal', type: listOf(item.type), value: [...new Set(values)] } as const
  return { kind: 'in', type: { id: 'BOOL' }, item, list }
}

/** An equality with a constant, or a membership in constants, none of them NULL. */
function alternativeOf(arg: BoundExpression): Alternative | null {
  if (arg.kind === 'compare' && arg.operator === '=') {
    return equality(arg.left, arg.right) ?? equality(arg.right, arg.left)
  }
  if (arg.kind !== 'in' || arg.list.kind !== 'literal' || !Array.isArray(arg.list.value)) return null
  const values = arg.list.value as readonly Value[]
  return isSubject(arg.item) && values.every(isPlain) && sameType(arg.list.type, listOf(arg.item.type))
    ? { item: arg.item, values }
    : null
}

function equality(item: BoundExpression, constant: BoundExpression): Alternative | null {
  if (constant.kind !== 'literal' || !isPlain(constant.value) || !isSubject(item)) return null
  return sameType(item.type, constant.type) ? { item, values: [constant.value] } : null
}

function isSubject(item: BoundExpression): boolean {
  return !isConstant(item) && !isVolatile(item)
}

/** A value that equals itself and only itself: neither NULL nor NaN nor made of parts. */
function isPlain(value: Value): boolean {
  return value !== null && typeof value !== 'object' && !Number.isNaN(value)
}
