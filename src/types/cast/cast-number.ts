import { DatabaseError } from '../../errors/database-error.ts'
import { formatDecimal, formatFloat } from '../format-number.ts'
import { INT_RANGES, type IntTypeId, isIntType, normaliseInt, toBigInt } from '../int.ts'
import type { LogicalType } from '../logical-type.ts'
import { printType } from '../print-type.ts'
import type { Int, Value } from '../value.ts'

type Cast = (v: never) => Value
type DecimalType = Extract<LogicalType, { id: 'DECIMAL' }>

/** @returns the cast between two numeric types. The casts throw {DatabaseError} OVERFLOW for what the target cannot hold. */
export function numberCast(from: LogicalType, to: LogicalType): Cast {
  if (to.id === 'DECIMAL') return toDecimal(from, to)
  if (from.id === 'DECIMAL') return fromDecimal(from, to)
  const fromFloat = from.id === 'FLOAT' || from.id === 'DOUBLE'
  if (isIntType(to.id)) return fromFloat ? floatToInt(to.id) : intToInt(to.id)
  if (to.id === 'FLOAT') return (v: Int) => Math.fround(Number(v))
  return (v: Int) => Number(v)
}

function outOfInt(text: string, type: IntTypeId): DatabaseError {
  return new DatabaseError('OVERFLOW', `Value ${text} is not within ${type === 'SERIAL' ? 'INT64' : type} range`)
}

function intToInt(type: IntTypeId): Cast {
  const { min, max } = INT_RANGES[type]
  return (v: Int) => {
    if (v < min || v > max) throw outOfInt(String(v), type)
    return v
  }
}

function floatToInt(type: IntTypeId): Cast {
  const { min, max } = INT_RANGES[type]
  return (v: number) => {
    if (Number.isNaN(v) || v < min) throw outOfInt(formatFloat(v), type)
    const rounded = roundHalfEven(v)
    if (rounded > max) throw outOfInt(formatFloat(v), type)
    return Number.isSafeInteger(rounded) ? rounded : normaliseInt(BigInt(rounded))
  }
}

/** @returns the nearest whole number, of two equally near the even one; never -0. */
export function roundHalfEven(v: number): number {
  const floor = Math.floor(v)
  const rest = v - floor
  if (rest > 0.5 || (rest === 0.5 && floor % 2 !== 0)) return floor + 1 + 0
  return floor + 0
}

function toDecimal(from: LogicalType, to: DecimalType): Cast {
  const limit = 10n ** BigInt(to.precision)
  const unit = 10n ** BigInt(to.scale)
  if (from.id === 'DECIMAL') return rescale(from, to, limit)
  if (from.id === 'FLOAT' || from.id === 'DOUBLE') {
    const scale = Number(unit)
    return (v: number) => {
      const scaled = Math.trunc(v * scale + (v < 0 ? -0.5 : 0.5)) + 0
      if (!(Math.abs(scaled) < limit)) throw notInDecimal(formatFloat(v), to)
      return Number.isSafeInteger(scaled) ? scaled : normaliseInt(BigInt(scaled))
    }
  }
  return (v: Int) => {
    const scaled = toBigInt(v) * unit
    if (scaled >= limit || scaled <= -limit) throw notInDecimal(String(v), to)
    return normaliseInt(scaled)
  }
}

function notInDecimal(text: string, to: DecimalType): DatabaseError {
  return new DatabaseError('OVERFLOW', `To Decimal Cast Failed: ${text} is not in ${printType(to)} range`)
}

function rescale(from: DecimalType, to: DecimalType, limit: bigint): Cast {
  const change = to.scale - from.scale
  return (v: Int) => {
    const scaled =
      change >= 0 ? toBigInt(v) * 10n ** BigInt(change) : divideHalfAway(toBigInt(v), 10n ** BigInt(-change))
    if (scaled >= limit || scaled <= -limit) {
      const text = `Decimal Cast Failed: input ${formatDecimal(v, from.scale)} is not in range of ${printType(to)}`
      throw new DatabaseError('OVERFLOW', text)
    }
    return normaliseInt(scaled)
  }
}

/** @returns the quotient rounded to the nearest whole number, halves away from zero. */
export function divideHalfAway(v: bigint, unit: bigint): bigint {
  const half = unit / 2n
  return (v < 0n ? v - half : v + half) / unit
}

function fromDecimal(from: DecimalType, to: LogicalType): Cast {
  if (isIntType(to.id)) {
    const unit = 10n ** BigInt(from.scale)
    const { min, max } = INT_RANGES[to.id]
    return (v: Int) => {
      const whole = divideHalfAway(toBigInt(v), unit)
      if (whole < min || whole > max) {
        const text = `Cast Failed: ${formatDecimal(v, from.scale)} is not in ${to.id} range`
        throw new DatabaseError('OVERFLOW', text)
      }
      return normaliseInt(whole)
    }
  }
  // through the text, since dividing two rounded doubles would round twice
  if (to.id === 'FLOAT') return (v: Int) => Math.fround(Number(formatDecimal(v, from.scale)))
  return (v: Int) => Number(formatDecimal(v, from.scale))
}
