import { DatabaseError } from '../../errors/database-error.ts'
import { commonType } from '../../types/common-type.ts'
import { scanDate } from '../../types/date.ts'
import { INT_RANGES, type IntTypeId } from '../../types/int.ts'
import { parseInterval } from '../../types/interval.ts'
import { JsonReal, type JsonValue } from '../../types/json/json-value.ts'
import { ANY, BOOL, DOUBLE, type Field, type LogicalType, listOf, STRING, scalar } from '../../types/logical-type.ts'
import { scanTimestamp } from '../../types/timestamp.ts'
import type { Int } from '../../types/value.ts'

const UNSIGNED: readonly IntTypeId[] = ['UINT8', 'UINT16', 'UINT32', 'UINT64']
const SIGNED: readonly IntTypeId[] = ['INT8', 'INT16', 'INT32', 'INT64']

/** @returns the narrowest type that holds a JSON document: unsigned before signed integers, dates and times out of text, ANY for null. */
export function jsonType(v: JsonValue): LogicalType {
  if (v === null) return ANY
  if (typeof v === 'boolean') return BOOL
  if (typeof v === 'string') return textType(v)
  if (v instanceof JsonReal) return DOUBLE
  if (typeof v === 'number' || typeof v === 'bigint') return intType(v)
  if (Array.isArray(v)) return listOf(v.map(jsonType).reduce(unifyJsonTypes, ANY))
  return { id: 'STRUCT', fields: Array.from(v, ([name, held]) => ({ name, type: jsonType(held) })) }
}

function intType(v: Int): LogicalType {
  const id = (v < 0 ? SIGNED : UNSIGNED).find((type) => v >= INT_RANGES[type].min && v <= INT_RANGES[type].max)
  return id === undefined ? DOUBLE : scalar(id)
}

function textType(text: string): LogicalType {
  const date = scanDate(text)
  if (date !== null && date.end === text.length) return scalar('DATE')
  if (date !== null && scanTimestamp(text) !== null) return scalar('TIMESTAMP')
  try {
    parseInterval(text)
    return scalar('INTERVAL')
  } catch (error) {
    if (error instanceof DatabaseError) return STRING
    throw error
  }
}

/** @returns the type that holds what both hold; text where nothing else does. Structs get the fields of both. */
export function unifyJsonTypes(a: LogicalType, b: LogicalType): LogicalType {
  if (a.id === 'ANY') return b
  if (b.id === 'ANY') return a
  if (a.id === 'STRING' || b.id === 'STRING') return STRING
  if (a.id === 'LIST' && b.id === 'LIST') return listOf(unifyJsonTypes(a.child, b.child))
  if (a.id === 'STRUCT' && b.id === 'STRUCT') return { id: 'STRUCT', fields: unifyFields(a.fields, b.fields) }
  return commonType(a, b) ?? STRING
}

function unifyFields(a: readonly Field[], b: readonly Field[]): Field[] {
  const fields = new Map(a.map((f) => [f.name, f.type]))
  for (const { name, type } of b) {
    const known = fields.get(name)
    fields.set(name, known === undefined ? type : unifyJsonTypes(known, type))
  }
  return Array.from(fields, ([name, type]) => ({ name, type }))
}
