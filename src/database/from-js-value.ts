import { DatabaseError } from '../errors/database-error.ts'
import type { OpenLiteral } from '../planner/planner-context.ts'
import { castFunction } from '../types/cast.ts'
import { commonType } from '../types/common-type.ts'
import { normaliseInt } from '../types/int.ts'
import {
  ANY,
  BOOL,
  DOUBLE,
  INT64,
  INT128,
  type LogicalType,
  listOf,
  STRING,
  sameType,
  scalar,
} from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { JsValue } from './js-value.ts'

/** A parameter after conversion: its type decides how the statement is bound. */
export interface TypedValue {
  readonly type: LogicalType
  readonly value: Value
  /** Only of parameters that stand for a literal of the text. */
  readonly literal?: OpenLiteral
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
const INTERVAL = scalar('INTERVAL')
const NULL: TypedValue = { type: ANY, value: null }

/**
 * @returns type and value of what a program gave: safe integers INT64, other numbers DOUBLE, bigints INT64 or INT128, strings STRING, Date TIMESTAMP,
 * Uint8Array BLOB, other typed arrays and arrays LIST of the type that all elements have in common (an empty one: ANY[]), Map MAP,
 * {months, days, micros} INTERVAL, other objects STRUCT, null and undefined NULL.
 * @param path how the place is called in an error, `$name` or `$name[3].x`.
 * @throws {DatabaseError} INVALID_ARGUMENT for what has no type here (functions, symbols, class instances) and for mixed elements.
 */
export function fromJsValue(input: JsValue, path: string): TypedValue {
  switch (typeof input) {
    case 'undefined':
      return NULL
    case 'boolean':
      return { type: BOOL, value: input }
    case 'number':
      return { type: Number.isSafeInteger(input) ? INT64 : DOUBLE, value: input }
    case 'bigint':
      return { type: input >= INT64_MIN && input <= INT64_MAX ? INT64 : INT128, value: normaliseInt(input) }
    case 'string':
      return { type: STRING, value: input }
    case 'object':
      return input === null ? NULL : fromObject(input, path)
    default:
      throw new DatabaseError(
        'INVALID_ARGUMENT',
        `Parameter ${path} is a ${typeof input}, which has no type in the database.`,
      )
  }
}

function fromObject(input: object, path: string): TypedValue {
  if (Array.isArray(input)) return fromArray(input as JsValue[], path)
  if (input instanceof Date) return fromDate(input, path)
  if (input instanceof Uint8Array) return { type: scalar('BLOB'), value: new Uint8Array(input) }
  if (ArrayBuffer.isView(input)) return fromTypedArray(input, path)
  if (input instanceof Map) return fromMap(input as Map<JsValue, JsValue>, path)
  const prototype: unknown = Object.getPrototypeOf(input)
  if (prototype !== Object.prototype && prototype !== null) {
    const name = (input as { constructor?: { name?: string } }).constructor?.name ?? 'object'
    throw new DatabaseError('INVALID_ARGUMENT', `Parameter ${path} is a ${name}, which has no type in the database.`)
  }
  const keys = Object.keys(input)
  const record = input as Record<string, JsValue>
  if (keys.length === 3 && 'months' in record && 'days' in record && 'micros' in record) {
    return { type: INTERVAL, value: record as unknown as Value }
  }
  if (keys.length === 0)
    throw new DatabaseError('INVALID_ARGUMENT', `Parameter ${path} is an empty object; a STRUCT needs a field.`)
  const parts = keys.map((key) => fromJsValue(record[key], `${path}.${key}`))
  return {
    type: { id: 'STRUCT', fields: keys.map((name, i) => ({ name, type: parts[i]!.type })) },
    value: parts.map((p) => p.value),
  }
}

function fromDate(input: Date, path: string): TypedValue {
  const ms = input.getTime()
  if (Number.isNaN(ms)) throw new DatabaseError('INVALID_ARGUMENT', `Parameter ${path} is an invalid Date.`)
  const micros = ms * 1000
  return { type: scalar('TIMESTAMP'), value: Number.isSafeInteger(micros) ? micros : normaliseInt(BigInt(ms) * 1000n) }
}

/** fast path: arrays of plain numbers or strings need one look at each element and no copies per element. */
function uniformType(input: readonly JsValue[]): LogicalType | null {
  if (input.every((x) => typeof x === 'number')) return input.every((x) => Number.isSafeInteger(x)) ? INT64 : DOUBLE
  return input.every((x) => typeof x === 'string') ? STRING : null
}

function fromArray(input: readonly JsValue[], path: string): TypedValue {
  if (input.length === 0) return { type: listOf(ANY), value: [] }
  const uniform = uniformType(input)
  if (uniform !== null) return { type: listOf(uniform), value: input.slice() as Value[] }
  return unify(
    input.map((x, i) => fromJsValue(x, `${path}[${i}]`)),
    path,
  )
}

/** A comparison would turn a text into a number; a list that mixes them is a mistake. */
function elementType(a: LogicalType, b: LogicalType): LogicalType | null {
  return (a.id === 'STRING') === (b.id === 'STRING') ? commonType(a, b) : null
}

/** Brings elements to their common type. */
function unify(parts: readonly TypedValue[], path: string): TypedValue {
  let common = ANY
  parts.forEach((part, i) => {
    const next = common === ANY ? part.type : part.type === ANY ? common : elementType(common, part.type)
    if (next === null)
      throw new DatabaseError(
        'INVALID_ARGUMENT',
        `The elements of parameter ${path} have no common type: see element ${i}.`,
      )
    common = next
  })
  const values = parts.map((part) => {
    if (part.value === null || sameType(part.type, common)) return part.value
    const cast = castFunction(part.type, common)
    return cast === null ? part.value : cast(part.value)
  })
  return { type: listOf(common), value: values }
}

const TYPED_ARRAYS: readonly (readonly [new (n: number) => ArrayBufferView, LogicalType])[] = [
  [Float32Array, scalar('FLOAT')],
  [Float64Array, DOUBLE],
  [Int8Array, scalar('INT8')],
  [Int16Array, scalar('INT16')],
  [Int32Array, scalar('INT32')],
  [Uint16Array, scalar('UINT16')],
  [Uint32Array, scalar('UINT32')],
]

function fromTypedArray(input: ArrayBufferView, path: string): TypedValue {
  const known = TYPED_ARRAYS.find(([kind]) => input instanceof kind)
  if (known !== undefined) return { type: listOf(known[1]), value: (input as Float32Array).slice() }
  if (input instanceof BigInt64Array) return { type: listOf(INT64), value: Array.from(input, normaliseInt) }
  if (input instanceof BigUint64Array) return { type: listOf(scalar('UINT64')), value: Array.from(input, normaliseInt) }
  throw new DatabaseError(
    'INVALID_ARGUMENT',
    `Parameter ${path} is a ${input.constructor.name}, which has no type in the database.`,
  )
}

function fromMap(input: ReadonlyMap<JsValue, JsValue>, path: string): TypedValue {
  const keys = fromArray([...input.keys()], `${path} (keys)`)
  const values = fromArray([...input.values()], `${path} (values)`)
  const keyType = keys.type.id === 'LIST' ? keys.type.child : ANY
  const valueType = values.type.id === 'LIST' ? values.type.child : ANY
  const keyList = keys.value as readonly Value[]
  const valueList = values.value as readonly Value[]
  return { type: { id: 'MAP', key: keyType, value: valueType }, value: keyList.map((key, i) => [key, valueList[i]!]) }
}
