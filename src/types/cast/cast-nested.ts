import { DatabaseError } from '../../errors/database-error.ts'
import { countWork } from '../../util/work.ts'
import { implicitCastCost } from '../implicit-cast.ts'
import type { Field, LogicalType } from '../logical-type.ts'
import { sameType } from '../logical-type.ts'
import { printType } from '../print-type.ts'
import { fieldPlaces } from '../struct-fields.ts'
import type { Value } from '../value.ts'
import { unsupportedCast } from './unsupported-cast.ts'

/** A cast of values that are not NULL. */
export type Cast = (v: Value) => Value

/** Finds the cast between two types; handed down by the caller, because casts of nested types need those of their parts. */
export type FindCast = (from: LogicalType, to: LogicalType) => Cast | null

function orNull(cast: Cast): Cast {
  return (v) => {
    countWork(1)
    return v === null ? null : cast(v)
  }
}

/** @returns the element-wise cast between two nested types of one kind, null if there is none. */
export function nestedCast(from: LogicalType, to: LogicalType, find: FindCast): Cast | null {
  if ((from.id === 'LIST' || from.id === 'ARRAY') && (to.id === 'LIST' || to.id === 'ARRAY')) {
    if (from.id === 'ARRAY' && to.id === 'ARRAY' && from.length !== to.length) return null
    const element = find(from.child, to.child) ?? refusal(from.child, to.child)
    return to.id === 'ARRAY' && from.id === 'LIST'
      ? checkedLength(elements(from.child, to.child, element), to.length)
      : elements(from.child, to.child, element)
  }
  if (from.id === 'STRUCT' && to.id === 'STRUCT') return structCast(from.fields, to.fields, find)
  if (from.id === 'MAP' && to.id === 'MAP') return mapCast(find(from.key, to.key), find(from.value, to.value))
  return null
}

/** Stands for a cast that does not exist: a list without elements has no need of it. */
function refusal(from: LogicalType, to: LogicalType): Cast {
  return () => {
    throw unsupportedCast(from, to)
  }
}

function elements(from: LogicalType, to: LogicalType, cast: Cast): Cast {
  if (sameType(from, to)) return (v) => v
  const castElement = orNull(cast)
  return (v) => {
    // fast path: typed arrays of numbers hold no NULL
    if (ArrayBuffer.isView(v) && to.id === 'FLOAT') return Float32Array.from(v as ArrayLike<number>)
    if (ArrayBuffer.isView(v) && to.id === 'DOUBLE') return Float64Array.from(v as ArrayLike<number>)
    return Array.from(v as ArrayLike<Value>, castElement)
  }
}

function checkedLength(cast: Cast, length: number): Cast {
  return (v) => {
    const actual = (v as ArrayLike<Value>).length
    if (actual !== length) {
      throw new DatabaseError(
        'CONVERSION',
        `Unsupported casting LIST with incorrect list entry to ARRAY. Expected: ${length}, Actual: ${actual}.`,
      )
    }
    return cast(v)
  }
}

function structCast(from: readonly Field[], to: readonly Field[], find: FindCast): Cast | null {
  const places = fieldPlaces(from, to)
  if (places === null) return null
  const casts: Cast[] = []
  for (const [i, field] of to.entries()) {
    const cast = find(from[places[i]!]!.type, field.type)
    if (cast === null) return null
    casts.push(orNull(cast))
  }
  return (v) => casts.map((cast, i) => cast((v as readonly Value[])[places[i]!]!))
}

function mapCast(key: Cast | null, value: Cast | null): Cast | null {
  if (key === null || value === null) return null
  const castKey = orNull(key)
  const castHeld = orNull(value)
  return (v) => (v as readonly (readonly Value[])[]).map((pair) => [castKey(pair[0]!), castHeld(pair[1]!)])
}

/** @returns the cast that keeps the member, by name. @throws {DatabaseError} CONVERSION if the target lacks one. */
function unionToUnion(from: UnionType, to: UnionType, find: FindCast): Cast {
  const targets = from.fields.map((member) => {
    const index = to.fields.findIndex((m) => m.name.toLowerCase() === member.name.toLowerCase())
    if (index < 0) {
      throw new DatabaseError(
        'CONVERSION',
        `Cannot cast from ${printType(from)} to ${printType(to)}, target type is missing field '${member.name}'.`,
      )
    }
    return {
      index,
      cast: orNull(find(member.type, to.fields[index]!.type) ?? refusal(member.type, to.fields[index]!.type)),
    }
  })
  return (v) => {
    const [index, held] = v as readonly [number, Value]
    const target = targets[index]!
    return [target.index, target.cast(held)]
  }
}

type UnionType = LogicalType & { readonly fields: readonly Field[] }

/**
 * @returns the cast of a value that is no text into the member of its own type, or else the member that costs least.
 * @throws {DatabaseError} CONVERSION if no member can hold it.
 */
export function unionCast(from: LogicalType, to: UnionType, find: FindCast): Cast {
  if (from.id === 'UNION') return unionToUnion(from, to, find)
  let best = to.fields.findIndex((m) => sameType(m.type, from))
  let lowest = Number.POSITIVE_INFINITY
  for (const [i, member] of best >= 0 ? [] : to.fields.entries()) {
    const cost = implicitCastCost(from.id, member.type.id)
    if (cost === null || cost >= lowest || find(from, member.type) === null) continue
    best = i
    lowest = cost
  }
  if (best < 0) {
    throw new DatabaseError(
      'CONVERSION',
      `Cannot cast from ${printType(from)} to ${printType(to)}, target type has no compatible field.`,
    )
  }
  const cast = find(from, to.fields[best]!.type)!
  return (v) => [best, cast(v)]
}
