import { countWork } from '../util/work.ts'
import { toBigInt } from './int.ts'
import { normalisedMicros } from './interval.ts'
import type { LogicalType } from './logical-type.ts'
import type { Int, InternalId, Interval, Value } from './value.ts'

const NULL_HASH = 0x9e3779b9 | 0

/**
 * 32-bit signed hash of a value, possibly NULL: values that grouping sees as one (see `sameValue`) have one hash.
 * Cost: constant for scalars, linear in the size of text and nested values.
 */
export function hashValue(type: LogicalType, v: Value): number {
  return v === null ? NULL_HASH : hasherFor(type)(v)
}

/** @returns the hash function of a type, for values that are not NULL. Look it up once, not per row. */
export function hasherFor(type: LogicalType): (v: Value) => number {
  return hasher(type) as (v: Value) => number
}

function hasher(type: LogicalType): (v: never) => number {
  switch (type.id) {
    case 'BOOL':
      return (v: boolean) => mix(v ? 1 : 2)
    case 'FLOAT':
    case 'DOUBLE':
      return (v: number) => hashNumber(v)
    case 'DATE':
      return (v: number) => mix(v)
    case 'STRING':
    case 'JSON':
    case 'UUID':
      return (v: string) => hashText(v)
    case 'BLOB':
      return (v: Uint8Array) => hashBytes(v)
    case 'INTERVAL':
      return (v: Interval) => hashInt(normalisedMicros(v))
    case 'INTERNAL_ID':
      return (v: InternalId) => hashId(v)
    case 'NODE':
      return (v: readonly InternalId[]) => hashId(v[0]!)
    case 'REL':
      return (v: readonly InternalId[]) => hashId(v[3]!)
    case 'LIST':
    case 'ARRAY':
      return listHasher(type.child)
    case 'MAP':
      return (v: readonly Value[]) => hashPairs(type.key, type.value, v as readonly (readonly Value[])[])
    case 'STRUCT':
      return fieldsHasher(type.fields.map((f) => f.type))
    case 'RECURSIVE_REL':
      return fieldsHasher([
        { id: 'LIST', child: type.node },
        { id: 'LIST', child: type.rel },
      ])
    case 'UNION':
      return (v: readonly [number, Value]) => combine(mix(v[0]), hashValue(type.fields[v[0]]!.type, v[1]))
    case 'ANY':
      return () => NULL_HASH
    default:
      return (v: Int) => hashInt(v)
  }
}

/** Final mixing step of MurmurHash3 (Austin Appleby, public domain): every input bit reaches every output bit. */
export function mix(h: number): number {
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** @returns one hash from two, in which their order matters. */
export function combine(a: number, b: number): number {
  return mix(Math.imul(a, 31) + b)
}

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

/** Hash of a number: 0 and -0 have one, every NaN has one. */
export function hashNumber(v: number): number {
  if (v === (v | 0)) return mix(v | 0) // fast path: also brings -0 to 0
  float[0] = Number.isNaN(v) ? Number.NaN : v
  return combine(words[0]!, words[1]!)
}

/** Hash of an {@link Int}. */
export function hashInt(v: Int): number {
  return typeof v === 'number' ? hashNumber(v) : hashNumber(Number(BigInt.asIntN(53, v ^ (v >> 64n))))
}

/** Hash of text, by UTF-16 units. */
export function hashText(v: string): number {
  let h = 0
  for (let i = 0; i < v.length; i++) h = Math.imul(h ^ v.charCodeAt(i), 0x01000193) + (h >>> 24)
  return mix(h ^ v.length)
}

/** Hash of bytes. */
export function hashBytes(v: Uint8Array): number {
  let h = 0
  for (let i = 0; i < v.length; i++) h = Math.imul(h ^ v[i]!, 0x01000193) + (h >>> 24)
  return mix(h ^ v.length)
}

function hashId(v: InternalId): number {
  return combine(v.table, v.offset | 0)
}

function listHasher(child: LogicalType): (v: never) => number {
  const hash = hasherFor(child)
  return (v: ArrayLike<Value>) => {
    let h = v.length
    countWork(v.length)
    for (let i = 0; i < v.length; i++) h = combine(h, v[i] === null ? NULL_HASH : hash(v[i]!))
    return h
  }
}

function hashPairs(key: LogicalType, value: LogicalType, pairs: readonly (readonly Value[])[]): number {
  let h = pairs.length
  for (const pair of pairs) h = combine(combine(h, hashValue(key, pair[0]!)), hashValue(value, pair[1]!))
  return h
}

function fieldsHasher(types: readonly LogicalType[]): (v: never) => number {
  const hash = types.map(hasherFor)
  return (v: readonly Value[]) => {
    let h = types.length
    for (let i = 0; i < hash.length; i++) h = combine(h, v[i] === null ? NULL_HASH : hash[i]!(v[i]!))
    return h
  }
}

/**
 * @returns a text that is the same for two values, possibly NULL, exactly when grouping sees them as one: a key for `Map`.
 * Cost: linear in the value.
 */
export function keyString(type: LogicalType, v: Value): string {
  if (v === null) return '~'
  switch (type.id) {
    case 'STRING':
    case 'JSON':
    case 'UUID':
      return `${(v as string).length}:${v}`
    case 'BLOB':
      return Buffer.from(v as Uint8Array).toString('base64')
    case 'INTERVAL': {
      const { months, days, micros } = v as Interval
      return `${months}m${days}d${micros}`
    }
    case 'INTERNAL_ID':
      return idKey(v as InternalId)
    case 'NODE':
      return idKey((v as readonly InternalId[])[0]!)
    case 'REL':
      return idKey((v as readonly InternalId[])[3]!)
    case 'LIST':
    case 'ARRAY':
      return `[${Array.from(v as ArrayLike<Value>, (e) => keyString(type.child, e)).join()}]`
    case 'MAP': {
      const pairs = v as readonly (readonly Value[])[]
      return `{${pairs.map((p) => `${keyString(type.key, p[0]!)}=${keyString(type.value, p[1]!)}`).join()}}`
    }
    case 'STRUCT':
      return `(${type.fields.map((f, i) => keyString(f.type, (v as readonly Value[])[i]!)).join()})`
    case 'RECURSIVE_REL': {
      const [nodes, rels] = v as readonly [Value, Value]
      return `${keyString({ id: 'LIST', child: type.node }, nodes)}${keyString({ id: 'LIST', child: type.rel }, rels)}`
    }
    case 'UNION': {
      const [index, held] = v as readonly [number, Value]
      return `${index}/${keyString(type.fields[index]!.type, held)}`
    }
    default:
      return String(v === 0 ? 0 : v)
  }
}

function idKey(v: InternalId): string {
  return `${v.table}:${v.offset}`
}

/** @returns the 64-bit unsigned form of a hash pair, for the scalar function `hash`. */
export function widen(high: number, low: number): bigint {
  return BigInt.asUintN(64, (toBigInt(high) << 32n) | BigInt.asUintN(32, toBigInt(low)))
}
