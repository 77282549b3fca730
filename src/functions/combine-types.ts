import { commonType } from '../types/common-type.ts'
import { ANY, type LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { Call } from './function-record.ts'

/**
 * The common type of all arguments. A constant without any element that is not NULL (`[]`, `[null]`, `map([],[])`) has no type of its own and follows the others.
 * @returns null if two arguments have nothing in common.
 */
export function combineTypes(call: Pick<Call, 'argTypes' | 'literals'>): LogicalType | null {
  let common: LogicalType | null = ANY
  const flexible: number[] = []
  for (const [i, type] of call.argTypes.entries()) {
    if (isHollow(type, call.literals[i])) {
      flexible.push(i)
      continue
    }
    common = commonType(common, type)
    if (common === null) return null
  }
  for (const i of flexible) {
    if (adapts(call.argTypes[i]!, call.literals[i]!, common)) continue
    common = commonType(common, call.argTypes[i]!)
    if (common === null) return null
  }
  return common
}

/** @returns whether an argument is a constant that holds nothing which would settle its element type. */
export function isHollow(type: LogicalType, literal: Value | undefined): boolean {
  if (literal === undefined) return false
  if (literal === null) return true
  if (type.id === 'LIST' || type.id === 'ARRAY') {
    return Array.from(literal as ArrayLike<Value>).every((v) => isHollow(type.child, v))
  }
  return type.id === 'MAP' && (literal as readonly Value[]).length === 0
}

function adapts(type: LogicalType, literal: Value, target: LogicalType): boolean {
  if (literal === null) return true
  if (target.id !== type.id) return false
  if (type.id === 'MAP') return true
  if ((type.id === 'LIST' || type.id === 'ARRAY') && (target.id === 'LIST' || target.id === 'ARRAY')) {
    return Array.from(literal as ArrayLike<Value>).every((v) => adapts(type.child, v, target.child))
  }
  return false
}
