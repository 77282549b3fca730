import { DatabaseError } from '../errors/database-error.ts'

/** A day of the proleptic Gregorian calendar. Year 0 is 1 BC; month 1..12; day 1..31. */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** First and last year that a DATE can hold. */
export const MIN_YEAR = -290307
export const MAX_YEAR = 294247

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const DAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** @returns whether the year has a 29 February. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** @returns 28..31, the length of a month (1..12). */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** @returns whether the day exists and lies in the range of a DATE. */
export function isValidDate(year: number, month: number, day: number): boolean {
  return (
    month >= 1 && month <= 12 && year >= MIN_YEAR && year <= MAX_YEAR && day >= 1 && day <= daysInMonth(year, month)
  )
}

/** @returns days since 1970-01-01 of a valid date. Cost: a dozen operations, no loop. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const before = year - 1
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  const inYear = DAYS_BEFORE_MONTH[month - 1]! + (month > 2 && isLeapYear(year) ? 1 : 0) + day - 1
  return before * 365 + leapDays + inYear - 719162 // days from 0001-01-01 to 1970-01-01
}

/**
 * @returns days since 1970-01-01.
 * @throws {DatabaseError} CONVERSION if there is no such day or it is out of range.
 */
export function makeDate(year: number, month: number, day: number): number {
  if (!isValidDate(year, month, day)) {
    throw new DatabaseError('CONVERSION', `Date out of range: ${year}-${month}-${day}.`)
  }
  return daysFromCivil(year, month, day)
}

/**
 * @returns the calendar day of a day number.
 * Source: the method of counting years from March, so that the leap day ends a year (as in H. Hinnant's chrono-compatible algorithms).
 */
export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719468 // days since 0000-03-01
  const era = Math.floor(shifted / 146097)
  const dayOfEra = shifted - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/**
 * @returns the day `months` months later; a day past the end of the month becomes its last day.
 * @throws {DatabaseError} CONVERSION if the result is out of range.
 */
export function addMonths(days: number, months: number): number {
  if (months === 0) return days
  const { year, month, day } = civilFromDays(days)
  const total = year * 12 + (month - 1) + months
  const newYear = Math.floor(total / 12)
  const newMonth = total - newYear * 12 + 1
  return makeDate(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)))
}

/** @returns the text of a day: `2020-01-05`; years before 1 as `0001-12-31 (BC)`. */
export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days)
  const text = `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${two(month)}-${two(day)}`
  return year > 0 ? text : `${text} (BC)`
}

/** @returns a number below 100 with two digits. */
export function two(v: number): string {
  return v < 10 ? `0${v}` : `${v}`
}

/** @returns the English name of the weekday. */
export function dayName(days: number): string {
  return DAY_NAMES[(((days + 4) % 7) + 7) % 7]!
}

/** @returns the English name of the month. */
export function monthName(days: number): string {
  return MONTH_NAMES[civilFromDays(days).month - 1]!
}

/** @returns the last day of the month of a day. */
export function lastDayOfMonth(days: number): number {
  const { year, month } = civilFromDays(days)
  return daysFromCivil(year, month, daysInMonth(year, month))
}

/** Where a date ends in a longer text, see {@link scanDate}. */
export interface DateScan {
  /** Days since 1970-01-01. */
  days: number
  /** Position after the date and the spaces behind it. */
  end: number
}

const scan: DateScan = { days: 0, end: 0 }

/**
 * Reads `YYYY-MM-DD` (also with `/`, `\` or space between, months and days of one or two digits, `(BC)` behind it) at the start of a text, spaces around it allowed.
 * @returns the result, in an object that the next call reuses, or null where no date stands. Cost: one pass, no allocation.
 */
export function scanDate(text: string): DateScan | null {
  const length = text.length
  let at = 0
  while (at < length && isSpace(text.charCodeAt(at))) at++
  let year = 0
  const yearStart = at
  for (let digit = digitAt(text, at); digit >= 0 && year <= MAX_YEAR; digit = digitAt(text, ++at))
    year = year * 10 + digit
  if (at === yearStart || at >= length) return null
  const separator = text.charCodeAt(at++)
  if (separator !== 0x2d && separator !== 0x2f && separator !== 0x5c && separator !== 0x20) return null
  let month = digitAt(text, at)
  if (month < 0) return null
  let digit = digitAt(text, ++at)
  if (digit >= 0) {
    month = month * 10 + digit
    at++
  }
  if (text.charCodeAt(at++) !== separator) return null
  let day = digitAt(text, at)
  if (day < 0) return null
  digit = digitAt(text, ++at)
  if (digit >= 0) {
    day = day * 10 + digit
    at++
  }
  while (at < length && isSpace(text.charCodeAt(at))) at++
  if (text.startsWith('(BC)', at)) {
    year = 1 - year
    at += 4
    while (at < length && isSpace(text.charCodeAt(at))) at++
  }
  if (!isValidDate(year, month, day)) return null
  scan.days = daysFromCivil(year, month, day)
  scan.end = at
  return scan
}

/** @returns the digit at a position, -1 where there is none. */
export function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 48
  return digit >= 0 && digit <= 9 ? digit : -1
}

/** @returns whether a UTF-16 unit is white space of ASCII. */
export function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13)
}

/**
 * @returns days since 1970-01-01 of a text like `2020-01-05`; years before 1 as {@link formatDate} prints them.
 * @throws {DatabaseError} CONVERSION if it is no date.
 */
export function parseDate(text: string): number {
  const found = scanDate(text)
  if (found !== null && found.end === text.length) return found.days
  throw new DatabaseError(
    'CONVERSION',
    `Error occurred during parsing date. Given: "${text}". Expected format: (YYYY-MM-DD)`,
  )
}
