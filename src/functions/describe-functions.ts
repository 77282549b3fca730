import { AGGREGATES, aggregateSignatures } from './aggregate/aggregate-record.ts'
import { printSignature } from './match-overload.ts'
import { SCALAR_FUNCTIONS } from './registry.ts'

/** One signature of a function under one of its names, as `show_functions` lists it. */
export interface FunctionDescription {
  readonly name: string
  readonly type: 'SCALAR FUNCTION' | 'AGGREGATE FUNCTION'
  readonly signature: string
  /** One line: what the function gives. */
  readonly docs: string
}

/** @returns every signature of every scalar and aggregate function under every name, operators included. */
export function describeFunctions(): FunctionDescription[] {
  const scalars = SCALAR_FUNCTIONS.flatMap((record) =>
    [record.name, ...record.aliases].flatMap((name) =>
      record.overloads.map(
        (overload): FunctionDescription => ({
          name,
          type: 'SCALAR FUNCTION',
          signature: printSignature(overload),
          docs: record.docs,
        }),
      ),
    ),
  )
  const aggregates = AGGREGATES.flatMap((record) =>
    aggregateSignatures(record).map(
      (signature): FunctionDescription => ({
        name: record.name,
        type: 'AGGREGATE FUNCTION',
        signature: signature.replace('DISTINCT ', ''),
        docs: record.docs,
      }),
    ),
  )
  return [...scalars, ...aggregates]
}
