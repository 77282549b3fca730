import { implicitCastCost, isNumericType } from './implicit-cast.ts'
import { isIntType } from './int.ts'
import { ANY, DOUBLE, type LogicalType, listOf, STRING, sameType, scalar, type TypeId } from './logical-type.ts'

type Numbered = Extract<LogicalType, { id: 'DECIMAL' }>
type StructType = Extract<LogicalType, { fields: unknown }>

const MAX_PRECISION = 38

/** Digits before the decimal point that each integer type may need. */
const INT_DIGITS: Partial<Record<TypeId, number>> = {
  INT8: 3,
  UINT8: 3,
  INT16: 5,
  UINT16: 5,
  INT32: 10,
  UINT32: 10,
  INT64: 19,
  SERIAL: 19,
  UINT64: 20,
  INT128: 39,
}

const BITS: Partial<Record<TypeId, number>> = { INT8: 8, INT16: 16, INT32: 32, INT64: 64, SERIAL: 64, INT128: 128 }

const NEXT_SIGNED: Partial<Record<TypeId, TypeId>> = {
  UINT8: 'INT16',
  UINT16: 'INT32',
  UINT32: 'INT64',
  UINT64: 'INT128',
}

/** Which of two different points in time types holds more. */
const TIME_ORDER: readonly TypeId[] = [
  'DATE',
  'TIMESTAMP_SEC',
  'TIMESTAMP_MS',
  'TIMESTAMP',
  'TIMESTAMP_TZ',
  'TIMESTAMP_NS',
]

/**
 * The type that both operands of a comparison, all elements of a list literal or all arguments of coalesce are brought to. Text gives way to every other type
 * (it is converted at run time), a bare NULL to any type.
 * @returns null if there is none.
 */
export function commonType(a: LogicalType, b: LogicalType): LogicalType | null {
  if (a.id === 'ANY') return b
  if (b.id === 'ANY') return a
  if (sameType(a, b)) return a
  if (a.id === 'STRING') return b.id === 'JSON' ? a : b
  if (b.id === 'STRING' || b.id === 'JSON') return b.id === 'STRING' && a.id === 'JSON' ? b : a
  if (a.id === 'JSON') return b
  if (a.id === 'DECIMAL') return isNumericType(b.id) ? withDecimal(a, b) : null
  if (b.id === 'DECIMAL') return isNumericType(a.id) ? withDecimal(b, a) : null
  if (isNested(a) || isNested(b)) return commonNested(a, b)
  const id = commonId(a.id, b.id)
  return id === null ? null : scalar(id as Parameters<typeof scalar>[0])
}

/** @returns the common type of all, ANY for none, null if two of them have none. */
export function commonTypeOf(types: readonly LogicalType[]): LogicalType | null {
  let common: LogicalType | null = ANY
  for (const type of types) {
    common = commonType(common, type)
    if (common === null) return null
  }
  return common
}

/**
 * The type for columns of one name in several tables: like {@link commonType}, but text wins over everything and what has nothing in common becomes text.
 */
export function unifiedType(a: LogicalType, b: LogicalType): LogicalType {
  if (sameType(a, b)) return a
  if (a.id === 'STRING' || b.id === 'STRING') return STRING
  return commonType(a, b) ?? STRING
}

function isNested(type: LogicalType): boolean {
  return 'child' in type || 'fields' in type || 'key' in type || 'node' in type
}

function withDecimal(a: Numbered, b: LogicalType): LogicalType {
  if (b.id === 'DECIMAL') {
    const scale = Math.max(a.scale, b.scale)
    const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale
    return precision > MAX_PRECISION ? DOUBLE : { id: 'DECIMAL', precision, scale }
  }
  const digits = (INT_DIGITS[b.id] ?? MAX_PRECISION + 1) + a.scale
  if (digits > MAX_PRECISION) return DOUBLE
  return { id: 'DECIMAL', precision: Math.max(digits, a.precision), scale: a.scale }
}

function commonNested(a: LogicalType, b: LogicalType): LogicalType | null {
  if ((a.id === 'LIST' || a.id === 'ARRAY') && (b.id === 'LIST' || b.id === 'ARRAY')) {
    const child = commonType(a.child, b.child)
    if (child === null) return null
    const sameLength = a.id === 'ARRAY' && b.id === 'ARRAY' && a.length === b.length
    return sameLength ? { id: 'ARRAY', child, length: a.length } : listOf(child)
  }
  if (a.id === 'STRUCT' && b.id === 'STRUCT') return commonStruct(a, b)
  if (a.id === 'MAP' && b.id === 'MAP') {
    const key = commonType(a.key, b.key)
    const value = commonType(a.value, b.value)
    return key === null || value === null ? null : { id: 'MAP', key, value }
  }
  return null
}

function commonStruct(a: StructType, b: StructType): LogicalType | null {
  if (a.fields.length !== b.fields.length) return null
  const fields = []
  for (const [i, field] of a.fields.entries()) {
    const other = b.fields[i]!
    const type = commonType(field.type, other.type)
    if (type === null || field.name.toLowerCase() !== other.name.toLowerCase()) return null
    fields.push({ name: field.name, type })
  }
  return { id: 'STRUCT', fields }
}

function commonId(a: TypeId, b: TypeId): TypeId | null {
  if (a === 'SERIAL') return commonId('INT64', b)
  if (b === 'SERIAL') return commonId(a, 'INT64')
  if (a === b) return a
  if (implicitCastCost(a, b) !== null) return b
  if (implicitCastCost(b, a) !== null) return a
  if (isIntType(a) && isIntType(b)) return a.startsWith('U') ? mixedSigns(b, a) : mixedSigns(a, b)
  const aTime = TIME_ORDER.indexOf(a)
  const bTime = TIME_ORDER.indexOf(b)
  if (aTime >= 0 && bTime >= 0) return aTime > bTime ? a : b
  return null
}

function mixedSigns(signed: TypeId, unsigned: TypeId): TypeId {
  const next = NEXT_SIGNED[unsigned]!
  return BITS[signed]! > BITS[next]! ? signed : next
}
