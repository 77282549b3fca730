import { DatabaseError } from '../../errors/database-error.ts'
import { isIntType } from '../int.ts'
import { JsonReal, type JsonValue } from '../json/json-value.ts'
import { parseJson } from '../json/parse-json.ts'
import { printJson } from '../json/print-json.ts'
import type { LogicalType } from '../logical-type.ts'
import { printType } from '../print-type.ts'
import type { Value } from '../value.ts'
import { roundHalfEven } from './cast-number.ts'
import { textParser } from './text-parser.ts'

/**
 * @returns the cast of JSON text to a type: arrays to LIST and ARRAY, objects to STRUCT (by name) and MAP, strings by their content, everything else by its text.
 * The cast throws {DatabaseError} CONVERSION for a document that does not fit.
 */
export function jsonCast(to: LogicalType): (v: Value) => Value {
  const read = reader(to)
  return (v) => read(parseJson(v as string))
}

type Reader = (v: JsonValue) => Value

/** @returns the function that turns a JSON document into a value of a type; a JSON null is NULL. */
function reader(to: LogicalType): Reader {
  switch (to.id) {
    case 'JSON':
      return printJson
    case 'LIST':
    case 'ARRAY':
      return listReader(to, to.child)
    case 'STRUCT':
      return structReader(to)
    case 'MAP':
      return mapReader(to)
    default:
      return scalarReader(to)
  }
}

function misfit(v: JsonValue, to: LogicalType): DatabaseError {
  return new DatabaseError('CONVERSION', `Cast failed. ${printJson(v)} is not in ${printType(to)} range.`)
}

function scalarReader(to: LogicalType): Reader {
  const parse = textParser(to)
  return (v) => {
    if (v === null) return null
    if (typeof v === 'string') return parse(v)
    // 2.0 is a whole number to JSON writers that know no other kind
    if (v instanceof JsonReal && isIntType(to.id) && roundHalfEven(v.value) === v.value) return parse(String(v.value))
    return parse(printJson(v))
  }
}

function listReader(to: LogicalType, child: LogicalType): Reader {
  const read = reader(child)
  return (v) => {
    if (v === null) return null
    if (!Array.isArray(v) || (to.id === 'ARRAY' && v.length !== to.length)) throw misfit(v, to)
    return v.map(read)
  }
}

function structReader(to: Extract<LogicalType, { fields: unknown }>): Reader {
  const readers = to.fields.map((f) => reader(f.type))
  return (v) => {
    if (v === null) return null
    if (!(v instanceof Map)) throw misfit(v, to)
    const byName = new Map(Array.from(v, ([key, held]) => [key.toLowerCase(), held]))
    return to.fields.map((f, i) => readers[i]!(v.get(f.name) ?? byName.get(f.name.toLowerCase()) ?? null))
  }
}

function mapReader(to: Extract<LogicalType, { key: unknown }>): Reader {
  const readKey = reader(to.key)
  const readHeld = reader(to.value)
  return (v) => {
    if (v === null) return null
    if (!(v instanceof Map)) throw misfit(v, to)
    return Array.from(v, ([key, held]) => [readKey(key), readHeld(held)])
  }
}
