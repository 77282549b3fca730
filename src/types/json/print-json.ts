import { countWork } from '../../util/work.ts'
import { formatterFor } from '../format.ts'
import type { LogicalType } from '../logical-type.ts'
import type { Value } from '../value.ts'
import { JsonReal, type JsonValue } from './json-value.ts'
import { parseJson } from './parse-json.ts'

/** @returns a JSON document as text without spaces. */
export function printJson(v: JsonValue): string {
  countWork(1)
  if (v === null || typeof v === 'boolean' || typeof v === 'number' || typeof v === 'bigint') return String(v)
  if (typeof v === 'string') return JSON.stringify(v)
  if (v instanceof JsonReal) return printReal(v.value)
  if (Array.isArray(v)) return `[${v.map(printJson).join(',')}]`
  return `{${Array.from(v, ([key, held]) => `${JSON.stringify(key)}:${printJson(held)}`).join(',')}}`
}

/** The shortest digits that give the number back, always with a point or exponent; what JSON cannot hold is null. */
function printReal(v: number): string {
  if (!Number.isFinite(v)) return 'null'
  const text = Object.is(v, -0) ? '-0' : String(v)
  return /[.e]/.test(text) ? text.replace('e+', 'e') : `${text}.0`
}

/**
 * @returns a value, possibly NULL, as a JSON document: structs, nodes, rels and maps become objects, lists arrays, numbers up to 64 bits numbers,
 * JSON itself its document, everything else its printed form as text.
 */
export function toJson(type: LogicalType, v: Value): JsonValue {
  countWork(1)
  if (v === null) return null
  switch (type.id) {
    case 'BOOL':
      return v as boolean
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64':
    case 'SERIAL':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'UINT64':
      return v as number | bigint
    case 'FLOAT':
    case 'DOUBLE':
      return new JsonReal(v as number)
    case 'STRING':
      return v as string
    case 'JSON':
      return parseJson(v as string)
    case 'LIST':
    case 'ARRAY':
      return Array.from(v as ArrayLike<Value>, (e) => toJson(type.child, e))
    case 'MAP':
      return pairsToJson(type.key, type.value, v as readonly (readonly Value[])[])
    case 'UNION': {
      const [index, held] = v as readonly [number, Value]
      return toJson(type.fields[index]!.type, held)
    }
    case 'STRUCT':
    case 'NODE':
    case 'REL': {
      const values = v as readonly Value[]
      return new Map(type.fields.map((f, i) => [f.name, toJson(f.type, values[i]!)]))
    }
    case 'RECURSIVE_REL': {
      const [nodes, rels] = v as readonly (readonly Value[])[]
      return new Map([
        ['_NODES', nodes!.map((n) => toJson(type.node, n))],
        ['_RELS', rels!.map((r) => toJson(type.rel, r))],
      ])
    }
    default:
      return formatterFor(type)(v)
  }
}

function pairsToJson(key: LogicalType, value: LogicalType, pairs: readonly (readonly Value[])[]): JsonValue {
  const keyText = formatterFor(key)
  return new Map(pairs.map((pair) => [pair[0] === null ? '' : keyText(pair[0]!), toJson(value, pair[1]!)]))
}
