import { DatabaseError } from '../../errors/database-error.ts'
import type { Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'

type List = ArrayLike<Value>

/** Longest list that a function makes: V8 ends the process over a longer array. */
export const MAX_LIST_LENGTH = 2 ** 27 - 2 ** 10

/** Arrays above 2^25 elements must not be allocated empty (V8 makes hash tables of them), nor grow by pushing: they are put together out of these. */
const PART = 1 << 16

/** @returns a list of `at(0)`, `at(1)` … @throws {DatabaseError} OVERFLOW, INTERRUPTED, TIMEOUT */
export function makeList(length: number, at: (i: number) => Value): Value[] {
  if (length <= PART) return makePart(0, length, at)
  checkLength(length)
  const parts: Value[][] = []
  for (let start = 0; start < length; start += PART) parts.push(makePart(start, Math.min(length, start + PART), at))
  return joined(parts)
}

function makePart(start: number, end: number, at: (i: number) => Value): Value[] {
  const part = new Array<Value>(end - start)
  for (let i = start; i < end; i++) {
    countWork(1)
    part[i - start] = at(i)
  }
  return part
}

/** @returns the elements that stay, as a list of its own. @throws {DatabaseError} INTERRUPTED, TIMEOUT */
export function filterList(list: List, stays: (v: Value) => boolean): Value[] {
  const parts: Value[][] = []
  let part: Value[] = []
  for (let i = 0; i < list.length; i++) {
    countWork(1)
    const v = list[i]!
    if (!stays(v)) continue
    if (part.length === PART) {
      parts.push(part)
      part = []
    }
    part.push(v)
  }
  if (parts.length === 0) return part
  parts.push(part)
  return joined(parts)
}

/** @returns the elements from the last to the first. @throws {DatabaseError} INTERRUPTED, TIMEOUT */
export function reversedList(list: List): Value[] {
  const last = list.length - 1
  return makeList(list.length, (i) => list[last - i]!)
}

/** @returns all elements one list after the other. @throws {DatabaseError} OVERFLOW */
export function joinLists(...lists: readonly (readonly Value[])[]): Value[] {
  checkLength(lists.reduce((sum, list) => sum + list.length, 0))
  return joined(lists)
}

function joined(lists: readonly (readonly Value[])[]): Value[] {
  return ([] as Value[]).concat(...lists)
}

function checkLength(length: number): void {
  if (length > MAX_LIST_LENGTH) throw new DatabaseError('OVERFLOW', `a list cannot hold ${length} elements`)
}
