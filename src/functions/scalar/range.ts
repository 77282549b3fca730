import { DatabaseError } from '../../errors/database-error.ts'
import { type IntTypeId, normaliseInt, toBigInt } from '../../types/int.ts'
import { listOf, scalar } from '../../types/logical-type.ts'
import type { Int, Value } from '../../types/value.ts'
import { type Binding, code, type Overload } from '../function-record.ts'
import { MAX_LIST_LENGTH, makeList } from './long-list.ts'
import { INT_TYPES } from './number-types.ts'

function range(start: Int, end: Int, step: Int): Value[] {
  if (step === 0) throw new DatabaseError('RUNTIME', 'Step of range cannot be 0.')
  const count = (toBigInt(end) - toBigInt(start)) / toBigInt(step)
  const ascends = step > 0
  if (ascends ? start > end : start < end) return []
  if (count >= MAX_LIST_LENGTH) throw new DatabaseError('OVERFLOW', `range would make a list of ${count + 1n} elements`)
  const length = Number(count) + 1
  if (typeof start === 'number' && typeof end === 'number' && typeof step === 'number') {
    return makeList(length, (i) => start + i * step)
  }
  return makeList(length, (i) => normaliseInt(toBigInt(start) + BigInt(i) * toBigInt(step)))
}

function overload(id: IntTypeId, arity: 2 | 3): Overload {
  const type = scalar(id)
  const binding: Binding = { parameterTypes: new Array(arity).fill(type), returnType: listOf(type) }
  return {
    parameters: new Array<IntTypeId>(arity).fill(id),
    returns: 'LIST',
    bind: () => binding,
    make: () => code((start: Int, end: Int, step: Int = 1) => range(start, end, step)),
  }
}

/** Overloads of `range` for every integer type, with and without a step. */
export const rangeOverloads: readonly Overload[] = INT_TYPES.flatMap((id) => [overload(id, 2), overload(id, 3)])
