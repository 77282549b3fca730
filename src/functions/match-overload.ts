import { DatabaseError } from '../errors/database-error.ts'
import { implicitCastCost } from '../types/implicit-cast.ts'
import type { LogicalType, TypeId } from '../types/logical-type.ts'
import { printTypes } from '../types/print-type.ts'
import type { Call, Overload } from './function-record.ts'

/** @returns a signature as error messages and show_functions give it: `(INT64,INT64) -> INT64`. */
export function printSignature(overload: Overload): string {
  return `(${overload.parameters.join(',')}) -> ${overload.returns}`
}

/**
 * @returns the position of the overload with the lowest sum of implicit casts; of several the one with the fewest different types, text preferred.
 * @throws {DatabaseError} BINDER if no overload takes the arguments.
 */
export function matchOverload(call: Call, overloads: readonly Overload[]): number {
  let candidates: number[] = []
  let lowest = Number.POSITIVE_INFINITY
  for (const [i, overload] of overloads.entries()) {
    const cost = overloadCost(call.argTypes, overload)
    if (cost === null || cost > lowest) continue
    if (cost < lowest) candidates = []
    lowest = cost
    candidates.push(i)
  }
  if (candidates.length === 0) throw noMatch(call, overloads)
  if (candidates.length > 1) return simplest(candidates, overloads)
  const found = candidates[0]!
  if (call.name === '+') refuseMixedText(call, overloads, overloads[found]!)
  return found
}

function overloadCost(argTypes: readonly LogicalType[], overload: Overload): number | null {
  if (overload.variadic !== true && argTypes.length !== overload.parameters.length) return null
  let sum = 0
  for (const [i, type] of argTypes.entries()) {
    const cost = implicitCastCost(
      type.id,
      overload.variadic === true ? overload.parameters[0]! : overload.parameters[i]!,
    )
    if (cost === null) return null
    sum += cost
  }
  return sum
}

function simplest(candidates: readonly number[], overloads: readonly Overload[]): number {
  let best = candidates[0]!
  let lowest = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const { parameters } = overloads[candidate]!
    const cost = parameters.filter((id) => id !== 'STRING').length + new Set<TypeId>(parameters).size
    if (cost < lowest) {
      best = candidate
      lowest = cost
    }
  }
  return best
}

/** `+` joins two texts only: a number is not turned into text for it. */
function refuseMixedText(call: Call, overloads: readonly Overload[], found: Overload): void {
  const joinsText = found.parameters.every((id) => id === 'STRING')
  if (!joinsText || call.argTypes.every((t) => t.id === 'STRING' || t.id === 'JSON')) return
  const supported = overloads.map((o) => `${printSignature(o)}\n`).join('')
  throw new DatabaseError(
    'BINDER',
    `Cannot match a built-in function for given function ${call.name}${printTypes(call.argTypes)}. Supported inputs are\n${supported}`,
  )
}

function noMatch(call: Call, overloads: readonly Overload[]): DatabaseError {
  const signatures = overloads.filter((o) => o.parameters.length > 0).map(printSignature)
  const expected = signatures.length === 0 ? '()' : `${signatures.join('\n          ')}\n`
  return new DatabaseError(
    'BINDER',
    `Function ${call.name} did not receive correct arguments:\nActual:   ${printTypes(call.argTypes)}\nExpected: ${expected}\n`,
  )
}
