import type { Field, LogicalType } from '../types/logical-type.ts'
import type { Int, InternalId, Interval, Value } from '../types/value.ts'
import type { IntegerMode, JsValue } from './js-value.ts'

/** Turns a non-null value of one type into what programs get. */
export type ToJs = (value: Value) => JsValue

/** The converter of types whose values programs get as they are. */
export const unchanged: ToJs = (value) => value as JsValue
const MS_PER_DAY = 86_400_000

/**
 * @returns the converter of a type, made once per result column. Nulls inside nested values are handled, the outermost is the caller's.
 * Plain values go through unchanged at no cost.
 */
export function toJsConverter(type: LogicalType, integers: IntegerMode): ToJs {
  switch (type.id) {
    case 'INT64':
    case 'UINT64':
    case 'INT128':
    case 'SERIAL':
      return integers === 'bigint' ? (value) => BigInt(value as Int) : unchanged
    case 'DECIMAL':
      return decimalToJs(type.scale)
    case 'DATE':
      return (value) => new Date((value as number) * MS_PER_DAY)
    case 'TIMESTAMP':
    case 'TIMESTAMP_TZ':
      return timestampToJs(1000)
    case 'TIMESTAMP_NS':
      return timestampToJs(1_000_000)
    case 'TIMESTAMP_MS':
      return (value) => new Date(Number(value))
    case 'TIMESTAMP_SEC':
      return (value) => new Date(Number(value) * 1000)
    case 'BLOB':
      return (value) => Buffer.from(value as Uint8Array)
    case 'INTERNAL_ID':
      return (value) => {
        const { table, offset } = value as InternalId
        return { offset, table }
      }
    case 'INTERVAL':
      return (value) => ({ ...(value as Interval) })
    case 'LIST':
    case 'ARRAY':
      return listToJs(type.child, integers)
    case 'STRUCT':
      return structToJs(type.fields, integers)
    case 'UNION':
      return unionToJs(type.fields, integers)
    case 'MAP':
      return mapToJs(type.key, type.value, integers)
    case 'NODE':
    case 'REL':
      return entityToJs(type.fields, integers)
    case 'RECURSIVE_REL':
      return pathToJs(type.node, type.rel, integers)
    default:
      return unchanged
  }
}

/** Nearest double of unscaled / 10^scale: goes through the decimal text, since dividing doubles would round twice. */
function decimalToJs(scale: number): ToJs {
  return (value) => Number(`${value as Int}e-${scale}`)
}

/** Truncates toward minus infinity, so that the order of timestamps is kept. */
function timestampToJs(unitsPerMs: number): ToJs {
  return (value) => {
    if (typeof value === 'number') return new Date(Math.floor(value / unitsPerMs))
    const units = BigInt(unitsPerMs)
    const wide = value as bigint
    return new Date(Number((wide - (((wide % units) + units) % units)) / units))
  }
}

function nullable(convert: ToJs): ToJs {
  return (value) => (value === null ? null : convert(value))
}

function listToJs(child: LogicalType, integers: IntegerMode): ToJs {
  const convert = toJsConverter(child, integers)
  if (convert === unchanged)
    return (value) => (ArrayBuffer.isView(value) ? (value as JsValue) : [...(value as readonly JsValue[])])
  const element = nullable(convert)
  return (value) => Array.from(value as readonly Value[], element)
}

/** Sets a field of an object that programs get. The one name that assignment would treat as the prototype is defined instead. */
function setField(target: Record<string, JsValue>, name: string, value: JsValue): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true })
  else target[name] = value
}

function structToJs(fields: readonly Field[], integers: IntegerMode): ToJs {
  const converters = fields.map((f) => nullable(toJsConverter(f.type, integers)))
  return (value) => {
    const out: Record<string, JsValue> = {}
    const parts = value as readonly Value[]
    for (let i = 0; i < fields.length; i++) setField(out, fields[i]!.name, converters[i]!(parts[i]!))
    return out
  }
}

function unionToJs(fields: readonly Field[], integers: IntegerMode): ToJs {
  const converters = fields.map((f) => nullable(toJsConverter(f.type, integers)))
  return (value) => {
    const [member, held] = value as readonly [number, Value]
    const out: Record<string, JsValue> = {}
    setField(out, fields[member]!.name, converters[member]!(held))
    return out
  }
}

function mapToJs(key: LogicalType, value: LogicalType, integers: IntegerMode): ToJs {
  const keyToJs = nullable(toJsConverter(key, integers))
  const valueToJs = nullable(toJsConverter(value, integers))
  return (entries) => {
    const out = new Map<JsValue, JsValue>()
    for (const entry of entries as readonly (readonly [Value, Value])[]) out.set(keyToJs(entry[0]), valueToJs(entry[1]))
    return out
  }
}

const ENTITY_NAMES: Readonly<Record<string, string>> = { _ID: '_id', _LABEL: '_label', _SRC: '_src', _DST: '_dst' }

function entityToJs(fields: readonly Field[], integers: IntegerMode): ToJs {
  const names = fields.map((f) => ENTITY_NAMES[f.name] ?? f.name)
  return structToJs(
    fields.map((f, i) => ({ name: names[i]!, type: f.type })),
    integers,
  )
}

function pathToJs(node: LogicalType, rel: LogicalType, integers: IntegerMode): ToJs {
  const nodeToJs = nullable(toJsConverter(node, integers))
  const relToJs = nullable(toJsConverter(rel, integers))
  return (value) => {
    const [nodes, rels] = value as readonly [readonly Value[], readonly Value[]]
    return { _nodes: nodes.map(nodeToJs), _rels: rels.map(relToJs) }
  }
}
