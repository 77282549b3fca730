import type { LogicalType, TypeId } from './logical-type.ts'
import { fieldPlaces } from './struct-fields.ts'

/** What the target of an implicit cast adds to the cost of a function overload; the overload with the lowest sum is taken. */
const TARGET_COSTS: Partial<Record<TypeId, number>> = {
  INT16: 100,
  INT64: 101,
  INT32: 102,
  INT128: 103,
  DECIMAL: 104,
  DOUBLE: 105,
  TIMESTAMP: 120,
  STRING: 149,
  STRUCT: 160,
  MAP: 160,
  ARRAY: 160,
  LIST: 160,
  UNION: 160,
}

const OTHER_TARGET_COST = 110

const FRACTIONAL: readonly TypeId[] = ['FLOAT', 'DOUBLE', 'DECIMAL']

/** Which types an argument of a type may become without being asked to. */
const WIDER: Partial<Record<TypeId, readonly TypeId[]>> = {
  INT8: ['INT16', 'INT32', 'INT64', 'INT128', ...FRACTIONAL],
  INT16: ['INT32', 'INT64', 'INT128', ...FRACTIONAL],
  INT32: ['INT64', 'INT128', ...FRACTIONAL],
  INT64: ['INT128', ...FRACTIONAL],
  INT128: FRACTIONAL,
  UINT8: ['INT16', 'INT32', 'INT64', 'INT128', 'UINT16', 'UINT32', 'UINT64', ...FRACTIONAL],
  UINT16: ['INT32', 'INT64', 'INT128', 'UINT32', 'UINT64', ...FRACTIONAL],
  UINT32: ['INT64', 'INT128', 'UINT64', ...FRACTIONAL],
  UINT64: ['INT128', ...FRACTIONAL],
  FLOAT: ['DOUBLE'],
  DECIMAL: ['FLOAT', 'DOUBLE'],
  DATE: ['TIMESTAMP'],
  TIMESTAMP_SEC: ['TIMESTAMP'],
  TIMESTAMP_MS: ['TIMESTAMP'],
  TIMESTAMP_NS: ['TIMESTAMP'],
  TIMESTAMP_TZ: ['TIMESTAMP'],
  LIST: ['ARRAY'],
  ARRAY: ['LIST'],
  // a counter is an integer like any other once it is read
  SERIAL: ['INT128', ...FRACTIONAL],
}

const NEVER_TEXT: readonly TypeId[] = ['BLOB', 'INTERNAL_ID', 'NODE', 'REL', 'RECURSIVE_REL']

/**
 * Cost of turning a function argument into a parameter type by type name alone: 0 for none, null when it is not done implicitly.
 * ANY, on either side, fits everything.
 */
export function implicitCastCost(from: TypeId, to: TypeId): number | null {
  if (from === to) return 0
  if (from === 'ANY' || to === 'ANY') return 1
  // JSON is text with a promise about its form
  if ((from === 'JSON' && to === 'STRING') || (from === 'STRING' && to === 'JSON')) return 0
  if ((from === 'INT64' && to === 'SERIAL') || (from === 'SERIAL' && to === 'INT64')) return 0
  if (to === 'STRING') return NEVER_TEXT.includes(from) ? null : TARGET_COSTS.STRING!
  if (WIDER[from]?.includes(to) !== true) return null
  return TARGET_COSTS[to] ?? OTHER_TARGET_COST
}

const NUMERIC: readonly TypeId[] = [
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
  'DECIMAL',
]

/** @returns whether a type is an integer, floating-point or decimal one. */
export function isNumericType(id: TypeId): boolean {
  return NUMERIC.includes(id)
}

/** @returns whether a value of type `from` becomes one of type `to` without an explicit CAST when it is a function argument; parts of nested types included. */
export function canCastImplicitly(from: LogicalType, to: LogicalType): boolean {
  return castsNested(from, to, false)
}

/**
 * @returns whether a value of type `from` may be written to a column of type `to` (CREATE, SET, MERGE, DEFAULT, COPY from a query):
 * what functions take, every number to every number, and everything to text; never text to a number or date.
 */
export function canAssign(from: LogicalType, to: LogicalType): boolean {
  return castsNested(from, to, true)
}

function castsNested(from: LogicalType, to: LogicalType, writing: boolean): boolean {
  if (from.id === 'ANY' || to.id === 'ANY') return true
  if ((from.id === 'LIST' || from.id === 'ARRAY') && (to.id === 'LIST' || to.id === 'ARRAY')) {
    if (from.id === 'ARRAY' && to.id === 'ARRAY' && from.length !== to.length) return false
    return castsNested(from.child, to.child, writing)
  }
  if (from.id === 'STRUCT' && to.id === 'STRUCT') return castsFields(from, to, writing)
  if (from.id === 'MAP' && to.id === 'MAP') {
    return castsNested(from.key, to.key, writing) && castsNested(from.value, to.value, writing)
  }
  if (to.id === 'UNION' && from.id !== 'UNION') return to.fields.some((f) => castsNested(from, f.type, writing))
  if (writing && isNumericType(from.id) && isNumericType(to.id)) return true
  if (writing && to.id === 'JSON') return true
  if (from.id === to.id) return true
  return implicitCastCost(from.id, to.id) !== null
}

type StructType = Extract<LogicalType, { fields: unknown }>

function castsFields(from: StructType, to: StructType, writing: boolean): boolean {
  const places = fieldPlaces(from.fields, to.fields)
  if (places === null) return false
  return to.fields.every((field, i) => castsNested(from.fields[places[i]!]!.type, field.type, writing))
}
