import { DatabaseError } from '../../errors/database-error.ts'
import { isSpace } from '../date.ts'
import { INT_RANGES, type IntTypeId, normaliseInt, SAFE_RANGES } from '../int.ts'
import type { Int } from '../value.ts'

/** Builds the error of a text that is no integer of the type. */
function notAnInt(text: string, type: IntTypeId): DatabaseError {
  if (type === 'INT128') return new DatabaseError('CONVERSION', `Cast failed. ${text} is not within INT128 range.`)
  const width = type === 'SERIAL' ? 'INT64' : type
  return new DatabaseError('CONVERSION', `Cast failed. Could not convert "${text}" to ${width}.`)
}

/**
 * Makes the reader of decimal integers: an optional minus sign and digits, spaces around them allowed; neither a plus sign nor a leading zero.
 * Cost of the frequent case, up to 15 digits: one pass, no allocation.
 * The reader throws {DatabaseError} CONVERSION for other texts and for numbers outside the type.
 */
export function intParser(type: IntTypeId): (text: string) => Int {
  const { min, max } = SAFE_RANGES[type]
  return (text) => {
    let start = 0
    let end = text.length
    while (start < end && isSpace(text.charCodeAt(start))) start++
    while (end > start && isSpace(text.charCodeAt(end - 1))) end--
    const negative = text.charCodeAt(start) === 0x2d
    const digits = negative ? start + 1 : start
    if (digits === end || (negative && min === 0)) throw notAnInt(text, type)
    if (!negative && end - digits > 1 && text.charCodeAt(digits) === 0x30 && type !== 'INT128')
      throw notAnInt(text, type)
    let v = 0
    for (let i = digits; i < end; i++) {
      const digit = text.charCodeAt(i) - 48
      if (!(digit >= 0 && digit <= 9)) throw notAnInt(text, type)
      v = v * 10 + digit
    }
    if (end - digits <= 15) {
      const signed = negative ? 0 - v : v
      if (signed < min || signed > max) throw notAnInt(text, type)
      return signed
    }
    return wideInt(text, text.slice(start, end), type)
  }
}

function wideInt(text: string, digits: string, type: IntTypeId): Int {
  const v = BigInt(digits)
  const { min, max } = INT_RANGES[type]
  if (v < min || v > max) throw notAnInt(text, type)
  return normaliseInt(v)
}

/**
 * Reads a floating-point number: digits with a point and exponent, or `inf`, `infinity`, `nan` in any case, with a minus sign; spaces around it allowed.
 * @throws {DatabaseError} CONVERSION for other texts.
 */
export function parseDouble(text: string, type: 'DOUBLE' | 'FLOAT' = 'DOUBLE'): number {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  let plain = start < end && text.charCodeAt(start) !== 0x2b
  for (let i = start; i < end && plain; i++) {
    const unit = text.charCodeAt(i)
    // digits . - + e E: what is left to go wrong, Number finds
    plain = (unit >= 48 && unit <= 57) || unit === 46 || unit === 45 || unit === 43 || unit === 101 || unit === 69
  }
  const v = plain ? Number(text) : namedNumber(text.slice(start, end))
  if (plain ? !Number.isNaN(v) : v !== undefined) return v!
  throw new DatabaseError('CONVERSION', `Cast failed. ${text} is not in ${type} range.`)
}

function namedNumber(word: string): number | undefined {
  switch (word.toLowerCase()) {
    case 'inf':
    case 'infinity':
      return Number.POSITIVE_INFINITY
    case '-inf':
    case '-infinity':
      return Number.NEGATIVE_INFINITY
    case 'nan':
    case '-nan':
      return Number.NaN
    default:
      return undefined
  }
}

const DECIMAL_TEXT = /^\s*(-?)(\d*)(?:\.(\d*))?\s*$/

/**
 * Makes the reader of decimal numbers with `scale` digits behind the point, rounding half away from zero.
 * The reader gives the unscaled integer and throws {DatabaseError} CONVERSION for other texts and for numbers with too many digits.
 */
export function decimalParser(precision: number, scale: number): (text: string) => Int {
  const limit = 10n ** BigInt(precision)
  return (text) => {
    const match = DECIMAL_TEXT.exec(text)
    const whole = match?.[2] ?? ''
    const fraction = match?.[3] ?? ''
    let v = -1n
    if (match !== null && whole.length + fraction.length > 0) {
      v = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0') || '0')
      if (fraction.charCodeAt(scale) >= 53) v++
    }
    if (v < 0n || v >= limit) {
      throw new DatabaseError('CONVERSION', `Cast failed. ${text} is not in DECIMAL(${precision}, ${scale}) range.`)
    }
    return normaliseInt(match![1] === '-' ? -v : v)
  }
}
