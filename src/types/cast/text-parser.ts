import { DatabaseError } from '../../errors/database-error.ts'
import { parseBlob } from '../blob-text.ts'
import { parseDate } from '../date.ts'
import { isIntType } from '../int.ts'
import { parseInterval } from '../interval.ts'
import { tryParseJson } from '../json/parse-json.ts'
import type { Field, LogicalType } from '../logical-type.ts'
import { printType } from '../print-type.ts'
import { isTimestampType, parseTimestamp } from '../timestamp.ts'
import type { Value } from '../value.ts'
import { decimalParser, intParser, parseDouble } from './parse-number.ts'
import { parseBool, parseUuid } from './parse-scalar.ts'
import { findSeparator, splitBracketed, trim, unquote } from './split-nested.ts'

/** Reads the printed form of one type. */
export type TextParser = (text: string) => Value

/**
 * @returns the reader of a type's text form, the one that CAST, LOAD and the CSV reader share: numbers, dates, `[a,b]`, `{a: 1}`, `{k=v}` and so on.
 * Make it once per column. The reader throws {DatabaseError} CONVERSION (or OVERFLOW) for a text that is no value of the type; this function throws it for
 * types that have no text form (INTERNAL_ID, NODE, REL, RECURSIVE_REL).
 */
export function textParser(type: LogicalType): TextParser {
  const { id } = type
  if (isIntType(id)) return intParser(id)
  if (isTimestampType(id)) return (text) => parseTimestamp(text, id)
  switch (type.id) {
    case 'STRING':
      return (text) => text
    case 'DOUBLE':
      return (text) => parseDouble(text)
    case 'FLOAT':
      return (text) => Math.fround(parseDouble(text, 'FLOAT'))
    case 'BOOL':
      return parseBool
    case 'DECIMAL':
      return decimalParser(type.precision, type.scale)
    case 'DATE':
      return parseDate
    case 'INTERVAL':
      return parseInterval
    case 'UUID':
      return parseUuid
    case 'BLOB':
      return parseBlob
    case 'JSON':
      return checkJson
    default:
      return nestedParser(type)
  }
}

function nestedParser(type: LogicalType): TextParser {
  switch (type.id) {
    case 'LIST':
      return listParser(type, type.child)
    case 'ARRAY':
      return arrayParser(type.child, type.length)
    case 'STRUCT':
      return structParser(type, type.fields)
    case 'MAP':
      return mapParser(type, type.key, type.value)
    case 'UNION':
      return unionParser(type, type.fields)
    default:
      throw new DatabaseError('CONVERSION', `Unsupported casting function from STRING to ${printType(type)}.`)
  }
}

function checkJson(text: string): string {
  if (tryParseJson(text) === undefined) throw new DatabaseError('CONVERSION', `Cannot convert ${text} to JSON.`)
  return text
}

function outOfForm(text: string, type: LogicalType): DatabaseError {
  return new DatabaseError('CONVERSION', `Cast failed. ${text} is not in ${printType(type)} range.`)
}

/** Reader of a part of a nested text: nothing, and the word null unless the part is text, is NULL. */
function partParser(type: LogicalType): (text: string) => Value {
  const parse = textParser(type)
  if (type.id === 'STRING') return (text) => (text === '' ? null : parse(text))
  return (text) => (text === '' || text.toLowerCase() === 'null' ? null : parse(text))
}

function listParser(type: LogicalType, child: LogicalType): TextParser {
  const parse = partParser(child)
  return (text) => {
    const parts = splitBracketed(text, '[')
    if (parts === null) throw outOfForm(text, type)
    if (parts.length === 1 && parts[0]!.start === parts[0]!.end) return []
    return parts.map((part) => parse(text.slice(part.start, part.end)))
  }
}

function arrayParser(child: LogicalType, length: number): TextParser {
  const parse = partParser(child)
  return (text) => {
    const parts = splitBracketed(text, '[') ?? []
    const empty = parts.length === 1 && parts[0]!.start === parts[0]!.end && length !== 1
    const actual = empty ? 0 : parts.length
    if (actual !== length) {
      throw new DatabaseError(
        'CONVERSION',
        `Each array should have fixed number of elements. Expected: ${length}, Actual: ${actual}.`,
      )
    }
    return parts.map((part) => parse(text.slice(part.start, part.end)))
  }
}

function structParser(type: LogicalType, fields: readonly Field[]): TextParser {
  const parsers = fields.map((f) => partParser(f.type))
  const positions = new Map(fields.map((f, i) => [f.name.toLowerCase(), i]))
  return (text) => {
    const parts = splitBracketed(text, '{')
    if (parts === null) throw outOfForm(text, type)
    const values: Value[] = new Array<Value>(fields.length).fill(null)
    if (parts.length === 1 && parts[0]!.start === parts[0]!.end) return values
    for (const part of parts) {
      const colon = findSeparator(text, part, ':')
      if (colon < 0) throw outOfForm(text, type)
      const name = unquote(text.slice(part.start, colon).trimEnd())
      const position = positions.get(name.toLowerCase())
      if (position === undefined) throw new DatabaseError('SYNTAX', `Invalid struct field name: ${name}`)
      const held = trim(text, colon + 1, part.end)
      values[position] = parsers[position]!(unquote(text.slice(held.start, held.end)))
    }
    return values
  }
}

function mapParser(type: LogicalType, key: LogicalType, value: LogicalType): TextParser {
  const parseKey = partParser(key)
  const parseHeld = partParser(value)
  return (text) => {
    const parts = splitBracketed(text, '{')
    if (parts === null) throw outOfForm(text, type)
    if (parts.length === 1 && parts[0]!.start === parts[0]!.end) return []
    return parts.map((part) => {
      const equals = findSeparator(text, part, '=')
      if (equals < 0) throw outOfForm(text, type)
      const keyValue = parseKey(text.slice(part.start, equals).trimEnd())
      if (keyValue === null) throw new DatabaseError('CONVERSION', 'Map does not allow null as key.')
      const held = trim(text, equals + 1, part.end)
      return [keyValue, parseHeld(text.slice(held.start, held.end))]
    })
  }
}

/** The first member that can read the text holds it. */
function unionParser(type: LogicalType, members: readonly Field[]): TextParser {
  const parsers = members.map((m) => textParser(m.type))
  return (text) => {
    for (const [i, parse] of parsers.entries()) {
      try {
        return [i, parse(text)]
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error
      }
    }
    throw new DatabaseError('CONVERSION', `Could not convert to union type ${printType(type)}: ${text}.`)
  }
}
