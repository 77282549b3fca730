import { jsonCast } from './cast/cast-json.ts'
import { type Cast, nestedCast, unionCast } from './cast/cast-nested.ts'
import { numberCast } from './cast/cast-number.ts'
import { textParser } from './cast/text-parser.ts'
import { formatterFor } from './format.ts'
import { isNumericType } from './implicit-cast.ts'
import { printJson, toJson } from './json/print-json.ts'
import { type LogicalType, sameType } from './logical-type.ts'
import {
  convertTimestamp,
  isTimestampType,
  splitTimestamp,
  type TimestampTypeId,
  timestampFromDay,
} from './timestamp.ts'
import type { Int } from './value.ts'

/**
 * Finds an explicit cast (CAST, comparison operands, writes). Make it once per column: it is a closure without type tests inside.
 * @returns the function for values that are not NULL, or null if there is no such cast (see {@link unsupportedCast}).
 * The function throws {DatabaseError} CONVERSION or OVERFLOW for values that the target cannot hold.
 * Structs match by field names, or by place where the names differ, which writes may and CAST may not (`sameFieldNames`).
 * @throws {DatabaseError} CONVERSION if no member of a UNION can hold the source.
 */
export function castFunction(from: LogicalType, to: LogicalType): Cast | null {
  if (from.id === 'ANY' || to.id === 'ANY' || sameType(from, to)) return (v) => v
  if (to.id === 'STRING') return from.id === 'UUID' || from.id === 'JSON' ? (v) => v : formatterFor(from)
  if (to.id === 'JSON') return from.id === 'STRING' ? textCast(to) : (v) => printJson(toJson(from, v))
  if (from.id === 'STRING') return textCast(to)
  if (from.id === 'JSON') return hasText(to) ? jsonCast(to) : null
  if (to.id === 'UNION') return unionCast(from, to, castFunction)
  if (isNumericType(from.id) && isNumericType(to.id)) return numberCast(from, to) as Cast
  return temporalCast(from, to) ?? nestedCast(from, to, castFunction)
}

/** Casts {@link textParser} or refuses. */
function textCast(to: LogicalType): Cast | null {
  return hasText(to) ? (textParser(to) as Cast) : null
}

function hasText(type: LogicalType): boolean {
  switch (type.id) {
    case 'INTERNAL_ID':
    case 'NODE':
    case 'REL':
    case 'RECURSIVE_REL':
      return false
    case 'LIST':
    case 'ARRAY':
      return hasText(type.child)
    case 'MAP':
      return hasText(type.key) && hasText(type.value)
    case 'STRUCT':
    case 'UNION':
      return type.fields.every((f) => hasText(f.type))
    default:
      return true
  }
}

function temporalCast(from: LogicalType, to: LogicalType): Cast | null {
  const source = from.id
  const target = to.id
  if (source === 'DATE' && isTimestampType(target)) {
    return (v) => convertTimestamp(timestampFromDay(v as number, 0), 'TIMESTAMP', target)
  }
  if (!isTimestampType(source)) return null
  if (target === 'DATE') return (v) => dayOf(v as Int, source)
  return isTimestampType(target) ? (v) => convertTimestamp(v as Int, source, target) : null
}

function dayOf(v: Int, type: TimestampTypeId): number {
  return splitTimestamp(convertTimestamp(v, type, 'TIMESTAMP')).days
}

export { unsupportedCast } from './cast/unsupported-cast.ts'
