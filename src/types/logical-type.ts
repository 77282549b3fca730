/** Types without parameters. SERIAL is an INT64 that counts; ANY is the type of a bare NULL or of a parameter not yet known. */
export const SCALAR_TYPES = [
  'ANY',
  'BOOL',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'INT128',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'SERIAL',
  'FLOAT',
  'DOUBLE',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP_NS',
  'TIMESTAMP_MS',
  'TIMESTAMP_SEC',
  'TIMESTAMP_TZ',
  'INTERVAL',
  'STRING',
  'BLOB',
  'UUID',
  'JSON',
  'INTERNAL_ID',
] as const

/** Name of a type without parameters. */
export type ScalarTypeId = (typeof SCALAR_TYPES)[number]

/** A named part of a STRUCT, UNION, NODE or REL. */
export interface Field {
  readonly name: string
  readonly type: LogicalType
}

/**
 * The type of a value as the query language sees it. Plain data: it can be stored, compared with {@link sameType} and sent to
 * another thread.
 *
 * NODE fields are `_ID, _LABEL, <properties>`; REL fields are `_SRC, _DST, _LABEL, _ID, <properties>`; RECURSIVE_REL holds a list
 * of nodes and a list of rels. Values of these four and of STRUCT are positional arrays in field order.
 */
export type LogicalType =
  | { readonly id: ScalarTypeId }
  | { readonly id: 'DECIMAL'; readonly precision: number; readonly scale: number }
  | { readonly id: 'LIST'; readonly child: LogicalType }
  | { readonly id: 'ARRAY'; readonly child: LogicalType; readonly length: number }
  | { readonly id: 'STRUCT' | 'UNION' | 'NODE' | 'REL'; readonly fields: readonly Field[] }
  | { readonly id: 'MAP'; readonly key: LogicalType; readonly value: LogicalType }
  | { readonly id: 'RECURSIVE_REL'; readonly node: LogicalType; readonly rel: LogicalType }

/** Every type name, with or without parameters. */
export type TypeId = LogicalType['id']

const interned = new Map<ScalarTypeId, LogicalType>(SCALAR_TYPES.map((id) => [id, { id }]))

/** @returns the one shared object of a type without parameters, so that most comparisons end at `===`. */
export function scalar(id: ScalarTypeId): LogicalType {
  return interned.get(id)!
}

/** Types that code names often. */
export const ANY = scalar('ANY')
export const BOOL = scalar('BOOL')
export const INT64 = scalar('INT64')
export const INT128 = scalar('INT128')
export const FLOAT = scalar('FLOAT')
export const DOUBLE = scalar('DOUBLE')
export const STRING = scalar('STRING')
export const INTERNAL_ID = scalar('INTERNAL_ID')

/** @returns the type `child[]`. */
export function listOf(child: LogicalType): LogicalType {
  return { id: 'LIST', child }
}

/** @returns whether two types are the same, field names compared without regard to case. Cost: one walk of the type. */
export function sameType(a: LogicalType, b: LogicalType): boolean {
  if (a === b) return true
  if (a.id !== b.id) return false
  switch (a.id) {
    case 'DECIMAL':
      return b.id === 'DECIMAL' && a.precision === b.precision && a.scale === b.scale
    case 'LIST':
      return b.id === 'LIST' && sameType(a.child, b.child)
    case 'ARRAY':
      return b.id === 'ARRAY' && a.length === b.length && sameType(a.child, b.child)
    case 'MAP':
      return b.id === 'MAP' && sameType(a.key, b.key) && sameType(a.value, b.value)
    case 'RECURSIVE_REL':
      return b.id === 'RECURSIVE_REL' && sameType(a.node, b.node) && sameType(a.rel, b.rel)
    case 'STRUCT':
    case 'UNION':
    case 'NODE':
    case 'REL':
      return 'fields' in b && sameFields(a.fields, b.fields)
    default:
      return true
  }
}

function sameFields(a: readonly Field[], b: readonly Field[]): boolean {
  return (
    a.length === b.length &&
    a.every((f, i) => f.name.toLowerCase() === b[i]!.name.toLowerCase() && sameType(f.type, b[i]!.type))
  )
}
