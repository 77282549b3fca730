import type { FunctionRecord } from './function-record.ts'
import { ARITHMETIC_FUNCTIONS } from './scalar/arithmetic.ts'
import { COMPARISON_FUNCTIONS } from './scalar/comparison.ts'

/** Every scalar function, in the order of the documentation. */
export const SCALAR_FUNCTIONS: readonly FunctionRecord[] = [...ARITHMETIC_FUNCTIONS, ...COMPARISON_FUNCTIONS]

const byName = new Map<string, FunctionRecord>()
for (const record of SCALAR_FUNCTIONS) {
  for (const name of [record.name, ...record.aliases]) byName.set(name.toUpperCase(), record)
}

/** @returns the function of a name or alias in any case, undefined if there is none. */
export function findFunction(name: string): FunctionRecord | undefined {
  return byName.get(name.toUpperCase())
}
