import { countWork } from '../util/work.ts'
import { compareIntervals } from './interval.ts'
import type { Field, LogicalType } from './logical-type.ts'
import type { Int, InternalId, Interval, Value } from './value.ts'

/** Compares two values of one type, neither of them NULL: negative, zero or positive. */
export type Comparator = (a: Value, b: Value) => number

/**
 * Total order of a type, as ORDER BY uses it. The caller puts NULL last; inside nested values NULL is the largest element.
 * NaN is equal to itself and larger than infinity, 0 and -0 are equal, text goes by code point (the order of its UTF-8 bytes),
 * intervals by their normalised length (24 hours a day, 30 days a month). Cost: a new closure; look it up once, not per row.
 */
export function comparatorFor(type: LogicalType): Comparator {
  return comparator(type) as Comparator
}

/** One comparison by {@link comparatorFor}; for code that is not hot. */
export function compareValues(type: LogicalType, a: Value, b: Value): number {
  return comparatorFor(type)(a, b)
}

/**
 * @returns whether two values are equal as the operator `=` sees it: NaN equals nothing at the top, NULL elements of nested values equal each other.
 */
export function equalValues(type: LogicalType, a: Value, b: Value): boolean {
  if (type.id === 'DOUBLE' || type.id === 'FLOAT') return a === b
  return compareValues(type, a, b) === 0
}

/** @returns whether grouping and DISTINCT see two values, possibly NULL, as one: like equal, but NaN and NULL equal themselves. */
export function sameValue(type: LogicalType, a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b
  return a === b || compareValues(type, a, b) === 0
}

type AnyComparator = (a: never, b: never) => number

function comparator(type: LogicalType): AnyComparator {
  switch (type.id) {
    case 'BOOL':
      return (a: boolean, b: boolean) => (a === b ? 0 : a ? 1 : -1)
    case 'FLOAT':
    case 'DOUBLE':
      return (a: number, b: number) => compareFloats(a, b)
    case 'STRING':
    case 'JSON':
      return (a: string, b: string) => compareStrings(a, b)
    case 'UUID':
      return (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
    case 'BLOB':
      return (a: Uint8Array, b: Uint8Array) => compareBytes(a, b)
    case 'INTERVAL':
      return (a: Interval, b: Interval) => compareIntervals(a, b)
    case 'INTERNAL_ID':
      return (a: InternalId, b: InternalId) => a.table - b.table || a.offset - b.offset
    case 'NODE':
      return (a: readonly InternalId[], b: readonly InternalId[]) => compareIds(a[0]!, b[0]!)
    case 'REL':
      return (a: readonly InternalId[], b: readonly InternalId[]) => compareIds(a[3]!, b[3]!)
    case 'LIST':
    case 'ARRAY':
      return listComparator(type.child)
    case 'MAP':
      return mapComparator(type.key, type.value)
    case 'STRUCT':
      return fieldsComparator(type.fields.map((f) => f.type))
    case 'RECURSIVE_REL':
      return fieldsComparator([
        { id: 'LIST', child: type.node },
        { id: 'LIST', child: type.rel },
      ])
    case 'UNION':
      return unionComparator(type.fields)
    case 'ANY':
      return () => 0
    default:
      // every remaining type is an Int or the day number of a DATE
      return (a: Int, b: Int) => (a < b ? -1 : a > b ? 1 : 0)
  }
}

/** Order of floating-point numbers: NaN largest and equal to itself, 0 equal to -0. */
export function compareFloats(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  const aIsNaN = Number.isNaN(a)
  return aIsNaN === Number.isNaN(b) ? 0 : aIsNaN ? 1 : -1
}

/**
 * Order of text by code points, which is the order of the UTF-8 bytes. JavaScript's own `<` goes by UTF-16 units and
 * puts what needs a surrogate pair before U+E000..U+FFFF.
 */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? surrogatesLast(x) - surrogatesLast(y) : x - y
  }
  return a.length - b.length
}

function surrogatesLast(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}

/** Order of byte strings: unsigned bytes, a prefix first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!
  }
  return a.length - b.length
}

function compareIds(a: InternalId, b: InternalId): number {
  return a.table - b.table || a.offset - b.offset
}

function nullsLast(compare: Comparator): Comparator {
  return (a, b) => (a === null ? (b === null ? 0 : 1) : b === null ? -1 : compare(a, b))
}

function listComparator(child: LogicalType): AnyComparator {
  const compare = nullsLast(comparatorFor(child))
  return (a: readonly Value[], b: readonly Value[]) => {
    const length = Math.min(a.length, b.length)
    for (let i = 0; i < length; i++) {
      countWork(1)
      const order = compare(a[i]!, b[i]!)
      if (order !== 0) return order
    }
    return a.length - b.length
  }
}

function mapComparator(key: LogicalType, value: LogicalType): AnyComparator {
  return listComparator({
    id: 'STRUCT',
    fields: [
      { name: 'KEY', type: key },
      { name: 'VALUE', type: value },
    ],
  })
}

function fieldsComparator(types: readonly LogicalType[]): AnyComparator {
  const compare = types.map((type) => nullsLast(comparatorFor(type)))
  return (a: readonly Value[], b: readonly Value[]) => {
    for (let i = 0; i < compare.length; i++) {
      const order = compare[i]!(a[i]!, b[i]!)
      if (order !== 0) return order
    }
    return 0
  }
}

function unionComparator(members: readonly Field[]): AnyComparator {
  const compare = members.map((m) => nullsLast(comparatorFor(m.type)))
  return (a: readonly [number, Value], b: readonly [number, Value]) => {
    return a[0] - b[0] || compare[a[0]]!(a[1], b[1])
  }
}
