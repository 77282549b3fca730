import { comparatorFor, compareStrings } from '../types/compare.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'

/** The comparisons `<` and `<=` of the query language for non-null values of one type. NaN is neither below nor above anything. */
export interface ValueOrder {
  less(a: Value, b: Value): boolean
  /** Not the same as "b is not less": NaN is neither. */
  atMost(a: Value, b: Value): boolean
}

const NUMBERS: ValueOrder = {
  less: (a, b) => (a as number) < (b as number),
  atMost: (a, b) => (a as number) <= (b as number),
}

const TEXT: ValueOrder = {
  less: (a, b) => compareStrings(a as string, b as string) < 0,
  atMost: (a, b) => compareStrings(a as string, b as string) <= 0,
}

/** @returns the order of a type; keep it, making one is not free. */
export function orderOf(type: LogicalType): ValueOrder {
  switch (type.id) {
    case 'STRING':
    case 'JSON':
      return TEXT
    case 'BLOB':
    case 'INTERVAL':
    case 'INTERNAL_ID':
    case 'LIST':
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
    case 'NODE':
    case 'REL':
    case 'RECURSIVE_REL':
    case 'UNION': {
      const compare = comparatorFor(type)
      return { less: (a, b) => compare(a, b) < 0, atMost: (a, b) => compare(a, b) <= 0 }
    }
    default:
      // integers, dates, timestamps, floats, booleans and UUIDs (whose text is ASCII) compare rightly with JS's own operators
      return NUMBERS
  }
}
