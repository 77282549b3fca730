import { countWork } from '../util/work.ts'
import { formatBlob } from './blob-text.ts'
import { formatDate } from './date.ts'
import { formatDecimal, formatFloat } from './format-number.ts'
import { formatInterval } from './interval.ts'
import type { Field, LogicalType } from './logical-type.ts'
import { formatTimestamp, isTimestampType } from './timestamp.ts'
import type { Int, InternalId, Interval, Value } from './value.ts'

/**
 * Which of the printed forms: `text` is what `string(x)`, CAST and the CSV writer give, `shell` what the shell shows, `short` the same with long
 * lists shortened. The first two differ in relationships only: `{_SRC: 0:0, _DST: 0:1, …}` and `(0:0)-{…}->(0:1)`.
 */
export type FormatStyle = 'text' | 'shell' | 'short'

/** Lists of the `short` form that are longer than this show their first elements and their length. */
export const LONGEST_WHOLE_LIST = 8
const SHOWN_ELEMENTS = 3

/** @returns the printed form of a value; NULL is the empty text. */
export function formatValue(type: LogicalType, v: Value, style: FormatStyle = 'text'): string {
  return v === null ? '' : formatterFor(type, style)(v)
}

/** @returns the function that prints values of a type that are not NULL. Look it up once per column. */
export function formatterFor(type: LogicalType, style: FormatStyle = 'text'): (v: Value) => string {
  return formatter(type, style) as (v: Value) => string
}

type AnyFormatter = (v: never) => string

function formatter(type: LogicalType, style: FormatStyle): AnyFormatter {
  const { id } = type
  if (isTimestampType(id)) return (v: Int) => formatTimestamp(v, id)
  switch (type.id) {
    case 'ANY':
      return () => ''
    case 'BOOL':
      return (v: boolean) => (v ? 'True' : 'False')
    case 'FLOAT':
    case 'DOUBLE':
      return formatFloat
    case 'DECIMAL':
      return (v: Int) => formatDecimal(v, type.scale)
    case 'DATE':
      return formatDate
    case 'INTERVAL':
      return (v: Interval) => formatInterval(v)
    case 'BLOB':
      return (v: Uint8Array) => formatBlob(v)
    case 'INTERNAL_ID':
      return formatId
    case 'LIST':
    case 'ARRAY':
      return listFormatter(type.child, style)
    case 'MAP':
      return mapFormatter(type.key, type.value, style)
    case 'UNION':
      return unionFormatter(type.fields, style)
    case 'STRUCT':
      return fieldsFormatter(type.fields, style, false)
    case 'NODE':
      return fieldsFormatter(type.fields, style, true)
    case 'REL':
      return style === 'text' ? fieldsFormatter(type.fields, style, true) : arrowFormatter(type.fields, style)
    case 'RECURSIVE_REL':
      return pathFormatter(type.node, type.rel, style)
    default:
      // integers, and the types whose values are texts
      return (v: Int | string) => String(v)
  }
}

function formatId(v: InternalId): string {
  return `${v.table}:${v.offset}`
}

function orEmpty(format: (v: Value) => string): (v: Value) => string {
  return (v) => (v === null ? '' : format(v))
}

/** Three significant digits: enough to tell vectors apart. */
function briefNumber(v: Value): string {
  if (v === null) return ''
  return Number.isFinite(v) ? String(Number((v as number).toPrecision(3))) : formatFloat(v as number)
}

function listFormatter(child: LogicalType, style: FormatStyle): AnyFormatter {
  const format = orEmpty(formatterFor(child, style))
  const brief = child.id === 'FLOAT' || child.id === 'DOUBLE' ? briefNumber : format
  return (v: ArrayLike<Value>) => {
    if (style === 'short' && v.length > LONGEST_WHOLE_LIST) {
      const shown = Array.from({ length: SHOWN_ELEMENTS }, (_e, i) => brief(v[i]!))
      return `[${shown.join(', ')}, ... ${v.length}]`
    }
    let text = '['
    for (let i = 0; i < v.length; i++) {
      countWork(1)
      text += i === 0 ? format(v[i]!) : `,${format(v[i]!)}`
    }
    return `${text}]`
  }
}

function mapFormatter(key: LogicalType, value: LogicalType, style: FormatStyle): AnyFormatter {
  const formatKey = orEmpty(formatterFor(key, style))
  const formatHeld = orEmpty(formatterFor(value, style))
  return (v: readonly (readonly Value[])[]) => {
    return `{${v.map((pair) => `${formatKey(pair[0]!)}=${formatHeld(pair[1]!)}`).join(', ')}}`
  }
}

function unionFormatter(members: readonly Field[], style: FormatStyle): AnyFormatter {
  const formats = members.map((m) => orEmpty(formatterFor(m.type, style)))
  return (v: readonly [number, Value]) => formats[v[0]]!(v[1])
}

function fieldsFormatter(fields: readonly Field[], style: FormatStyle, skipNulls: boolean): AnyFormatter {
  const formats = fields.map((f) => orEmpty(formatterFor(f.type, style)))
  return (v: readonly Value[]) => {
    const parts: string[] = []
    for (let i = 0; i < fields.length; i++) {
      if (!skipNulls || v[i] !== null) parts.push(`${fields[i]!.name}: ${formats[i]!(v[i]!)}`)
    }
    return `{${parts.join(', ')}}`
  }
}

function arrowFormatter(fields: readonly Field[], style: FormatStyle): AnyFormatter {
  const body = fieldsFormatter(fields.slice(2), style, true) as (v: Value) => string
  return (v: readonly Value[]) => {
    return `(${formatId(v[0] as InternalId)})-${body(v.slice(2))}->(${formatId(v[1] as InternalId)})`
  }
}

function pathFormatter(node: LogicalType, rel: LogicalType, style: FormatStyle): AnyFormatter {
  const nodes = listFormatter(node, style) as (v: Value) => string
  const rels = listFormatter(rel, style) as (v: Value) => string
  return (v: readonly Value[]) => `{_NODES: ${nodes(v[0]!)}, _RELS: ${rels(v[1]!)}}`
}
