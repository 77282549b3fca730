import { textParser } from '../types/cast/text-parser.ts'
import { unifiedType } from '../types/common-type.ts'
import { parseDate } from '../types/date.ts'
import { parseInterval } from '../types/interval.ts'
import {
  ANY,
  BOOL,
  DOUBLE,
  type Field,
  INT64,
  INT128,
  type LogicalType,
  listOf,
  STRING,
  scalar,
} from '../types/logical-type.ts'
import { scanTimestamp } from '../types/timestamp.ts'
import { splitNested } from './split-nested.ts'

const MAX_DECIMAL_DIGITS = 38
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

/**
 * @returns the narrowest type that a cell's text could be of: ANY where it says nothing (empty, null, nan), whole numbers at least
 *   INT64, fixed-point numbers DECIMAL, and STRING where nothing else fits, scientific notation among it.
 */
export function inferCellType(cell: string): LogicalType {
  const text = cell.trim()
  const word = text.toLowerCase()
  if (word === '' || word === 'null' || word === 'nan') return ANY
  if (/^[+-]?inf(inity)?$/.test(word)) return DOUBLE
  if (/^(?:t|f|true|false)$/.test(word)) return BOOL
  if (/^-?(?:0|[1-9]\d*)$/.test(text)) return inferWhole(text)
  const fixed = /^[+-]?(0|[1-9]\d*)?\.(\d*)$/.exec(text)
  if (fixed !== null && /\d/.test(text)) return inferFixed(fixed[1] ?? '', fixed[2]!)
  if (succeeds(() => parseDate(text))) return scalar('DATE')
  if (scanTimestamp(text) !== null) return scalar('TIMESTAMP')
  if (UUID.test(text)) return scalar('UUID')
  if (/\d/.test(text) && succeeds(() => parseInterval(text))) return scalar('INTERVAL')
  return inferNested(text)
}

function inferNested(text: string): LogicalType {
  const isList = text.startsWith('[') && text.endsWith(']')
  if (!isList && !(text.startsWith('{') && text.endsWith('}'))) return STRING
  const inner = text.slice(1, -1)
  const type = isList ? inferList(inner) : inferMapOrStruct(inner)
  // Text with stray brackets or quotes may look like a list without being one.
  return succeeds(() => textParser(withoutAny(type))(text)) ? type : STRING
}

/**
 * @returns the narrowest type that holds both: ANY gives way, text wins, numbers widen, lists and maps widen element by element,
 *   structs have the fields of both.
 */
export function widenCellType(a: LogicalType, b: LogicalType): LogicalType {
  if (a.id === 'ANY') return b
  if (b.id === 'ANY') return a
  if (a.id === 'LIST' && b.id === 'LIST') return listOf(widenCellType(a.child, b.child))
  if (a.id === 'MAP' && b.id === 'MAP') {
    return { id: 'MAP', key: widenCellType(a.key, b.key), value: widenCellType(a.value, b.value) }
  }
  if (a.id === 'STRUCT' && b.id === 'STRUCT') return { id: 'STRUCT', fields: widenFields(a.fields, b.fields) }
  return unifiedType(a, b)
}

/** @returns the type with every ANY inside replaced by STRING. */
export function withoutAny(type: LogicalType): LogicalType {
  switch (type.id) {
    case 'ANY':
      return STRING
    case 'LIST':
      return listOf(withoutAny(type.child))
    case 'MAP':
      return { id: 'MAP', key: withoutAny(type.key), value: withoutAny(type.value) }
    case 'STRUCT':
      return { id: 'STRUCT', fields: type.fields.map(({ name, type: inner }) => ({ name, type: withoutAny(inner) })) }
    default:
      return type
  }
}

function inferWhole(text: string): LogicalType {
  const digits = text.replace('-', '')
  if (digits.length > 39) return DOUBLE
  const value = BigInt(text)
  if (BigInt.asIntN(64, value) === value) return INT64
  return BigInt.asIntN(128, value) === value ? INT128 : DOUBLE
}

function inferFixed(whole: string, fraction: string): LogicalType {
  const precision = whole.length + fraction.length
  return precision > MAX_DECIMAL_DIGITS ? DOUBLE : { id: 'DECIMAL', precision, scale: fraction.length }
}

function inferList(inner: string): LogicalType {
  return listOf(splitNested(inner, ',').map(inferCellType).reduce(widenCellType, ANY))
}

function inferMapOrStruct(inner: string): LogicalType {
  const parts = splitNested(inner, ',')
  const entries = parts.map((part) => splitNested(part, '=', 2))
  if (entries.every((entry) => entry.length === 2)) {
    return {
      id: 'MAP',
      key: entries.map((entry) => inferCellType(entry[0]!)).reduce(widenCellType, ANY),
      value: entries.map((entry) => inferCellType(entry[1]!)).reduce(widenCellType, ANY),
    }
  }
  const fields = parts.map((part) => splitNested(part, ':', 2))
  if (!fields.every((field) => field.length === 2)) return STRING
  return {
    id: 'STRUCT',
    fields: fields.map(([name, value]) => ({ name: name!.trim().replace(/^'|'$/g, ''), type: inferCellType(value!) })),
  }
}

function widenFields(a: readonly Field[], b: readonly Field[]): Field[] {
  const same = (name: string, fields: readonly Field[]) =>
    fields.find((f) => f.name.toLowerCase() === name.toLowerCase())
  const common = a.map(({ name, type }) => {
    const other = same(name, b)
    return { name, type: other === undefined ? type : widenCellType(type, other.type) }
  })
  return [...common, ...b.filter(({ name }) => same(name, a) === undefined)]
}

function succeeds(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch {
    return false
  }
}
