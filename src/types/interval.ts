import { DatabaseError } from '../errors/database-error.ts'
import { digitAt, isSpace } from './date.ts'
import { parseDatePart } from './date-part.ts'
import { addInt, compareInt, mulInt, normaliseInt, subInt, toBigInt } from './int.ts'
import { formatTime, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, scanTime } from './time.ts'
import type { Int, Interval } from './value.ts'

/** Days of a month where an interval must be given one length. */
export const DAYS_PER_MONTH = 30

const INT32_MAX = 2147483647

/** @returns microseconds of an interval with months of 30 days and days of 24 hours. */
export function normalisedMicros(v: Interval): Int {
  const days = v.months * DAYS_PER_MONTH + v.days
  if (typeof v.micros === 'number') {
    const sum = days * MICROS_PER_DAY + v.micros
    if (Number.isSafeInteger(sum) && Number.isSafeInteger(days * MICROS_PER_DAY)) return sum
  }
  return normaliseInt(BigInt(days) * BigInt(MICROS_PER_DAY) + toBigInt(v.micros))
}

/**
 * Total order of intervals: by their normalised length; of two with one length but other parts, which are not equal,
 * the one with the larger days and months comes first (so `1 day` < `24 hours`).
 */
export function compareIntervals(a: Interval, b: Interval): number {
  const order = compareInt(normalisedMicros(a), normalisedMicros(b))
  if (order !== 0) return order
  return b.months - a.months || b.days - a.days
}

/**
 * @returns an interval of three parts.
 * @throws {DatabaseError} OVERFLOW if months or days leave 32 bits.
 */
export function makeInterval(months: number, days: number, micros: Int): Interval {
  if (Math.abs(months) > INT32_MAX || Math.abs(days) > INT32_MAX) throw outOfRange()
  return { months, days, micros }
}

function outOfRange(): DatabaseError {
  return new DatabaseError('OVERFLOW', 'Interval value is out of range')
}

/** @throws {DatabaseError} OVERFLOW if a part leaves its width. */
export function addIntervals(a: Interval, b: Interval): Interval {
  return makeInterval(a.months + b.months, a.days + b.days, addInt(a.micros, b.micros, 'INT64'))
}

/** @throws {DatabaseError} OVERFLOW if a part leaves its width. */
export function subIntervals(a: Interval, b: Interval): Interval {
  return makeInterval(a.months - b.months, a.days - b.days, subInt(a.micros, b.micros, 'INT64'))
}

/** @returns the interval with all signs turned. */
export function negateInterval(v: Interval): Interval {
  return { months: 0 - v.months, days: 0 - v.days, micros: subInt(0, v.micros, 'INT64') }
}

/**
 * Divides each part and hands its remainder on to the next smaller one.
 * @throws {DatabaseError} DIVIDE_BY_ZERO.
 */
export function divideInterval(v: Interval, by: Int): Interval {
  if (by === 0) throw new DatabaseError('DIVIDE_BY_ZERO', 'Divide by zero.')
  const divisor = toBigInt(by)
  const months = BigInt(v.months)
  const days = BigInt(v.days) + (months % divisor) * BigInt(DAYS_PER_MONTH)
  const micros = toBigInt(v.micros) + (days % divisor) * BigInt(MICROS_PER_DAY)
  return { months: Number(months / divisor), days: Number(days / divisor), micros: normaliseInt(micros / divisor) }
}

/** @returns text like `1 year 2 months 3 days 04:05:06.7`; `00:00:00` for the empty interval; each part with its own sign. */
export function formatInterval(v: Interval): string {
  const years = Math.trunc(v.months / 12) + 0
  const months = (v.months % 12) + 0
  const words: string[] = []
  if (years !== 0) words.push(counted(years, 'year'))
  if (months !== 0) words.push(counted(months, 'month'))
  if (v.days !== 0) words.push(counted(v.days, 'day'))
  if (v.micros !== 0) words.push(v.micros < 0 ? `-${formatTime(-v.micros)}` : formatTime(v.micros))
  return words.length === 0 ? '00:00:00' : words.join(' ')
}

function counted(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'}`
}

/**
 * Reads text like `1 year 2 days 04:05:06.7`, `3 hours`, `-1 days`, `1.5 hours`.
 * @throws {DatabaseError} CONVERSION if it is no interval; OVERFLOW if a part leaves its width.
 */
export function parseInterval(text: string): Interval {
  if (text.length === 0) {
    throw new DatabaseError('CONVERSION', 'Error occurred during parsing interval. Given empty string.')
  }
  const sum = new IntervalSum()
  let at = text.charCodeAt(0) === 0x40 ? 1 : 0 // a leading @, as PostgreSQL prints it
  let found = false
  for (at = skipSpaces(text, at); at < text.length; at = skipSpaces(text, at)) {
    const negative = text[at] === '-'
    const start = negative ? at + 1 : at
    let end = start
    while (digitAt(text, end) >= 0) end++
    if (end === start) throw notAnInterval(text)
    if (text[end] === ':') {
      addTime(sum, text.slice(start), negative)
      return sum.interval()
    }
    at = addTerm(sum, text, start, end, negative)
    found = true
  }
  if (!found) throw notAnInterval(text)
  return sum.interval()
}

function notAnInterval(text: string): DatabaseError {
  return new DatabaseError('CONVERSION', `Error occurred during parsing interval. Given: "${text}".`)
}

function skipSpaces(text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  return at
}

function addTime(sum: IntervalSum, text: string, negative: boolean): void {
  const time = scanTime(text, 0)
  if (time === null || skipSpaces(text, time.end) !== text.length) {
    throw new DatabaseError('CONVERSION', `Error occurred during parsing time. Given: "${text}".`)
  }
  sum.addMicros(negative ? -time.micros : time.micros, 1, 0)
}

/** Adds `<number>[.<fraction>] <unit>`. @returns the position after it. */
function addTerm(sum: IntervalSum, text: string, start: number, end: number, negative: boolean): number {
  const digits = text.slice(start, end)
  if (digits.length > 18) throw new DatabaseError('CONVERSION', `Cast failed. Could not convert "${digits}" to INT64.`)
  let at = end
  let fraction = 0
  if (text[at] === '.') {
    let scale = 100000
    for (at++; digitAt(text, at) >= 0; at++) {
      fraction += digitAt(text, at) * scale
      scale = Math.trunc(scale / 10)
    }
  }
  at = skipSpaces(text, at)
  const wordStart = at
  while (at < text.length && !isSpace(text.charCodeAt(at))) at++
  const word = text.slice(wordStart, at)
  if (word === '') {
    throw new DatabaseError('CONVERSION', 'Error occurred during parsing interval. Field name is missing.')
  }
  const sign = negative ? -1 : 1
  sum.addPart(word, sign * Number(digits), sign * fraction)
  return at
}

/** Sum of the terms of an interval text. Fractions are in millionths of the unit. */
class IntervalSum {
  #months = 0
  #days = 0
  #micros: Int = 0

  interval(): Interval {
    return makeInterval(this.#months, this.#days, this.#micros)
  }

  addPart(word: string, number: number, fraction: number): void {
    const part = parseDatePart(word)
    switch (part) {
      case 'millennium':
        this.#addMonths(number, 12000, fraction)
        break
      case 'century':
        this.#addMonths(number, 1200, fraction)
        break
      case 'decade':
        this.#addMonths(number, 120, fraction)
        break
      case 'year':
        this.#addMonths(number, 12, fraction)
        break
      case 'quarter':
        this.#addMonths(number, 3, fraction)
        this.#addDays(0, DAYS_PER_MONTH, (fraction * 3) % MICROS_PER_SECOND)
        break
      case 'month':
        this.#addMonths(number, 1, 0)
        this.#addDays(0, DAYS_PER_MONTH, fraction)
        break
      case 'week':
        this.#addDays(number, 7, fraction)
        this.addMicros(0, MICROS_PER_DAY, (fraction * 7) % MICROS_PER_SECOND)
        break
      case 'day':
        this.#addDays(number, 1, 0)
        this.addMicros(0, MICROS_PER_DAY, fraction)
        break
      case 'hour':
        this.addMicros(number, MICROS_PER_HOUR, fraction)
        break
      case 'minute':
        this.addMicros(number, MICROS_PER_MINUTE, fraction)
        break
      case 'second':
        this.addMicros(number, MICROS_PER_SECOND, fraction)
        break
      case 'millisecond':
        this.addMicros(number, 1000, fraction)
        break
      case 'microsecond':
        this.addMicros(number + Math.trunc((fraction * 2) / MICROS_PER_SECOND), 1, 0)
        break
    }
  }

  #addMonths(number: number, unit: number, fraction: number): void {
    this.#months += number * unit + Math.trunc((fraction * unit) / MICROS_PER_SECOND)
    if (Math.abs(this.#months) > INT32_MAX) throw outOfRange()
  }

  #addDays(number: number, unit: number, fraction: number): void {
    this.#days += number * unit + Math.trunc((fraction * unit) / MICROS_PER_SECOND)
    if (Math.abs(this.#days) > INT32_MAX) throw outOfRange()
  }

  addMicros(number: Int, unit: number, fraction: number): void {
    try {
      const whole = mulInt(number, unit, 'INT64')
      const part = Math.trunc(fraction * (unit / MICROS_PER_SECOND))
      this.#micros = addInt(addInt(this.#micros, whole, 'INT64'), part, 'INT64')
    } catch (error) {
      if (error instanceof DatabaseError && error.code === 'OVERFLOW') throw outOfRange()
      throw error
    }
  }
}
