import type { BoundExpression } from '../../plan/bound-expression.ts'
import { comparatorFor } from '../../types/compare.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { anyNull, type Code, NULL_CODE } from './code.ts'
import { constantOf, isConstant } from './constants.ts'
import type { Emitter } from './emitter.ts'
import { repOf } from './rep.ts'

/**
 * Emits `item IN list`. NULL when the item or the list is NULL; false when the item is not in a list that holds NULL.
 * A constant list becomes a set once per run.
 */
export function emitIn(e: Extract<BoundExpression, { readonly kind: 'in' }>, emitter: Emitter): Code {
  const item = emitter.holdCode(emitter.expression(e.item))
  const isPlain = repOf(e.item.type) !== 'any'
  if (isPlain && isConstant(e.list)) return emitInSet(e, item, emitter)
  const list = emitter.holdCode(emitter.expression(e.list))
  const nul = anyNull([item, list])
  if (nul === 'true') return NULL_CODE
  const test = emitter.bind(`contains:${JSON.stringify(e.item.type)}`, () => containsFunction(e.item.type))
  return { value: `${test}(${list.value}, ${item.value})`, nul, boxed: nul === null, rep: 'boolean' }
}

function emitInSet(e: Extract<BoundExpression, { readonly kind: 'in' }>, item: Code, emitter: Emitter): Code {
  const constant = constantOf(e.list, emitter)
  const set = emitter.use(emitter.object((run) => setOf(constant(run))))
  const nul = [item.nul, `${set} === 0`].filter((n) => n !== null).join(' || ')
  return { value: `${set}.has(${item.value})`, nul: `(${nul})`, boxed: false, rep: 'boolean' }
}

/** The elements of a list without NULL; 0 stands for a NULL list, since bindings are never undefined. */
function setOf(list: Value): Set<Value> | 0 {
  if (list === null) return 0
  const set = new Set(Array.from(list as ArrayLike<Value>))
  set.delete(null)
  return set
}

function containsFunction(type: LogicalType): (list: ArrayLike<Value>, item: Value) => boolean {
  const compare = comparatorFor(type)
  return (list, item) => {
    for (let i = 0; i < list.length; i++) {
      const element = list[i]!
      if (element !== null && (element === item || compare(element, item) === 0)) return true
    }
    return false
  }
}
