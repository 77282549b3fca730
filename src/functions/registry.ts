import type { FunctionRecord } from './function-record.ts'
import { ARITHMETIC_FUNCTIONS } from './scalar/arithmetic.ts'
import { ARRAY_FUNCTIONS } from './scalar/array.ts'
import { COMPARISON_FUNCTIONS } from './scalar/comparison.ts'
import { CONVERSION_FUNCTIONS } from './scalar/conversion.ts'
import { DIGEST_FUNCTIONS } from './scalar/digest.ts'
import { GRAPH_FUNCTIONS } from './scalar/graph.ts'
import { JSON_FUNCTIONS } from './scalar/json.ts'
import { LAMBDA_FUNCTIONS } from './scalar/lambda.ts'
import { LIST_FUNCTIONS } from './scalar/list.ts'
import { MAP_STRUCT_FUNCTIONS } from './scalar/map-struct.ts'
import { NUMERIC_FUNCTIONS } from './scalar/numeric.ts'
import { REGEX_FUNCTIONS } from './scalar/regex.ts'
import { SEQUENCE_FUNCTIONS } from './scalar/sequence.ts'
import { STRING_FUNCTIONS } from './scalar/string.ts'
import { TEMPORAL_FUNCTIONS } from './scalar/temporal.ts'
import { UTILITY_FUNCTIONS } from './scalar/utility.ts'

/** Every scalar function, in the order of the documentation. */
export const SCALAR_FUNCTIONS: readonly FunctionRecord[] = [
  ...ARITHMETIC_FUNCTIONS,
  ...NUMERIC_FUNCTIONS,
  ...COMPARISON_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...REGEX_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...LAMBDA_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
  ...MAP_STRUCT_FUNCTIONS,
  ...TEMPORAL_FUNCTIONS,
  ...CONVERSION_FUNCTIONS,
  ...DIGEST_FUNCTIONS,
  ...UTILITY_FUNCTIONS,
  ...SEQUENCE_FUNCTIONS,
  ...GRAPH_FUNCTIONS,
  ...JSON_FUNCTIONS,
]

const byName = new Map<string, FunctionRecord>()
for (const record of SCALAR_FUNCTIONS) {
  for (const name of [record.name, ...record.aliases]) byName.set(name.toUpperCase(), record)
}

/** @returns the function of a name or alias in any case, undefined if there is none. */
export function findFunction(name: string): FunctionRecord | undefined {
  return byName.get(name.toUpperCase())
}
